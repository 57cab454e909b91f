"""Running the tests of a source dialect: somebody else's document in, our fields out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gateway.errors import Diagnostic, GatewayError
from gateway.jsontext import parse_json
from gateway.mapping.dialects import Dialect
from gateway.mapping.testcases import MappingTest
from gateway.workbench.bodies import NotRecordedError, read_body
from gateway.workbench.comparing import agrees, shown
from gateway.workbench.report import TestReport, TestResult
from gateway.xmltree import decode, parse


def run_dialect_tests(dialect: Dialect, recordings: Path | None = None) -> TestReport:
    """Run every test of a dialect. `unexpected` names fields, or paths of the sender's own document."""
    results = tuple(_result(dialect, test, recordings) for test in dialect.tests)
    tested = frozenset(name for test in dialect.tests for name in test.expect.names)
    return TestReport(dialect.name, results, (), {"fields": (len(tested & set(dialect.fields)), len(dialect.fields))})


def _result(dialect: Dialect, test: MappingTest, recordings: Path | None) -> TestResult:
    findings: list[Diagnostic] = []

    def differ(*steps: str | int, found: str, expected: str) -> None:
        assert dialect.source is not None  # noqa: S101 - a dialect with tests was read from a file
        values = {"test": test.name, "path": ".".join(map(str, steps)), "found": found, "expected": expected}
        mark = dialect.source.mark((*test.expect.trail, *steps))
        findings.append(Diagnostic(mark, "mapping.test_failed", values))

    assert test.document is not None  # noqa: S101 - the reader demands it
    try:
        data = read_body(test.document, dialect.folder, recordings)
        root = _parse(dialect, data)
    except NotRecordedError as error:
        return TestResult(dialect.name, test.name, "skipped", (), str(error))
    except GatewayError as error:
        differ("fields", found=error.message, expected="a document")
        return TestResult(dialect.name, test.name, "failed", tuple(findings))
    _check(dialect, test, root, differ)
    return TestResult(dialect.name, test.name, "failed" if findings else "passed", tuple(findings))


def _parse(dialect: Dialect, data: bytes) -> Any:
    encoding = dialect.encoding or None
    if dialect.form == "xml":
        return parse(data, encoding=encoding)
    return parse_json(decode(data, encoding))


def _check(dialect: Dialect, test: MappingTest, root: Any, differ: Any) -> None:
    expect = test.expect
    recognised = dialect.recognises(root)
    if recognised is not expect.recognised:
        differ("recognised", found=shown(recognised), expected=shown(expect.recognised))
        return
    if not recognised:
        return
    refused = expect.lists.get("unexpected", ())
    try:
        found = dialect.read(root)
    except GatewayError as error:
        path = str(error.values.get("path", ""))
        if path not in refused and error.values.get("field") not in refused:
            differ("unexpected", found=f"{path}: {error.values.get('reason', error.message)}", expected="a document")
        return
    for place, path in enumerate(refused):
        differ("unexpected", place, found="read without complaint", expected=f"{path} refused")
    for name, wanted in expect.fields.items():
        if name not in found or not agrees(wanted, found[name]):
            differ("fields", name, found=shown(found.get(name, "nothing")), expected=shown(wanted))
    for place, name in enumerate(expect.lists.get("absent", ())):
        if name in found:
            differ("absent", place, found=shown(found[name]), expected=f"{name} absent")
