"""What a reply means: outcomes, the one record, fields and their states, judgements."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_house import FOUND, document, read, replying, states, understood, values

from gateway.model.outcomes import FieldState, ReplyWord

ROWS = {"path": "rows", "none": "not_found", "several": "candidates"}


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (400, {"x": 1}, "bad_request"),
        (401, {"x": 1}, "auth_rejected"),
        (403, "<html>", "auth_rejected"),
        (429, "", "rate_limited"),
        (500, {"x": 1}, "registry_fault"),
        (503, "<html>", "registry_fault"),
        (404, {"x": 1}, "unexpected"),
        (404, "<html>", "unreadable"),
        (302, {"x": 1}, "unexpected"),
        (200, "<html>", "unreadable"),
        (200, "", "unreadable"),
        (200, '{"a": 1, "a": 2}', "unreadable"),
        (200, b"\xff\xfe\xfa", "unreadable"),
        (200, {"c": "strange"}, "unexpected"),
    ],
)
def test_what_no_rule_claims(status: int, body: Any, word: str) -> None:
    operation = replying({"outcomes": [{"found": {"path": "c", "is": "0"}}]})
    assert understood(operation, body, status).word == word


def test_good_news_needs_a_readable_body_unless_it_looks_at_the_text() -> None:
    operation = replying({"outcomes": [{"not_found": {"status": 200}}, {"found": {"path": "a", "exists": True}}]})
    assert understood(operation, "<html>").word == "unreadable"
    operation = replying({"outcomes": [{"not_found": {"text": "no such"}}, {"found": {"path": "a", "exists": True}}]})
    assert understood(operation, "no such person").word == "not_found"
    operation = replying({"outcomes": [{"not_found": {"empty_body": True}}, {"found": {"path": "a", "exists": True}}]})
    assert understood(operation, " \n").word == "not_found"
    operation = replying({"outcomes": [{"rate_limited": {"status": 200}}, {"found": {"path": "a", "exists": True}}]})
    assert understood(operation, "<html>").word == "rate_limited"


def test_bad_news_first_and_found_after_shared_rules() -> None:
    shared = {"reply": {"format": "json", "outcomes": [{"auth_expired": {"path": "c", "is": "2"}}]}}
    reply = {"outcomes": [{"found": {"path": "c", "exists": True}}]}
    mapping, findings = read(document({"ask": {"request": {"call": "GET /x"}, "reply": reply}}, shared=shared))
    assert mapping is not None, findings
    assert understood(mapping.operations["ask"], {"c": 2}).word == "auth_expired"
    assert understood(mapping.operations["ask"], {"c": 1}).word == "found"


@pytest.mark.parametrize(
    ("record", "body", "word"),
    [
        (ROWS, {"rows": []}, "not_found"),
        (ROWS, {"rows": {}}, "not_found"),
        (ROWS, {"rows": None}, "not_found"),
        (ROWS, {"rows": ""}, "not_found"),
        (ROWS, {}, "not_found"),
        (ROWS, {"rows": [None, {}]}, "not_found"),
        (ROWS, {"rows": {"n": 1}}, "found"),
        (ROWS, {"rows": [{"n": 1}]}, "found"),
        (ROWS, {"rows": [{"n": 1}, {"n": 2}]}, "several"),
        ({**ROWS, "several": "first"}, {"rows": [{"n": 1}, {"n": 2}]}, "found"),
        ({**ROWS, "several": "unexpected"}, {"rows": [{"n": 1}, {"n": 2}]}, "unexpected"),
        ({**ROWS, "none": "undisclosed"}, {"rows": []}, "undisclosed"),
        ({**ROWS, "keep": {"path": "n", "same_as": "$id_number"}}, {"rows": [{"n": 6}, {"n": 7}]}, "found"),
        ({**ROWS, "keep": {"path": "n", "same_as": "$id_number"}, "none": "unexpected"}, {"rows": [{"n": 6}]}, "unexpected"),
        ({**ROWS, "several": {"highest": "n"}}, {"rows": [{"n": 1}, {"n": 2}, {"n": 10}]}, "found"),
        ({**ROWS, "several": {"highest": "n"}}, {"rows": [{"n": 2}, {"n": 2}]}, "several"),
        ({**ROWS, "several": {"highest": "m"}}, {"rows": [{"n": 2}, {"n": 3}]}, "several"),
        ({**ROWS, "several": {"highest": {"path": "n", "as": {"date": "yyyyMMdd"}}}}, {"rows": [{"n": "x"}, {"n": "y"}]},
         "unexpected"),
    ],
)  # fmt: skip
def test_the_one_record(record: dict[str, Any], body: Any, word: str) -> None:
    operation = replying({"record": record, "fields": {"n": "n"}})
    response = understood(operation, body, id_number="7")
    assert response.word == word
    if word == "found":
        expected = {"first": 1}.get(str(record["several"]), 10 if isinstance(record["several"], dict) else None)
        assert values(response)["n"] in ([expected] if expected else [1, 7])


def test_our_own_number_is_the_key() -> None:
    operation = replying({"record": {**ROWS, "key": "$id_number"}, "fields": {"n": "n"}})
    body = {"rows": {"007": {"n": "mine"}, "008": {"n": "theirs"}}}
    assert values(understood(operation, body, id_number="007")) == {"n": "mine"}
    assert understood(operation, body, id_number="009").word == "not_found"
    assert understood(operation, {"rows": []}, id_number="007").word == "not_found"


def test_history_with_sentinels_and_an_open_end() -> None:
    keep = [{"path": "till", "filled": False}, {"path": "till", "is": ["9999-12-31", "0001-01-01"]}]
    operation = replying({"record": {**ROWS, "keep": keep}, "fields": {"n": "n"}})
    for till in ("9999-12-31", "0001-01-01", "", None):
        rows = [{"n": "old", "till": "2001-01-01"}, {"n": "now", "till": till}]
        assert values(understood(operation, {"rows": rows})) == {"n": "now"}


def field(source: Any, body: Any, *, codes: Any = None, **facts: Any) -> tuple[str, Any]:
    operation = replying({"fields": {"f": source}}, **({"codes": codes} if codes else {}))
    response = understood(operation, body, **facts)
    if response.word != "found":
        return response.word, response.reason
    return response.fields["f"].state.value, response.fields["f"].value


WORDS = {"w": {"values": {"S": True, "N": False}, "otherwise": "unexpected"},
         "free": {"values": {"wife": "12"}, "otherwise": "not_comparable"},
         "part": {"values": {"V": "day", "D": "month", "M": "year", "J": "unknown"}, "otherwise": "unexpected"}}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "body", "expected"),
    [
        ("a", {"a": " x "}, ("value", "x")),
        ("a", {"a": 0}, ("value", 0)),
        ("a", {"a": False}, ("value", False)),
        ("a", {"a": ""}, ("absent", None)),
        ("a", {"a": []}, ("absent", None)),
        ("a", {"a": {}}, ("absent", None)),
        ("a", {"a": ["x"]}, ("value", "x")),
        ("a", {"a": ["", "x", None]}, ("value", "x")),
        ("a", {"a": ["x", "y"]}, ("unexpected", None)),
        ("a", {"a": {"b": 1}}, ("unexpected", None)),
        ({"path": "a", "blank": ["---", "00.00.0000"]}, {"a": "---"}, ("absent", None)),
        ({"path": "a", "absent": "undisclosed"}, {}, ("undisclosed", None)),
        ({"path": "a", "absent": "unexpected"}, {"a": None}, ("unexpected", "f: nothing is there, although the registry promised it")),
        ({"path": "a", "as": {"code": "w"}}, {"a": "N"}, ("value", False)),
        ({"path": "a", "as": {"code": "w"}}, {"a": "Q"}, ("unexpected", None)),
        ({"path": "a", "as": {"code": "free"}}, {"a": "foster child"}, ("not_comparable", None)),
        ({"path": "a", "as": {"code": "free"}}, {"a": ""}, ("absent", None)),
        ({"path": "a", "as": "filled"}, {}, ("value", False)),
        ({"path": "a", "undisclosed_when": {"path": "p", "is": "1"}}, {"a": "secret", "p": 1}, ("undisclosed", None)),
        ({"path": "a", "disputed_when": {"path": "p", "filled": True}}, {"a": "x", "p": "?"}, ("disputed", None)),
        ({"constant": "match"}, {}, ("value", "match")),
        ({"document": "top.a"}, {"top": {"a": "x"}}, ("value", "x")),
        ({"first_of": ["a", "b"]}, {"b": "x"}, ("value", "x")),
        ({"first_of": [{"path": "a", "as": {"date": "yyyyMMdd"}}, {"path": "a", "as": {"date": "yyyy"}}]}, {"a": "1960"}, ("value", "1960")),
        ({"first_of": [{"path": "a", "as": {"date": "yyyyMMdd"}}, "b"]}, {"a": "soon"}, ("unexpected", None)),
        ({"first_of": ["a", "b"]}, {}, ("absent", None)),
        ({"path": "a", "as": {"date": "yyyyMMdd"}, "precision": {"path": "p", "as": {"code": "part"}}}, {"a": "19600101", "p": "M"}, ("value", "1960")),
        ({"path": "a", "as": {"date": "yyyyMMdd"}, "precision": {"path": "p", "as": {"code": "part"}}}, {"a": "19600901", "p": "D"}, ("value", "1960-09")),
        ({"path": "a", "as": {"date": "yyyyMMdd"}, "precision": {"path": "p", "as": {"code": "part"}}}, {"a": "19600901"}, ("value", "1960-09-01")),
        ({"path": "a", "as": {"date": "yyyyMMdd"}, "precision": {"path": "p", "as": {"code": "part"}}}, {"a": "19600901", "p": "J"}, ("absent", None)),
        ({"path": "a", "as": {"date": "yyyyMMdd"}, "precision": {"path": "p", "as": {"code": "part"}}}, {"a": "19600901", "p": "X"}, ("unexpected", None)),
        ({"each": "a"}, {"a": "one"}, ("value", ["one"])),
        ({"each": "a"}, {"a": []}, ("value", [])),
        ({"each": "a"}, {}, ("value", [])),
        ({"each": "a[]", "as": ["text", {"pad": {"to": 3, "with": "0"}}]}, {"a": [1, 22]}, ("value", ["001", "022"])),
        ({"each": "a", "fields": {"n": "n"}}, {"a": [{"n": 1}, {"m": 2}]}, ("value", [{"n": 1}, {}])),
        ({"each": "a", "keep": {"path": "out", "filled": False}, "fields": {"n": "n"}}, {"a": [{"n": 1, "out": "x"}, {"n": 2}]}, ("value", [{"n": 2}])),
        ({"each": "a", "fields": {"n": {"path": "n", "absent": "unexpected"}}}, {"a": [{}]}, ("unexpected", None)),
        ({"path": "a", "fields": {"n": "n"}}, {"a": {"n": 1}}, ("value", {"n": 1})),
        ({"path": "a", "fields": {"n": "n"}}, {"a": [{"n": 1}, {"n": 2}]}, ("unexpected", None)),
        ({"path": "a", "fields": {"n": "n"}}, {"a": {}}, ("absent", None)),
    ],
)  # fmt: skip
def test_fields_and_their_states(source: Any, body: Any, expected: tuple[str, Any]) -> None:
    written = str(source)
    used = {name: table for name, table in WORDS.items() if f"'code': '{name}'" in written}
    assert field(source, body, codes=used or None) == expected


@pytest.mark.parametrize("number", ["350102198807041239", "12345678901234567890123", "1.10", "0.123456789012345678901"])
def test_numbers_of_any_kind_are_the_same_to_a_mapping(number: str) -> None:
    reply = {
        "record": {**ROWS, "keep": {"path": "n", "same_as": "$id_number"}},
        "fields": {"id_number": "n", "name": {"first_of": ["missing", "n"]}, "other": {"path": "n", "as": "text"}},
    }
    operation = replying(reply)
    for written in (number, f'"{number}"'):
        response = understood(operation, f'{{"rows": [{{"n": {written}}}]}}', id_number=number)
        assert values(response) == {"id_number": number, "name": number, "other": number}


def test_judgements() -> None:
    table = {"values": {"1": "match", "0": "mismatch"}, "otherwise": "unexpected"}
    reply = {
        "judged": {
            "name": {"path": "n", "as": {"code": "j"}},
            "id_number": {"path": "i", "as": {"score": {"match_from": 0.9, "weak_from": 0.5}}},
            "uscc": {"constant": "match"},
        }
    }
    operation = replying(reply, codes={"j": table})
    response = understood(operation, {"n": 1, "i": "0.6"})
    assert response.judged == {"name": "match", "id_number": "weak", "uscc": "match"}
    response = understood(operation, {"n": "9", "i": "high"})
    assert response.judged == {"name": "not_comparable", "id_number": "not_comparable", "uscc": "match"}
    assert {name: why.state for name, why in response.unusable.items()} == {
        "name": FieldState.UNEXPECTED,
        "id_number": FieldState.UNEXPECTED,
    }
    assert understood(operation, {}).judged == {"uscc": "match"}


def test_evidence_is_kept_from_the_top_whatever_the_outcome() -> None:
    reply = {"outcomes": [{"not_found": {"path": "c", "is": "4"}}, {"found": {"path": "c", "is": "0"}}],
             "record": ROWS, "evidence": {"message_id": "head.id", "message": "msg"}}  # fmt: skip
    operation = replying(reply)
    response = understood(operation, {"c": 4, "head": {"id": 12345678901234567890}, "msg": ""})
    assert (response.word, response.evidence) == ("not_found", {"message_id": "12345678901234567890"})


def test_xml_records_and_attributes() -> None:
    reply = {
        "format": "xml",
        "record": {"path": "//n:p", "keep": {"path": "@no", "same_as": "$id_number"}, "none": "not_found", "several": "first"},
        "fields": {"a": "n:inp.bsn", "b": "n:d/@k", "c": {"document": "//head"}, "e": {"path": "n:x", "absent": "undisclosed"}},
    }  # fmt: skip
    operation = replying(reply, namespaces={"n": "urn:n"})
    body = "<r xmlns:n='urn:n'><head>h</head><n:p no='6'/><n:p no='7'><n:inp.bsn> 1<!-- c --> </n:inp.bsn><n:d k='v'/></n:p></r>"
    response = understood(operation, body, id_number="7")
    assert values(response) == {"a": "1", "b": "v", "c": "h"}
    assert states(response) == {"e": "undisclosed"}


@settings(max_examples=150, deadline=None)
@given(body=st.one_of(st.binary(max_size=60), st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["rows", "n", "a", "till"]), inner, max_size=3)),
    max_leaves=15,
)), status=st.sampled_from([200, 404, 500]))  # fmt: skip
def test_reading_a_reply_is_total(body: Any, status: int) -> None:
    reply = {
        "outcomes": [{"not_found": {"path": "a", "is": "1"}}, {"found": {"status": 200}}],
        "record": {"path": "rows", "keep": {"path": "n", "filled": True}, "none": "not_found", "several": {"highest": "n"}},
        "fields": {
            "x": "n", "y": {"path": "a", "as": {"date": "yyyyMMdd"}}, "z": {"each": "a", "fields": {"q": "n"}},
            "p": {"path": "[a, n]", "as": {"point": {"written": "lon,lat", "crs": "GCJ-02"}}},
            "o": {"path": "a", "fields": {"q": {"path": "n", "as": "number"}}},
        },
        "judged": {"name": {"path": "n", "as": {"score": {"match_from": 1, "weak_from": 0}}}},
        "evidence": {"message": "a"},
    }  # fmt: skip
    response = understood(replying(reply), body, status, id_number="1")
    assert response.word in set(ReplyWord)


def test_rules_that_are_wrong_are_found() -> None:
    rules: list[Any] = [
        {"found": {"status": 200}},
        {"fond": {"status": 200}},
        {"not_found": {"status": 404}},
        {"bad_request": {"path": "c", "is": ["1", "2"]}},
        {"auth_expired": {"path": "c", "is": "1"}},
    ]
    _, findings = read(
        document({"ask": {"request": {"call": "GET /x"}, "reply": {"format": "json", "outcomes": rules}}})
    )
    assert [row.code for row in findings] == [
        "mapping.found_not_last",
        "mapping.unknown_outcome",
        "mapping.not_found_by_status_alone",
        "mapping.rule_unreachable",
    ]
    assert findings[1].candidates == ("found",)


def test_a_rule_without_success_is_found() -> None:
    reply = {"format": "json", "outcomes": [{"not_found": {"status": 410}}]}
    _, findings = read(document({"ask": {"request": {"call": "GET /x"}, "reply": reply}}))
    assert [row.code for row in findings] == ["mapping.no_found_rule"]
    assert FOUND
