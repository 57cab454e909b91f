"""Reading a request before anything is done with it: headers, media type, charset, dialect, and the bounded body."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from gateway.errors import GatewayError

BODY_SECONDS: Final = 30.0
"""How long a document may take to arrive."""
_DISCARD_BYTES: Final = 64 * 1024 * 1024
_DISCARD_SECONDS: Final = 3.0

_FORMS: Final[Mapping[str, str]] = {"application/json": "json", "application/xml": "xml", "text/xml": "xml"}
_CHARSETS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii"), "utf-8"),
    **dict.fromkeys(("gb18030", "gbk", "gb2312"), "gb18030"),
}
_KEY: Final = re.compile("[!-~]{1,200}")
_WANTED: Final = frozenset(
    {
        b"authorization", b"content-type", b"content-length", b"content-encoding", b"idempotency-key", b"accept",
        b"source-dialect", b"expect",
    }
)  # fmt: skip


class CallerGone(Exception):  # noqa: N818 - it is no error: nobody is there any more to be answered
    """The caller closed the connection before its document was complete."""


def read_headers(scope: Scope) -> dict[bytes, str]:
    """The headers that matter here; one that came twice is a list (RFC 9110 section 5.3)."""
    found: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        if name in _WANTED:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if name in found else text
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says about its document."""

    form: str
    encoding: str
    dialect: str
    idempotency_key: str


def read_asked(headers: Mapping[bytes, str], query: bytes) -> Asked:
    """What headers and query say about the document.

    Raises:
        GatewayError: `document.media_type`, `request.idempotency_invalid`, `request.bad_parameter`.
    """
    form, encoding = _media_type(headers.get(b"content-type", ""))
    coding = headers.get(b"content-encoding", "identity")
    if coding.strip().lower() != "identity":
        raise GatewayError("document.media_type", where="Content-Encoding", media_type=coding[:60])
    key = headers.get(b"idempotency-key", "")
    if b"idempotency-key" in headers and _KEY.fullmatch(key) is None:
        raise GatewayError("request.idempotency_invalid", where="Idempotency-Key")
    dialect = headers.get(b"source-dialect", "").strip()
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=20) if query else ():
        if name != "source":
            raise GatewayError("request.bad_parameter", where=f"?{name[:60]}", name=name[:60],
                               reason="it is not known here; 'source' is")  # fmt: skip
        dialect = value
    return Asked(form, encoding, dialect[:100], key)


def _media_type(header: str) -> tuple[str, str]:
    """Form and encoding of a `Content-Type`; both empty where there is none, and the document itself says."""
    if not header:
        return "", ""
    name, _, rest = header.partition(";")
    form = _FORMS.get(name.strip().lower())
    if form is None:
        raise GatewayError("document.media_type", where="Content-Type", media_type=name.strip()[:60])
    for parameter in rest.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
            if charset not in _CHARSETS:
                raise GatewayError(
                    "document.media_type", where="Content-Type", media_type=header[:60],
                    hint="send UTF-8 or GB18030, and name it in charset",
                )  # fmt: skip
            return form, _CHARSETS[charset]
    return form, ""


class Body:
    """A request's body: read up to a limit, never more in memory than that.

    Args:
        receive: the ASGI channel.
        headers: the request's headers.
        limit: how many bytes are taken.
    """

    __slots__ = ("_expects", "_length", "_limit", "_receive", "complete")

    def __init__(self, receive: Receive, headers: Mapping[bytes, str], limit: int) -> None:
        self._receive, self._limit = receive, limit
        length = headers.get(b"content-length", "")
        self._length = int(length) if length.isascii() and length.isdigit() and len(length) < 19 else None
        self._expects = b"expect" in headers
        self.complete = False
        """Whether the whole body was taken from the connection."""

    async def read(self, seconds: float = BODY_SECONDS) -> bytes:
        """The whole body.

        Raises:
            GatewayError: `document.too_large`, `request.too_slow`.
            CallerGone: the connection ended first.
        """
        if self._length is not None and self._length > self._limit:
            raise GatewayError("document.too_large", size=self._length, limit=self._limit)
        try:
            async with asyncio.timeout(seconds):
                return await self._take()
        except TimeoutError:
            raise GatewayError("request.too_slow", seconds=f"{seconds:g}") from None

    async def _take(self) -> bytes:
        self._expects = False
        first, more = await self._next()
        if not more and len(first) <= self._limit:
            return first
        parts, size = [first], len(first)
        while size <= self._limit:
            if not more:
                return b"".join(parts)
            part, more = await self._next()
            parts.append(part)
            size += len(part)
        raise GatewayError("document.too_large", size=f"{size} or more", limit=self._limit)

    async def _next(self) -> tuple[bytes, bool]:
        message = await self._receive()
        if message["type"] != "http.request":
            raise CallerGone
        more = message.get("more_body", False)
        self.complete = not more
        return message.get("body", b""), more

    async def discard(self) -> None:
        """Read on and keep nothing, so that a caller that is still sending gets to read its refusal; bounded.

        Where the caller waits to be asked for its body (RFC 9110 section 10.1.1) nothing is read at all.
        """
        if self.complete or self._expects:
            return
        left = _DISCARD_BYTES
        try:
            async with asyncio.timeout(_DISCARD_SECONDS):
                while left > 0 and not self.complete:
                    part, _ = await self._next()
                    left -= len(part)
        except TimeoutError:
            return
