"""The checkpoint file outside the database: the newest tree head, which never goes backwards.

Whoever cuts the tail off the database can't make this file younger without the signing key; whoever deletes it leaves
a gap that verification names.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import GatewayError
from gateway.messagelog.checkpoint import parse_checkpoint


class CheckpointFile:
    """One checkpoint file, safe for several processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = path.with_name(path.name + ".lock")

    def read(self) -> str | None:
        """The note in the file; None where there is no file. Raises `GatewayError` `log.unwritable`."""
        try:
            return self.path.read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def advance(self, note: str, size: int) -> None:
        """Replace the file as a whole unless it already holds a checkpoint of this size or a larger one.

        Raises:
            GatewayError: `log.unwritable`; `log.integrity` where the file holds something that is no checkpoint.
        """
        try:
            with self._locked():
                current = self.read()
                if current is not None and self._size(current) >= size:
                    return
                self._replace(note)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _size(self, note: str) -> int:
        try:
            return parse_checkpoint(note).size
        except GatewayError as error:
            raise GatewayError("log.integrity", where=str(self.path), reason=error.values["reason"]) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _replace(self, note: str) -> None:
        # The folder is not flushed: should the renaming be lost with the power, an older checkpoint stands, and holds.
        temporary = self.path.with_name(f".{self.path.name}.new")
        with temporary.open("wb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)


def _unwritable(path: Path, error: OSError) -> GatewayError:
    return GatewayError("log.unwritable", where=str(path), reason=error)
