"""Prepared requests: whatever the facts, the bytes are those of a message that is written from the beginning."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.rest import RestAdapter
from adapters.soap import SoapAdapter
from gateway.errors import GatewayError
from gateway.mapping.functions import Step
from gateway.mapping.request import RequestTemplate, all_references
from gateway.mapping.templates import Constant, Fact, Items, JsonText, Members, Nil, Node, XmlText
from gateway.model.wire import Element, MessageTree, WireMessage
from gateway.xmlwriting import Filled, Hole, Shapes, prepare, write
from tests.adapters.adapter_house import WSDL, settings

NAMES = ("a", "b", "c", "d")
SPACES = {"t": "urn:t", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
LETTERS = st.sampled_from("王芳a1 <>&\"'\t\r\n=+%/?#{}]]>.\x01\ud800\U00020000\u00a0~")
VALUES = st.one_of(
    st.none(), st.text(LETTERS, max_size=6), st.sampled_from(["", "7", ".", ".."]), st.integers(), st.booleans()
)
FACTS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES))
UPPER = (Step("upper", "text", "text", lambda value: str(value).upper(), lambda value: str(value).upper()),)


def fact(name: str, absent: str = "omit", steps: tuple[Step, ...] = ()) -> Fact:
    return Fact(name, steps, absent)


def members(**entries: Any) -> Members:
    names = {"text": "text()"}
    return Members(tuple((names.get(key, key.replace("at_", "@")), node) for key, node in entries.items()))


INNER = members(n=fact("a"), m=members(at_k=fact("b"), text=fact("c")), k=Constant("<1>"))
BODIES = {
    "flat": members(x=fact("a"), y=Constant("c&c"), z=fact("b", "empty")),
    "nested": members(x=members(at_no=fact("a"), at_fix=Constant('"'), text=fact("b"), y=fact("c", "null"))),
    "repeated": members(x=Items((fact("a"), Constant("k"), members(y=fact("b")), Nil())), y=Nil()),
    "inside": members(
        x=XmlText(INNER, cdata=True, declaration=True), y=XmlText(INNER), j=JsonText(members(q=fact("a")))
    ),
    "steps": members(x=fact("a", steps=UPPER), y=members(z=members(w=fact("d")))),
    "fixed": members(x=Constant("same"), y=members(z=Constant(""))),
}
HEADER = members(h=members(at_id=fact("d"), i=fact("a")))


def template(kind: str, body: Node | None, call: str = "POST /p", **parts: Any) -> RequestTemplate:
    """A request with holes, as reading a mapping compiles it."""
    given: dict[str, Any] = {
        "call": call,
        "path": {},
        "query": Members(()),
        "headers": Members(()),
        "body_kind": kind,
        "body": body,
        "soap_action": "urn:a",
        "soap_header": None,
        "service_id": "",
        "namespaces": SPACES,
        "soap_version": "1.1",
        "encoding": "utf-8",
        **parts,
    }
    return RequestTemplate(reads=all_references([body]), **given)


def plain(message: MessageTree) -> MessageTree:
    """The same message without anything that could have been prepared."""
    body, header = (tuple(part) if isinstance(part, Filled) else part for part in (message.body, message.soap_header))
    return dataclasses.replace(message, body=body, soap_header=header, call_pieces=(), call_values=())


def outcome(adapter: SoapAdapter | RestAdapter, message: MessageTree) -> WireMessage | tuple[str, Any]:
    try:
        return adapter.encode(message)
    except GatewayError as error:
        return error.code, error.values.get("path")


def agree(adapter: SoapAdapter | RestAdapter, request: RequestTemplate, *all_facts: dict[str, Any]) -> None:
    """The prepared message and the plain one are the same, also when the shape is met again."""
    for facts in (*all_facts, *all_facts):
        try:
            message = request.render(facts)
        except GatewayError:
            continue
        assert outcome(adapter, message) == outcome(adapter, plain(message))


SOAP = {version: SoapAdapter(settings()) for version in ("1.1", "1.2")}
REST = RestAdapter(settings())


@pytest.mark.parametrize("shape", BODIES)
@pytest.mark.parametrize("version", SOAP)
@given(first=FACTS, second=FACTS, encoding=st.sampled_from(["utf-8", "gb18030"]))
def test_prepared_envelopes_are_the_plain_ones(
    shape: str, version: str, first: dict[str, Any], second: dict[str, Any], encoding: str
) -> None:
    request = template("soap", BODIES[shape], soap_version=version, encoding=encoding, soap_header=HEADER)
    agree(SOAP[version], request, first, second)


@given(first=FACTS, second=FACTS)
def test_prepared_bodies_in_the_order_of_the_wsdl_are_the_plain_ones(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    adapter = SoapAdapter(dataclasses.replace(settings(), wsdl=WSDL / "register.wsdl", port="Port11"))
    body = members(Name=fact("b"), Number=fact("a"), Context=members(User=fact("c")))
    agree(adapter, template("soap", body, "AskPerson"), first, second)


@pytest.mark.parametrize("call", ["POST /p", "GET /p/{x}/q", "PUT /p/{x}-{y}?fixed=%7e&z={y}", "DELETE /p;{x}/../r"])
@given(first=FACTS, second=FACTS, kind=st.sampled_from(["", "json", "form", "xml"]))
def test_prepared_rest_requests_are_those_of_the_library(
    call: str, first: dict[str, Any], second: dict[str, Any], kind: str
) -> None:
    body: Node | None = {"xml": members(r=BODIES["nested"]), "": None}.get(kind, members(x=fact("a"), y=fact("b")))
    path = {name: fact(of) for name, of in (("x", "a"), ("y", "b")) if f"{{{name}}}" in call}
    query = members(q=Items((fact("c"), fact("d"))), k=Constant("=&"))
    headers = members(**{"X-Key": fact("c"), "accept": Constant("text/plain"), "X-No": fact("d")})
    for parts in ({}, {"query": query}, {"headers": headers}, {"query": query, "headers": headers}):
        agree(REST, template(kind, body, call, path=path, **parts), first, second)


def test_a_header_is_filled_where_the_library_puts_it() -> None:
    headers = members(**{"content-length": Constant("9"), "Accept": fact("a"), "accept": fact("b")})
    request = template("json", members(x=fact("a")), headers=headers)
    agree(REST, request, {"a": "1", "b": "2"}, {"a": "3"}, {"b": "\u2003x"})
    agree(REST, template("", None, "POST /p", headers=headers), {"a": "1", "b": "2"}, {})


def test_the_same_shape_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the properties above would compare the plain way with itself."""
    soap, rest = SoapAdapter(settings()), RestAdapter(settings())
    envelope = template("soap", BODIES["flat"])
    called = template("json", members(x=fact("a")), "POST /p/{x}", path={"x": fact("a")})
    soap.encode(envelope.render({"a": "1", "b": "2"}))
    rest.encode(called.render({"a": "1"}))

    def again(*given: Any, **named: Any) -> Any:
        raise AssertionError("written again")

    monkeypatch.setattr("adapters.soap.prepare", again)
    monkeypatch.setattr("adapters.rest.as_requests_does", again)
    assert b"<x>3</x>" in soap.encode(envelope.render({"a": "3", "b": "4"})).body
    assert rest.encode(called.render({"a": "5"})).url.endswith("/p/5")
    with pytest.raises(AssertionError, match="written again"):
        soap.encode(envelope.render({"b": "4"}))


def test_other_namespaces_are_another_envelope() -> None:
    adapter, request = SoapAdapter(settings()), template("soap", BODIES["flat"])
    message = request.render({"a": "1"})
    adapter.encode(message)
    other = dataclasses.replace(message, namespaces={"u": "urn:u"})
    assert b'xmlns:u="urn:u"' in adapter.encode(other).body
    assert b"urn:t" in adapter.encode(message).body


def test_shapes_are_a_bounded_number() -> None:
    shapes: Shapes[int] = Shapes()
    for number in range(3 * Shapes.LIMIT):
        shapes.keep(number, number)
    assert len(shapes) <= Shapes.LIMIT
    assert shapes.get(3 * Shapes.LIMIT - 1) == 3 * Shapes.LIMIT - 1


def test_a_filled_tree_is_the_sequence_of_its_elements() -> None:
    filled = template("soap", BODIES["flat"]).render({"a": "1", "b": "2"}).body
    assert len(filled) == 3
    assert filled[0] == Element("x", text="1")
    assert filled[1:] == (Element("y", text="c&c"), Element("z", text="2"))
    assert prepare(filled.outline()).fill(filled.texts) == "".join(write(element) for element in filled)
    assert isinstance(filled.outline(4)[0].text, Hole)
    assert filled.outline(4)[0].text == "4"
