"""The predicate `presence`: days in the country before the application, counted from entries and exits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gateway.assessment.comparator import ABSENT, VALUE_TYPE, Options, listed
from gateway.assessment.dates import read_date
from gateway.assessment.tables import NameTables
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_ONE_DAY = timedelta(days=1)
_DEFAULT_WINDOW = 730
_MOST_MOVEMENTS = 5000
_IN = frozenset({"in", "entry", "入境"})
_OUT = frozenset({"out", "exit", "出境"})


@dataclass(frozen=True, slots=True)
class Stay:
    """Days in the country from `first` to `last`, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days; never negative."""
        return max(0, (self.last - self.first).days + 1)

    def within(self, first: date, last: date) -> Stay:
        """The part between two days."""
        return Stay(max(self.first, first), min(self.last, last))


@dataclass(frozen=True, slots=True)
class Rule:
    """What a province asks for: `run_days` running within `window_days`, or `alt_total_days` in `alt_window_days`."""

    window_days: int
    run_days: int
    alt_window_days: int
    alt_total_days: int
    count_ends: bool

    @property
    def horizon(self) -> int:
        """How many days before the application matter."""
        return max(self.window_days, self.alt_window_days)


class GapError(Exception):
    """Entries and exits don't pair: movements are missing from the record."""


def presence(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Predicate over `movements` (`direction`, `date` each): enough days present before the day of application.

    Options: `day` (date of application), `window_days`, `run_days`, `alt_window_days`, `alt_total_days`,
    `count_entry_exit_days` (default true), `coverage` (object with `excludes`: document types whose movements the
    registry doesn't list), `held_documents` (types that the applicant holds).
    """
    if registry is None:
        return ABSENT
    day = options.get("day")
    if not isinstance(registry, list | tuple) or not isinstance(day, date) or len(registry) > _MOST_MOVEMENTS:
        return VALUE_TYPE
    unlisted = _unlisted(options)
    if unlisted:
        return FieldResult(Grade.NOT_COMPARABLE, "presence_gap", {"documents": " ".join(unlisted)})
    if not registry:
        return FieldResult(Grade.NOT_COMPARABLE, "presence_unknown")
    rule = _rule(options)
    try:
        stays = count_stays(registry, day, rule)
    except GapError as gap:
        return FieldResult(Grade.NOT_COMPARABLE, "presence_unpaired", {"date": str(gap)})
    return _judge(stays, day, rule)


def _unlisted(options: Options) -> list[str]:
    coverage = options.get("coverage")
    excludes = listed(coverage, "excludes") if isinstance(coverage, Mapping) else ()
    return sorted(set(excludes) & set(listed(options, "held_documents")))


def _rule(options: Options) -> Rule:
    def whole(name: str, default: int = 0) -> int:
        value = options.get(name, default)
        return min(value, 40_000) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else default

    ends = options.get("count_entry_exit_days", True) is not False
    alternative = whole("alt_window_days"), whole("alt_total_days")
    return Rule(whole("window_days", _DEFAULT_WINDOW), whole("run_days"), *alternative, ends)


def count_stays(movements: list[Any] | tuple[Any, ...], day: date, rule: Rule) -> list[Stay]:
    """The stays that touch the time before `day`, in order, cut to it.

    Raises:
        GapError: two entries or two exits follow each other in that time, or a movement can't be read.
    """
    start = day - timedelta(days=rule.horizon - 1)
    stays: list[Stay] = []
    entered: date | None = None
    for position, (when, inward) in enumerate(_in_order(movements)):
        if when > day:
            break
        if inward:
            if entered is not None and when >= start:
                raise GapError(when.isoformat())
            entered = when
        elif entered is None and position and when >= start:
            raise GapError(when.isoformat())
        else:
            # The first movement of the record is an exit: the person was in the country before it began.
            stays.append(_stay(entered or start, when, rule, open_start=entered is None))
            entered = None
    if entered is not None:
        stays.append(_stay(entered, day, rule, open_end=True))
    return [stay for stay in (stay.within(start, day) for stay in stays) if stay.days]


def _in_order(movements: list[Any] | tuple[Any, ...]) -> list[tuple[date, bool]]:
    """The movements in time, each as day and whether it is an entry.

    Where several bear the same time, their order is the one in which entries and exits alternate: a day trip into the
    country and a day trip out of it look alike until the neighbours are seen. At the record's very beginning the
    neighbour may be such a trip itself; then the order of the record's own rows decides.
    """
    read = [_movement(entry) for entry in movements]
    rows = read[::-1] if read[-1] < read[0] else read
    groups: dict[tuple[date, str], list[bool]] = {}
    for when, time, inward in sorted(rows, key=lambda row: row[:2]):
        groups.setdefault((when, time), []).append(inward)
    ordered: list[tuple[date, bool]] = []
    keys = list(groups)
    for position, key in enumerate(keys):
        moves = groups[key]
        entries, exits = moves.count(True), moves.count(False)
        if entries != exits:
            inward = entries > exits
        elif ordered:
            inward = not ordered[-1][1]
        else:
            after = groups[keys[position + 1]] if position + 1 < len(keys) else []
            inward = after[0] if len(set(after)) == 1 else moves[0]
        for _ in moves:
            left = entries if inward else exits
            inward = inward if left else not inward
            ordered.append((key[0], inward))
            entries, exits = (entries - 1, exits) if inward else (entries, exits - 1)
            inward = not inward
    return ordered


def _movement(entry: Any) -> tuple[date, str, bool]:
    """Day, the text of the time (it orders movements of one day), and whether it is an entry."""
    if isinstance(entry, Mapping):
        when = read_date(entry.get("date"))
        direction = str(entry.get("direction", "")).strip().lower()
        if when is not None and when.day and (direction in _IN or direction in _OUT):
            return when.first, str(entry.get("time") or entry.get("date")), direction in _IN
        raise GapError(str(when or ""))
    raise GapError("")


def _stay(first: date, last: date, rule: Rule, *, open_start: bool = False, open_end: bool = False) -> Stay:
    if rule.count_ends:
        return Stay(first, last)
    return Stay(first if open_start else first + _ONE_DAY, last if open_end else last - _ONE_DAY)


def _judge(stays: list[Stay], day: date, rule: Rule) -> FieldResult:
    window = day - timedelta(days=rule.window_days - 1)
    run = max((stay.within(window, day).days for stay in stays), default=0)
    total = _union(stays, window, day)
    best = _best_total(stays, day, rule)
    values = {
        "days": str(total), "window": str(rule.window_days), "run": str(run), "run_days": str(rule.run_days),
        "alt": str(best), "alt_window": str(rule.alt_window_days), "alt_total": str(rule.alt_total_days),
    }  # fmt: skip
    if not rule.run_days and not rule.alt_total_days:
        return FieldResult(Grade.EXACT, "presence_no_threshold", values)
    enough = (rule.run_days and run >= rule.run_days) or (rule.alt_total_days and best >= rule.alt_total_days)
    if enough:
        return FieldResult(Grade.EXACT, "presence_met", values)
    return FieldResult(Grade.MISMATCH, "presence_short", values)


def _union(stays: list[Stay], first: date, last: date) -> int:
    """Days of all stays between two days; a day on which one stay ends and another begins counts once."""
    total, counted = 0, first - _ONE_DAY
    for stay in stays:
        part = stay.within(max(first, counted + _ONE_DAY), last)
        total += part.days
        counted = max(counted, part.last)
    return total


def _best_total(stays: list[Stay], day: date, rule: Rule) -> int:
    """The most days in any running span of `alt_window_days`; the best span begins or ends with a stay."""
    if not rule.alt_window_days:
        return 0
    start = day - timedelta(days=rule.horizon - 1)
    length = timedelta(days=rule.alt_window_days - 1)
    ends = {stay.last for stay in stays} | {min(day, stay.first + length) for stay in stays}
    return max((_union(stays, max(start, end - length), end) for end in ends), default=0)
