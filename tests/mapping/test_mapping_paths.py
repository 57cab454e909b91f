"""Paths and conditions: what they reach, what holds, and where a wrong one is wrong."""

from __future__ import annotations

import json
from typing import Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_house import document, read, replying, understood

from gateway.mapping.paths import compile_json, members

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(node=JSON, names=st.lists(st.sampled_from("abcd"), min_size=1, max_size=4))
def test_plain_member_access_is_jmespath(node: Any, names: list[str]) -> None:
    expression = ".".join(names)
    assert members(expression)(node) == jmespath.search(expression, node)


@settings(max_examples=100, deadline=None)
@given(node=JSON)
def test_a_path_never_raises_on_a_reply(node: Any) -> None:
    for expression in (
        "a[].b",
        "length(a)",
        "join('-', a)",
        "max_by(a, &b)",
        "a[?b=='x'].c",
        "contains(a, 'x')",
        "[a, b]",
    ):
        path = compile_json(expression)
        path.values(node)
        path.there(node)
        path.nodes(node)


def condition_holds(condition: dict[str, Any], body: Any, form: str = "json", **facts: Any) -> bool:
    rules = [{"bad_request": condition}, {"found": {"status": 200}}]
    operation = replying({"format": form, "outcomes": rules}, namespaces={"n": "urn:n"})
    return understood(operation, body, **facts).word == "bad_request"


@pytest.mark.parametrize(
    ("condition", "body", "expected"),
    [
        ({"path": "c", "is": "0"}, {"c": 0}, True),
        ({"path": "c", "is": "0"}, {"c": "0"}, True),
        ({"path": "c", "is": 0}, {"c": "0"}, True),
        ({"path": "c", "is": "0"}, {"c": False}, False),
        ({"path": "c", "is": True}, {"c": True}, True),
        ({"path": "c", "is": "true"}, {"c": True}, True),
        ({"path": "c", "is": ["10", "11"]}, {"c": 11}, True),
        ({"path": "c", "is": "0000"}, {"c": 0}, False),
        ({"path": "c", "is": ""}, {}, True),
        ({"path": "c", "is": ""}, {"c": None}, True),
        ({"path": "c", "is_not": "1"}, {}, True),
        ({"path": "c", "is_not": ""}, {}, False),
        ({"path": "c", "is_not": ["1", "2"]}, {"c": 2}, False),
        ({"path": "e[].c", "is": "b"}, {"e": [{"c": "a"}, {"c": "b"}]}, True),
        ({"path": "c", "contains": ["查无", "无此"]}, {"c": "库中查无此人"}, True),
        ({"path": "c", "contains": "x"}, {"c": None}, False),
        ({"path": "c", "exists": True}, {"c": ""}, True),
        ({"path": "c", "exists": True}, {"c": 0}, True),
        ({"path": "c", "exists": True}, {"c": None}, False),
        ({"path": "c", "exists": False}, {}, True),
        ({"path": "c", "filled": True}, {"c": " "}, False),
        ({"path": "c", "filled": True}, {"c": []}, False),
        ({"path": "c", "filled": False}, {"c": {}}, True),
        ({"path": "c", "filled": True}, {"c": 0}, True),
        ({"path": "c", "same_as": "$id_number"}, {"c": "00x7"}, True),
        ({"path": "c", "same_as": "$id_number"}, {"c": "008"}, False),
        ({"path": "c", "same_as": "$name"}, {"c": ""}, False),
        ({"path": "c", "same_as": "$position.lon"}, {"c": 1.5}, True),
        ({"status": 200, "path": "c", "is": "1"}, {"c": 1}, True),
        ({"status": [404, 410]}, {}, False),
        ({"text": "BUSY"}, {"c": "BUSY"}, True),
        ({"empty_body": True}, {}, False),
    ],
)
def test_conditions_on_json(condition: dict[str, Any], body: Any, expected: bool) -> None:
    assert condition_holds(condition, body, id_number="00X7", position={"lon": 1.5}) is expected


@pytest.mark.parametrize(
    ("condition", "body", "expected"),
    [
        ({"path": "//c", "is": "0"}, "<r><c> 0 </c></r>", True),
        ({"path": "//n:c", "is": "0"}, "<r xmlns='urn:n'><c>0</c></r>", True),
        ({"path": "//c", "is": "0"}, "<r xmlns='urn:n'><c>0</c></r>", False),
        ({"path": "//c/@k", "is": "v"}, "<r><c k='v'/></r>", True),
        ({"path": "//c", "exists": True}, "<r><c/></r>", True),
        ({"path": "//c", "filled": True}, "<r><c> </c></r>", False),
        ({"path": "//c[@k='v']", "exists": True}, "<r><c k='w'/></r>", False),
        ({"path": "count(//c) > 1", "is": "true"}, "<r><c/><c/></r>", True),
        ({"path": "count(//c)", "is": "2"}, "<r><c/><c/></r>", True),
        ({"path": "//c", "filled": True},
         "<r xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><c xsi:nil='true'>x</c></r>", False),
        ({"fault": "any"}, "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultstring>x"
                           "</faultstring></e:Fault></e:Body></e:Envelope>", True),
        ({"fault": "not found"}, "<r>not found</r>", False),
    ],
)  # fmt: skip
def test_conditions_on_xml(condition: dict[str, Any], body: str, expected: bool) -> None:
    assert condition_holds(condition, body, "xml") is expected


def test_conditions_on_headers() -> None:
    operation = replying({"outcomes": [{"rate_limited": {"header": {"X-State": "busy"}}}, {"found": {"status": 200}}]})
    assert understood(operation, {}, headers=[("x-state", "Very Busy")]).word == "rate_limited"
    operation = replying({"outcomes": [{"closed_hours": {"content_type": "text/html"}}, {"found": {"status": 200}}]})
    assert understood(operation, "<p>", headers=[("Content-Type", "text/html; charset=x")]).word == "closed_hours"


def findings_of(path: str, form: str = "json") -> tuple[list[tuple[str, int]], int]:
    """Codes with columns, and the column of the path's first character."""
    reply = {"format": form, "outcomes": [{"found": {"path": path, "exists": True}}]}
    content = document({"ask": {"request": {"call": "GET /x"}, "reply": reply}}, namespaces={"prod": "urn:p"})
    begins = json.dumps(content, ensure_ascii=False).index(f'"path": "{path}"') + len('"path": "') + 1
    return [(row.code, row.mark.column) for row in read(content)[1] if row.code != "mapping.unused_prefix"], begins


@pytest.mark.parametrize(
    ("path", "form", "code", "shift"),
    [
        ("a.b[", "json", "mapping.bad_path", 4),
        ("a..b", "json", "mapping.bad_path", 2),
        ("a.reverse(b)", "json", "mapping.path_function", 2),
        ("//a/b", "json", "mapping.wrong_path_language", 0),
        ("a[?b=='c']", "xml", "mapping.wrong_path_language", 0),
        ("//prod:a/pro:b", "xml", "mapping.unknown_prefix", 9),
        ("//a[b", "xml", "mapping.bad_path", 5),
        ("//a[translate(b, 'x', 'y')]", "xml", "mapping.path_function", 4),
        ("//a[$x]", "xml", "mapping.bad_path", 4),
        ("count('a')", "xml", "mapping.bad_path", 0),
        ("", "json", "mapping.bad_path", 0),
    ],
)
def test_a_wrong_path_is_found_at_the_character(path: str, form: str, code: str, shift: int) -> None:
    found, begins = findings_of(path, form)
    quote = 0 if shift else 1  # what is wrong with the whole path is found at its opening quote
    assert found == [(code, begins + shift - quote)]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"path": "a"}, "mapping.condition_tests"),
        ({"path": "a", "is": "1", "exists": True}, "mapping.condition_tests"),
        ({"is": "1"}, "mapping.condition_without_path"),
        ({}, "mapping.condition_empty"),
        ({"path": "a", "same_as": "$id_nummer"}, "mapping.unknown_fact"),
        ({"path": "a", "same_as": "id_number"}, "mapping.constant_looks_like_fact"),
        ({"path": "a", "equals": "1"}, "mapping.unknown_key"),
    ],
)
def test_wrong_conditions_are_found(condition: dict[str, Any], code: str) -> None:
    reply = {"format": "json", "outcomes": [{"bad_request": condition}, {"found": {"status": 200}}]}
    _, findings = read(document({"ask": {"request": {"call": "GET /x"}, "reply": reply}}))
    assert code in [row.code for row in findings]
