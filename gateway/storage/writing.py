"""The log writer's transaction over the tables.

The statements are written with SQLAlchemy Core and compiled once for a dialect: run as text they cost a tenth of what
building and binding them anew for every small batch would.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, delete, func, insert, select, update
from sqlalchemy.sql import ClauseElement

from gateway.messagelog.contracts import CheckpointRow, EntryRow, Erasure, LogBatch
from gateway.messagelog.entry import SEARCH_COLUMNS
from gateway.storage import tables

_columns = tables.tiles.c
_here = (_columns.level == bindparam("b"), _columns.idx == bindparam("c"))

_HEAD = select(tables.checkpoints).order_by(tables.checkpoints.c.number.desc()).limit(1)
_TILE = select(_columns.hashes).where(*_here)
_GROWN_TILE = update(tables.tiles).values(hashes=bindparam("a")).where(*_here)
_INSERTS = {
    table.name: insert(table)
    for table in (
        tables.entries, tables.tiles, tables.checkpoints, tables.bodies, tables.case_keys, tables.persons,
        tables.results,
    )
}  # fmt: skip


class Statements:
    """The statements of one dialect, as text. Its driver must take positional parameters."""

    def __init__(self, dialect: Dialect) -> None:
        def text(statement: ClauseElement) -> str:
            return str(statement.compile(dialect=dialect))

        newest = select(func.max(tables.checkpoints.c.number)).scalar_subquery()
        self.head = text(select(tables.checkpoints).where(tables.checkpoints.c.number == newest))
        self.tile, self.grown_tile = text(_TILE), text(_GROWN_TILE)
        self.insert = {name: text(statement) for name, statement in _INSERTS.items()}

        def person_refs(count: int) -> str:
            table = tables.persons.c
            wanted = table.digest.in_([bindparam(f"p{place}") for place in range(count)])
            return text(select(table.digest, table.ref).where(wanted))

        def wrapped_keys(count: int) -> str:
            table = tables.case_keys.c
            wanted = table.case_number.in_([bindparam(f"p{place}") for place in range(count)])
            return text(select(table.case_number, table.wrapped).where(wanted))

        self.person_refs: Callable[[int], str] = lru_cache(maxsize=256)(person_refs)
        self.wrapped_keys: Callable[[int], str] = lru_cache(maxsize=256)(wrapped_keys)


class Transaction:
    """Satisfies the log's `LogTransaction`."""

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements
        self._run = connection.exec_driver_sql
        self.erasing = False

    def head(self) -> CheckpointRow | None:
        """The newest checkpoint; None in a new store."""
        row = self._run(self._statements.head).first()
        return CheckpointRow(row[0], row[1], row[2]) if row else None

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of one tile."""
        row = self._run(self._statements.tile, (level, index)).first()
        return row[0] if row else None

    def person_refs(self, digests: Collection[bytes]) -> Mapping[bytes, str]:
        """The references of those persons that have one."""
        rows = self._run(self._statements.person_refs(len(digests)), tuple(digests))
        return {row[0]: row[1] for row in rows}

    def wrapped_keys(self, cases: Collection[str]) -> Mapping[str, bytes]:
        """The wrapped data keys of those cases that have one."""
        rows = self._run(self._statements.wrapped_keys(len(cases)), tuple(cases))
        return {row[0]: row[1] for row in rows}

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

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._run(self._statements.insert[table], rows if len(rows) > 1 else rows[0])

    def _write_results(self, batch: LogBatch) -> None:
        self._insert(tables.results.name, [
            (row.id, row.index, row.case, row.item, row.caller, row.created, row.digest, row.nonce, row.ciphertext)
            for row in batch.results
        ])  # fmt: skip
        table = tables.idempotency
        for row in batch.idempotency:
            values = {"document": row.document, "verification": row.verification, "idx": row.index, "since": row.since}
            values["owner"] = row.owner
            # The first to finish stands; whoever was overtaken leaves the answer alone.
            open_key = update(table).where(table.c.name == row.name, table.c.idx < 0).values(values)
            if self._connection.execute(open_key).rowcount:
                continue
            if not self._connection.execute(select(table.c.idx).where(table.c.name == row.name)).first():
                self._connection.execute(insert(table), {"name": row.name, **values})

    def _write_tree(self, batch: LogBatch) -> None:
        for row in batch.tiles:
            if row.fresh:
                self._insert(tables.tiles.name, [(row.level, row.index, row.hashes)])
            else:
                self._run(self._statements.grown_tile, (row.hashes, row.level, row.index))
        new = batch.checkpoint
        self._insert(tables.checkpoints.name, [(new.number, new.size, new.note)])

    def _erase(self, erasure: Erasure) -> None:
        self.erasing = True
        run = self._connection.execute
        for start, stop in erasure.bodies:
            run(delete(tables.bodies).where(tables.bodies.c.idx >= start, tables.bodies.c.idx < stop))
        for name in erasure.results:
            run(delete(tables.idempotency).where(tables.idempotency.c.verification == name))
            run(delete(tables.results).where(tables.results.c.id == name))
        for ref in erasure.persons:
            run(delete(tables.persons).where(tables.persons.c.ref == ref))


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
