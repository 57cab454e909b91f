"""Canonical bytes of a JSON value (RFC 8785), over which digests and signatures are made.

Numbers are whole by default: entries hold no fractions, so that no reader has to agree on how to write one.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any, Final

from gateway.errors import GatewayError

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8785 section 3.2.2.3, RFC 7493 section 2.2)."""

MAX_DEPTH: Final = 64

_sorted = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, sort_keys=True, separators=(",", ":")
)
_string = json.JSONEncoder(ensure_ascii=False).encode


def canonical(value: Any, *, floats: bool = False) -> bytes:
    """The canonical bytes of a JSON value.

    Args:
        value: text, whole number, boolean, None, list, tuple, or mapping with text keys; nested at most 64 deep.
        floats: whether fractions are allowed; they are written as ECMAScript writes them.

    Raises:
        GatewayError: `document.unexpected_value` with the JSON pointer of what has no canonical form.

    Source: RFC 8785 sections 3.2.2 and 3.2.3.
    """
    simple = _check(value, floats, "", 0)
    text = _sorted.encode(value) if simple else _write(value)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise _refused("", "half of a surrogate pair is not text") from error


def digest(value: Any, *, floats: bool = False) -> str:
    """SHA-256 of the canonical bytes, in lower-case hex; raises as `canonical`."""
    return hashlib.sha256(canonical(value, floats=floats)).hexdigest()


def number(value: float) -> str:
    """A finite double as ECMAScript writes it: the shortest digits that read back as the same double.

    Raises:
        GatewayError: `document.unexpected_value` for NaN and the infinities.

    Source: ECMA-262 section 6.1.6.1.20 (Number::toString), RFC 8785 section 3.2.2.3.
    """
    if not math.isfinite(value):
        raise _refused("", f"{value} is not a JSON number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    return sign + _place(digits, point)


def _place(digits: str, point: int) -> str:
    """Set the decimal point: the value is 0.DIGITS times ten to the power of `point`."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    power = point - 1
    head = digits if count == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{head}e{'+' if power > 0 else '-'}{abs(power)}"


def _check(value: Any, floats: bool, path: str, depth: int) -> bool:
    """Refuse what has no canonical form; say whether the standard encoder writes this value canonically."""
    if isinstance(value, str) or value is None or value is True or value is False:
        return True
    if isinstance(value, int):
        if -MAX_INTEGER <= value <= MAX_INTEGER:
            return True
        raise _refused(path, "the number is larger than 2^53-1; write it as text")
    if depth > MAX_DEPTH:
        raise _refused(path, f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        simple = True
        for key, part in value.items():
            if not isinstance(key, str):
                raise _refused(path, f"the key {key!r} is not text")
            # Code point order and UTF-16 order differ only where surrogates come into play.
            if not key.isascii() and max(key) >= "\ud800":
                simple = False
            if not isinstance(part, str) and not _check(part, floats, f"{path}/{key}", depth + 1):
                simple = False
        return simple
    if isinstance(value, (list, tuple)):
        simple = True
        for place, part in enumerate(value):
            if not isinstance(part, str) and not _check(part, floats, f"{path}/{place}", depth + 1):
                simple = False
        return simple
    if isinstance(value, float):
        if not floats:
            raise _refused(path, "a fraction has no place here; write it as text")
        if not math.isfinite(value):
            raise _refused(path, f"{value} is not a JSON number")
        return False
    raise _refused(path, f"{type(value).__name__} is not a JSON value")


def _write(value: Any) -> str:
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_string(key)}:{_write(part)}" for key, part in ordered) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_write(part) for part in value) + "]"
    if isinstance(value, float):
        return number(value)
    return _string(value)


def _refused(path: str, reason: str) -> GatewayError:
    place = path.encode("utf-8", "backslashreplace").decode() or "/"
    return GatewayError("document.unexpected_value", path=place, reason=reason)
