"""Bytes on their way: what an adapter sends and receives, exactly as it travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MessageTree:
    """A message in the mapping's words, before a protocol writes it.

    For REST: `call` is `METHOD /path` with the braces already filled in and quoted; `body_kind` is `json`, `form`,
    `xml` or empty. For SOAP: `body` and `soap_header` are element trees (`Element`). `call_pieces` are what stands
    between the braces in the mapping, always the same, and `call_values` what stands in them; both may be empty.
    """

    call: str = ""
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body_kind: str = ""
    body: Any = None
    soap_action: str = ""
    soap_header: Any = None
    soap_version: str = "1.1"
    namespaces: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    call_pieces: tuple[str, ...] = ()
    call_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WireMessage:
    """The exact request: these bytes are signed, logged, and sent unchanged."""

    method: str
    url: str
    headers: Headers
    body: bytes

    def record(self) -> bytes:
        """The request as one sequence of bytes: request line, header lines, empty line, body."""
        lines = [f"{self.method} {self.url}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class WireReply:
    """The exact reply as it came, before anybody has read it."""

    status: int
    headers: Headers
    body: bytes

    def record(self) -> bytes:
        """The reply as one sequence of bytes: status line, header lines, empty line, body."""
        lines = [f"HTTP {self.status}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + self.body

    def header(self, name: str) -> str:
        """The value of one header, whatever its case; empty where it is missing."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return ""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A reply after its protocol has read it.

    `root` is a JSON value or an XML element, None where the body could not be read; `text` is the body as text;
    `fault` holds the words of a SOAP fault; `problem` says why there is no root.
    """

    form: str
    root: Any
    text: str
    fault: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """An XML element that is to be written: name with prefix, attributes, and text or children.

    `raw` marks a text that is XML already (a CDATA section); `nil` writes `xsi:nil="true"`.
    """

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    children: tuple[Element, ...] = ()
    cdata: bool = False
    nil: bool = False
