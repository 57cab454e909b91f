"""The log writer's transaction over the tables, straight on the driver's cursor.

The statements are written with SQLAlchemy Core, compiled once for a dialect and run as text; all rows for one table
go in one statement. So a batch costs a dozen calls of the driver, whatever its size, and each call that waits for the
database gives up the interpreter only once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Dialect, bindparam, delete, func, insert, select, update
from sqlalchemy.sql import ClauseElement

from gateway.messagelog.contracts import CheckpointRow, EntryRow, Erasure, LogBatch
from gateway.messagelog.entry import SEARCH_COLUMNS
from gateway.storage import tables

_ROWS_AT_ONCE: Final = 64
"""Rows of one statement: a batch of the log has no more, and databases limit the parameters of a statement."""

_columns = tables.tiles.c
_here = (_columns.level == bindparam("b"), _columns.idx == bindparam("c"))
_key = tables.idempotency.c

_HEAD = select(tables.checkpoints).order_by(tables.checkpoints.c.number.desc()).limit(1)
_TILE = select(_columns.hashes).where(*_here)
_INSERTS = {
    table.name: insert(table)
    for table in (
        tables.entries, tables.tiles, tables.checkpoints, tables.bodies, tables.case_keys, tables.persons,
        tables.results, tables.idempotency,
    )
}  # fmt: skip


class Cursor(Protocol):
    """What is used of a driver's cursor (PEP 249)."""

    @property
    def rowcount(self) -> int:
        """How many rows the last statement met."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> object:
        """Run a statement."""

    def fetchall(self) -> Sequence[Any]:
        """All rows of the last statement."""


class Statements:
    """The statements of one dialect, as text. Its driver must take positional parameters."""

    def __init__(self, dialect: Dialect) -> None:
        def text(statement: ClauseElement) -> str:
            return str(statement.compile(dialect=dialect))

        newest = select(func.max(tables.checkpoints.c.number)).scalar_subquery()
        self.head = text(select(tables.checkpoints).where(tables.checkpoints.c.number == newest))
        self.tile = text(_TILE)
        self.grown_tile = text(update(tables.tiles).values(hashes=bindparam("a")).where(*_here))
        # The first to finish stands; whoever was overtaken leaves the answer alone.
        answer: dict[str, Any] = {
            name: bindparam(f"a{name}") for name in ("document", "verification", "idx", "since", "owner")
        }
        self.finish_key = text(
            update(tables.idempotency).values(answer).where(_key.name == bindparam("b"), _key.idx < bindparam("c"))
        )
        self.find_key = text(select(_key.idx).where(_key.name == bindparam("b")))
        bodies = tables.bodies.c.idx
        self.erase_bodies = text(delete(tables.bodies).where(bodies >= bindparam("b"), bodies < bindparam("c")))
        self.erase_keys = text(delete(tables.idempotency).where(_key.verification == bindparam("b")))
        self.erase_result = text(delete(tables.results).where(tables.results.c.id == bindparam("b")))
        self.erase_person = text(delete(tables.persons).where(tables.persons.c.ref == bindparam("b")))
        one_row = {name: text(statement).rpartition(" VALUES ") for name, statement in _INSERTS.items()}

        def rows_into(table: str, count: int) -> str:
            head, values, row = one_row[table]
            return head + values + ", ".join([row] * count)

        def person_refs(count: int) -> str:
            table = tables.persons.c
            wanted = table.digest.in_([bindparam(f"p{place}") for place in range(count)])
            return text(select(table.digest, table.ref).where(wanted))

        def wrapped_keys(count: int) -> str:
            table = tables.case_keys.c
            wanted = table.case_number.in_([bindparam(f"p{place}") for place in range(count)])
            return text(select(table.case_number, table.wrapped).where(wanted))

        self.insert: Callable[[str, int], str] = lru_cache(maxsize=1024)(rows_into)
        self.person_refs: Callable[[int], str] = lru_cache(maxsize=256)(person_refs)
        self.wrapped_keys: Callable[[int], str] = lru_cache(maxsize=256)(wrapped_keys)


class Transaction:
    """Satisfies the log's `LogTransaction`."""

    def __init__(self, cursor: Cursor, statements: Statements) -> None:
        self._cursor = cursor
        self._statements = statements
        self.erasing = False

    def head(self) -> CheckpointRow | None:
        """The newest checkpoint; None in a new store."""
        rows = self._read(self._statements.head)
        return CheckpointRow(*rows[0]) if rows else None

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of one tile."""
        rows = self._read(self._statements.tile, (level, index))
        return rows[0][0] if rows else None

    def person_refs(self, digests: Collection[bytes]) -> Mapping[bytes, str]:
        """The references of those persons that have one."""
        return dict(self._read(self._statements.person_refs(len(digests)), tuple(digests)))

    def wrapped_keys(self, cases: Collection[str]) -> Mapping[str, bytes]:
        """The wrapped data keys of those cases that have one."""
        return dict(self._read(self._statements.wrapped_keys(len(cases)), tuple(cases)))

    def write(self, batch: LogBatch) -> None:
        """Put the batch down."""
        self._insert(tables.persons.name, [(row.digest, row.ref, row.tag) for row in batch.persons])
        self._insert(tables.case_keys.name, list(batch.case_keys.items()))
        self._insert(tables.entries.name, [_entry_values(row) for row in batch.entries])
        self._insert(tables.bodies.name, [(row.index, row.case, row.nonce, row.ciphertext) for row in batch.bodies])
        self._write_results(batch)
        self._write_tree(batch)
        for erasure in batch.erasures:
            self._erase(erasure)

    def _read(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Any]:
        # Read to its end: a statement that stands open would hold its view of the database.
        self._cursor.execute(statement, values)
        return self._cursor.fetchall()

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            self._cursor.execute(self._statements.insert(table, len(part)), tuple(chain.from_iterable(part)))

    def _write_results(self, batch: LogBatch) -> None:
        self._insert(tables.results.name, [
            (row.id, row.index, row.case, row.item, row.caller, row.created, row.digest, row.nonce, row.ciphertext)
            for row in batch.results
        ])  # fmt: skip
        for row in batch.idempotency:
            values = (row.document, row.verification, row.index, row.since, row.owner)
            self._cursor.execute(self._statements.finish_key, (*values, row.name, 0))
            if not self._cursor.rowcount and not self._read(self._statements.find_key, (row.name,)):
                self._insert(tables.idempotency.name, [(row.name, *values)])

    def _write_tree(self, batch: LogBatch) -> None:
        self._insert(tables.tiles.name, [(row.level, row.index, row.hashes) for row in batch.tiles if row.fresh])
        for row in batch.tiles:
            if not row.fresh:
                self._cursor.execute(self._statements.grown_tile, (row.hashes, row.level, row.index))
        new = batch.checkpoint
        self._insert(tables.checkpoints.name, [(new.number, new.size, new.note)])

    def _erase(self, erasure: Erasure) -> None:
        self.erasing = True
        run, statements = self._cursor.execute, self._statements
        for start, stop in erasure.bodies:
            run(statements.erase_bodies, (start, stop))
        for name in erasure.results:
            run(statements.erase_keys, (name,))
            run(statements.erase_result, (name,))
        for ref in erasure.persons:
            run(statements.erase_person, (ref,))


def _entry_values(row: EntryRow) -> tuple[Any, ...]:
    get = row.columns
    return (row.index, row.leaf_hash, *[get[name] for name in SEARCH_COLUMNS], row.leaf)


def read_head(connection: Connection) -> CheckpointRow | None:
    """The newest checkpoint; None in a new store."""
    row = connection.execute(_HEAD).first()
    return CheckpointRow(row.number, row.size, row.note) if row else None


def read_tile(connection: Connection, level: int, index: int) -> bytes | None:
    """The hashes of one tile, or None."""
    row = connection.execute(_TILE, {"b": level, "c": index}).first()
    return row[0] if row else None
