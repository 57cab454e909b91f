"""Values that carry their unit: durations, rates, sizes, dates, spans of hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

_AMOUNT = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s?([A-Za-z]+)")
_RATE = re.compile(r"([1-9][0-9]{0,8})/(second|minute|hour|day)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_SECONDS = {"ms": Decimal("0.001"), "s": Decimal(1), "min": Decimal(60), "h": Decimal(3600), "d": Decimal(86400)}
_BYTES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any `seconds`."""

    count: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.count}/{next(name for name, length in _PERIODS.items() if length == self.seconds)}"


@dataclass(frozen=True, slots=True)
class Span:
    """Opening hours of one kind of day, local time of the registry; `opens` is before `closes`."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


def duration(text: str) -> float:
    """`500ms`, `8s`, `30min`, `2h`, `90d` as seconds.

    Raises:
        ValueError: for anything else, also for a number without a unit.
    """
    return float(_amount(text, _SECONDS))


def size(text: str) -> int:
    """`512B`, `64KiB`, `2MiB`, `1GiB` as bytes.

    Raises:
        ValueError: for anything else, also for a part of a byte.
    """
    found = _amount(text, {unit: Decimal(factor) for unit, factor in _BYTES.items()})
    if found != int(found):
        raise ValueError(text)
    return int(found)


def rate(text: str) -> Rate:
    """`1000/hour`; the periods are second, minute, hour, day.

    Raises:
        ValueError: for anything else.
    """
    match = _RATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Rate(int(match.group(1)), _PERIODS[match.group(2)])


def day(text: str) -> date:
    """A date as `2026-11-24`.

    Raises:
        ValueError: for anything else, also for other forms of ISO 8601.
    """
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def span(text: str) -> Span | None:
    """`08:30-17:30`, or None for `closed`.

    Raises:
        ValueError: for anything else, also where it closes before it opens.
    """
    if text == "closed":
        return None
    match = _HOURS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first_hour, first_minute, last_hour, last_minute = (int(part) for part in match.groups())
    end = time(23, 59, 59, 999999) if (last_hour, last_minute) == (24, 0) else time(last_hour, last_minute)
    found = Span(time(first_hour, first_minute), end)
    if found.opens >= found.closes:
        raise ValueError(text)
    return found


def _amount(text: str, units: dict[str, Decimal]) -> Decimal:
    match = _AMOUNT.fullmatch(text)
    if match is None or match.group(2) not in units:
        raise ValueError(text)
    return Decimal(match.group(1)) * units[match.group(2)]
