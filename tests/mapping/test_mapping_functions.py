"""Value functions: tables of what they read and write, and that nothing makes them raise anything else."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_house import document, read

from gateway.jsontext import parse_json
from gateway.mapping.codes import CodeTable
from gateway.mapping.functions import FUNCTIONS, Scope
from gateway.mapping.parts import Findings, Part
from gateway.mapping.reading_sources import read_steps
from gateway.mapping.values import ABSENT, UnusableError
from gateway.yamlsource import parse

TABLES = {
    "sex": CodeTable("sex", {"M": "1", "F": "2"}, "unexpected"),
    "words": CodeTable("words", {"J": True, "N": False}, "not_comparable"),
    "rest": CodeTable("rest", {"a": "1"}, "code", "99"),
    "twice": CodeTable("twice", {"a": "1", "b": "1"}, "unexpected"),
}


def steps(written: str, *, request: bool = False) -> Any:
    source = parse(f"as: {written}", "probe.yaml")
    findings = Findings()
    part = Part(source, ("as",), source.value["as"], findings)
    found = read_steps(part, Scope(ZoneInfo("Asia/Shanghai"), TABLES, set()), request=request)
    return found, findings.rows


def through(written: str, value: Any, *, write: bool = False) -> Any:
    found, findings = steps(written, request=write)
    assert not findings, findings[0].text()
    for step in found:
        value = step.write(value) if write else step.read(value)
    return value


READS = [
    ("text", 5, "5"),
    ("text", True, "true"),
    ("upper", "35010219880704123x", "35010219880704123X"),
    ("lower", "ABC", "abc"),
    ("collapse_spaces", "a  b \n c", "a b c"),
    ("{join: '-'}", ["1980", 9], "1980-9"),
    ("{join: '-'}", ["1980", None], ABSENT),
    ("{join: ''}", ["a", "b"], "ab"),
    ("{split: {by: ',', take: 1}}", "a, b", "a"),
    ("{split: {by: ',', take: -1}}", "a, b", "b"),
    ("{split: {by: ',', take: 3}}", "a, b", ABSENT),
    ("{split: {by: ',', take: -3}}", "a, b", ABSENT),
    ("{between: ['(', ')']}", "x (y) z", "y"),
    ("{between: ['(', ')']}", "x (y", ABSENT),
    ("{slice: [1, 6]}", "350102198807041239", "350102"),
    ("{slice: [19, 20]}", "350102198807041239", ABSENT),
    ("{strip_prefix: 156}", "156440106", "440106"),
    ("{strip_prefix: '156'}", "440106", "440106"),
    ("{pad: {to: 8, with: 0}}", "123", "00000123"),
    ("{pad: {to: 2, with: '0'}}", "123", "123"),
    ("number", "405000", 405000),
    ("number", "1.50", 1.5),
    ("number", 7, 7),
    ("{number: {decimal: ',', group: '.'}}", "1.234,50", 1234.5),
    ("{number: {times: 10000}}", "500", 5000000),
    ("{number: {times: 0.01}}", "12345", 123.45),
    ("{score: {match_from: 0.95, weak_from: 0.7}}", "0.95", "match"),
    ("{score: {match_from: 0.95, weak_from: 0.7}}", 0.83, "weak"),
    ("{score: {match_from: 0.95, weak_from: 0.7}}", 0, "mismatch"),
    ("{code: sex}", "M", "1"),
    ("{code: words}", "N", False),
    ("{code: rest}", "zzz", "99"),
    ("filled", [], False),
    ("filled", {"a": 1}, True),
    ("filled", ABSENT, False),
    ("{point: {written: 'lon,lat', crs: 'EPSG:4490'}}", "113.3,23.1", {"lon": 113.3, "lat": 23.1, "crs": "EPSG:4490"}),
    ("{point: {written: 'lat,lon', crs: GCJ-02}}", [23.1, 113.3], {"lon": 113.3, "lat": 23.1, "crs": "GCJ-02"}),
    ("{point: {written: lat lon, crs: GCJ-02}}", "23.1 113.3", {"lon": 113.3, "lat": 23.1, "crs": "GCJ-02"}),
    ("{point: {written: POINT(lon lat), crs: 'EPSG:4326'}}", "POINT(4.9 52.3)", {"lon": 4.9, "lat": 52.3, "crs": "EPSG:4326"}),
    ("[{between: ['(', ')']}, upper]", "a(bc)", "BC"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "value", "expected"), READS)
def test_reads(written: str, value: Any, expected: Any) -> None:
    found = through(written, value)
    assert found == expected
    assert type(found) is type(expected)


WRITES = [
    ("{date: yyyyMMdd}", "1988-07-04", "19880704"),
    ("{date: dd.MM.yyyy}", "1988-07-04", "04.07.1988"),
    ("{datetime: yyyyMMddHHmmss}", "2026-11-24T02:00:00Z", "20261124100000"),
    ("{datetime: epoch_ms}", "2023-11-15T06:13:20+08:00", "1700000000000"),
    ("{datetime: epoch_s}", "2023-11-15T06:13:20+08:00", "1700000000"),
    ("{code: sex}", "2", "F"),
    ("{code: words}", True, "J"),
    ("{number: {times: 10000}}", 5000000, "500"),
    ("{number: {decimal: ','}}", 1.5, "1,5"),
    ("{slice: [1, 2]}", "350102", "35"),
    ("{pad: {to: 4, with: '0'}}", 7, "0007"),
    ("upper", "abc", "ABC"),
]


@pytest.mark.parametrize(("written", "value", "expected"), WRITES)
def test_writes(written: str, value: Any, expected: str) -> None:
    assert through(written, value, write=True) == expected


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("number", "1,5"),
        ("number", "NaN"),
        ("number", "1_000"),
        ("number", "0x10"),
        ("number", True),
        ("number", "9" * 50),
        ("{score: {match_from: 1, weak_from: 0.5}}", "n/a"),
        ("{code: sex}", "X"),
        ("{point: {written: 'lon,lat', crs: GCJ-02}}", "113.3"),
        ("{point: {written: 'lon,lat', crs: GCJ-02}}", "23.1,113.3"),
        ("{point: {written: 'lon,lat', crs: GCJ-02}}", [1, 2, 3]),
        ("{point: {written: 'lon,lat', crs: GCJ-02}}", "a,b"),
    ],
)
def test_refuses(written: str, value: Any) -> None:
    with pytest.raises(UnusableError) as caught:
        through(written, value)
    assert caught.value.note


def test_an_unlisted_code_is_what_its_table_says() -> None:
    with pytest.raises(UnusableError) as caught:
        through("{code: words}", "Q")
    assert caught.value.state == "not_comparable"


def test_numbers_keep_all_their_digits() -> None:
    written = "350102198807041239.123456789012345678"
    value = parse_json(f"[{written}, 12345678901234567890123]")
    assert through("text", value[0]) == written
    assert through("text", value[1]) == "12345678901234567890123"
    assert through("number", value[1]) == 12345678901234567890123


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("datum", "mapping.unknown_function"),
        ("{code: geslagt}", "mapping.unknown_table"),
        ("code", "mapping.function_parameter"),
        ("{split: {by: ','}}", "mapping.missing_key"),
        ("{split: {by: ',', take: 0}}", "mapping.function_parameter"),
        ("{slice: [6, 1]}", "mapping.function_parameter"),
        ("{pad: {to: 8, with: xy}}", "mapping.function_parameter"),
        ("{between: '('}", "mapping.function_parameter"),
        ("{point: {written: 'lon,lat'}}", "mapping.point_without_crs"),
        ("{point: {written: 'x,y', crs: GCJ-02}}", "mapping.bad_value"),
        ("{upper: yes}", "mapping.function_parameter"),
        ("[filled, {split: {by: ',', take: 1}}]", "mapping.function_order"),
        ("[upper, {join: '-'}]", "mapping.function_order"),
        ("{date: yyyyMMdd, upper: x}", "mapping.bad_value"),
    ],
)
def test_wrong_functions_are_found(written: str, code: str) -> None:
    _, findings = steps(written)
    assert code in [row.code for row in findings]
    for row in findings:
        assert row.text("en") != row.text("zh")
        assert "…" not in row.text("en").replace("{code: …}", "").replace("{document: …}", "")


@pytest.mark.parametrize("written", ["{split: {by: ',', take: 1}}", "filled", "{strip_prefix: x}", "{between: [a, b]}"])
def test_some_functions_read_only(written: str) -> None:
    _, findings = steps(written, request=True)
    assert [row.code for row in findings] == ["mapping.function_direction"]


def test_a_table_with_two_codes_for_one_value_can_not_be_written() -> None:
    assert [row.code for row in steps("{code: twice}", request=True)[1]] == ["mapping.code_not_reversible"]
    assert not steps("{code: twice}")[1]


ALL = [
    *{written for written, _, _ in READS},
    *(f"{{date: {pattern}}}" for pattern in ("yyyyMMdd", "yyyy-M-d", "dd.MM.yyyy", "yyyy", "epoch_ms", "epoch_s")),
    *(f"{{datetime: {pattern}}}" for pattern in ("yyyyMMddHHmmss", "\"yyyy-MM-dd'T'HH:mm:ssX\"", "epoch_ms")),
]
SCALARS = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.text("0123456789-:.TZ+ ", max_size=26),
    st.lists(st.one_of(st.text(max_size=5), st.integers(), st.none()), max_size=3),
    st.from_regex(r"[0-9]{4}[0-9]{2}[0-9]{2}([0-9]{6})?", fullmatch=True),
)


@settings(max_examples=150, deadline=None)
@given(written=st.sampled_from(sorted(ALL)), value=SCALARS)
def test_every_function_is_total(written: str, value: Any) -> None:
    for step in steps(written)[0]:
        for convert in (step.read, step.write):
            note = "fine"
            try:
                if convert is not None:
                    convert(value)
            except UnusableError as error:
                note = error.note
            assert 0 < len(note) < 200


@given(st.dates())
@settings(max_examples=80, deadline=None)
def test_a_date_that_is_written_is_read_again(day: Any) -> None:
    for pattern in ("yyyyMMdd", "yyyy-M-d", "dd.MM.yyyy", "yyyy年M月d日"):
        if day.year >= 1000 or "yyyy" in pattern:
            wire = through(f"{{date: '{pattern}'}}", day.isoformat(), write=True)
            assert through(f"{{date: '{pattern}'}}", wire) == day.isoformat()


def test_the_list_is_closed_and_documented() -> None:
    expected = {
        "date", "datetime", "number", "text", "code", "filled", "point", "score", "join", "split", "between", "slice",
        "strip_prefix", "pad", "collapse_spaces", "upper", "lower",
    }  # fmt: skip
    assert set(FUNCTIONS) == expected
    for function in FUNCTIONS.values():
        assert all(function.doc)
        assert function.example


def test_a_constant_goes_through_functions_too() -> None:
    reply = {
        "format": "json",
        "outcomes": [{"found": {"status": 200}}],
        "fields": {"f": {"constant": "ab", "as": "upper"}},
    }
    mapping, _ = read(document({"ask": {"request": {"call": "GET /x"}, "reply": reply}}))
    assert mapping is not None
    assert mapping.operations["ask"].reply.fields["f"].gives == "text"
