"""Replies as documents: JSON or XML, whatever encoding counts; what can't be read says why."""

from __future__ import annotations

from gateway.errors import GatewayError
from gateway.jsontext import parse_json
from gateway.model.wire import Decoded, WireReply
from gateway.xmltree import Element, XPath, decode_both, parse_text, text_of

_FAULT = XPath(
    "(/s11:Envelope/s11:Body/s11:Fault | /s12:Envelope/s12:Body/s12:Fault)[1]",
    {"s11": "http://schemas.xmlsoap.org/soap/envelope/", "s12": "http://www.w3.org/2003/05/soap-envelope"},
)


def read_document(reply: WireReply, form: str, encoding: str) -> Decoded:
    """Read a reply's body. Total."""
    content_encoding = reply.header("content-encoding")
    if content_encoding and content_encoding.lower() != "identity":
        return Decoded(form, None, "", problem=f"the body is compressed ({content_encoding}), which was not asked for")
    try:
        text, octets = decode_both(reply.body, encoding)
    except GatewayError as error:
        return Decoded(form, None, reply.body.decode("latin-1"), problem=error.message)
    if not text or text.isspace():
        return Decoded(form, None, "", problem="the body is empty")
    try:
        if form == "xml":
            root = parse_text(text, octets)
            return Decoded(form, root, text, fault_of(root))
        return Decoded(form, parse_json(text), text)
    except GatewayError as error:
        return Decoded(form, None, text, problem=error.message)


def fault_of(root: Element) -> str | None:
    """The words of a SOAP fault (1.1 or 1.2): code, text and detail; None where there is none."""
    faults = _FAULT.elements(root)
    return " ".join(text_of(faults[0]).split()) if faults else None
