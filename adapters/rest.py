"""REST: JSON, forms and XML over HTTP. requests prepares the wire request, the transport carries its bytes."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from adapters.documents import read_document
from adapters.transport import USER_AGENT, Transport, check_headers
from gateway.adapter import AdapterSettings, Interface
from gateway.errors import GatewayError
from gateway.model.wire import Decoded, MessageTree, WireMessage, WireReply
from gateway.xmlwriting import Filled, Prepared, Shapes, declarations, prepare

_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded", "xml": "application/xml"}
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_MARK = re.compile(r"shuqiao-value-([0-9]+)-")


class RestAdapter:
    """One REST registry. `encode` and `decode` are pure."""

    def __init__(self, settings: AdapterSettings) -> None:
        self._settings = settings
        self._transport = Transport(settings)
        self._host = urlsplit(settings.url).netloc
        self._calls: Shapes[PreparedCall | None] = Shapes()
        self._bodies: Shapes[Prepared] = Shapes()

    def encode(self, message: MessageTree) -> WireMessage:
        """The request as `requests` prepares it, with every header that will travel.

        Raises:
            GatewayError: `document.unexpected_value` where the message can't be written.
        """
        body = self._body(message)
        if message.headers:
            check_headers(message.call, message.headers)
        call = self._prepared(message, body) if message.call_pieces else None
        if call is not None and call.fits(message):
            return call.fill(message, body)
        method, _, path = message.call.partition(" ")
        headers = {**self._headers(message, body), **dict(message.headers)}
        return as_requests_does(message.call, method, self._settings.url + path, headers, message.query, body)

    def _headers(self, message: MessageTree, body: bytes | None) -> dict[str, str]:
        headers = {
            "Host": self._host,
            "User-Agent": USER_AGENT,
            "Accept": "application/json, application/xml;q=0.9",
            "Accept-Encoding": "identity",
        }
        if body is not None:
            headers["Content-Type"] = f"{_TYPES[message.body_kind]}; charset={message.encoding}"
        return headers

    def _prepared(self, message: MessageTree, body: bytes | None) -> PreparedCall | None:
        """What is the same in every message of this call, with these headers; None where nothing is."""
        names = tuple(name for name, _ in message.headers)
        key = (message.call_pieces, names, message.body_kind, message.encoding, bool(body))
        if key in self._calls:
            return self._calls[key]
        call = PreparedCall.of(self._settings.url, message, self._headers(message, body), body)
        return self._calls.keep(key, call)

    def _body(self, message: MessageTree) -> bytes | None:
        if not message.body_kind:
            return None
        try:
            if message.body_kind == "json":
                return _JSON.encode(message.body).encode(message.encoding)
            if message.body_kind == "form":
                return urlencode(message.body, encoding=message.encoding).encode(message.encoding)
            return self._xml(message).encode(message.encoding)
        except UnicodeEncodeError as error:
            reason = f"U+{ord(error.object[error.start]):04X} can't be written in {message.encoding}"
            raise GatewayError("document.unexpected_value", path=message.call, reason=reason) from error

    def _xml(self, message: MessageTree) -> str:
        body = message.body
        if not isinstance(body, Filled):
            return self._prepare(message, body).fill(())
        key = (body.shape, message.encoding, tuple(message.namespaces.items()))
        known = self._bodies.get(key)
        if known is None:
            known = self._bodies.keep(key, self._prepare(message, body.outline()))
        return known.fill(body.texts)

    def _prepare(self, message: MessageTree, body: Any) -> Prepared:
        if len(body) != 1:
            raise GatewayError(
                "document.unexpected_value", path=message.call, reason="an XML body has one root element"
            )
        used = {prefix: uri for prefix, uri in message.namespaces.items() if prefix not in ("soap",)}
        root = body[0]
        root = dataclasses.replace(root, attributes=(*declarations(used), *root.attributes))
        return prepare((root,), f'<?xml version="1.0" encoding="{message.encoding.upper()}"?>')

    async def send(self, message: WireMessage) -> WireReply:
        """One attempt, as the transport does it."""
        return await self._transport.send(message)

    def decode(self, reply: WireReply, form: str, encoding: str) -> Decoded:
        """The reply as JSON or XML. Total."""
        return read_document(reply, form, encoding)

    def describe(self) -> Interface:
        """Nothing yet is read of an OpenAPI file: its names are free."""
        return Interface()

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


def as_requests_does(
    call: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    query: Sequence[tuple[str, str]],
    body: bytes | None,
) -> WireMessage:
    """One request, prepared by `requests` from the beginning.

    Raises:
        GatewayError: `document.unexpected_value` where it can't be prepared.
    """
    prepared = requests.PreparedRequest()
    try:
        prepared.prepare_method(method)
        prepared.prepare_url(url, list(query))
        prepared.prepare_headers(headers)
        prepared.prepare_body(body, None)
    except (requests.RequestException, ValueError) as error:
        raise GatewayError("document.unexpected_value", path=call, reason=str(error)) from error
    pairs = tuple((str(name), str(value)) for name, value in prepared.headers.items())
    return WireMessage(str(prepared.method), str(prepared.url), pairs, body or b"")


@dataclasses.dataclass(frozen=True, slots=True)
class PreparedCall:
    """A request as `requests` prepared it once, with marks where values belong.

    `pieces` stand between the values of the address; `values` says which header takes the value of which header of the
    message; `length` is the place of Content-Length, -1 where a request without a body has none.
    """

    method: str
    pieces: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    values: tuple[tuple[int, int], ...]
    length: int

    @classmethod
    def of(cls, base: str, message: MessageTree, fixed: Mapping[str, str], body: bytes | None) -> PreparedCall | None:
        """Prepare a call; None where `requests` does not leave the marks as they are, or writes no plain body."""
        if body is not None and not body:
            return None
        first, *others = message.call_pieces
        call = first + "".join(f"shuqiao-value-{number}-{piece}" for number, piece in enumerate(others))
        method, _, path = call.partition(" ")
        marked = {name: f"shuqiao-value-{number}-" for number, (name, _) in enumerate(message.headers)}
        try:
            wire = as_requests_does(message.call, method, base + path, {**fixed, **marked}, (), body)
        except GatewayError:
            return None  # the message itself will say what is wrong with it
        split = _MARK.split(wire.url)
        if "#" in wire.url or [int(number) for number in split[1::2]] != list(range(len(others))):
            return None
        found = [(place, _MARK.fullmatch(value)) for place, (_, value) in enumerate(wire.headers)]
        names = [name.lower() for name, _ in wire.headers]
        return cls(
            wire.method,
            tuple(split[::2]),
            wire.headers,
            tuple((place, int(match[1])) for place, match in found if match),
            names.index("content-length") if body else -1,
        )

    def fits(self, message: MessageTree) -> bool:
        """Whether `requests` would write this message no other way than by filling the marks."""
        if message.query and any("?" in piece for piece in self.pieces):
            return False
        return all(value.isascii() for _, value in message.headers)

    def fill(self, message: MessageTree, body: bytes | None) -> WireMessage:
        """The request with the values of one message.

        Raises:
            GatewayError: `document.unexpected_value` for a parameter that can't be written.
        """
        url = self.pieces[0]
        if message.call_values:
            between = zip(message.call_values, self.pieces[1:], strict=True)
            url += "".join(value + piece for value, piece in between)
        if message.query:
            url += "?" + _parameters(message)
        headers = list(self.headers)
        for place, number in self.values:
            headers[place] = (headers[place][0], message.headers[number][1])
        if body is not None:
            headers[self.length] = (headers[self.length][0], str(len(body)))
        return WireMessage(self.method, url, tuple(headers), body or b"")


def _parameters(message: MessageTree) -> str:
    """The parameters as `requests` writes them: UTF-8, a plus for a blank."""
    try:
        return urlencode(message.query)
    except ValueError as error:
        raise GatewayError("document.unexpected_value", path=message.call, reason=str(error)) from error
