"""Dates on the wire: patterns, unknown parts, zones, epochs, and what is no date at all."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from gateway.mapping.functions.dates import PatternError, compile_pattern, read_date, read_datetime, write_time
from gateway.mapping.values import ABSENT, UnusableError

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("yyyyMMdd", "19880704", "1988-07-04"),
        ("ddMMyyyy", "04071988", "1988-07-04"),
        ("dd.MM.yyyy", "04.07.1988", "1988-07-04"),
        ("yyyy-M-d", "1988-7-4", "1988-07-04"),
        ("yyyy年M月d日", "1988年7月4日", "1988-07-04"),
        ("yyyy", "1960", "1960"),
        ("yyyy-M", "1980-9", "1980-09"),
        ("yyyyMMdd", "19600000", "1960"),
        ("yyyyMMdd", "19600700", "1960-07"),
        ("yyyyMMdd", "19600015", "1960"),
        ("yyyyMMdd", "00000000", ABSENT),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2011-01-17T00:00:00Z", "2011-01-17"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2011-01-16T20:00:00Z", "2011-01-17"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSX", "2011-01-17T08:00:00.123456789+08:00", "2011-01-17"),
        ("yyyy-MM-ddX", "1960-01-01+01:00", "1960-01-01"),
        ("yyyy-MM-dd", "2000-02-29", "2000-02-29"),
    ],
)
def test_reads_dates(pattern: str, text: str, expected: object) -> None:
    assert read_date(compile_pattern(pattern), text, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("yyyyMMdd", "1988-07-04"),
        ("yyyyMMdd", "19880732"),
        ("yyyyMMdd", "19881301"),
        ("yyyyMMdd", "19000229"),
        ("yyyyMMdd", "１９８８０７０４"),
        ("yyyyMMdd", "19880704 "),
        ("yyyyMMdd", "198807041"),
        ("yyyy-M-d", "1988-13-1"),
        ("yyyy", "60"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2011-01-17T25:00:00Z"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "9999-12-31T23:59:59-12:00"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_refuses_what_does_not_fit(pattern: str, text: str) -> None:
    with pytest.raises(UnusableError):
        read_date(compile_pattern(pattern), text, SHANGHAI)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("yyyyMMddHHmmss", "20261124100000", "2026-11-24T10:00:00+08:00"),
        ("yyyy-MM-dd HH:mm", "2026-11-24 10:05", "2026-11-24T10:05:00+08:00"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2026-11-24T02:00:00Z", "2026-11-24T10:00:00+08:00"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2026-11-23T21:30:00-0430", "2026-11-24T10:00:00+08:00"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2026-11-24T02:00:00+00", "2026-11-24T10:00:00+08:00"),
        ("yyyyMMddHHmmssSSS", "20261124100000250", "2026-11-24T10:00:00.250000+08:00"),
    ],
)
def test_reads_times(pattern: str, text: str, expected: str) -> None:
    assert read_datetime(compile_pattern(pattern), text, SHANGHAI) == expected


def test_writes_times_in_the_zone_of_the_endpoint() -> None:
    pattern = compile_pattern("yyyy-MM-dd'T'HH:mm:ss.SSSX")
    assert write_time(pattern, "2026-11-24T02:00:00.5Z", SHANGHAI) == "2026-11-24T10:00:00.500+08:00"
    assert write_time(compile_pattern("yyyy-M"), "1980-09", SHANGHAI) == "1980-9"
    assert write_time(compile_pattern("yyyy"), "1980", SHANGHAI) == "1980"
    assert write_time(compile_pattern("yyyy"), "1980-09", SHANGHAI) == "1980"


@pytest.mark.parametrize("value", ["1980", "1980-09", "", "yesterday", "1988-07-04x", 5])
def test_does_not_invent_a_day(value: object) -> None:
    with pytest.raises(UnusableError):
        write_time(compile_pattern("yyyyMMdd"), value, SHANGHAI)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("yyyy-mm-dd", "months are MM"),
        ("yyyy-MM-DD", "days are dd"),
        ("YYYY-MM-dd", "years are yyyy"),
        ("yy-MM-dd", "century"),
        ("MM-dd", "no year"),
        ("yyyyMMddMM", "twice"),
        ("yyyy-MM-dd hh:mm", "hours are HH"),
        ("", "no year"),
    ],
)
def test_wrong_patterns_say_what_is_meant(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError, match=reason) as caught:
        compile_pattern(pattern)
    assert caught.value.reason_zh
