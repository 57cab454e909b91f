"""HTTP/1.1 on one connection: uvicorn's protocol, with a limit on how long a head may take, and our words for noise."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.errors import GatewayError
from gateway.faces.rest.answers import refusal

MOST_OVERHEAD: Final = 128 * 1024
"""Bytes of one request that are no document (head, marks of chunks, trailers): the parser keeps them in memory."""


class GatewayProtocol(HttpToolsProtocol):
    """One connection. Half a head must not hold it for ever, and a head without end must not fill the memory."""

    head_seconds: ClassVar[float] = 20.0
    """How long the first bytes, and then the rest of a request's head, may take."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head: asyncio.TimerHandle | None = None
        self._overhead = 0
        self._body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A caller came."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller went."""
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes came; a caller that sends more around its document than any request needs is cut off."""
        self._overhead += len(data)
        super().data_received(data)
        if self._overhead > MOST_OVERHEAD and not self.transport.is_closing():
            self._head_came()
            if self._body:
                self.transport.close()
            else:
                self.send_400_response(f"its head is larger than {MOST_OVERHEAD} bytes")

    def on_body(self, body: bytes) -> None:
        """Some of the document; its own limit is kept by whoever reads it."""
        self._overhead = max(0, self._overhead - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; the next one on this connection has its own measure."""
        self._overhead, self._body = 0, False
        super().on_message_complete()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        if self._head is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """The head is whole; the body has its own limit."""
        self._head_came()
        self._body = True
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered with a problem document as well, and the connection ends."""
        answer = refusal(GatewayError("request.malformed", reason=msg.rstrip(".").lower()))
        head = (
            f"HTTP/1.1 {answer.status} Bad Request\r\ncontent-type: {answer.media_type}\r\n"
            f"content-length: {len(answer.body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + answer.body)
        self.transport.close()

    def _await_head(self) -> None:
        self._head = self.loop.call_later(self.head_seconds, self._give_up)

    def _head_came(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _give_up(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            self.transport.close()
