"""Cutting secrets out of what is kept of a request, in every form in which they may stand there."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import quote, quote_plus

from gateway.xmltree import escape_attribute, escape_text


def redact(record: bytes, secrets: Iterable[tuple[str, str]]) -> bytes:
    """The record without the values of secrets; each leaves a mark with its name.

    Args:
        record: the request as one sequence of bytes.
        secrets: pairs of name and value.
    """
    for name, value in secrets:
        mark = f"[secret:{name}]".encode()
        for form in _forms(value):
            record = record.replace(form, mark)
    return record


def redact_pair(record: bytes, name: str, user: str, password: str) -> bytes:
    """The record without the joined form that HTTP basic authentication makes of a user and a password."""
    return record.replace(base64.b64encode(f"{user}:{password}".encode()), f"[secret:{name}]".encode())


def _forms(value: str) -> list[bytes]:
    """The value as it may stand in XML, JSON, a query, a form, one of them inside another, or Base64; longest first.

    Source: the ways in which a mapping can write a fact (MAPPING sections 4 and 5), in both encodings of messages.
    """
    if not value:
        return []
    texts = {value}
    if not _PLAIN.fullmatch(value):
        for _ in range(_DEEP):
            texts |= {write(text) for text in texts for write in _WRITERS}
    forms = {base64.b64encode(value.encode("utf-8"))}
    for text in texts:
        forms |= {text.encode(encoding, "backslashreplace") for encoding in ("utf-8", "gb18030")}
    return sorted(forms, key=len, reverse=True)


def _quoted(value: str) -> str:
    return quote(value, safe="", errors="replace")


def _as_form(encoding: str) -> Callable[[str], str]:
    return lambda value: quote_plus(value, encoding=encoding, errors="replace")


_PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]*")
"""What every writer leaves as it is."""
_DEEP: Final = 2
_WRITERS: Final[tuple[Callable[[str], str], ...]] = (
    escape_text,
    escape_attribute,
    lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    lambda value: json.dumps(value)[1:-1],
    _quoted,
    lambda value: quote(value, errors="replace"),
    _as_form("utf-8"),
    _as_form("gb18030"),
)
