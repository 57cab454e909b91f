"""Reading hostile JSON: duplicate keys, NaN, depth, and numbers that keep all their digits."""

from __future__ import annotations

import json
import re
from typing import Any

from gateway.errors import GatewayError

MAX_DEPTH = 100


class JsonNumber(float):
    """A JSON number that is not an integer, which keeps the digits it was written with."""

    __slots__ = ("written",)
    written: str

    def __new__(cls, written: str) -> JsonNumber:
        """Read the number; `written` is what stands in the document."""
        number = super().__new__(cls, written)
        number.written = written
        return number

    def __str__(self) -> str:
        return self.written

    def __reduce__(self) -> tuple[type[JsonNumber], tuple[str]]:
        return JsonNumber, (self.written,)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _refuse(f"the key '{twice[:60]}' stands twice in one object")
    return document


def _refuse(reason: str, where: str = "") -> GatewayError:
    return GatewayError("document.not_json", where=where, reason=reason)


def _constant(word: str) -> Any:
    raise _refuse(f"{word} is no JSON value")


# A string that never ends is taken to the end of the text at once: looking for its end again would be quadratic.
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=JsonNumber, parse_constant=_constant)


def parse_json(text: str, *, max_depth: int = MAX_DEPTH) -> Any:
    """Read one JSON text (RFC 8259); a byte order mark is dropped.

    Raises:
        GatewayError: `document.empty`, `document.not_json` with `line:column`, `document.too_deep`.
    """
    body = text.removeprefix("\ufeff")
    if not body.strip():
        raise GatewayError("document.empty")
    if body.count("[") + body.count("{") > max_depth and _nesting(body) > max_depth:
        raise GatewayError("document.too_deep", limit=max_depth)
    try:
        document = _DECODER.decode(body)
    except json.JSONDecodeError as error:
        raise _refuse(error.msg, f"{error.lineno}:{error.colno}") from error
    except RecursionError:
        raise GatewayError("document.too_deep", limit=max_depth) from None
    except ValueError as error:  # an integer of more digits than Python converts
        raise _refuse(str(error).split(";")[0]) from error
    return document


def _nesting(text: str) -> int:
    """How deep brackets are nested outside strings; seen before reading, since readers differ in how deep they go."""
    deepest = level = 0
    for mark in _MARKS.finditer(text):
        sign = mark[0]
        if sign in "[{":
            level += 1
            deepest = max(deepest, level)
        elif sign in "]}":
            level -= 1
    return deepest
