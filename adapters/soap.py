"""SOAP 1.1 and 1.2: envelopes written from trees, with a WSDL (names, order and types from zeep) or raw."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from adapters.documents import read_document
from adapters.soap_wsdl import WsdlFile
from adapters.transport import USER_AGENT, Transport, check_headers
from gateway.adapter import AdapterSettings, Interface
from gateway.errors import GatewayError
from gateway.model.wire import Decoded, Element, MessageTree, WireMessage, WireReply
from gateway.xmlwriting import Filled, Prepared, Shapes, declarations, prepare

ENVELOPES = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}


@dataclass(frozen=True, slots=True)
class _Envelope:
    """One shape of an envelope, written once: its pieces, and the headers that come with it."""

    pieces: Prepared
    headers: tuple[tuple[str, str], ...]
    namespaces: Mapping[str, str]


class SoapAdapter:
    """One SOAP registry. With a WSDL its port decides the version and the operation its action."""

    def __init__(self, settings: AdapterSettings) -> None:
        self._settings = settings
        self._transport = Transport(settings)
        self._host = urlsplit(settings.url).netloc
        self._wsdl = WsdlFile(settings) if settings.wsdl is not None else None
        self._shapes: Shapes[_Envelope] = Shapes()

    def encode(self, message: MessageTree) -> WireMessage:
        """The envelope and its headers.

        Raises:
            GatewayError: `wsdl.*` for a body that the WSDL does not know, `document.unexpected_value`.
        """
        envelope, texts = self._envelope(message)
        text = envelope.pieces.fill(texts)
        try:
            data = text.encode(message.encoding)
        except UnicodeEncodeError as error:
            reason = f"U+{ord(error.object[error.start]):04X} can't be written in {message.encoding}"
            raise GatewayError("document.unexpected_value", path=message.call, reason=reason) from error
        headers = (*envelope.headers, ("Content-Length", str(len(data))))
        if message.headers:
            check_headers(message.call or "SOAP", message.headers)
            headers += message.headers
        return WireMessage("POST", self._settings.url, headers, data)

    def _envelope(self, message: MessageTree) -> tuple[_Envelope, list[str | None]]:
        """The prepared envelope and what fills it; a tree without a shape is written for this once."""
        body, header = message.body, message.soap_header
        body_shape, body_texts = _shape(body)
        header_shape, header_texts = _shape(header)
        texts = [*body_texts, *header_texts]
        if body_shape is None or header_shape is None:
            return self._prepare(message, body or (), header or ()), texts
        key = (message.call, message.soap_action, message.soap_version, message.encoding, body_shape, header_shape)
        known = self._shapes.get(key)
        if known is None or known.namespaces is not message.namespaces:
            body = body.outline() if isinstance(body, Filled) else body or ()
            header = header.outline(len(body_texts)) if isinstance(header, Filled) else header or ()
            known = self._shapes.keep(key, self._prepare(message, body, header))
        return known, texts

    def _prepare(self, message: MessageTree, body: Any, header: Any) -> _Envelope:
        version, action = message.soap_version, message.soap_action
        prefixes = dict(message.namespaces)
        if self._wsdl is not None:
            call = self._wsdl.call(message.call)
            version, action = call.soap_version, message.soap_action or call.action
            body = call.qualify(tuple(body), prefixes)
        prefixes["soap"] = ENVELOPES[version]
        parts = (Element("soap:Header", children=tuple(header)),) if header else ()
        envelope = Element(
            "soap:Envelope",
            attributes=declarations(prefixes),
            children=(*parts, Element("soap:Body", children=tuple(body))),
        )
        pieces = prepare((envelope,), f'<?xml version="1.0" encoding="{message.encoding.upper()}"?>')
        check_headers(message.call or "SOAP", (("SOAPAction", action),))
        return _Envelope(pieces, self._headers(message.encoding, version, action), message.namespaces)

    def _headers(self, encoding: str, version: str, action: str) -> tuple[tuple[str, str], ...]:
        content: tuple[tuple[str, str], ...] = (
            ("Content-Type", f"text/xml; charset={encoding}"),
            ("SOAPAction", f'"{action}"'),
        )
        if version == "1.2":
            parameter = f'; action="{action}"' if action else ""
            content = (("Content-Type", f"application/soap+xml; charset={encoding}{parameter}"),)
        fixed = (
            ("Host", self._host),
            ("User-Agent", USER_AGENT),
            ("Accept", "text/xml, application/soap+xml"),
            ("Accept-Encoding", "identity"),
        )
        return (*fixed, *content)

    async def send(self, message: WireMessage) -> WireReply:
        """One attempt, as the transport does it."""
        return await self._transport.send(message)

    def decode(self, reply: WireReply, form: str, encoding: str) -> Decoded:
        """The reply as an XML tree, with the words of a fault. Total."""
        return read_document(reply, form, encoding)

    def describe(self) -> Interface:
        """The operations and the version of the WSDL's port."""
        return self._wsdl.interface() if self._wsdl is not None else Interface()

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


def _shape(tree: Any) -> tuple[Hashable, Sequence[str | None]]:
    """The shape and the texts of a tree; no shape where it is a plain tuple of elements."""
    if isinstance(tree, Filled):
        return tree.shape, tree.texts
    return (None if tree else (), ())
