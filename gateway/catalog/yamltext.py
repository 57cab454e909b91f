"""Writes plain values as YAML that this house reads: block style, every text quoted, nothing left to guess."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def yaml_text(value: Any) -> str:
    """The document of a mapping or list of texts, numbers, booleans, None, lists and mappings.

    Raises:
        TypeError: for anything else.
    """
    return "\n".join(_block(value)) + "\n"


def _block(value: Any) -> list[str]:
    if isinstance(value, Mapping) and value:
        lines = []
        for key, inner in value.items():
            name = key if _PLAIN_KEY.fullmatch(key) else _quoted(key)
            if isinstance(inner, Mapping | Sequence) and not isinstance(inner, str) and inner:
                lines += [f"{name}:", *(f"  {line}" for line in _block(inner))]
            else:
                lines.append(f"{name}: {_scalar(inner)}")
        return lines
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        lines = []
        for inner in value:
            first, *rest = _block(inner)
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
        return lines
    return [_scalar(value)]


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return json.dumps(value, allow_nan=False)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, Sequence):
        return "[]"
    raise TypeError(f"{type(value).__name__} has no YAML form here")


def _quoted(text: str) -> str:
    """A text in double quotes; JSON's escapes are YAML's too, and what YAML may not hold is escaped as well."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False))
