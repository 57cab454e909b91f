"""The store: opens a database, checks its schema, and gives out write transactions and snapshots."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import GatewayError
from gateway.storage import tables
from gateway.storage.database import Database, translated
from gateway.storage.reading import Snapshot
from gateway.storage.writing import Statements, Transaction


class Store:
    """An open database with this release's schema; satisfies the log's `LogStore`.

    Raises:
        GatewayError: `storage.schema` where the database has another schema version, `storage.unavailable`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = Statements(database.write.dialect)
        # Threads of one process queue here, in fair order and without the database's polling for its lock.
        self._turn = threading.Lock()
        try:
            with translated():
                self._prepare_schema()
        except GatewayError:
            database.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Take the single-writer lock; commit durably at the end, or undo everything on an exception.

        Raises:
            GatewayError: `storage.unavailable`.
        """
        with self._turn, translated():
            with self._database.write.connect() as connection, connection.begin():
                transaction = Transaction(connection, self._statements)
                yield transaction
            if transaction.erasing:
                self._database.finish_erasure(self._database.write)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction for the other tables; same lock, same errors."""
        with self._turn, translated(), self._database.write.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """A view of the log that does not change while it is read. Raises `GatewayError` `storage.unavailable`."""
        with translated(), self._database.read.connect() as connection:
            transaction = connection.begin()
            try:
                yield Snapshot(connection, self._database.damage)
            finally:
                # Nothing was written; a damaged file must not turn the end of reading into an error.
                with suppress(SQLAlchemyError):
                    transaction.rollback()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _prepare_schema(self) -> None:
        with self._turn, self._database.write.connect() as connection, connection.begin():
            if not inspect(connection).has_table(tables.schema_version.name):
                tables.metadata.create_all(connection)
                connection.execute(tables.schema_version.insert(), {"version": tables.SCHEMA_VERSION})
            found = [row[0] for row in connection.execute(select(tables.schema_version.c.version))]
            if found != [tables.SCHEMA_VERSION]:
                text = ", ".join(str(version) for version in found) or "none"
                raise GatewayError("storage.schema", found=text, expected=tables.SCHEMA_VERSION)
