from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.catalog.conditions import PathFault, all_hold, case_view, check_path, holds
from gateway.model.catalog import Condition
from gateway.model.finding import Finding
from gateway.model.outcomes import Flag, Outcome

VIEW = {
    "case": {
        "applicant": {"id_number": "350102198807041239", "name": "", "age": 38, "note": None},
        "circumstances": {"by_agent": True, "rural_address": False},
        "parties": [{"role": "agent"}, {"role": "owner"}],
    },
    "claims": {"uscc": "91440101MA5FAKE08A"},
    "findings": {},
}


@pytest.mark.parametrize(
    ("path", "test", "expected", "result"),
    [
        ("case.circumstances.by_agent", "is", ("true",), True),
        ("case.circumstances.rural_address", "is", ("true",), False),
        ("case.circumstances.rural_address", "is", ("false",), True),
        ("case.circumstances.missing", "is", ("true",), False),
        ("case.circumstances.missing", "is", ("",), True),  # nothing counts as the empty text
        ("case.circumstances.missing", "is_not", ("pension",), True),
        ("case.parties[].role", "is", ("owner",), True),
        ("case.parties[].role", "is_not", ("owner",), False),
        ("case.parties[].role", "is_not", ("donor", "child"), True),
        ("case.parties[?role=='agent'] | [0].role", "is", ("agent",), True),
        ("case.applicant.age", "is", ("38",), True),
        ("claims.uscc", "contains", ("FAKE", "x"), True),
        ("claims.uscc", "contains", ("REAL",), False),
        ("case.applicant.name", "exists", ("true",), True),
        ("case.applicant.name", "filled", ("true",), False),
        ("case.applicant.note", "exists", ("true",), False),
        ("case.applicant.note", "exists", ("false",), True),
        ("case.applicant.id_number", "filled", ("true",), True),
        ("case.circumstances.rural_address", "filled", ("true",), True),
        ("case.parties[?role=='donor']", "filled", ("true",), False),
        ("length(case.applicant.age)", "is", ("2",), False),  # a number has no length: nothing is there
    ],
)
def test_a_condition_holds_or_not(path: str, test: str, expected: tuple[str, ...], result: bool) -> None:
    assert holds(Condition(path, test, expected), VIEW) is result


def test_all_conditions_must_hold() -> None:
    agent = Condition("case.circumstances.by_agent", "is", ("true",))
    rural = Condition("case.circumstances.rural_address", "is", ("true",))
    assert all_hold((agent,), VIEW)
    assert not all_hold((agent, rural), VIEW)
    assert all_hold((), VIEW)


def test_a_view_shows_findings_of_earlier_rounds(make_case: Any) -> None:
    finding = Finding(
        "M17", "applicant", Outcome.INCONSISTENT, (Flag.MINOR,), evidence={"last_division_code": "350102"}
    )
    view = case_view(make_case(), {"name": "x"}, [finding])
    assert holds(Condition("findings.M17.outcome", "is", ("inconsistent",)), view)
    assert holds(Condition("findings.M17.flags", "is", ("minor",)), view)
    assert holds(Condition("findings.M17.evidence.last_division_code", "is", ("350102",)), view)
    assert holds(Condition("claims.name", "is", ("x",)), view)
    assert not holds(Condition("findings.M31", "exists", ("true",)), view)


@pytest.mark.parametrize(
    "path",
    [
        "case",
        "case.parties[?role=='agent'].name",
        "findings.*.outcome",
        "[case.a, claims.b]",
        "length(case.parties[])",
        "case.a || claims.b",
    ],
)
def test_a_sound_path_passes(path: str) -> None:
    check_path(path)


@pytest.mark.parametrize(
    ("path", "column", "root"),
    [
        ("case.a.", 7, ""),
        ("case.a b", 7, ""),
        ("case.a[?b=='", 11, ""),
        ("", 0, ""),
        ("nosuch(case.a)", 0, ""),
        ("length(case.a, case.b)", 0, ""),
        ("applicant.name", 0, "applicant"),
        ("length(parties)", 7, "parties"),
        ("case.a || circumstances.b", 10, "circumstances"),
    ],
)
def test_a_wrong_path_says_where(path: str, column: int, root: str) -> None:
    with pytest.raises(PathFault) as caught:
        check_path(path)
    assert (caught.value.column, caught.value.root) == (column, root)


@given(st.text(max_size=40))
@example("``")
@example("case.`x`")
def test_any_text_is_a_path_or_a_fault(text: str) -> None:
    fault = None
    try:
        check_path(text)
    except PathFault as error:
        fault = error
    if fault is None:
        assert holds(Condition(text, "is", ("x",)), VIEW) in (True, False)
    else:
        assert 0 <= fault.column <= len(text)
