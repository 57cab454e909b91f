"""The line between callers and registers: an ASGI application that reads a request whole and plays what takes time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from gateway.errors import GatewayError
from gateway.sandbox.wire import Ask, Family, Wire

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY = 1024 * 1024
"""The largest request that is read, in bytes."""
_TEXT = "text/plain; charset=utf-8"
_PIECES = 20
_CHUNK = b"x" * 65536


class Line:
    """Serves every family; which one is meant is known by the port."""

    def __init__(self, families: Mapping[int, Family]) -> None:
        self._families = families

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request (ASGI 3)."""
        if scope["type"] != "http":
            return
        try:
            wire = await self._answer(scope, receive)
        except GatewayError as error:  # somebody is editing the data folder and it does not read just now
            wire = Wire(error.text("zh").encode(), _TEXT, 500)
        except Exception as error:  # noqa: BLE001  (a fault in here is shown to the caller, there is no other reader)
            wire = Wire(f"sandbox fault: {type(error).__name__}".encode(), _TEXT, 500)
        await _play(wire, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Wire:
        body = await _read(receive)
        if body is None:
            return Wire(f"the body is larger than {MAX_BODY} bytes".encode(), _TEXT, 413, (("connection", "close"),))
        query: dict[str, str] = {}
        try:
            pairs = parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True, max_num_fields=50)
        except ValueError:
            return Wire(b"the query string can't be read", _TEXT, 400)
        for key, value in pairs:
            query.setdefault(key, value)
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        ask = Ask(scope["method"], scope["path"], query, headers, body)
        return await self._families[scope["server"][1]].answer(ask)


async def _read(receive: Receive) -> bytes | None:
    """The request's body; None where it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _play(wire: Wire, receive: Receive, send: Send) -> None:
    """Send an answer as its switch says."""
    name, amount = wire.switch.name, wire.switch.amount
    if name == "hang":
        if not await _wait(amount, receive):
            await _send(wire, send, len(wire.body), _whole(wire.body))
    elif name == "slow_drip":
        await _send(wire, send, len(wire.body), _dripping(wire.body, amount, receive))
    elif name == "wrong_length":
        # The last piece is left open: the server then closes the connection in the middle of the promised length.
        await _send(wire, send, len(wire.body) + 64, _whole(wire.body), complete=False)
    elif name == "oversize":
        await _send(wire, send, None, _large(wire.body, int(amount)))
    else:
        await _send(wire, send, len(wire.body), _whole(wire.body))


async def _send(
    wire: Wire, send: Send, length: int | None, pieces: AsyncIterator[bytes], *, complete: bool = True
) -> None:
    headers = [("content-type", wire.media_type), *wire.headers]
    if length is not None:
        headers.append(("content-length", str(length)))
    head = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in headers]
    await send({"type": "http.response.start", "status": wire.status, "headers": head})
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if complete:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _dripping(body: bytes, seconds: float, receive: Receive) -> AsyncIterator[bytes]:
    step = max(1, -(-len(body) // _PIECES))
    for start in range(0, len(body), step):
        if await _wait(seconds / _PIECES, receive):
            return
        yield body[start : start + step]


async def _large(body: bytes, megabytes: int) -> AsyncIterator[bytes]:
    """The beginning of the document and then one endless text, made as it is sent."""
    yield body[: max(1, len(body) // 2)]
    for _ in range(megabytes * 16):
        yield _CHUNK


async def _wait(seconds: float, receive: Receive) -> bool:
    """Let time pass; True, and at once, when the caller has gone."""
    gone = asyncio.ensure_future(receive())
    try:
        done, _ = await asyncio.wait({gone}, timeout=seconds)
        return bool(done)
    finally:
        gone.cancel()
