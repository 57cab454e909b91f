"""What stands in `calendar.yaml`: holidays and make-up workdays; loud outside its range."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from gateway.config import units
from gateway.config.fields import Code, Day, Part, Text, form, refuse, written
from gateway.errors import GatewayError


def _days(value: Any) -> Any:
    """`2026-05-01`, or both ends of a stretch: `2026-05-01/2026-05-05`."""
    text = written(value)
    first, _, last = (text or "…").partition("/")
    try:
        begin = units.day(first)
        end = units.day(last) if last else begin
    except ValueError:
        raise refuse("configuration.bad_date", value=text or "…") from None
    if end < begin:
        raise refuse("configuration.order", first="first", a=first, second="last", b=last)
    return tuple(begin + timedelta(days=step) for step in range((end - begin).days + 1))


Stretch = Annotated[tuple[date, ...], BeforeValidator(_days)]
Year = Annotated[Code, form(r"20[0-9]{2}", "a year", "年份", "2026")]


class CalendarYear(Part):
    """What differs from the plain week in one year."""

    source: Text
    holidays: tuple[Stretch, ...]
    workdays: tuple[Day, ...] = Field(default_factory=tuple)
    """Saturdays and Sundays on which work is made up for."""

    @property
    def free(self) -> frozenset[date]:
        """All holidays of the year."""
        return frozenset(day for stretch in self.holidays for day in stretch)


class CalendarFile(Part):
    """The whole of `calendar.yaml`."""

    status: Text
    years: Mapping[Year, CalendarYear]
    _free: frozenset[date] = PrivateAttr(default=frozenset())
    _made_up: frozenset[date] = PrivateAttr(default=frozenset())

    @model_validator(mode="after")
    def _days_belong(self) -> Self:
        for year, entry in self.years.items():
            for found in (*entry.free, *entry.workdays):
                if str(found.year) != year:
                    raise refuse("configuration.out_of_range", "years", value=found.isoformat(), limit=year)
        self._free = frozenset(day for entry in self.years.values() for day in entry.free)
        self._made_up = frozenset(day for entry in self.years.values() for day in entry.workdays)
        both = sorted(self._free & self._made_up)
        if both:
            raise refuse("configuration.twice", "years", kind="day", name=both[0].isoformat(), first="holidays")
        return self

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a public holiday.

        Raises:
            GatewayError: `calendar.outside` for a day of a year that the calendar does not hold.
        """
        self._inside(day)
        return day in self._free

    def is_workday(self, day: date) -> bool:
        """Whether offices work on the day: the plain week, corrected by holidays and make-up workdays.

        Raises:
            GatewayError: `calendar.outside` for a day of a year that the calendar does not hold.
        """
        self._inside(day)
        return day in self._made_up or (day.weekday() < 5 and day not in self._free)

    def _inside(self, day: date) -> None:
        if str(day.year) not in self.years:
            first, last = min(self.years, default="–"), max(self.years, default="–")
            raise GatewayError("calendar.outside", day=day.isoformat(), first=first, last=last)
