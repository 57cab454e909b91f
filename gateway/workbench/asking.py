"""Whether the request of a test is as expected: call, query, headers, JSON, XML, texts, or a recorded one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from gateway.errors import GatewayError
from gateway.jsontext import parse_json
from gateway.mapping.compiled import OperationMapping
from gateway.mapping.testcases import RequestExpectation
from gateway.model.wire import WireMessage
from gateway.workbench.bodies import read_body
from gateway.workbench.comparing import agrees, same_tree, shown
from gateway.xmltree import Item, XPath, decode, parse, text_of

NOTHING = "nothing"
Differ = Callable[..., None]
"""(steps below `expect.request` …, found=, expected=) adds a finding there."""


def check_request(
    expect: RequestExpectation, message: WireMessage, operation: OperationMapping, url: str, differ: Differ
) -> None:
    """Compare a message with what a test says of it; `url` is the endpoint's own. Never raises for a bad message."""
    sent = urlsplit(message.url)
    if expect.call:
        path = sent.path.removeprefix(urlsplit(url).path.rstrip("/")) or "/"
        found = f"{message.method} {path}"
        if expect.call not in (found, unquote(found)):
            differ("call", found=found, expected=expect.call)
    _check_query(expect, sent.query, operation.request.encoding, differ)
    for name, value in expect.http_headers.items():
        values = [text for header, text in message.headers if header.lower() == name.lower()]
        if value not in values:
            differ("http_headers", name, found=", ".join(values) or NOTHING, expected=value)
    encoding = operation.request.encoding
    if expect.json is not None:
        _check_json(expect, message, encoding, differ)
    if expect.xml:
        _check_xml(expect, message, operation, differ)
    text = message.body.decode(encoding, "replace")
    for piece in expect.text:
        if piece not in text and piece not in message.url and piece not in unquote(message.url):
            differ("text", found=shown(text) or NOTHING, expected=piece)


def _check_query(expect: RequestExpectation, query: str, encoding: str, differ: Differ) -> None:
    pairs = parse_qsl(query, keep_blank_values=True, encoding=encoding)
    for name, values in expect.query.items():
        found = tuple(value for key, value in pairs if key == name)
        if found != values:
            differ("query", name, found=", ".join(found) or NOTHING, expected=", ".join(values))


def _check_json(expect: RequestExpectation, message: WireMessage, encoding: str, differ: Differ) -> None:
    try:
        found = parse_json(decode(message.body, encoding))
    except GatewayError as error:
        differ("json", found=error.message, expected=shown(expect.json))
        return
    for path, mine, theirs in _differences(expect.json, found, ()):
        differ("json", *path, found=mine, expected=theirs)


def _differences(
    expected: Any, found: Any, path: tuple[str | int, ...]
) -> list[tuple[tuple[str | int, ...], str, str]]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        rows = [
            row
            for name, value in expected.items()
            if name in found
            for row in _differences(value, found[name], (*path, name))
        ]
        rows += [((*path, name), NOTHING, shown(value)) for name, value in expected.items() if name not in found]
        return rows + [
            (path, f"{name}: {shown(value)}", NOTHING) for name, value in found.items() if name not in expected
        ]
    return [] if agrees(expected, found) else [(path, shown(found), shown(expected))]


def _check_xml(expect: RequestExpectation, message: WireMessage, operation: OperationMapping, differ: Differ) -> None:
    try:
        root = parse(message.body, encoding=operation.request.encoding, max_bytes=len(message.body) + 1)
    except GatewayError as error:
        differ("xml", found=error.message, expected="an XML document")
        return
    for path, wanted in expect.xml.items():
        try:
            items = XPath(path, operation.request.namespaces).items(root)
        except GatewayError as error:
            differ("xml", path, found=error.message, expected=", ".join(wanted))
            continue
        texts = [text_of(item).strip() for item in items]
        if len(items) != len(wanted) or not all(map(_same_text, items, wanted)):
            differ("xml", path, found=", ".join(texts) or NOTHING, expected=", ".join(wanted))


def _same_text(item: Item, wanted: str) -> bool:
    """A number that a path computes equals `4` as well as `4.0`."""
    if isinstance(item, float):
        try:
            return item == float(wanted)
        except ValueError:
            return False
    return text_of(item).strip() == wanted.strip()


def check_recorded(
    expect: RequestExpectation,
    message: WireMessage,
    encoding: str,
    folder: Path | None,
    recordings: Path | None,
    differ: Differ,
) -> None:
    """Compare the body with a recorded one, as trees.

    Raises:
        NotRecordedError, GatewayError: the file is not here.
    """
    if expect.same_as is None:
        return
    key = "recorded" if expect.same_as.recorded else "file"
    name = expect.same_as.recorded or expect.same_as.file
    data = read_body(expect.same_as, folder, recordings)
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
            place = same_tree(parse(message.body, encoding=encoding), parse(data))
            if place:
                differ(key, found=place, expected=f"the tree of {name}")
            return
        found, expected = parse_json(decode(message.body, encoding)), parse_json(decode(data))
    except GatewayError as error:
        differ(key, found=error.message, expected=f"the tree of {name}")
        return
    if not agrees(expected, found):
        differ(key, found=shown(found), expected=shown(expected))
