"""REST requests are what `requests` itself would prepare, whatever the values are."""

from __future__ import annotations

import dataclasses
from urllib.parse import quote

import pytest
import requests
from adapter_house import protocol
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from gateway.errors import GatewayError
from gateway.model.wire import Element, MessageTree

TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=10)


@limits(max_examples=150, deadline=None)
@given(step=TEXTS, pairs=st.lists(st.tuples(TEXTS, TEXTS), max_size=3))
def test_addresses_are_what_requests_prepares(step: str, pairs: list[tuple[str, str]]) -> None:
    if step in (".", ".."):
        return
    adapter, tree = protocol("rest-get")
    call = f"GET /p/{quote(step, safe='')}/end"
    wire = adapter.encode(dataclasses.replace(tree, call=call, query=tuple(pairs)))
    prepared = requests.Request("GET", f"http://127.0.0.1:9/base{call[4:]}", params=pairs).prepare()
    assert wire.url == prepared.url
    assert wire.body == b""


def test_a_call_without_a_body_says_nothing_of_one() -> None:
    adapter, tree = protocol("rest-get")
    names = {name.lower() for name, _ in adapter.encode(tree).headers}
    assert not names & {"content-type", "content-length", "transfer-encoding"}


def test_a_post_without_a_body_says_that_it_is_empty() -> None:
    adapter, _ = protocol("rest")
    wire = adapter.encode(MessageTree("POST /p"))
    assert dict(wire.headers)["Content-Length"] == "0"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_forms_and_xml_in_the_registrys_encoding(encoding: str) -> None:
    adapter, _ = protocol("rest")
    wire = adapter.encode(MessageTree("POST /p", body_kind="form", body=(("a", "王 &"), ("a", "2")), encoding=encoding))
    assert wire.body == f"a={quote('王', encoding=encoding)}+%26&a=2".encode("ascii")
    wire = adapter.encode(
        MessageTree(
            "POST /p", body_kind="xml", body=(Element("n:a", text="王"),), namespaces={"n": "urn:n"}, encoding=encoding
        )
    )
    assert wire.body == f'<?xml version="1.0" encoding="{encoding.upper()}"?><n:a xmlns:n="urn:n">王</n:a>'.encode(
        encoding
    )
    assert dict(wire.headers)["Content-Type"] == f"application/xml; charset={encoding}"


def test_an_xml_body_has_one_root() -> None:
    adapter, _ = protocol("rest")
    with pytest.raises(GatewayError, match="one root element"):
        adapter.encode(MessageTree("POST /p", body_kind="xml", body=(Element("a"), Element("b"))))


def test_a_header_of_the_mapping_replaces_ours_whatever_its_case() -> None:
    adapter, tree = protocol("rest")
    wire = adapter.encode(dataclasses.replace(tree, headers=(("accept", "text/plain"), ("X-Name", "王芳"))))
    assert [value for name, value in wire.headers if name.lower() == "accept"] == ["text/plain"]
    assert ("X-Name", "王芳") in wire.headers
