"""Reading hostile XML: encodings, DOCTYPE, limits."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lxml import etree

from gateway.errors import GatewayError
from gateway.xmltree.elements import Element

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 100
_SHALLOW = 16

_DECLARED = re.compile(r"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_POSITION = re.compile(r",? line \d+, column \d+$")
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936", "ms936", "x-gbk"), "gb18030"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1"), "latin-1"),
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_SIGNS = (
    (b"\xef\xbb\xbf", "utf-8", 3), (b"\xff\xfe\0\0", "", 0), (b"\0\0\xfe\xff", "", 0),
    (b"\xff\xfe", "utf-16-le", 2),
    (b"\xfe\xff", "utf-16-be", 2), (b"<\x00", "utf-16-le", 0), (b"\x00<", "utf-16-be", 0),
)  # fmt: skip


def parse(
    data: bytes, *, encoding: str | None = None, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> Element:
    """Read one document and give its root element.

    Args:
        data: the bytes as they came; a byte order mark is accepted and dropped.
        encoding: the encoding that counts whatever the declaration says (`gb2312` and `gbk` are read as `gb18030`,
            of which they are subsets); without it the mark, then the declaration, then UTF-8, then GB18030 are tried.
        max_bytes: how many bytes are read.
        max_depth: how many levels elements may be nested.

    Raises:
        GatewayError: `document.empty`, `document.too_large`, `document.not_text`, `document.doctype`,
            `document.too_deep`, or `document.not_xml` with `line:column` as its place.
    """
    if len(data) > max_bytes:
        raise GatewayError("document.too_large", size=len(data), limit=max_bytes)
    text, octets = decode_both(data, encoding)
    return parse_text(text, octets, max_depth=max_depth)


def parse_text(text: str, octets: bytes | None = None, *, max_depth: int = MAX_DEPTH) -> Element:
    """Read a document from its text; `octets` is the same in UTF-8, where somebody has it. Raises like `parse`."""
    if not text or text.isspace():
        raise GatewayError("document.empty")
    if _opens_doctype(text):
        raise GatewayError("document.doctype")
    root = _tree(text, octets, max_depth)
    info: Any = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None or info.doctype:
        raise GatewayError("document.doctype")
    # Most documents are not even deep: the short question is answered in half the time.
    if _too_deep(min(max_depth, _SHALLOW))(root) and _too_deep(max_depth)(root):
        raise GatewayError("document.too_deep", limit=max_depth)
    return root


def decode(data: bytes, encoding: str | None = None) -> str:
    """The document's text; the same rules as `parse`. Raises `document.not_text` and `document.not_xml`."""
    return decode_both(data, encoding)[0]


def decode_both(data: bytes, encoding: str | None = None) -> tuple[str, bytes | None]:
    """What `decode` gives, and the same in UTF-8 where it came so: what `parse_text` takes. Raises like `decode`."""
    codec, skip = "", 0
    for sign, of_sign, length in _SIGNS:
        if data.startswith(sign):
            codec, skip = of_sign, length
            if not of_sign:
                raise GatewayError("document.not_xml", reason="UTF-32 is not read", hint="save it as UTF-8")
            break
    if encoding is not None:
        codec = _codec(encoding)
    elif not codec:
        declared = _DECLARED.match(data[:200].decode("latin-1"))
        codec = _codec(declared[1]) if declared else ""
    body = data[skip:]
    try:
        return body.decode(codec or "utf-8"), body if codec in ("", "utf-8") else None
    except UnicodeDecodeError as error:
        if codec:
            raise GatewayError("document.not_text", offset=skip + error.start) from error
    try:
        return body.decode("gb18030"), None
    except UnicodeDecodeError as error:
        raise GatewayError("document.not_text", offset=skip + error.start) from error


def _codec(name: str) -> str:
    try:
        return _CODECS[name.lower()]
    except KeyError:
        reason = f"encoding '{name}' is not read"
        raise GatewayError("document.not_xml", reason=reason, hint="save it as UTF-8") from None


def _opens_doctype(text: str) -> bool:
    """Whether a DOCTYPE stands before the root; comments and instructions are stepped over without backtracking."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if text.startswith("<?", at):
            end, length = text.find("?>", at + 2), 2
        elif text.startswith("<!--", at):
            end, length = text.find("-->", at + 4), 3
        else:
            return text[at : at + 9].upper() == "<!DOCTYPE"
        if end < 0:
            return False
        at = end + length


def _tree(text: str, octets: bytes | None, max_depth: int) -> Element:
    # The bytes were decoded here, so the declaration no longer speaks about what the parser gets.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True,
        huge_tree=False, recover=False, attribute_defaults=False,
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8") if octets is None else octets, parser)
    except etree.XMLSyntaxError as error:
        reason = _POSITION.sub("", error.msg or "it can't be read")
        if reason.startswith("Excessive depth"):
            raise GatewayError("document.too_deep", limit=max_depth) from error
        line, column = error.position
        raise GatewayError("document.not_xml", where=f"{line}:{column}", reason=reason) from error
    except (ValueError, UnicodeEncodeError) as error:
        raise GatewayError("document.not_xml", reason=str(error)) from error


@lru_cache(maxsize=16)
def _too_deep(limit: int) -> etree.XPath:
    return etree.XPath("boolean(" + "/*" * (limit + 1) + ")")
