"""Canned registries: one process that answers every SOAP and REST question with recorded bytes, as fast as it can."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import cast

HERE = Path(__file__).parent / "mappings" / "registries"


def reply(body: bytes, content_type: str) -> bytes:
    """A complete HTTP reply."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


SOAP = reply((HERE / "bench-population" / "found.xml").read_bytes(), "text/xml; charset=utf-8")
REST = reply((HERE / "bench-hukou" / "cancelled.json").read_bytes(), "application/json; charset=utf-8")


class Registry(asyncio.Protocol):
    """One connection; requests are told apart by their path only."""

    def __init__(self) -> None:
        self.buffer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller has connected."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.buffer[:end]
            lower = head.lower()
            at = lower.find(b"content-length:")
            length = int(lower[at + 15 : (lower + b"\r\n").find(b"\r\n", at)]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            assert self.transport is not None
            self.transport.write(SOAP if head.startswith(b"POST /population") else REST)


async def serve() -> None:
    """Listen on a free port, print it, and answer until stdin closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Registry, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve())
