"""What every protocol must do: the same bytes for the same message, and a word for whatever comes back."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import dataclasses
import gzip
import socket
from typing import Any

import pytest
from adapter_house import PROTOCOLS, line, protocol, reply, saying
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents import read_document
from adapters.replay import Recording, ReplayAdapter, load_recordings
from gateway.adapter import AdapterSettings, installed, load_adapters
from gateway.errors import GatewayError
from gateway.model.wire import Element, MessageTree, WireReply


@pytest.mark.parametrize("name", PROTOCOLS)
def test_encoding_is_deterministic(name: str) -> None:
    (adapter, message), (again, same) = protocol(name), protocol(name)
    assert message == same
    first = adapter.encode(message)
    assert first == adapter.encode(message) == again.encode(same)
    assert first.method in ("GET", "POST")
    assert ("Host", "127.0.0.1:9") in first.headers
    assert ("Accept-Encoding", "identity") in first.headers
    assert len({key.lower() for key, _ in first.headers}) == len(first.headers)


@pytest.mark.parametrize("name", [name for name in PROTOCOLS if name != "replay"])
async def test_what_arrives_is_exactly_the_message(name: str) -> None:
    async with line(saying(reply())) as end:
        adapter, tree = protocol(name, end.port)
        message = adapter.encode(tree)
        try:
            assert (await adapter.send(message)).status == 200
        finally:
            await adapter.close()
    head, _, body = end.requests[0].partition(b"\r\n\r\n")
    first, *rows = head.decode("latin-1").split("\r\n")
    assert first == f"{message.method} {message.url.removeprefix(f'http://127.0.0.1:{end.port}')} HTTP/1.1"
    assert sorted(rows) == sorted(f"{key}: {value}" for key, value in message.headers)
    assert body == message.body


BODIES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from([b"", b"{", b"<", b"<a>", b"\xef\xbb\xbf{}", b"\xff\xfe<\0a\0/\0>\0", b"<!DOCTYPE a><a/>", b"[" * 5000,
                     b"<a>" * 500, b"{\"a\":NaN}", b"9" * 6000, b"<?xml version='1.0' encoding='ebcdic'?><a/>", b"\0\0\xfe\xff"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(body=BODIES, form=st.sampled_from(["json", "xml"]), encoding=st.sampled_from(["utf-8", "gb18030"]),
       header=st.sampled_from([(), (("Content-Encoding", "gzip"),), (("Content-Type", "text/html"),)]))  # fmt: skip
@pytest.mark.parametrize("name", ["rest", "soap", "replay"])
def test_decoding_is_total(name: str, body: bytes, form: str, encoding: str, header: Any) -> None:
    adapter, _ = protocol(name)
    decoded = adapter.decode(WireReply(200, header, body), form, encoding)
    assert (decoded.root is None) == bool(decoded.problem) or decoded.root is None  # JSON null has no root either
    assert isinstance(decoded.text, str)


def test_a_compressed_reply_and_a_doctype_are_refused() -> None:
    body = gzip.compress(b"{}")
    found = read_document(WireReply(200, (("content-encoding", "gzip"),), body), "json", "utf-8")
    assert found.root is None
    assert "compressed" in found.problem
    found = read_document(
        WireReply(200, (), b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'), "xml", "utf-8"
    )
    assert found.root is None
    assert "DOCTYPE" in found.problem


@pytest.mark.parametrize(
    "version", ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"]
)
def test_the_words_of_a_fault(version: str) -> None:
    body = f"<e:Envelope xmlns:e='{version}'><e:Body><e:Fault><c>e:Server</c><t>no  such\nnumber</t></e:Fault></e:Body></e:Envelope>"
    assert read_document(WireReply(500, (), body.encode()), "xml", "utf-8").fault == "e:Serverno such number"
    assert read_document(WireReply(500, (), b"<Fault>x</Fault>"), "xml", "utf-8").fault is None


def test_characters_that_the_encoding_lacks_are_no_message() -> None:
    adapter, _ = protocol("soap")
    message = MessageTree(body_kind="soap", body=(Element("a", text="\udc80"),), soap_header=())
    with pytest.raises(GatewayError) as caught:
        adapter.encode(message)
    assert caught.value.code == "document.unexpected_value"
    adapter, tree = protocol("rest")
    with pytest.raises(GatewayError) as caught:
        adapter.encode(dataclasses.replace(tree, body={"a": "\udc80"}))
    assert caught.value.code == "document.unexpected_value"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", " lead", "trail ", "a\0b", "a\x7f"])
@pytest.mark.parametrize("name", ["rest", "soap", "wsdl"])
def test_a_header_can_not_be_split(name: str, value: str) -> None:
    adapter, tree = protocol(name)
    with pytest.raises(GatewayError) as caught:
        adapter.encode(dataclasses.replace(tree, headers=(("X-Key", value),)))
    assert caught.value.code == "document.unexpected_value"
    assert "X-Key" in caught.value.text()


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        adapter, tree = protocol("rest", taken.getsockname()[1])
        with pytest.raises(GatewayError) as caught:
            await adapter.send(adapter.encode(tree))
        await adapter.close()
    assert caught.value.code == "registry.connect"


async def test_replay_gives_recordings_in_order_and_says_what_it_lacks() -> None:
    rows = [Recording(WireReply(200, (), text), "POST", "/p/%E7%8E%8B%2F1", ("王芳",)) for text in (b"1", b"2")]
    _, tree = protocol("rest")
    adapter = ReplayAdapter(
        AdapterSettings("probe", "http://127.0.0.1:9/base", options={"protocol": "rest"}), recordings=rows
    )
    message = adapter.encode(tree)
    assert [(await adapter.send(message)).body for _ in range(3)] == [b"1", b"2", b"2"]
    assert adapter.sent == [message] * 3
    with pytest.raises(GatewayError) as caught:
        await adapter.send(dataclasses.replace(message, method="GET"))
    assert caught.value.code == "registry.connect"
    await adapter.close()


@pytest.mark.parametrize("index", ["[", "{}", '[{"file": "missing"}]', '[{"status": "x", "file": "r"}]', "[1]"])
def test_broken_recordings_are_found(tmp_path: Any, index: str) -> None:
    (tmp_path / "index.json").write_text(index)
    (tmp_path / "r").write_bytes(b"")
    if index == "{}":
        assert load_recordings(tmp_path) == []
        return
    with pytest.raises(GatewayError) as caught:
        load_recordings(tmp_path)
    assert caught.value.code == "adapter.interface_file"


def test_protocols_are_entry_points_behind_an_allow_list() -> None:
    assert {"rest", "soap", "replay"} <= installed()
    assert set(load_adapters(["rest"])) == {"rest"}
    with pytest.raises(GatewayError) as caught:
        load_adapters(["carrier-pigeon"])
    assert caught.value.code == "adapter.unknown"
