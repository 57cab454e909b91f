"""Tests inside mappings: what passes, what fails with which words at which place, what is skipped."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.rest import RestAdapter
from adapters.soap import SoapAdapter
from gateway.mapping.dialects import load_dialect
from gateway.mapping.files import Surroundings, load_registry
from gateway.schemas import vocabulary
from gateway.workbench import run_dialect_tests, run_tests
from gateway.workbench.comparing import agrees, same_tree
from gateway.xmltree import parse

AROUND = Surroundings(
    {name: attribute.type for name, attribute in vocabulary().attributes.items()}, frozenset({"rest", "soap"})
)
REST = """\
grammar: 1
registry: probe
title: {zh: 试, en: Probe}
endpoint: {adapter: rest, url: "https://registry.example.org/api/v1", timezone: Asia/Shanghai, limits: {timeout: 8s}}
access: {kind: query_key, parameter: tk, key: $secret.probe.key}
codes:
  sex: {values: {M: "1", V: "2"}, otherwise: unexpected}
operations:
  POP.ASK:
    request:
      call: POST /p/{no}
      path: {no: $id_number}
      query: {q: $name}
      http_headers: {X-At: $exchange.time}
      json: {a: {b: $name, n: 1}}
    reply:
      format: json
      outcomes:
        - not_found: {path: code, is: "4"}
        - found: {path: code, is: "0"}
      evidence: {message_id: id}
      judged: {name: {path: likeness, as: {score: {match_from: 0.9, weak_from: 0.5}}}}
      fields:
        birth_date: {path: born, as: {date: yyyyMMdd}}
        sex_code: {path: sex, as: {code: sex}}
        capital: {path: money, as: number}
    tests:
      - name: probe
        given: {id_number: "7/8", name: 王芳, exchange.time: now}
        reply: {body: {code: 0, id: m-1, born: "19600101", sex: X, likeness: 0.6, money: 1.50}}
        expect:
"""
GOOD = """\
          request: {call: POST /p/7%2F8, query: {q: 王芳, tk: "secret:probe.key"}, http_headers: {x-at: now}, json: {a: {b: 王芳, n: 1}}, text: 王芳}
          outcome: found
          fields: {birth_date: "1960-01-01", capital: 1.5}
          judged: {name: weak}
          evidence: {message_id: m-1}
          unexpected: [sex_code]
"""


def run(tmp_path: Path, text: str, recordings: Path | None = None) -> Any:
    folder = tmp_path / "probe"
    folder.mkdir(exist_ok=True)
    (folder / "mapping.yaml").write_text(text, "utf-8")
    mapping, findings = load_registry(folder, AROUND)
    assert mapping is not None, "\n".join(row.text() for row in findings)
    return run_tests(mapping, {"rest": RestAdapter, "soap": SoapAdapter}[mapping.endpoint.adapter], recordings)


def test_all_that_can_be_expected(tmp_path: Path) -> None:
    report = run(tmp_path, REST + GOOD)
    assert report.passed, "\n".join(row.text() for row in report.failures)
    assert report.coverage == {"operations": (1, 1), "outcomes": (1, 2), "fields": (4, 4), "codes": (0, 2)}
    document = report.document()
    assert (document["passed"], document["failed"], document["skipped"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("expectation", "path", "found", "expected"),
    [
        ("outcome: not_found", "outcome", "found", "not_found"),
        ('fields: {birth_date: "1960-01-02"}', "fields.birth_date", "1960-01-01", "1960-01-02"),
        ('fields: {capital: "1.5"}', "fields.capital", "1.5", "1.5"),
        ("fields: {capital: 1.51}", "fields.capital", "1.5", "1.51"),
        ('fields: {sex_code: "1"}', "fields.sex_code", "unexpected (code 'X' is not in table 'sex')", "1"),
        ("fields: {surname: 王}", "fields.surname", "not read by this mapping", "王"),
        ("judged: {name: match}", "judged.name", "weak", "match"),
        ("judged: {id_number: match}", "judged.id_number", "not judged", "match"),
        ("evidence: {message_id: m-2}", "evidence.message_id", "m-1", "m-2"),
        ("absent: [birth_date]", "absent.0", "1960-01-01", "birth_date absent"),
        ("undisclosed: [sex_code]", "undisclosed.0", "unexpected (code 'X' is not in table 'sex')", "sex_code undisclosed"),
        ("not_comparable: [sex_code]", "not_comparable.0", "unexpected (code 'X' is not in table 'sex')", "sex_code not_comparable"),
        ("request: {call: GET /p}", "request.call", "POST /p/7%2F8", "GET /p"),
        ("request: {query: {q: x}}", "request.query.q", "王芳", "x"),
        ("request: {query: {nn: x}}", "request.query.nn", "nothing", "x"),
        ("request: {http_headers: {X-No: x}}", "request.http_headers.X-No", "nothing", "x"),
        ("request: {json: {a: {b: 王芳, n: 2}}}", "request.json.a.n", "1", "2"),
        ("request: {json: {a: {b: 王芳}}}", "request.json.a", "n: 1", "nothing"),
        ("request: {json: {a: {b: 王芳, n: 1, c: 3}}}", "request.json.a.c", "nothing", "3"),
        ("request: {text: 不在}", "request.text", '{"a":{"b":"王芳","n":1}}', "不在"),
        ("request: {xml: {//a: x}}", "request.xml", "the document is not well-formed XML", "an XML document"),
    ],
)  # fmt: skip
def test_what_differs_is_told_at_its_place(
    tmp_path: Path, expectation: str, path: str, found: str, expected: str
) -> None:
    text = f"{REST}          {expectation}\n"
    report = run(tmp_path, text)
    assert not report.passed
    assert [row.code for row in report.failures] == ["mapping.test_failed"]
    row = report.failures[0]
    assert (row.values["test"], row.values["path"]) == ("probe", path)
    if not path.endswith("xml"):
        assert (row.values["found"], row.values["expected"]) == (found, expected)
    line = text.splitlines()[row.mark.line - 1]
    assert line.strip() == expectation
    assert row.mark.column > 11
    assert "测试 'probe'" in row.text("zh")


def test_a_message_that_can_not_be_written_fails(tmp_path: Path) -> None:
    text = (REST + GOOD).replace('id_number: "7/8", ', "")
    report = run(tmp_path, text)
    assert report.results[0].verdict == "failed"
    assert "the address needs this fact" in report.failures[0].text()


def test_an_expectation_without_a_reply_fails(tmp_path: Path) -> None:
    text = REST.replace(
        '        reply: {body: {code: 0, id: m-1, born: "19600101", sex: X, likeness: 0.6, money: 1.50}}\n', ""
    )
    assert run(tmp_path, text + "          request: {call: POST /p/7%2F8}\n").passed
    report = run(tmp_path, text + "          outcome: found\n")
    assert report.failures[0].values["found"] == "no reply in this test"


def test_recordings_are_read_or_the_test_is_skipped(tmp_path: Path) -> None:
    text = REST.replace(
        'reply: {body: {code: 0, id: m-1, born: "19600101", sex: X, likeness: 0.6, money: 1.50}}',
        "reply: {recorded: some/reply.json}",
    )
    text += "          outcome: not_found\n"
    report = run(tmp_path, text)
    assert (report.passed, report.count("skipped")) == (True, 1)
    assert "REGISTRY_CASES" in report.results[0].reason
    (tmp_path / "cases" / "some").mkdir(parents=True)
    (tmp_path / "cases" / "some" / "reply.json").write_text('{"code": 4}')
    assert run(tmp_path, text, tmp_path / "cases").count("passed") == 1
    missing = run(tmp_path, text.replace("some/", "other/"), tmp_path / "cases")
    assert missing.failures[0].code == "configuration.file_missing"
    outside = run(tmp_path, text.replace("some/", "../"), tmp_path / "cases")
    assert outside.failures[0].code == "mapping.file_outside"


def test_a_recorded_request_is_compared_as_a_tree(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    text = f"{REST}          request: {{recorded: ask.json}}\n"
    (tmp_path / "cases" / "ask.json").write_text('{ "a": {"n": 1, "b": "王芳"} }', "utf-8")
    assert run(tmp_path, text, tmp_path / "cases").passed
    (tmp_path / "cases" / "ask.json").write_text('{"a": {"n": 1}}', "utf-8")
    assert not run(tmp_path, text, tmp_path / "cases").passed
    assert run(tmp_path, text).count("skipped") == 1


def test_trees_differ_at_the_first_place() -> None:
    one = parse(b"<a xmlns='urn:n' k='v'><!-- c --><b> x </b></a>")
    assert same_tree(one, parse(b"<n:a xmlns:n='urn:n' k='v'><n:b>x</n:b></n:a>")) == ""
    assert "'x' and 'y'" in same_tree(one, parse(b"<a xmlns='urn:n' k='v'><b>y</b></a>"))
    assert "namespace" in same_tree(one, parse(b"<a k='v'><b>x</b></a>"))
    assert "attributes" in same_tree(one, parse(b"<a xmlns='urn:n'><b>x</b></a>"))
    assert "1 and 2 elements" in same_tree(one, parse(b"<a xmlns='urn:n' k='v'><b>x</b><b/></a>"))


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [(1, 1.0, True), (1, True, False), ("1", 1, False), ([1], [1, 2], False), ({"a": 1}, {"a": 1, "b": 2}, False),
     ({"a": [{"b": 0.1}]}, {"a": [{"b": 0.1}]}, True), (405000, 405000, True), (None, None, True), (0, False, False)],
)  # fmt: skip
def test_values_agree_by_what_they_are(expected: Any, found: Any, same: bool) -> None:
    assert agrees(expected, found) is same


def test_an_interface_file_that_can_not_be_used_is_one_finding(tmp_path: Path) -> None:
    text = (REST + GOOD).replace("adapter: rest", "adapter: soap, wsdl: bad.wsdl")
    text = text.replace("      path: {no: $id_number}\n", "").replace("json: {a: {b: $name, n: 1}}", "body: {a: $name}")
    text = text.replace("POST /p/{no}", "Ask")
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "bad.wsdl").write_text("<definitions/>")
    report = run(tmp_path, text)
    assert [row.code for row in report.findings] == ["wsdl.port_ambiguous"]
    assert report.results[0].verdict == "failed"


DIALECT = """\
grammar: 1
source: hall
title: {zh: 大厅, en: Hall}
timezone: Asia/Shanghai
yields: case
document:
  format: xml
  encoding: gb18030
  recognise: {path: /CASE/@v, is: "3"}
  fields:
    number: /CASE/NO
    item: {fields: {code: {path: /CASE/ITEM, as: {code: item}, absent: unexpected}}}
    applicant: {path: /CASE/WHO, fields: {name: NAME, birth_date: {path: BORN, as: {date: yyyy年M月d日}}}}
codes:
  item: {values: {A: SETTLE_ORIGIN}, otherwise: unexpected}
tests:
  - name: probe
    document: {encoding: gb18030, body: <?xml version="1.0" encoding="UTF-8"?><CASE v="3"><NO>S1</NO><ITEM>A</ITEM><WHO><NAME>王䶮</NAME><BORN>1988年7月4日</BORN></WHO></CASE>}
    expect: {fields: {number: S1, item: {code: SETTLE_ORIGIN}, applicant: {name: 王䶮, birth_date: "1988-07-04"}}}
  - name: another version
    document: {body: <CASE v="4"/>}
    expect: {recognised: false}
  - name: an item that nobody knows
    document: {body: <CASE v="3"><ITEM>B</ITEM></CASE>}
    expect: {unexpected: [/CASE/ITEM]}
  - name: an item that nobody knows, by the name of our field
    document: {body: <CASE v="3"><ITEM>B</ITEM></CASE>}
    expect: {unexpected: [item]}
"""


def dialect_report(tmp_path: Path, text: str) -> Any:
    (tmp_path / "hall").mkdir(exist_ok=True)
    (tmp_path / "hall" / "mapping.yaml").write_text(text, "utf-8")
    dialect, findings = load_dialect(tmp_path / "hall", AROUND)
    assert dialect is not None, "\n".join(row.text() for row in findings)
    return run_dialect_tests(dialect)


def test_dialects_are_tested_too(tmp_path: Path) -> None:
    report = dialect_report(tmp_path, DIALECT)
    assert report.passed, "\n".join(row.text() for row in report.failures)
    assert report.count("passed") == 4


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("number: S1", "number: S2", "fields.number"),
        ("recognised: false", "recognised: true", "recognised"),
        ("unexpected: [/CASE/ITEM]", "fields: {}", "unexpected"),
        ("{number: S1, item", "{numbers: S1, item", "fields.numbers"),
        ("<ITEM>B</ITEM>", "<ITEM>A</ITEM>", "unexpected.0"),
        ('body: <CASE v="4"/>', 'body: <CASE v="4">', "fields"),
        ("expect: {fields: {number", "expect: {absent: [number], fields: {number", "absent.0"),
    ],
)
def test_what_differs_in_a_dialect_is_told(tmp_path: Path, old: str, new: str, path: str) -> None:
    assert old in DIALECT
    report = dialect_report(tmp_path, DIALECT.replace(old, new, 1))
    assert [row.values["path"] for row in report.failures] == [path]
    assert report.failures[0].mark.line >= 18
