from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config import units


@pytest.mark.parametrize(
    ("text", "seconds"), [("500ms", 0.5), ("8s", 8), ("30min", 1800), ("2h", 7200), ("90d", 7776000), ("1.5 s", 1.5)]
)
def test_a_duration_carries_its_unit(text: str, seconds: float) -> None:
    assert units.duration(text) == seconds


@pytest.mark.parametrize(("text", "number"), [("512B", 512), ("64KiB", 65536), ("2MiB", 2097152), ("0.5KiB", 512)])
def test_a_size_carries_its_unit(text: str, number: int) -> None:
    assert units.size(text) == number


def test_a_rate_counts_per_period() -> None:
    assert units.rate("1000/hour") == units.Rate(1000, 3600)
    assert str(units.rate("1000/hour")) == "1000/hour"


def test_a_span_of_hours() -> None:
    assert units.span("08:30-17:30") == units.Span(time(8, 30), time(17, 30))
    assert units.span("closed") is None
    found = units.span("00:00-24:00")
    assert found is not None
    assert found.closes > time(23, 59, 59)


@pytest.mark.parametrize("text", ["8", "8 seconds", "s", "-8s", "8S", "1e3s", "８s", "1.5B", "2MB", "", "NaNs", "8s8s"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    for parse in (units.duration, units.size):
        with pytest.raises(ValueError):
            parse(text)


@pytest.mark.parametrize("text", ["0/hour", "1000", "1000/week", "1000 / hour", "1k/hour"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        units.rate(text)


@pytest.mark.parametrize("text", ["17:30-08:30", "08:30", "8:30-17:30", "08:30-25:00", "08:30-24:30", "always"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        units.span(text)


def test_a_date_has_one_form() -> None:
    assert units.day("2026-11-24") == date(2026, 11, 24)
    for text in ("20261124", "2026-W48-2", "2026-02-30", "2026-1-1"):
        with pytest.raises(ValueError):
            units.day(text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (units.duration, units.size, units.rate, units.day, units.span):
        try:
            parse(text)
        except ValueError:
            continue
