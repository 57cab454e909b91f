"""SOAP 1.1 and 1.2: envelopes written from trees, with a WSDL (names, order and types from zeep) or raw."""

from __future__ import annotations

from urllib.parse import urlsplit

from adapters.documents import read_document
from adapters.soap_wsdl import WsdlFile
from adapters.transport import USER_AGENT, Transport, check_headers
from gateway.adapter import AdapterSettings, Interface
from gateway.errors import GatewayError
from gateway.model.wire import Decoded, Element, MessageTree, WireMessage, WireReply
from gateway.xmlwriting import declarations, write

ENVELOPES = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}


class SoapAdapter:
    """One SOAP registry. With a WSDL its port decides the version and the operation its action."""

    def __init__(self, settings: AdapterSettings) -> None:
        self._settings = settings
        self._transport = Transport(settings)
        self._host = urlsplit(settings.url).netloc
        self._wsdl = WsdlFile(settings) if settings.wsdl is not None else None

    def encode(self, message: MessageTree) -> WireMessage:
        """The envelope and its headers.

        Raises:
            GatewayError: `wsdl.*` for a body that the WSDL does not know, `document.unexpected_value`.
        """
        version, action, body = message.soap_version, message.soap_action, message.body or ()
        prefixes = dict(message.namespaces)
        if self._wsdl is not None:
            call = self._wsdl.call(message.call)
            version, action = call.soap_version, message.soap_action or call.action
            body = call.qualify(body, prefixes)
        prefixes["soap"] = ENVELOPES[version]
        header = (Element("soap:Header", children=tuple(message.soap_header)),) if message.soap_header else ()
        envelope = Element(
            "soap:Envelope",
            attributes=declarations(prefixes),
            children=(*header, Element("soap:Body", children=tuple(body))),
        )
        text = f'<?xml version="1.0" encoding="{message.encoding.upper()}"?>{write(envelope)}'
        try:
            data = text.encode(message.encoding)
        except UnicodeEncodeError as error:
            reason = f"U+{ord(error.object[error.start]):04X} can't be written in {message.encoding}"
            raise GatewayError("document.unexpected_value", path=message.call, reason=reason) from error
        check_headers(message.call or "SOAP", message.headers)
        check_headers(message.call or "SOAP", (("SOAPAction", action),))
        return WireMessage("POST", self._settings.url, self._headers(message, version, action, len(data)), data)

    def _headers(self, message: MessageTree, version: str, action: str, length: int) -> tuple[tuple[str, str], ...]:
        content: tuple[tuple[str, str], ...] = (
            ("Content-Type", f"text/xml; charset={message.encoding}"),
            ("SOAPAction", f'"{action}"'),
        )
        if version == "1.2":
            parameter = f'; action="{action}"' if action else ""
            content = (("Content-Type", f"application/soap+xml; charset={message.encoding}{parameter}"),)
        fixed = (
            ("Host", self._host),
            ("User-Agent", USER_AGENT),
            ("Accept", "text/xml, application/soap+xml"),
            ("Accept-Encoding", "identity"),
        )
        return (*fixed, *content, ("Content-Length", str(length)), *message.headers)

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
