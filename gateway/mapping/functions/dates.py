"""`date` and `datetime`: what is on the wire as ISO 8601, also where only a part of the date is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.mapping.functions.kinds import Function, Scope, Step
from gateway.mapping.parts import Part
from gateway.mapping.values import ABSENT, UnusableError, text_of

EPOCHS: Mapping[str, int] = {"epoch_ms": 1000, "epoch_s": 1}
_TOKENS: Mapping[str, str] = {
    "yyyy": r"(?P<year>[0-9]{4})",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{2})",
    "d": r"(?P<day>[0-9]{1,2})",
    "HH": r"(?P<hour>[0-9]{2})",
    "mm": r"(?P<minute>[0-9]{2})",
    "ss": r"(?P<second>[0-9]{2})",
    "SSS": r"(?P<fraction>[0-9]{1,9})",
    "X": r"(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)",
}
_WORD = re.compile(r"'([^']*)'|([A-Za-z])\2*|(.)", re.DOTALL)
_ADVICE: Mapping[str, tuple[str, str]] = {
    "DD": ("DD is unknown; days are dd", "DD 无效；日用 dd"),
    "D": ("D is unknown; days are d", "D 无效；日用 d"),
    "YYYY": ("YYYY is unknown; years are yyyy", "YYYY 无效；年用 yyyy"),
    "yy": ("yy hides the century; write yyyy", "yy 无世纪；请写 yyyy"),
    "hh": ("hh is unknown; hours are HH", "hh 无效；时用 HH"),
    "SS": ("SS is unknown; seconds are ss", "SS 无效；秒用 ss"),
}


class PatternError(ValueError):
    """A date pattern that can't be read, with the reason in both languages."""

    def __init__(self, reason: str, reason_zh: str) -> None:
        super().__init__(reason)
        self.reason, self.reason_zh = reason, reason_zh


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: a regular expression for reading and pieces for writing."""

    written: str
    regex: re.Pattern[str]
    pieces: tuple[tuple[bool, str], ...]
    """(is a token, text)"""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens in order."""
        return tuple(text for is_token, text in self.pieces if is_token)


def compile_pattern(written: str) -> Pattern:
    """Compile a pattern of `yyyy MM M dd d HH mm ss SSS X` and `'text'`.

    Raises:
        PatternError: unknown letters, a token twice, minutes where months are meant, no year.
    """
    pieces: list[tuple[bool, str]] = []
    for match in _WORD.finditer(written):
        quoted, letter, other = match.group(1), match.group(2), match.group(3)
        if quoted is not None:
            pieces.append((False, quoted))
        elif letter:
            token = match.group(0)
            if token == "T":  # noqa: S105 - the T of ISO 8601
                pieces.append((False, token))
                continue
            if token not in _TOKENS:
                raise PatternError(*_ADVICE.get(token, (f"'{token}' is no token", f"'{token}' 不是有效记号")))
            pieces.append((True, token))
        else:
            pieces.append((False, other))
    tokens = [text for is_token, text in pieces if is_token]
    if "yyyy" not in tokens:
        raise PatternError("there is no year (yyyy)", "缺少年份 yyyy")
    if "mm" in tokens and "HH" not in tokens:
        raise PatternError("mm are minutes; months are MM", "mm 表示分钟；月用 MM")
    kinds = [_TOKENS[token].split(">")[0] for token in tokens]
    if len(set(kinds)) != len(kinds):
        raise PatternError("one part stands twice", "同一部分出现两次")
    regex = "".join(_TOKENS[text] if is_token else re.escape(text) for is_token, text in pieces)
    return Pattern(written, re.compile(regex), tuple(pieces))


def _offset(written: str) -> timedelta:
    if written == "Z":
        return timedelta()
    digits = written[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -span if written[0] == "-" else span


def read_date(pattern: Pattern, text: str, zone: ZoneInfo) -> Any:
    """A date as `yyyy`, `yyyy-MM` or `yyyy-MM-dd`; ABSENT for `0000`.

    Raises:
        UnusableError: the text does not fit, or there is no such day.
    """
    match = pattern.regex.fullmatch(text)
    if match is None:
        raise UnusableError(f"'{text[:40]}' does not fit {pattern.written}")
    parts = match.groupdict()
    year, month, day = parts["year"], parts.get("month"), parts.get("day")
    if year == "0000":
        return ABSENT
    if month is None or int(month) == 0:
        return year
    try:
        if day is None or int(day) == 0:
            return date(int(year), int(month), 1).isoformat()[:7]
        whole = date(int(year), int(month), int(day))
        if parts.get("zone") and parts.get("hour"):
            return _moment(parts, text, zone).astimezone(zone).date().isoformat()
    except (ValueError, OverflowError):
        raise UnusableError(f"'{text[:40]}' is no day of the calendar") from None
    return whole.isoformat()


def _moment(parts: Mapping[str, str | None], text: str, zone: ZoneInfo) -> datetime:
    fraction = (parts.get("fraction") or "0").ljust(6, "0")[:6]
    moment = datetime(
        int(parts["year"] or 0),
        int(parts.get("month") or 1),
        int(parts.get("day") or 1),
        int(parts.get("hour") or 0),
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        int(fraction),
        tzinfo=UTC,
    )
    written_zone = parts.get("zone")
    if written_zone:
        return moment - _offset(written_zone)
    return moment.replace(tzinfo=zone)


def read_datetime(pattern: Pattern, text: str, zone: ZoneInfo) -> str:
    """A time as RFC 3339 with zone; the endpoint's zone is added where none is written.

    Raises:
        UnusableError: the text does not fit, or there is no such time.
    """
    match = pattern.regex.fullmatch(text)
    if match is None:
        raise UnusableError(f"'{text[:40]}' does not fit {pattern.written}")
    try:
        return _moment(match.groupdict(), text, zone).astimezone(zone).isoformat()
    except (ValueError, OverflowError):
        raise UnusableError(f"'{text[:40]}' is no time of the calendar") from None


def _epoch(text: str, unit: int, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromtimestamp(int(text) / unit, tz=zone)
    except (ValueError, OverflowError, OSError):
        raise UnusableError(f"'{text[:40]}' is no epoch time") from None


def write_time(pattern: Pattern, value: Any, zone: ZoneInfo) -> str:
    """A canonical date or time in the registry's pattern.

    Raises:
        UnusableError: the value has not all the parts that the pattern needs.
    """
    text = text_of(value)
    try:
        moment = datetime.fromisoformat(text) if len(text) >= 10 else None
    except ValueError:
        moment = None
    if moment is None:
        known = [token for token in pattern.tokens if token not in ("yyyy", *(("MM", "M") if len(text) == 7 else ()))]
        if known or not re.fullmatch(r"[0-9]{4}(-[0-9]{2})?", text):
            raise UnusableError(f"'{text[:40]}' has not all parts of {pattern.written}")
        moment = datetime.fromisoformat(text.ljust(7, "-").replace("---", "-01") + "-01")
    if moment.tzinfo is not None:
        moment = moment.astimezone(zone)
    elif len(text) > 10:
        moment = moment.replace(tzinfo=zone)
    return "".join(_piece(token, moment) if is_token else token for is_token, token in pattern.pieces)


def _piece(token: str, moment: datetime) -> str:
    if token == "X":  # noqa: S105
        text = moment.strftime("%z") or "+0000"
        return f"{text[:3]}:{text[3:5]}"
    values = {
        "yyyy": f"{moment.year:04d}",
        "MM": f"{moment.month:02d}",
        "M": str(moment.month),
        "dd": f"{moment.day:02d}",
        "d": str(moment.day),
        "HH": f"{moment.hour:02d}",
        "mm": f"{moment.minute:02d}",
        "ss": f"{moment.second:02d}",
        "SSS": f"{moment.microsecond // 1000:03d}",
    }
    return values[token]


def _build(name: str, place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    if parameter is None or not parameter.expect("text"):
        place.find(
            "mapping.function_parameter",
            function=name,
            reason="a pattern is needed",
            reason_zh="需要日期格式",
            example=f"{{{name}: yyyyMMdd}}",
        )
        return None
    written, zone = parameter.value, scope.zone
    if written in EPOCHS:
        unit = EPOCHS[written]
        if name == "date":
            return Step(
                name,
                "text",
                "date",
                lambda value: _epoch(text_of(value), unit, zone).date().isoformat(),
                lambda value: str(int(_aware(value, zone).timestamp() * unit)),
            )
        return Step(
            name,
            "text",
            "datetime",
            lambda value: _epoch(text_of(value), unit, zone).isoformat(),
            lambda value: str(int(_aware(value, zone).timestamp() * unit)),
        )
    try:
        pattern = compile_pattern(written)
    except PatternError as error:
        parameter.find("mapping.bad_date_pattern", pattern=written, reason=error.reason, reason_zh=error.reason_zh)
        return None
    if name == "datetime" and "HH" not in pattern.tokens:
        parameter.find("mapping.bad_date_pattern", pattern=written, reason="a time needs HH", reason_zh="时间需要 HH")
        return None
    read = read_date if name == "date" else read_datetime
    return Step(
        name,
        "text",
        name,
        lambda value: read(pattern, text_of(value), zone),
        lambda value: write_time(pattern, value, zone),
    )


def _aware(value: Any, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text_of(value))
    except ValueError:
        raise UnusableError(f"'{text_of(value)[:40]}' is no time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


DATE = Function(
    "date",
    "text",
    "date",
    True,
    (
        "text or number as a date; patterns without day or month give partial dates, 00 is an unknown part",
        "将文本或数字转为日期；缺日或月的格式得到部分日期，00 表示未知",
    ),
    "{path: csrq, as: {date: yyyyMMdd}}",
    lambda place, parameter, scope: _build("date", place, parameter, scope),
)
DATETIME = Function(
    "datetime",
    "text",
    "datetime",
    True,
    (
        "text or number as a time with zone; the endpoint's zone is added where none is written",
        "将文本或数字转为带时区的时间",
    ),
    "{path: sj, as: {datetime: yyyyMMddHHmmss}}",
    lambda place, parameter, scope: _build("datetime", place, parameter, scope),
)
