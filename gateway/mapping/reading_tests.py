"""Reading the `tests` of an operation or a dialect from YAML; a misspelt expectation must not pass silently."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.mapping.endpoint import ENCODINGS, check_file
from gateway.mapping.facts import KnownFacts, check_name
from gateway.mapping.parts import Part
from gateway.mapping.testcases import Expectation, MappingTest, RequestExpectation, TestBody
from gateway.model.outcomes import Judgement, ReplyWord
from gateway.xmltree import PathError, XPath

LISTS = ("absent", "undisclosed", "disputed", "not_comparable", "unexpected")
_BODY_KEYS = ("status", "headers", "body", "file", "recorded", "encoding")
_REQUEST_KEYS = ("call", "query", "http_headers", "json", "xml", "text", "recorded", "file")
_EXPECT_KEYS = ("request", "outcome", "fields", "judged", "evidence", *LISTS)


def read_operation_tests(
    part: Part | None, operation: str, known: KnownFacts, namespaces: Mapping[str, str], folder: Path | None
) -> tuple[MappingTest, ...]:
    """The tests of one operation; wrong ones are found and left out."""
    found = []
    for item in part.items() if part is not None else ():
        members = item.keys("a test", ("name", "given", "reply", "replies", "expect"), ("name", "expect"))
        if item.kind != "map" or "expect" not in members:
            continue
        found.append(
            MappingTest(
                name=members["name"].text() if "name" in members else "",
                given=_given(members.get("given"), known),
                replies=_replies(members, operation, folder),
                expect=_expectation(members["expect"], namespaces, folder),
                trail=item.trail,
            )
        )
    return tuple(found)


def read_dialect_tests(part: Part | None, folder: Path | None) -> tuple[MappingTest, ...]:
    """The tests of a source dialect."""
    found = []
    for item in part.items() if part is not None else ():
        keys = ("name", "document", "expect")
        members = item.keys("a test", keys, keys)
        if set(members) != set(keys):
            continue
        allowed = ("recognised", "fields", "absent", "unexpected")
        expect = members["expect"].keys("expect", allowed)
        expectation = Expectation(
            fields=_values(expect.get("fields")),
            lists={name: _names(expect[name]) for name in ("absent", "unexpected") if name in expect},
            recognised=expect["recognised"].boolean(True) if "recognised" in expect else True,
            trail=members["expect"].trail,
        )
        document = _body(members["document"], "document", ("body", "file", "recorded", "encoding"), folder)
        found.append(MappingTest(members["name"].text(), {}, {}, expectation, document, item.trail))
    return tuple(found)


def _given(part: Part | None, known: KnownFacts) -> Mapping[str, Any]:
    given: dict[str, Any] = {}
    for name, member in part.entries() if part is not None else ():
        if name.startswith("secret."):
            given[name] = member.written()
            continue
        checked = check_name(member, name, known, at_key=True)
        if checked is not None:
            given[checked] = member.value
    return given


def _replies(members: Mapping[str, Part], operation: str, folder: Path | None) -> Mapping[str, TestBody]:
    replies: dict[str, TestBody] = {}
    if "reply" in members:
        body = _body(members["reply"], "reply", _BODY_KEYS, folder)
        if body is not None:
            replies[operation] = body
    for name, member in members["replies"].entries() if "replies" in members else ():
        body = _body(member, "reply", _BODY_KEYS, folder)
        if body is not None:
            replies[name] = body
    return replies


def _body(part: Part, of: str, keys: tuple[str, ...], folder: Path | None) -> TestBody | None:
    members = part.keys(of, keys)
    leads = [key for key in ("body", "file", "recorded") if key in members]
    if part.kind != "map":
        return None
    if len(leads) > 1:
        part.find(
            "mapping.bad_value",
            key=of,
            reason="only one of body, file, recorded",
            reason_zh="body、file、recorded 只能有一个",
        )
        return None
    if not leads:
        part.find(
            "mapping.missing_key", key="body", of=of, advice="or file, or recorded", advice_zh="或 file、recorded"
        )
        return None
    text, tree = None, None
    if "body" in members:
        value = members["body"].value
        text, tree = (value, None) if isinstance(value, str) else (None, value)
    file = members["file"].text() if "file" in members else ""
    if file:
        check_file(members["file"], file, folder)
    return TestBody(
        status=_status(members.get("status")),
        headers=tuple((name, value.written()) for name, value in members["headers"].entries())
        if "headers" in members
        else (),
        text=text,
        tree=tree,
        file=file,
        recorded=members["recorded"].text() if "recorded" in members else "",
        encoding=_encoding(members.get("encoding")),
        trail=part.trail,
    )


def _status(part: Part | None) -> int:
    if part is None:
        return 200
    written = part.written()
    if not (written.isascii() and written.isdigit() and 100 <= int(written) <= 599):
        part.find("mapping.bad_value", key="status", reason="an HTTP status", reason_zh="应为 HTTP 状态码")
        return 200
    return int(written)


def _encoding(part: Part | None) -> str:
    if part is None:
        return ""
    name = part.text().lower()
    if name not in ENCODINGS:
        part.find("mapping.bad_value", key="encoding", reason="utf-8 or gb18030", reason_zh="应为 utf-8 或 gb18030")
    return ENCODINGS.get(name, "utf-8")


def _expectation(part: Part, namespaces: Mapping[str, str], folder: Path | None) -> Expectation:
    members = part.keys("expect", _EXPECT_KEYS)
    outcome = members["outcome"].text() if "outcome" in members else ""
    if outcome and outcome not in set(ReplyWord):
        members["outcome"].find_unknown("mapping.unknown_outcome", outcome, [word.value for word in ReplyWord])
    judged: dict[str, str] = {}
    for name, member in members["judged"].entries() if "judged" in members else ():
        judged[name] = member.written()
        if judged[name] not in set(Judgement):
            member.find("mapping.judgement_value", value=judged[name])
    return Expectation(
        request=_request(members["request"], namespaces, folder) if "request" in members else None,
        outcome=outcome,
        fields=_values(members.get("fields")),
        judged=judged,
        evidence={name: member.written() for name, member in members["evidence"].entries()}
        if "evidence" in members
        else {},
        lists={name: _names(members[name]) for name in LISTS if name in members},
        trail=part.trail,
    )


def _values(part: Part | None) -> Mapping[str, Any]:
    return {name: member.value for name, member in part.entries()} if part is not None else {}


def _names(part: Part) -> tuple[str, ...]:
    return tuple(item.text() for item in part.many())


def _request(part: Part, namespaces: Mapping[str, str], folder: Path | None) -> RequestExpectation:
    members = part.keys("expect.request", _REQUEST_KEYS)
    leads = {key: members[key].value for key in ("recorded", "file") if key in members}
    file, recorded = str(leads.get("file", "")), str(leads.get("recorded", ""))
    same_as = TestBody(file=file, recorded=recorded, trail=part.trail) if leads else None
    if "file" in members:
        check_file(members["file"], file, folder)
    return RequestExpectation(
        call=members["call"].text() if "call" in members else "",
        query=_texts(members.get("query")),
        http_headers={name: member.written() for name, member in members["http_headers"].entries()}
        if "http_headers" in members
        else {},
        json=members["json"].value if "json" in members else None,
        xml=_paths(members.get("xml"), namespaces),
        text=tuple(item.written() for item in members["text"].many()) if "text" in members else (),
        same_as=same_as,
        trail=part.trail,
    )


def _texts(part: Part | None) -> dict[str, tuple[str, ...]]:
    if part is None:
        return {}
    return {name: tuple(item.written() for item in member.many()) for name, member in part.entries()}


def _paths(part: Part | None, namespaces: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    found = _texts(part)
    for path in list(found):
        try:
            XPath(path, namespaces)
        except PathError as error:
            assert part is not None  # noqa: S101 - paths were found in it
            part.child(path).find("mapping.bad_path", at_key=True, reason=error.reason, column=error.column)
            del found[path]
    return found
