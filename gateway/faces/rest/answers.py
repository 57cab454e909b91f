"""Answers as bytes: results in JSON or XML, and problem documents (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Send

from gateway.errors import GatewayError, Words
from gateway.faces.statuses import status
from gateway.schemas import Problem, to_xml

JSON: Final = "application/json"
XML: Final = "application/xml"
PROBLEM: Final = "application/problem+json"
_XML_TYPES: Final = frozenset({XML, "text/xml"})

# Answers hold personal data: no store on the way may keep them, and no browser may guess what they are.
_ALWAYS: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_CHALLENGE: Final = 'Bearer realm="shuqiao"'


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer; `headers` are names and values as they go out, beside type and length."""

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    async def send(self, send: Send, *, close: bool = False) -> None:
        """Send it over ASGI; with `close` the connection ends after it."""
        headers = [
            (b"content-type", self.media_type.encode("latin-1")),
            (b"content-length", str(len(self.body)).encode("ascii")),
            *_ALWAYS,
            *((name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers),
        ]
        if close:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})

    def response(self) -> Response:
        """The same as a Starlette response."""
        always = {name.decode(): value.decode() for name, value in _ALWAYS}
        headers = {"content-type": self.media_type, **always, **dict(self.headers)}
        return Response(self.body, self.status, headers)


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
"""Made once; documents are trees that were just built, so nothing in them can hold itself."""


def json_bytes(document: Any) -> bytes:
    """One JSON text in UTF-8, without blanks."""
    return _ENCODER.encode(document).encode("utf-8")


def result(document: Mapping[str, Any], *, xml: bool) -> Answer:
    """A `verification` document in the form that the caller wants.

    A result that has no XML form (a registry sent a character that XML lacks) is given as JSON rather than not at all.
    """
    place = (("content-location", f"/v1/verifications/{document['id']}"), ("vary", "Accept"))
    if xml:
        with suppress(GatewayError):
            return Answer(200, XML, to_xml("verification", document), place)
    return Answer(200, JSON, json_bytes(document), place)


def refusal(error: GatewayError, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An error as problem+json, with the headers that its status asks for."""
    found = status(error)
    if found.retry_after:
        headers = (*headers, ("retry-after", str(found.retry_after)))
    if found.http == HTTPStatus.UNAUTHORIZED:
        proof = _CHALLENGE if error.code == "access.key_missing" else f'{_CHALLENGE}, error="invalid_token"'
        headers = (*headers, ("www-authenticate", proof))
    return Answer(found.http, PROBLEM, json_bytes(problem_document(error)), headers)


def problem_document(error: GatewayError) -> dict[str, Any]:
    """The problem document of an error: RFC 9457 members, and ours in both languages.

    `problems` lists everything that is wrong with a document, each with a JSON pointer (RFC 6901).
    """
    found = status(error)
    return {
        "type": f"urn:shuqiao:error:{error.code}",
        "title": HTTPStatus(found.http).phrase,
        "status": found.http,
        "detail": error.message,
        "detail_zh": error.kind.message("zh", error.values),
        "code": error.code,
        "where": error.where,
        "hint": error.advice("en"),
        "hint_zh": error.advice("zh"),
        "problems": _problems(error),
    }


def _problems(error: GatewayError) -> list[dict[str, str]]:
    listed = error.values.get("problems")
    if isinstance(listed, tuple) and listed:
        return [_problem(each.pointer, each.message, each.expected) for each in listed if isinstance(each, Problem)]
    if error.where.startswith("/"):
        message = Words(error.message, error.kind.message("zh", error.values))
        return [_problem(error.where, message, Words(error.advice("en"), error.advice("zh")))]
    return []


def _problem(pointer: str, message: Words, expected: Words) -> dict[str, str]:
    return {
        "pointer": pointer,
        "message": message.en,
        "message_zh": message.zh,
        "expected": expected.en,
        "expected_zh": expected.zh,
    }


def wants_xml(accept: str) -> bool:
    """Whether an `Accept` header prefers XML to JSON (RFC 9110 section 12.5.1); JSON where it says nothing."""
    if not accept or "xml" not in accept:
        return False
    return _weight(accept, _XML_TYPES) > _weight(accept, frozenset({JSON}))


def _weight(accept: str, types: frozenset[str]) -> float:
    """How much the header wants any of these types; a type that it names outranks a range that covers it."""
    named: float | None = None
    covered = 0.0
    for part in accept.split(","):
        name, _, rest = part.partition(";")
        name = name.strip().lower()
        if name in types:
            named = max(named or 0.0, _quality(rest))
        elif name in ("*/*", "application/*"):
            covered = max(covered, _quality(rest))
    return covered if named is None else named


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
