"""The short ways of reading a reply: what they give is what the long way gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mapping.conditions import Condition, ReplyView
from gateway.mapping.functions import Step
from gateway.mapping.paths import Path, compile_json
from gateway.mapping.reply import Rule
from gateway.mapping.sources import Reading, Source
from gateway.mapping.values import UnusableError, text_of
from gateway.model.outcomes import ReplyWord
from gateway.xmltree import XPath, parse

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.floats(allow_nan=False),
    st.sampled_from(["", " ", "-", " x ", "7"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("k"), inner), max_leaves=4
)
TEXTS = ["", "<p/>", "<p> x </p>", "<p>-</p>", "<p>7</p>", "<p><!--c-->y<q>z</q></p>", '<p a="1">w</p>', '<p a=" "/>']
NIL = '<p xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
DOCUMENTS = st.lists(st.sampled_from([*TEXTS, NIL]), max_size=3).map(
    lambda rows: parse(f"<r>{''.join(rows)}</r>".encode())
)
XPATHS = ("p", "p/@a", "p/q", "count(p)", "p = 'x'", "string(p)", "p/text()", "//p")


def digits(value: Any) -> Any:
    if not text_of(value).isdigit():
        raise UnusableError("no digits")
    return int(text_of(value))


STEPS: tuple[tuple[Step, ...], ...] = (
    (),
    (Step("digits", "text", "number", digits),),
    (Step("blank", "text", "text", lambda value: " "), Step("filled", "any", "boolean", lambda value: bool(value))),
)


def xpath(expression: str) -> Path:
    return Path(expression, "xml", XPath(expression).found)


def long_way(source: Source) -> Source:
    slow = replace(source)
    object.__setattr__(slow, "plain", False)
    return slow


def check(path: Path, node: Any) -> None:
    for steps in STEPS:
        for absent in ("not_provided", "undisclosed", "unexpected"):
            source = Source(path=path, steps=steps, absent=absent, blank=frozenset({"-"}))
            assert source.plain
            reading = Reading(node, node, {})
            assert source.read(reading) == long_way(source).read(reading)


@given(VALUES)
def test_a_plain_source_of_json_reads_as_any_other(value: Any) -> None:
    check(compile_json("a"), {"a": value})
    check(compile_json("a[].k"), {"a": value})


@pytest.mark.parametrize("expression", XPATHS)
@given(document=DOCUMENTS)
def test_a_plain_source_of_xml_reads_as_any_other(expression: str, document: Any) -> None:
    check(xpath(expression), document)


def test_what_needs_more_than_a_path_is_not_plain() -> None:
    path = compile_json("a")
    hidden = Condition(path=path, test="is", expected=("x",))
    listed = (Step("join", "list", "text", str),)
    rows: tuple[dict[str, Any], ...] = (
        {"precision": Source(path=path)},
        {"undisclosed_when": hidden},
        {"disputed_when": hidden},
        {"each": path},
        {"fields": {}},
        {"steps": listed},
        {"first_of": (Source(path=path),)},
        {"constant": "x"},
    )
    for more in rows:
        assert not Source(path=path, **more).plain
    assert not Source(document=path).plain


@pytest.mark.parametrize("test", ["is", "is_not", "contains", "exists", "filled", "same_as"])
@given(value=VALUES, document=DOCUMENTS)
def test_a_rule_says_the_same_of_a_path_that_was_looked_at_before(test: str, value: Any, document: Any) -> None:
    expected = {"exists": ("true",), "filled": ("true",)}.get(test, ("7", ""))
    for path, root in ((compile_json("a"), {"a": value}), (xpath("p"), document), (xpath("p/@a"), document)):
        condition = Condition(path=path, test=test, expected=expected, fact="f")
        view = ReplyView(200, lambda name: "", "", root)
        truth = condition.holds_at(root, {"f": "X"})
        assert [condition.holds(view, {"f": "X"}) for _ in range(2)] == [truth, truth]
        assert Rule(ReplyWord.FOUND, condition).holds(view, {"f": "X"}) is truth


def test_what_stands_at_a_path_is_looked_up_once_for_all_rules() -> None:
    asked = []

    def search(node: Any) -> Any:
        asked.append(node)
        return node["code"]

    path = Path("code", "json", search)
    view = ReplyView(200, lambda name: "", "", {"code": "3"})
    found = [Condition(path=path, test="is", expected=(code,)).holds(view, {}) for code in ("1", "2", "3")]
    assert found == [False, False, True]
    assert len(asked) == 1
