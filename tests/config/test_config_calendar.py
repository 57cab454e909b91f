from __future__ import annotations

from datetime import date, timedelta

import pytest

from gateway import yamlsource
from gateway.config.calendar import CalendarFile
from gateway.config.reading import read
from gateway.errors import GatewayError
from gateway.resources import config_dir


@pytest.fixture(scope="module")
def calendar() -> CalendarFile:
    found, findings = read(yamlsource.load(config_dir() / "calendar.yaml"), CalendarFile)
    assert findings == []
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), True),  # a Tuesday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 10), True),  # a Saturday made up for
        (date(2025, 1, 26), True),  # a Sunday made up for
        (date(2025, 1, 28), False),  # New Year's eve, a Tuesday
        (date(2025, 2, 4), False),
        (date(2025, 2, 5), True),
    ],
)
def test_a_day_is_a_workday_or_not(calendar: CalendarFile, day: date, works: bool) -> None:
    assert calendar.is_workday(day) is works
    assert calendar.is_holiday(date(2026, 2, 17))


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2027, 1, 1), date(1, 1, 1)])
def test_a_year_that_is_not_there_is_an_error_and_no_guess(calendar: CalendarFile, day: date) -> None:
    for ask in (calendar.is_workday, calendar.is_holiday):
        with pytest.raises(GatewayError) as caught:
            ask(day)
        assert caught.value.code == "calendar.outside"
        assert "2025 to 2026" in str(caught.value)


def test_make_up_days_fall_on_weekends_and_every_year_is_plausible(calendar: CalendarFile) -> None:
    assert calendar.status == "own, unverified"
    for name, year in calendar.years.items():
        assert all(day.weekday() >= 5 for day in year.workdays)
        first = date(int(name), 1, 1)
        works = sum(calendar.is_workday(first + timedelta(days=step)) for step in range(365))
        assert 246 <= works <= 252
