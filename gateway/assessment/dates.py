"""Dates as registries write them, also partial ones, and the comparators that read them."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from gateway.assessment.comparator import ABSENT, DIFFERS, NOT_STATED, SAME, Options, is_empty, written_differently
from gateway.assessment.tables import NameTables
from gateway.assessment.text import canonical
from gateway.identifiers import MASKS
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_ZONE = ZoneInfo("Asia/Shanghai")
_UNREADABLE = FieldResult(Grade.NOT_COMPARABLE, "date_unreadable")
_NO_END = FieldResult(Grade.EXACT, "no_end")
_HIDDEN = f"[{re.escape(MASKS)}]"
_SHAPES = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: .*)?"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?"),
    re.compile(r"(\d{4})(?:[-/.]?(\d{2}))?"),
    re.compile(rf"(\d{{4}})-(?:(\d{{2}})|{_HIDDEN}{{2}})-{_HIDDEN}{{2}}"),
)
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONG_TERM = frozenset({"长期", "長期", "长期有效", "永久", "永久有效", "99991231", "9999-12-31", "无期限"})
_EPOCH_DIGITS = 12
_LONGEST = 40
_DAY_LENGTH = 11


class PartialDate(NamedTuple):
    """A date of which the month or the day may be unknown (0)."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def first(self) -> date:
        """The earliest day that it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day that it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return "-".join(part for part in (f"{self.year:04}", self._two(self.month), self._two(self.day)) if part)

    @staticmethod
    def _two(number: int) -> str:
        return f"{number:02}" if number else ""


def read_date(value: Any) -> PartialDate | None:
    """Read ISO 8601, `YYYYMMDD`, `YYYY年M月D日`, slashes, dots, and epoch milliseconds (in Asia/Shanghai).

    Unknown parts are left out, zero (`1980-00-00`) or masked. None where it is no date.
    """
    if isinstance(value, str):
        # Days repeat from case to case; longer texts are no dates, and are not kept.
        return _read_known(value) if len(value) <= _DAY_LENGTH else _read_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read_number(value)
    return None


@lru_cache(maxsize=4096)
def _read_known(value: str) -> PartialDate | None:
    return _read_text(value)


def _read_text(value: str) -> PartialDate | None:
    if _ISO_DAY.fullmatch(value):
        return _valid(int(value[:4]), int(value[5:7]), int(value[8:]))
    text = canonical(value[: _LONGEST + 1]).text
    if len(text) > _LONGEST:
        return None
    if text.isascii() and text.lstrip("-").isdigit() and len(text.lstrip("-")) >= _EPOCH_DIGITS and len(text) != 14:
        return _read_number(int(text))
    for shape in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            return _valid(*(int(part or 0) for part in (*found.groups(), 0, 0)[:3]))
    return None


def _read_number(value: float) -> PartialDate | None:
    if isinstance(value, int) and 10_000_101 <= value <= 99_991_231:
        return _read_text(str(value))
    if isinstance(value, int) and 1000 <= value <= 9999:
        return _valid(value, 0, 0)
    try:
        moment = datetime.fromtimestamp(value / 1000, UTC).astimezone(_ZONE)
    except (ValueError, OverflowError, OSError):
        return None
    return PartialDate(moment.year, moment.month, moment.day)


def _valid(year: int, month: int, day: int) -> PartialDate | None:
    if not month:
        day = 0
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return PartialDate(year, month, day)


def compare_date(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Dates: the same day; a partial date that agrees is partial, one that disagrees is a mismatch."""
    if is_empty(declared):
        return NOT_STATED
    if is_empty(registry):
        return ABSENT
    one, other = read_date(declared), read_date(registry)
    if one is None or other is None:
        return _UNREADABLE
    if one == other and one.day:
        same = type(declared) is type(registry) and declared == registry
        return SAME if same else written_differently("date_format")
    agrees = one.year == other.year and one.month in (0, other.month or one.month)
    agrees = agrees and one.day in (0, other.day or one.day)
    if not agrees or (one.day and other.day):
        return DIFFERS
    return FieldResult(Grade.PARTIAL, "partial_date", {"known": str(min(one, other, key=lambda d: len(str(d))))})


def not_before_today(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Predicate: the registry's date is not before the day of application (option `day`, a date)."""
    if is_empty(registry):
        return ABSENT
    if isinstance(registry, str) and canonical(registry[:_LONGEST]).text in _LONG_TERM:
        return _NO_END
    day, end = options.get("day"), read_date(registry)
    if end is None or not isinstance(day, date):
        return _UNREADABLE
    values = {"date": str(end), "day": day.isoformat()}
    if end.first >= day:
        return FieldResult(Grade.EXACT, "still_valid", values)
    if end.last < day:
        return FieldResult(Grade.MISMATCH, "validity_over", values)
    return FieldResult(Grade.NOT_COMPARABLE, "partial_date", {"known": str(end)})
