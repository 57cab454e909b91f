"""`exists` and pairs of coordinates at the edges: an empty list that stands there, and two halves that do not."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.mapping.functions import FUNCTIONS, Scope
from gateway.mapping.parts import Findings, Part
from gateway.mapping.paths import compile_json
from gateway.mapping.reading_sources import read_steps
from gateway.mapping.sources import Reading, Source
from gateway.model.outcomes import FieldState
from gateway.yamlsource import parse

from zoneinfo import ZoneInfo  # isort: skip


@pytest.mark.parametrize(
    ("expression", "document", "there"),
    [
        ("list", {"list": []}, True),
        ("a.flag", {"a": {"flag": False}}, True),
        ("a.b", {"a": {"b": None}}, False),
        ("a.b", {}, False),
        ("list[].code", {"list": []}, False),
        ("list[?code=='1']", {"list": [{"code": "1"}]}, True),
        ("code == '1'", {"code": "2"}, False),
    ],
)
def test_a_member_is_there_even_empty_but_a_projection_needs_a_hit(expression: str, document: Any, there: bool) -> None:
    assert compile_json(expression).there(document) is there


def test_two_missing_halves_of_a_point_are_nothing_and_one_is_unusable() -> None:
    assert "point" in FUNCTIONS
    source = parse('{point: {written: "lon,lat", crs: "EPSG:4490"}}', "t.yaml")
    findings = Findings()
    steps = read_steps(Part(source, (), source.value, findings), Scope(ZoneInfo("UTC"), {}, set()))
    pair = Source(path=compile_json("[lng, lat]"), steps=steps)
    assert pair.read(Reading({}, {}, {})).state is FieldState.ABSENT
    assert pair.read(Reading({"lng": 1}, {}, {})).state is FieldState.UNEXPECTED
    assert pair.read(Reading({"lng": 1, "lat": 2}, {}, {})).value == {"lon": 1, "lat": 2, "crs": "EPSG:4490"}
