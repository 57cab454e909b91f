"""A registry's end of the line, byte by byte, and one adapter of each protocol with a message for it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.replay import Recording, ReplayAdapter
from adapters.rest import RestAdapter
from adapters.soap import SoapAdapter
from gateway.adapter import Adapter, AdapterSettings
from gateway.model.wire import Element, MessageTree, WireReply

WSDL = Path(__file__).parent / "wsdl"
PROTOCOLS = ("rest", "rest-get", "soap", "soap12", "wsdl", "replay")
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Line:
    """A server that was started; `requests` holds every request as its bytes came."""

    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def saying(data: bytes) -> Answer:
    """An answer that is these bytes, after which the line is closed."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return answer


def reply(body: bytes = b"{}", status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """A whole HTTP reply."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextlib.asynccontextmanager
async def line(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Line]:
    """Start a server on the loopback that reads a request and answers."""
    state = Line()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(row.split(b":")[1]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")),
                0,
            )
            state.requests.append(head + await reader.readexactly(length))
            await answer(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError) as error:
            state.failures.append(type(error).__name__)
        finally:
            tasks.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def settings(port: int = 9, **changes: Any) -> AdapterSettings:
    scheme = changes.pop("scheme", "http")
    host = changes.pop("host", "127.0.0.1")
    return AdapterSettings("probe", f"{scheme}://{host}:{port}/base", **{"timeout": 5.0, **changes})


def protocol(name: str, port: int = 9, **changes: Any) -> tuple[Adapter, MessageTree]:
    """One adapter and a message that it can write."""
    spaces = {"t": "urn:t", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    query = (("q", "王芳 &=+%2F"), ("q", "2"), ("empty", ""))
    rest = MessageTree("POST /p/%E7%8E%8B%2F1", query, (("X-Key", "k"),), "json", {"name": "王芳", "n": 1})
    body = (Element("t:ask", (("no", '1"'),), children=(Element("n", text="王芳 <&>"), Element("x", nil=True))),)
    soap = MessageTree(
        body_kind="soap", body=body, soap_action="urn:a", soap_header=(Element("t:id", text="e"),), namespaces=spaces
    )
    if name == "rest":
        return RestAdapter(settings(port, **changes)), rest
    if name == "rest-get":
        return RestAdapter(settings(port, **changes)), MessageTree("GET /p", query, (("X-Key", "k"),))
    if name == "soap":
        return SoapAdapter(settings(port, **changes)), soap
    if name == "soap12":
        return SoapAdapter(settings(port, soap_version="1.2", **changes)), MessageTree(
            body_kind="soap", body=body, soap_action="urn:a", soap_version="1.2", namespaces=spaces, soap_header=()
        )
    if name == "wsdl":
        given = (
            Element("Number", text="7"),
            Element("Name", text="王芳"),
            Element("Context", children=(Element("User", text="u"),)),
        )
        message = MessageTree("AskPerson", body_kind="soap", body=given, soap_header=(), namespaces=spaces)
        return SoapAdapter(
            dataclasses.replace(settings(port, **changes), wsdl=WSDL / "register.wsdl", port="Port11")
        ), message
    recordings = [Recording(WireReply(200, (), b"{}"), "POST", "/p/%E7%8E%8B%2F1")]
    return ReplayAdapter(settings(port, options={"protocol": "rest"}, **changes), recordings=recordings), rest
