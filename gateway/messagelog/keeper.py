"""Carries checkpoints to the file outside the database, beside the writer: the newest wins, none is written twice."""

from __future__ import annotations

import threading

from gateway.errors import GatewayError
from gateway.messagelog.checkpoint_file import CheckpointFile


class CheckpointKeeper:
    """A thread with room for one note. While a note is being written, a newer one replaces the one that waits."""

    def __init__(self, file: CheckpointFile) -> None:
        self._file = file
        self._change = threading.Condition()
        self._note: tuple[str, int] | None = None
        self._busy = False
        self._closing = False
        self._error: GatewayError | None = None
        self._failed: tuple[str, int] | None = None
        self._thread = threading.Thread(target=self._run, name="checkpoint-file", daemon=True)
        self._thread.start()

    def offer(self, note: str, size: int) -> None:
        """Have a durable checkpoint written soon."""
        with self._change:
            self._note = note, size
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
            self._change.wait_for(lambda: self._note is None and not self._busy)
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
                self._change.wait_for(lambda: self._note is not None or self._closing)
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
