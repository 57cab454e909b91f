"""Carrying bytes to registries that misbehave: each way has its code, and nothing is followed or read too far."""

from __future__ import annotations

import asyncio

import pytest
from adapter_house import line, protocol, reply, saying

from gateway.errors import GatewayError
from gateway.model.wire import WireReply


async def outcome(port: int, **changes: object) -> WireReply | str:
    """The reply, or the code of the error."""
    adapter, tree = protocol("rest", port, **changes)
    try:
        return await adapter.send(adapter.encode(tree))
    except GatewayError as error:
        return error.code if error.text("en") != error.text("zh") else "told in one language only"
    finally:
        await adapter.close()


async def test_a_registry_that_hangs() -> None:
    async def hang(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async with line(hang) as end:
        assert await outcome(end.port, timeout=0.2) == "registry.timeout"


async def test_a_registry_that_drips() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with line(drip) as end:
        assert await outcome(end.port, timeout=0.3) == "registry.timeout"


async def test_a_reply_that_announces_too_much() -> None:
    async with line(saying(reply(b"x", length=10_000_000))) as end:
        assert await outcome(end.port, max_reply=1000) == "registry.reply_too_large"


async def test_a_reply_that_never_ends_is_left_early() -> None:
    written = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while written < 200_000_000:
            writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            await writer.drain()
            written += 65536

    async with line(flood) as end:
        assert await outcome(end.port, max_reply=100_000) == "registry.reply_too_large"
    assert written < 50_000_000


async def test_a_reply_of_exactly_the_limit_is_read() -> None:
    async with line(saying(reply(b"x" * 1000))) as end:
        found = await outcome(end.port, max_reply=1000)
    assert isinstance(found, WireReply)
    assert found.body == b"x" * 1000


@pytest.mark.parametrize(
    "data",
    [
        reply(b"x" * 10, length=20),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
    ids=["shorter", "cut-chunk", "cut-head", "nothing", "not-http", "bad-length", "bad-status", "long-header"],
)
async def test_a_broken_reply(data: bytes) -> None:
    async with line(saying(data)) as end:
        assert await outcome(end.port) == "registry.reply_broken"


async def test_what_comes_beyond_the_length_is_never_a_reply() -> None:
    beyond = b"HTTP/1.1 500 Evil\r\nContent-Length: 0\r\n\r\n"
    async with line(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" + beyond)) as end:
        adapter, tree = protocol("rest", end.port)
        message = adapter.encode(tree)
        assert [(await adapter.send(message)).status for _ in range(2)] == [200, 200]
        await adapter.close()
    async with line(saying(reply(b"{}") + beyond)) as end:
        assert await outcome(end.port) == "registry.reply_broken"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_a_redirect_is_not_followed(status: str) -> None:
    async with line(saying(reply(b"gone", status, "Location: /elsewhere", "Set-Cookie: a=b"))) as end:
        found = await outcome(end.port)
    assert isinstance(found, WireReply)
    assert found.status == int(status[:3])
    assert found.header("location") == "/elsewhere"
    assert len(end.requests) == 1


async def test_a_compressed_reply_comes_as_it_is() -> None:
    async with line(saying(reply(b"\x1f\x8b???", "200 OK", "Content-Encoding: gzip"))) as end:
        found = await outcome(end.port)
    assert isinstance(found, WireReply)
    assert found.body == b"\x1f\x8b???"


async def test_no_cookie_and_no_login_is_kept_between_calls() -> None:
    async with line(saying(reply(b"{}", "401 Unauthorized", "Set-Cookie: s=1", "WWW-Authenticate: Basic"))) as end:
        adapter, tree = protocol("rest", end.port)
        for _ in range(2):
            assert (await adapter.send(adapter.encode(tree))).status == 401
        await adapter.close()
    assert len(end.requests) == 2
    assert end.requests[0] == end.requests[1]


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with line(saying(reply())) as end:
        assert isinstance(await outcome(end.port), WireReply)


async def test_a_cancelled_call_leaves_nothing_open() -> None:
    arrived = asyncio.Event()

    async def hang(writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.sleep(30)

    async with line(hang) as end:
        adapter, tree = protocol("rest", end.port)
        task = asyncio.create_task(adapter.send(adapter.encode(tree)))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await adapter.close()
