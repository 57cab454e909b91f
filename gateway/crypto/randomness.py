"""Randomness in blocks: one call of the system for many small draws."""

from __future__ import annotations

import os
import threading
from typing import Final

from gateway.crypto.suite import RandomBytes

BLOCK: Final = 4_096


class BlockRandom:
    """Hands out the bytes of large draws in small pieces, each byte once; for any number of threads.

    Every small draw from the system lets go of the interpreter and may wait milliseconds to get it back. A forked
    child must not hand out what its parent hands out too, so a block belongs to one process.
    """

    def __init__(self, source: RandomBytes) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._block, self._used, self._owner = b"", 0, 0

    def __call__(self, count: int) -> bytes:
        """`count` random bytes."""
        with self._lock:
            end = self._used + count
            if end > len(self._block) or self._owner != os.getpid():
                self._block, self._owner = self._source(max(BLOCK, count)), os.getpid()
                self._used, end = 0, count
            piece = self._block[self._used : end]
            self._used = end
            return piece
