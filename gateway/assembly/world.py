"""What the gateway needs of the machine: clocks, randomness, environment; injected, so that tests can stand in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from gateway.crypto.randomness import BlockRandom


class LocalClock:
    """The time of day with this machine's offset, which is looked up once a quarter of an hour: it changes seldom."""

    _QUARTER = 900

    def __init__(self) -> None:
        self._quarter, self._offset = -1, UTC

    def __call__(self) -> datetime:
        """Now, with a zone."""
        seconds = time.time()
        quarter = int(seconds) // self._QUARTER
        if quarter != self._quarter:
            offset = datetime.fromtimestamp(seconds, UTC).astimezone().utcoffset() or timedelta()
            self._quarter, self._offset = quarter, timezone(offset)
        return datetime.fromtimestamp(seconds, self._offset)


@dataclass(frozen=True, slots=True)
class World:
    """The machine as the gateway sees it. `now` gives times with a zone, `clock` monotonic seconds."""

    now: Callable[[], datetime] = field(default_factory=LocalClock)
    clock: Callable[[], float] = time.monotonic
    random_bytes: Callable[[int], bytes] = field(default_factory=lambda: BlockRandom(os.urandom))
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def new_id(self) -> str:
        """A new id: 32 hex digits that sort by time (milliseconds first), as registries want request ids."""
        return f"{int(self.now().timestamp() * 1000):012x}{self.random_bytes(10).hex()}"
