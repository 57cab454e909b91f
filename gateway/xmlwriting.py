"""Writing XML without a library: element trees of ours as text, every value escaped."""

from __future__ import annotations

from gateway.model.wire import Element
from gateway.xmltree import escape_attribute, escape_text


def write(element: Element) -> str:
    """One element and what it holds; prefixes are declared by whoever writes the root.

    Raises:
        GatewayError: `document.unexpected_value` for a character that XML can't carry.
    """
    pieces: list[str] = []
    _write(element, pieces)
    return "".join(pieces)


def _write(element: Element, pieces: list[str]) -> None:
    pieces.append(f"<{element.name}")
    for name, value in element.attributes:
        pieces.append(f' {name}="{escape_attribute(value)}"')
    if element.nil:
        pieces.append(' xsi:nil="true"')
    if not element.children and not element.text:
        pieces.append("/>")
        return
    pieces.append(">")
    if element.text:
        text = element.text
        # Letters and digits need no escaping: most values of a message are nothing else.
        pieces.append(cdata(text) if element.cdata else text if text.isalnum() else escape_text(text))
    for child in element.children:
        _write(child, pieces)
    pieces.append(f"</{element.name}>")


def cdata(text: str) -> str:
    """A text as a CDATA section; the one sequence that would end it is split over two."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def declarations(namespaces: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Namespace declarations as attributes, in the order given."""
    return tuple((f"xmlns:{prefix}" if prefix else "xmlns", uri) for prefix, uri in namespaces.items())
