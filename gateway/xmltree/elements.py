"""Elements: their names, texts and places, and how they are made and written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from gateway.errors import GatewayError

Element: TypeAlias = etree._Element
"""An element of a parsed document."""

Item: TypeAlias = "etree._Element | str | bool | float"
"""What an XPath yields: elements, texts (attributes, text nodes, strings), a boolean, or a number."""

_STRING = etree.XPath("string()", smart_strings=False)
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def text_of(item: Item) -> str:
    """The text of one item: everything written in an element; numbers as XPath writes them, without a needless `.0`."""
    if isinstance(item, etree._Element):  # first: most items of a reply are elements
        return (item.text or "") if len(item) == 0 else str(_STRING(item))
    if isinstance(item, str):
        return item
    if isinstance(item, bool):
        return "true" if item else "false"
    return str(int(item)) if item.is_integer() else str(item)


def content(element: Element) -> str | None:
    """The text of an element, as `text_of` gives it; None where it says `xsi:nil="true"`."""
    said = element.get(_NIL)
    if said is not None and said.strip() in ("true", "1"):
        return None
    return (element.text or "") if len(element) == 0 else str(_STRING(element))


def local_name(element: Element) -> str:
    """The name without its namespace; empty for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace(element: Element) -> str:
    """The namespace of the name, or the empty text."""
    return (etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""


def children(element: Element) -> Iterator[Element]:
    """The child elements, without comments and instructions."""
    return (child for child in element if isinstance(child.tag, str))


def is_nil(element: Element) -> bool:
    """Whether the element says `xsi:nil="true"`."""
    said = element.get(_NIL)
    return said is not None and said.strip() in ("true", "1")


def line_of(element: Element) -> int:
    """The line of the start tag, from 1; 0 where the element was not read from a document."""
    line: Any = element.sourceline
    return int(line or 0)


def set_nil(element: Element) -> None:
    """Say `xsi:nil="true"`: the value is null, not absent."""
    element.set(_NIL, "true")


def path_of(element: Element) -> str:
    """The place of an element in its document, with local names only: `/case/materials/material[2]`."""
    steps = []
    for node in (element, *element.iterancestors()):
        name, parent = local_name(node), node.getparent()
        same = [child for child in children(parent) if child.tag == node.tag] if parent is not None else [node]
        steps.append(f"/{name}[{same.index(node) + 1}]" if len(same) > 1 else f"/{name}")
    return "".join(reversed(steps))


def make(name: str, *, space: str = "", parent: Element | None = None, text: str = "") -> Element:
    """A new element, under `parent` where one is given; without a prefix. Raises like `fit`."""
    tag = f"{{{space}}}{name}" if space else name
    nsmap: Any = {None: space} if space else None
    element = etree.Element(tag, nsmap=nsmap) if parent is None else etree.SubElement(parent, tag, nsmap=nsmap)
    if text:
        element.text = fit(text)
    return element


def to_bytes(element: Element, *, declaration: bool = False, pretty: bool = False) -> bytes:
    """The element as UTF-8."""
    return bytes(etree.tostring(element, encoding="utf-8", xml_declaration=declaration, pretty_print=pretty))


_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTE = {**_IN_TEXT, '"': "&quot;", "'": "&#39;", "\t": "&#9;", "\n": "&#10;"}
_TEXT_TABLE = str.maketrans(_IN_TEXT)
_ATTRIBUTE_TABLE = str.maketrans(_IN_ATTRIBUTE)


def fit(text: str) -> str:
    """The text itself; raises `document.unexpected_value` where it holds a character that XML can't carry."""
    bad = _UNFIT.search(text)
    if bad:
        reason = f"the character U+{ord(bad[0]):04X} can't be written in XML"
        raise GatewayError("document.unexpected_value", path=f"character {bad.start() + 1}", reason=reason)
    return text


def escape_text(text: str) -> str:
    """The text as it stands between tags; a carriage return survives as a reference. Raises like `fit`."""
    return fit(text).translate(_TEXT_TABLE)


def escape_attribute(text: str) -> str:
    """The text as it stands in a quoted attribute, whichever quotes. Raises like `fit`."""
    return fit(text).translate(_ATTRIBUTE_TABLE)
