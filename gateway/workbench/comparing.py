"""Whether a value is what a test expects, and how a value is shown to people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gateway.xmltree import Element, children, namespace, text_of

_LONGEST = 120


def agrees(expected: Any, found: Any) -> bool:
    """Whether they are the same value; numbers compare by what they are, not by how they are written."""
    if isinstance(expected, Mapping):
        return (
            isinstance(found, Mapping)
            and expected.keys() == found.keys()
            and all(agrees(value, found[name]) for name, value in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(expected) == len(found)
            and all(agrees(*pair) for pair in zip(expected, found, strict=True))
        )
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return float(expected) == float(found) if isinstance(expected, float) else Decimal(str(found)) == expected
    return type(expected) is type(found) and bool(expected == found)


def shown(value: Any) -> str:
    """A value on one line, cut where it is long."""
    if isinstance(value, str):
        text = value
    else:
        try:
            text = json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):
            text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def same_tree(left: Element, right: Element) -> str:
    """The first place where two XML trees differ, whatever their prefixes, blanks and comments; empty where none."""
    return _differs(left, right, f"/{_name(left)}")


def _differs(left: Element, right: Element, place: str) -> str:
    if left.tag != right.tag:
        return f"{place}: {_name(right)} in namespace '{namespace(right)}'"
    if _attributes(left) != _attributes(right):
        return f"{place}: attributes {_attributes(left)} and {_attributes(right)}"
    mine, theirs = list(children(left)), list(children(right))
    if not mine and not theirs and text_of(left).strip() != text_of(right).strip():
        return f"{place}: '{shown(text_of(left).strip())}' and '{shown(text_of(right).strip())}'"
    if len(mine) != len(theirs):
        return f"{place}: {len(mine)} and {len(theirs)} elements"
    for one, other in zip(mine, theirs, strict=True):
        found = _differs(one, other, f"{place}/{_name(one)}")
        if found:
            return found
    return ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attributes(element: Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}
