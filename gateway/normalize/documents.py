"""What a caller sent, before anybody understands it: bytes that are JSON or XML, in UTF-8 or GB18030."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.errors import GatewayError
from gateway.jsontext import parse_json
from gateway.xmltree import decode, parse

MAX_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document: `form` is json or xml, `root` a JSON value or an element, `data` the bytes as they came."""

    form: str
    root: Any
    data: bytes

    def again(self, encoding: str) -> Any:
        """The root as it is in another encoding, whatever the document declares.

        Raises:
            GatewayError: `document.*` where it can't be read so.
        """
        if self.form == "xml":
            return parse(self.data, encoding=encoding, max_bytes=len(self.data))
        return parse_json(decode(self.data, encoding))


def open_document(data: bytes, *, form: str = "", max_bytes: int = MAX_BYTES, encoding: str = "") -> Document:
    """Read a document.

    Args:
        data: the bytes as they came.
        form: `json` or `xml` where the sender said so; by the first character otherwise.
        max_bytes: how many bytes are read.
        encoding: the encoding where the sender said so outside the document; it outranks what the document declares.

    Raises:
        GatewayError: `document.empty`, `document.too_large`, `document.not_text`, `document.not_json`,
            `document.not_xml`, `document.doctype`, `document.too_deep`.
    """
    if len(data) > max_bytes:
        raise GatewayError("document.too_large", size=len(data), limit=max_bytes)
    text = decode(data, encoding or None)
    first = text.lstrip("\ufeff \t\r\n")[:1]
    if not first:
        raise GatewayError("document.empty")
    if not form:
        form = "xml" if first == "<" else "json"
    if form == "xml":
        return Document("xml", parse(data, encoding=encoding or None, max_bytes=max_bytes), data)
    return Document("json", parse_json(text), data)
