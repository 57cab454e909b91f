"""A document between its two forms: JSON values and XML elements, both ways without loss.

The conversion is about form only; whether a document is valid is for `gateway.schemas.checking` to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gateway.errors import GatewayError
from gateway.schemas.definitions import document
from gateway.schemas.shapes import ListOf, Member, Record, Scalar, Shape
from gateway.schemas.vocabulary import suggest
from gateway.xmltree import (
    Element,
    children,
    is_nil,
    local_name,
    make,
    namespace,
    parse,
    path_of,
    set_nil,
    text_of,
    to_bytes,
)

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHOLE = re.compile("-?[0-9]{1,40}")


def to_xml(name: str, value: Mapping[str, Any]) -> bytes:
    """The XML form of a valid document, UTF-8 with declaration; members stand in the schema's order.

    Raises `document.unexpected_value` where a value has no XML form.
    """
    shared = document(name)
    root = make(shared.name, space=shared.namespace)
    _fill(root, shared.shape, value, shared.namespace)
    return to_bytes(root, declaration=True)


def from_xml(name: str, tree: Element | bytes) -> dict[str, Any]:
    """The JSON form of an XML document.

    Args:
        name: the name of the shared document.
        tree: its root element, or its bytes.

    Raises:
        GatewayError: `document.unexpected_value` with the place where the element is not of this document.
    """
    shared = document(name)
    root = parse(tree) if isinstance(tree, bytes) else tree
    if local_name(root) != shared.name or namespace(root) != shared.namespace:
        reason = f"the root should be <{shared.name} xmlns='{shared.namespace}'>"
        raise GatewayError("document.unexpected_value", path=path_of(root), reason=reason)
    found = _read(root, shared.shape, shared.namespace)
    assert isinstance(found, dict)  # noqa: S101 - the top of every document is a record
    return found


def _fill(element: Element, shape: Shape, value: Any, space: str) -> None:
    if isinstance(shape, Scalar):
        element.text = _text(shape, value)
    elif isinstance(shape, Record):
        for member in shape.ordered(value):
            child = make(member.name, space=space, parent=element)
            if value[member.name] is None and member.nullable:
                set_nil(child)
            else:
                _fill(child, member.shape, value[member.name], space)
    elif isinstance(shape, ListOf):
        for item in value:
            _fill(make(shape.item, space=space, parent=element), shape.shape, item, space)
    else:
        for key, item in value.items():
            child = make(shape.item, space=space, parent=element)
            child.set("key", key)
            _fill(child, shape.shape, item, space)


def _text(shape: Scalar, value: Any) -> str:
    if shape.kind in ("json", "scalars"):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _UNWRITABLE.sub(lambda found: _escape(found[0]), text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if shape.kind == "integer":
        return str(int(value))
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    bad = _UNWRITABLE.search(value)
    if bad:
        reason = f"the character U+{ord(bad[0]):04X} can't be written in XML"
        raise GatewayError("document.unexpected_value", path=f"character {bad.start() + 1}", reason=reason)
    return str(value)


def _escape(character: str) -> str:
    return json.dumps(character)[1:-1]


def _read(element: Element, shape: Shape, space: str) -> Any:
    if isinstance(shape, Scalar):
        return _value(element, shape)
    if isinstance(shape, Record):
        return _record(element, shape, space)
    inside = list(children(element))
    for child in inside:
        if local_name(child) != shape.item or namespace(child) != space:
            raise _misplaced(child, (shape.item,))
    if isinstance(shape, ListOf):
        return [_read(child, shape.shape, space) for child in inside]
    entries: dict[str, Any] = {}
    for child in inside:
        key = child.get("key")
        if key is None or key in entries:
            raise _wrong(child, "the attribute 'key' is missing" if key is None else f"the key '{key}' stands twice")
        entries[str(key)] = _read(child, shape.shape, space)
    return entries


def _record(element: Element, shape: Record, space: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in children(element):
        member = _member(child, shape, space)
        if member is None:
            raise _misplaced(child, tuple(each.name for each in shape.members))
        if member.name in found:
            raise _wrong(child, "it stands twice")
        nil = member.nullable and is_nil(child)
        found[member.name] = None if nil else _read(child, member.shape, space)
    return found


def _member(element: Element, shape: Record, space: str) -> Member | None:
    inside, _, name = str(element.tag)[1:].rpartition("}")
    return shape.member(name) if inside == space else None


def _value(element: Element, shape: Scalar) -> Any:
    text = text_of(element)
    if shape.values:
        return text
    if shape.kind == "boolean":
        return {"true": True, "false": False}.get(text.strip(), text)
    if shape.kind in ("number", "integer"):
        return _number(text.strip())
    if shape.kind in ("json", "scalars"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise _wrong(element, "its text is not JSON") from None
    return text


def _number(text: str) -> int | float | str:
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def _misplaced(element: Element, known: tuple[str, ...]) -> GatewayError:
    near = suggest(local_name(element), known)
    advice = f"; did you mean {', '.join(near)}?" if near else f"; expected {', '.join(known[:12])}"
    return _wrong(element, f"<{local_name(element)}> is not expected here{advice}")


def _wrong(element: Element, reason: str) -> GatewayError:
    return GatewayError("document.unexpected_value", path=path_of(element), reason=reason)
