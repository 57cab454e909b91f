"""SQLite as the gateway uses it: write-ahead log, every commit flushed to the disk, writers one after the other."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from gateway.errors import GatewayError
from gateway.storage.database import Database, translated, unavailable

BUSY_SECONDS: Final = 20.0
_WAL_PAGES: Final = 16_000
"""How far the write-ahead log grows before it is folded into the file: 64 MB, so that pages are folded seldom."""

_ERASURE_MS: Final = 1_000
_BEGIN: Final = "BEGIN IMMEDIATE"
_STATEMENTS: Final = 512
"""Prepared statements that a connection keeps: the log has one for each table and number of rows."""


def open_sqlite(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Open or create a database file.

    Args:
        path: the file; its folder must exist.
        busy_seconds: how long to wait for another process's lock before giving up.

    Raises:
        GatewayError: `storage.unavailable`.
    """
    settings = (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
        f"PRAGMA busy_timeout={int(busy_seconds * 1000)}",
        f"PRAGMA wal_autocheckpoint={_WAL_PAGES}",
        "PRAGMA cache_size=-16000",
    )
    write = _engine(path, busy_seconds, settings, _BEGIN)
    read = _engine(path, busy_seconds, (*settings[4:], "PRAGMA query_only=ON"), "BEGIN")
    queue = _queue(path.with_name(path.name + ".lock"))
    database = Database(write, read, _BEGIN, queue, _finish_erasure, _damage, (sqlite3.Error,))
    try:
        # A new file is turned to its write-ahead log by one process; SQLite refuses the others instead of waiting.
        with translated(), queue(), write.connect():
            path.chmod(0o600)
    except (GatewayError, OSError) as error:
        database.close()
        raise error if isinstance(error, GatewayError) else unavailable(error) from error
    return database


def _engine(path: Path, busy_seconds: float, settings: tuple[str, ...], begin: str) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=busy_seconds, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
        )  # fmt: skip
        # Bytes that are no text any more must reach verification, which names them.
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        try:
            for setting in settings:
                connection.execute(setting)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=16)
    # The driver would begin a transaction only at its first write, too late for a lock taken before the head is read.
    event.listen(engine, "begin", begun)
    return engine


def _queue(path: Path) -> Callable[[], AbstractContextManager[None]]:
    """Where writers of all processes wait for each other, in the order in which they came.

    SQLite's own waiting sleeps for longer and longer between two looks at the lock. This lock wakes the next writer
    when it is free. The kernel frees it with the process that holds it; a writer that is stopped (not killed) holds it
    as long as it would hold the database. Who does not know of it is still kept out by SQLite's lock.
    """

    @contextmanager
    def turn() -> Iterator[None]:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unavailable(error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    return turn


def _damage(connection: Connection) -> list[str]:
    """Compare tables and indexes (PRAGMA integrity_check); a search must not miss what an index lost."""
    rows = connection.exec_driver_sql("PRAGMA integrity_check(20)").all()
    return [str(row[0]) for row in rows if row[0] != "ok"]


def _finish_erasure(engine: Engine) -> bool:
    """Fold the write-ahead log into the file and cut it off; waits a second for readers, no longer.

    Where a reader holds an older view, the erased bytes leave the journal with a later checkpoint.
    """
    with translated():
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout={_ERASURE_MS}")
            try:
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                cursor.execute(f"PRAGMA busy_timeout={int(usual)}")
                cursor.close()
        finally:
            raw.close()
    return not busy
