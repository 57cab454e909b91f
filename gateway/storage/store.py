"""The store: opens a database, checks its schema, and gives out write transactions and snapshots."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import GatewayError
from gateway.storage import tables
from gateway.storage.database import Database, translated, unavailable
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
        self._connection: Connection | None = None
        try:
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
        with self._writer() as connection:
            driver = connection.connection
            cursor = driver.cursor()
            try:
                cursor.execute(self._database.begin)
                transaction = Transaction(cursor, self._statements)
                yield transaction
                driver.commit()
            except BaseException:
                driver.rollback()
                raise
            finally:
                cursor.close()
            if transaction.erasing:
                self._database.finish_erasure(self._database.write)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction for the other tables; same lock, same errors."""
        with self._writer() as connection, connection.begin():
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
        """Close the database; whoever uses the store afterwards opens it again."""
        with self._turn:
            self._let_go()
        self._database.close()

    @contextmanager
    def _writer(self) -> Iterator[Connection]:
        """The one connection that writes, kept open for its cache and given up after any failure."""
        try:
            with self._turn, translated(), self._database.queue():
                try:
                    if self._connection is None:
                        self._connection = self._database.write.connect()
                    yield self._connection
                except BaseException:
                    self._let_go()
                    raise
        except self._database.failures as error:
            raise unavailable(error) from error

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # What failed before is told already.
            with suppress(SQLAlchemyError, *self._database.failures):
                connection.close()

    def _prepare_schema(self) -> None:
        with self._writer() as connection, connection.begin():
            if not inspect(connection).has_table(tables.schema_version.name):
                tables.metadata.create_all(connection)
                connection.execute(tables.schema_version.insert(), {"version": tables.SCHEMA_VERSION})
            found = [row[0] for row in connection.execute(select(tables.schema_version.c.version))]
            if found != [tables.SCHEMA_VERSION]:
                text = ", ".join(str(version) for version in found) or "none"
                raise GatewayError("storage.schema", found=text, expected=tables.SCHEMA_VERSION)
