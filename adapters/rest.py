"""REST: JSON, forms and XML over HTTP. requests prepares the wire request, the transport carries its bytes."""

from __future__ import annotations

import dataclasses
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from adapters.documents import read_document
from adapters.transport import USER_AGENT, Transport, check_headers
from gateway.adapter import AdapterSettings, Interface
from gateway.errors import GatewayError
from gateway.model.wire import Decoded, MessageTree, WireMessage, WireReply
from gateway.xmlwriting import declarations, write

_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded", "xml": "application/xml"}


class RestAdapter:
    """One REST registry. `encode` and `decode` are pure."""

    def __init__(self, settings: AdapterSettings) -> None:
        self._settings = settings
        self._transport = Transport(settings)
        self._host = urlsplit(settings.url).netloc

    def encode(self, message: MessageTree) -> WireMessage:
        """The request as `requests` prepares it, with every header that will travel.

        Raises:
            GatewayError: `document.unexpected_value` where the message can't be written.
        """
        method, _, path = message.call.partition(" ")
        body = self._body(message)
        headers = {
            "Host": self._host,
            "User-Agent": USER_AGENT,
            "Accept": "application/json, application/xml;q=0.9",
            "Accept-Encoding": "identity",
        }
        if body is not None:
            headers["Content-Type"] = f"{_TYPES[message.body_kind]}; charset={message.encoding}"
        check_headers(message.call, message.headers)
        headers.update(message.headers)
        request = requests.Request(
            method, self._settings.url + path, headers=headers, params=list(message.query), data=body
        )
        prepared = requests.PreparedRequest()
        try:
            prepared.prepare_method(request.method)
            prepared.prepare_url(request.url, request.params)
            prepared.prepare_headers(request.headers)
            prepared.prepare_body(request.data, None)
        except (requests.RequestException, ValueError) as error:
            raise GatewayError("document.unexpected_value", path=message.call, reason=str(error)) from error
        pairs = tuple((str(name), str(value)) for name, value in prepared.headers.items())
        return WireMessage(str(prepared.method), str(prepared.url), pairs, _bytes(prepared.body))

    def _body(self, message: MessageTree) -> bytes | None:
        if not message.body_kind:
            return None
        if message.body_kind == "json":
            text = json.dumps(message.body, ensure_ascii=False, separators=(",", ":"))
        elif message.body_kind == "form":
            text = urlencode(list(message.body), encoding=message.encoding)
        else:
            text = self._xml(message)
        try:
            return text.encode(message.encoding)
        except UnicodeEncodeError as error:
            reason = f"U+{ord(error.object[error.start]):04X} can't be written in {message.encoding}"
            raise GatewayError("document.unexpected_value", path=message.call, reason=reason) from error

    def _xml(self, message: MessageTree) -> str:
        if len(message.body) != 1:
            raise GatewayError(
                "document.unexpected_value", path=message.call, reason="an XML body has one root element"
            )
        used = {prefix: uri for prefix, uri in message.namespaces.items() if prefix not in ("soap",)}
        root = message.body[0]
        root = dataclasses.replace(root, attributes=(*declarations(used), *root.attributes))
        return f'<?xml version="1.0" encoding="{message.encoding.upper()}"?>{write(root)}'

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


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode("utf-8") if isinstance(body, str) else bytes(body)
