"""Cutting secrets out of what is kept of a request, in every form in which they may stand there."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
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
    """The value as it may stand in XML (escaped once or twice), JSON, a query, a form, or Base64; the longest first."""
    if not value:
        return []
    once = escape_text(value)
    texts = {
        value,
        once,
        escape_text(once),
        escape_attribute(value),
        json.dumps(value, ensure_ascii=False)[1:-1],
        json.dumps(value)[1:-1],
        quote(value, safe=""),
        quote_plus(value),
        quote(value),
    }
    forms = {text.encode("utf-8") for text in texts} | {base64.b64encode(value.encode("utf-8"))}
    return sorted(forms, key=len, reverse=True)
