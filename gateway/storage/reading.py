"""A snapshot of the stored log: what verification reads, and what people look up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, Table, or_, select

from gateway.messagelog.contracts import (
    BodyRow,
    CheckpointRow,
    EntryRow,
    IdempotencyRow,
    PersonRow,
    ResultRow,
)
from gateway.messagelog.entry import SEARCH_COLUMNS
from gateway.storage import tables
from gateway.storage.database import translated
from gateway.storage.writing import read_head, read_tile

MAX_PAGE: Final = 1_000
_STREAM: Final = 1_000


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are looked for; empty means any. `since` and `until` are RFC 3339 in UTC, until excluded."""

    exchange: str = ""
    case: str = ""
    caller: str = ""
    person_ref: str = ""
    operator_ref: str = ""
    registry: str = ""
    operation: str = ""
    item: str = ""
    kind: str = ""
    error: str = ""
    verification: str = ""
    since: str = ""
    until: str = ""


class Snapshot:
    """One unchanging view of the log; satisfies the log's `LogReader`. Every method may raise `storage.unavailable`."""

    def __init__(self, connection: Connection, damage: Callable[[Connection], Sequence[str]]) -> None:
        self._connection = connection
        self._damage = damage

    def damage(self) -> Sequence[str]:
        """What the database itself finds wrong with its file."""
        with translated():
            return self._damage(self._connection)

    def head(self) -> CheckpointRow | None:
        """The newest checkpoint."""
        with translated():
            head = read_head(self._connection)
        return head and CheckpointRow(_whole(head.number), _whole(head.size), str(head.note))

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of one tile."""
        with translated():
            hashes = read_tile(self._connection, level, index)
        return None if hashes is None else _blob(hashes)

    def tile_names(self) -> Iterator[tuple[int, int]]:
        """Level and index of every stored tile."""
        table = tables.tiles
        for row in self._stream(select(table.c.level, table.c.idx).order_by(table.c.level, table.c.idx)):
            yield _whole(row[0]), _whole(row[1])

    def entry(self, index: int) -> EntryRow | None:
        """One entry."""
        return next(iter(self.entries(index, index + 1)), None)

    def entries(self, start: int, stop: int) -> Sequence[EntryRow]:
        """Entries with these indexes, in order."""
        return [_entry(row) for row in self._span(tables.entries, start, stop)]

    def stray_entries(self, size: int) -> Sequence[int]:
        """Indexes of entries outside 0 … size-1, at most 100."""
        column = tables.entries.c.idx
        return [
            row[0]
            for row in self._all(select(column).where(or_(column < 0, column >= size)).order_by(column).limit(100))
        ]

    def list_entries(
        self, wanted: EntryFilter, *, after: int | None = None, limit: int = 100, newest_first: bool = False
    ) -> list[EntryRow]:
        """A page of entries: those that follow the entry with index `after`, in the order asked for.

        Args:
            wanted: what to look for.
            after: the index of the last entry of the page before; None for the first page.
            limit: at most 1,000.
            newest_first: from the newest to the oldest.
        """
        column = tables.entries.c
        query = select(tables.entries)
        for name in EntryFilter.__dataclass_fields__:
            value = getattr(wanted, name)
            if value and name not in ("since", "until"):
                query = query.where(column["case_number" if name == "case" else name] == value)
        if wanted.since:
            query = query.where(column.time >= wanted.since)
        if wanted.until:
            query = query.where(column.time < wanted.until)
        if after is not None:
            query = query.where(column.idx < after if newest_first else column.idx > after)
        query = query.order_by(column.idx.desc() if newest_first else column.idx)
        return [_entry(row) for row in self._all(query.limit(max(1, min(limit, MAX_PAGE))))]

    def entries_of_exchange(self, exchange: str) -> list[EntryRow]:
        """All entries of an exchange, in order."""
        return self.list_entries(EntryFilter(exchange=exchange), limit=MAX_PAGE)

    def checkpoint_covering(self, index: int) -> str | None:
        """The first checkpoint that covers an entry, as a signed note; None where none does."""
        column = tables.checkpoints.c
        query = select(column.note).where(column.size > index).order_by(column.size, column.number).limit(1)
        row = next(iter(self._all(query)), None)
        return None if row is None else str(row[0])

    def checkpoints(self) -> Iterator[CheckpointRow]:
        """All checkpoints in the order of their numbers."""
        for row in self._stream(select(tables.checkpoints).order_by(tables.checkpoints.c.number)):
            yield CheckpointRow(_whole(row[0]), _whole(row[1]), str(row[2]))

    def bodies(self, start: int, stop: int) -> Sequence[BodyRow]:
        """Bodies of the entries with these indexes."""
        return [
            BodyRow(row[0], str(row[1]), _blob(row[2]), _blob(row[3])) for row in self._span(tables.bodies, start, stop)
        ]

    def results(self, start: int, stop: int) -> Sequence[ResultRow]:
        """Results of the entries with these indexes."""
        return [result_row(row) for row in self._span(tables.results, start, stop)]

    def idempotency(self, start: int, stop: int) -> Sequence[IdempotencyRow]:
        """Idempotency keys whose result belongs to the entries with these indexes."""
        return [_idempotency(row) for row in self._span(tables.idempotency, start, stop)]

    def persons(self) -> Iterator[PersonRow]:
        """All person rows."""
        for row in self._stream(select(tables.persons)):
            yield PersonRow(_blob(row[0]), str(row[1]), _blob(row[2]))

    def person_ref(self, digest: bytes) -> str | None:
        """The reference of a person; None where there is none, or it was erased."""
        rows = self._all(select(tables.persons.c.ref).where(tables.persons.c.digest == digest))
        return rows[0][0] if rows else None

    def case_keys(self) -> Iterator[tuple[str, bytes]]:
        """All wrapped data keys by case."""
        for row in self._stream(select(tables.case_keys)):
            yield str(row[0]), _blob(row[1])

    def case_key(self, case: str) -> bytes | None:
        """The wrapped data key of one case."""
        rows = self._all(select(tables.case_keys.c.wrapped).where(tables.case_keys.c.case_number == case))
        return _blob(rows[0][0]) if rows else None

    def result(self, name: str) -> ResultRow | None:
        """One sealed result by its id."""
        rows = self._all(select(tables.results).where(tables.results.c.id == name))
        return result_row(rows[0]) if rows else None

    def results_of(self, *, case: str, caller: str, limit: int = 100) -> list[ResultRow]:
        """The sealed results of one caller's case, newest first."""
        table = tables.results
        query = select(table).where(table.c.case_number == case, table.c.caller == caller)
        return [result_row(row) for row in self._all(query.order_by(table.c.idx.desc()).limit(min(limit, MAX_PAGE)))]

    def _span(self, table: Table, start: int, stop: int) -> Sequence[Row[*tuple[Any, ...]]]:
        query = select(table).where(table.c.idx >= start, table.c.idx < stop).order_by(table.c.idx)
        return self._all(query)

    def _all(self, query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
        with translated():
            return self._connection.execute(query).all()

    def _stream(self, query: Select[*tuple[Any, ...]]) -> Iterator[Row[*tuple[Any, ...]]]:
        with translated():
            yield from self._connection.execution_options(yield_per=_STREAM).execute(query)


def _entry(row: Row[*tuple[Any, ...]]) -> EntryRow:
    fields = row._mapping
    return EntryRow(row.idx, _blob(row.leaf_hash), _blob(row.leaf), {name: fields[name] for name in SEARCH_COLUMNS})


def result_row(row: Row[*tuple[Any, ...]]) -> ResultRow:
    """A result as it is stored."""
    return ResultRow(
        str(row.id), _whole(row.idx), str(row.case_number), str(row.item), str(row.caller), str(row.created),
        str(row.digest), _blob(row.nonce), _blob(row.ciphertext),
    )  # fmt: skip


def _idempotency(row: Row[*tuple[Any, ...]]) -> IdempotencyRow:
    return IdempotencyRow(
        _blob(row.name), _blob(row.document), str(row.verification), _whole(row.idx), str(row.since), str(row.owner)
    )


# A database that somebody changed may hold any type anywhere; it must read as changed, not break the reader.
def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1
