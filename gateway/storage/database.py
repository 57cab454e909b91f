"""What a dialect gives to the store, and how exceptions of SQLAlchemy and of drivers are translated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import GatewayError


@dataclass(frozen=True, slots=True)
class Database:
    """An engine for writing, one for reading, and what only the dialect knows.

    `write` begins transactions that hold the single-writer lock from their first statement; `begin` is that statement,
    for whoever uses the driver's connection. Writers of all processes wait for their turn in `queue`, and enter it
    before they begin. `read` begins snapshots and refuses to write. What is deleted is overwritten. `finish_erasure`
    runs after a transaction that erased and takes the bytes out of journals too; False where a reader still needs them
    there. `damage` has the database check its own file. `failures` are the driver's own exceptions.
    """

    write: Engine
    read: Engine
    begin: str
    queue: Callable[[], AbstractContextManager[None]]
    finish_erasure: Callable[[Engine], bool]
    damage: Callable[[Connection], Sequence[str]]
    failures: tuple[type[Exception], ...]

    def close(self) -> None:
        """Close all connections that nobody uses."""
        self.write.dispose()
        self.read.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLAlchemy's exceptions into `GatewayError` `storage.unavailable`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise unavailable(getattr(error, "orig", None) or error) from error


def unavailable(cause: BaseException) -> GatewayError:
    """The error that says why the database can't be used."""
    return GatewayError("storage.unavailable", reason=f"{type(cause).__name__}: {cause}")
