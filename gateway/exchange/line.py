"""The line to one registry: how many calls at once, how many in a time, when it rests, when it is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from gateway.adapter import Adapter
from gateway.config import Secrets
from gateway.config.calendar import CalendarFile
from gateway.directory import Registry
from gateway.errors import GatewayError

BREAKER_FAILURES = 5
BREAKER_SECONDS = 30.0


@dataclass(slots=True)
class Line:
    """Everything that changes while a registry is spoken to. One for each registry of an open gateway.

    `clock` gives monotonic seconds, `now` the time of day with zone.
    """

    registry: Registry
    adapter: Adapter
    calendar: CalendarFile
    clock: Callable[[], float]
    now: Callable[[], datetime]
    vault: Secrets
    ticket: dict[str, object] = field(default_factory=dict)
    ticket_until: float = 0.0
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    _failures: int = 0
    _rests_until: float = 0.0
    _tokens: float = 0.0
    _counted_at: float = 0.0
    _gate: asyncio.Semaphore | None = None
    _login: asyncio.Lock | None = None

    def __post_init__(self) -> None:
        self._tokens = float(self.registry.endpoint.limits.rate)
        self._counted_at = self.clock()

    @property
    def gate(self) -> asyncio.Semaphore:
        """The bulkhead: no more calls at once than the registry's limit."""
        if self._gate is None:
            self._gate = asyncio.Semaphore(self.registry.endpoint.limits.concurrency)
        return self._gate

    @property
    def login(self) -> asyncio.Lock:
        """Only one login at a time."""
        if self._login is None:
            self._login = asyncio.Lock()
        return self._login

    def check(self) -> None:
        """Whether an attempt may begin now; takes one from the rate.

        Raises:
            GatewayError: `registry.closed_hours`, `registry.breaker_open`, `registry.rate_limited`, with the time at
                which it may be tried again in `values["next_attempt"]`.
        """
        opens = self._opens()
        if opens is not None:
            raise self._later("registry.closed_hours", opens, opens=opens.isoformat(timespec="minutes"))
        wait = self._rests_until - self.clock()
        if wait > 0:
            again = self.now() + timedelta(seconds=wait)
            raise self._later(
                "registry.breaker_open", again, failures=self._failures, opens=again.isoformat(timespec="seconds")
            )
        self._take()

    def _later(self, code: str, again: datetime, **values: Any) -> GatewayError:
        return GatewayError(
            code, registry=self.registry.name, next_attempt=again.isoformat(timespec="seconds"), **values
        )

    def _take(self) -> None:
        limits = self.registry.endpoint.limits
        if not limits.rate:
            return
        current = self.clock()
        gained = (current - self._counted_at) * limits.rate / limits.period
        self._tokens, self._counted_at = min(float(limits.rate), self._tokens + gained), current
        if self._tokens < 1.0:
            again = self.now() + timedelta(seconds=(1.0 - self._tokens) * limits.period / limits.rate)
            raise self._later("registry.rate_limited", again)
        self._tokens -= 1.0

    def failed(self) -> None:
        """The registry did not answer as it should; after several times in a row it rests."""
        self._failures += 1
        if self._failures >= BREAKER_FAILURES:
            self._rests_until = self.clock() + BREAKER_SECONDS

    def answered(self) -> None:
        """The registry answered."""
        self._failures, self._rests_until = 0, 0.0

    def _opens(self) -> datetime | None:
        """When the registry opens, where it is closed now; None where it is open."""
        endpoint = self.registry.endpoint
        if not endpoint.hours:
            return None
        local = self.now().astimezone(endpoint.zone)
        span = self._span(local)
        if span is None or (span and span[0] <= local.time() < span[1]):
            return None
        for days in range(15):
            day = local + timedelta(days=days)
            span = self._span(day)
            if span is None:
                span = (time(0), time.max)
            if span and (days or local.time() < span[0]):
                return day.replace(hour=span[0].hour, minute=span[0].minute, second=0, microsecond=0)
        return local + timedelta(days=15)

    def _span(self, day: datetime) -> tuple[time, time] | tuple[()] | None:
        """Opening and closing of a day; None where it is open all day, empty where it is closed."""
        hours = self.registry.endpoint.hours
        date = day.date()
        if self.calendar.is_workday(date):
            kind = "workdays"
        else:
            kind = "holidays" if self.calendar.is_holiday(date) else "weekends"
        text = hours.get(kind)
        if text is None:
            return None
        if text == "closed":
            return ()
        opens, _, closes = text.partition("-")
        return time.fromisoformat(opens), time.max if closes.startswith("24") else time.fromisoformat(closes)
