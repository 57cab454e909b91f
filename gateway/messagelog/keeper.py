"""Carries checkpoints to the file outside the database, beside the writer: the newest wins, none is written twice.

The file follows every commit. A note that comes after a pause is written at once; while commits keep coming, the file
is written at most once in `REST_SECONDS`, and always once more after the last of them. So it lags by that time at most
(and by the time that writing takes), and a process that is killed leaves a file that is that much older.
"""

from __future__ import annotations

import threading
from typing import Final

from gateway.errors import GatewayError
from gateway.messagelog.checkpoint_file import CheckpointFile

REST_SECONDS: Final = 0.05
"""The pause after each writing: flushing the file costs the disk more than the commit that it follows."""


class CheckpointKeeper:
    """A thread with room for one note. While it writes or rests, a newer note replaces the one that waits."""

    def __init__(self, file: CheckpointFile) -> None:
        self._file = file
        self._change = threading.Condition()
        self._note: tuple[str, int] | None = None
        self._idle = True
        self._busy = False
        self._hurried = 0
        self._closing = False
        self._error: GatewayError | None = None
        self._failed: tuple[str, int] | None = None
        self._thread = threading.Thread(target=self._run, name="checkpoint-file", daemon=True)
        self._thread.start()

    def offer(self, note: str, size: int) -> None:
        """Have a durable checkpoint written soon."""
        with self._change:
            self._note = note, size
            if self._idle:
                self._change.notify_all()

    def check(self) -> None:
        """Try again what failed; raises `GatewayError` where the file still can't be written."""
        with self._change:
            failed, self._failed = self._failed, None
        if failed is None:
            return
        try:
            self._file.advance(*failed)
        except GatewayError:
            with self._change:
                self._failed = failed
            raise
        with self._change:
            self._error = None

    def sync(self) -> None:
        """Wait until nothing is left to be written; raises what the last attempt raised."""
        with self._change:
            self._hurried += 1
            self._change.notify_all()
            self._change.wait_for(lambda: self._note is None and not self._busy)
            self._hurried -= 1
            if self._error is not None:
                raise self._error

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._change:
                self._idle = True
                self._change.wait_for(lambda: self._note is not None or self._closing)
                self._idle = False
                if self._note is None:
                    return
                note, self._note, self._busy = self._note, None, True
            error: GatewayError | None = None
            try:
                self._file.advance(*note)
            except GatewayError as failure:
                error = failure
            with self._change:
                self._error, self._busy = error, False
                self._failed = note if error is not None else None
                self._change.notify_all()
                self._change.wait_for(lambda: self._hurried or self._closing, REST_SECONDS)
