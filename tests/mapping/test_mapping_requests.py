"""What leaves the house: exactly what a mapping names, in the form that it says."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_house import OPENERS, asking, document, read

from gateway.adapter import AdapterSettings
from gateway.errors import GatewayError
from gateway.mapping.compiled import RegistryMapping
from gateway.model.wire import WireMessage
from gateway.xmltree import XPath, parse, text_of

SOAP = {"endpoint": {"adapter": "soap", "url": "https://registry.example/soap"}, "namespaces": {"t": "urn:t"}}


def sent(mapping: RegistryMapping, **facts: Any) -> WireMessage:
    facts = {name.replace("__", "."): value for name, value in facts.items()}
    endpoint = mapping.endpoint
    settings = AdapterSettings("probe", endpoint.url, encoding=endpoint.encoding, soap_version=endpoint.soap_version)
    return OPENERS[endpoint.adapter](settings).encode(mapping.operations["ask"].message(facts))


def header(message: WireMessage, name: str) -> str:
    return next((value for key, value in message.headers if key.lower() == name.lower()), "")


def test_json_with_constants_facts_and_lists() -> None:
    request = {"call": "POST /p", "json": {
        "type": "Lv01", "n": 1, "yes": True, "nothing": None, "list": ["$id_number", "x", "$name"], "deep": {"a.b": "$name"},
        "dollar": "$$5", "no": {"$value": "name", "absent": "empty"}, "null": {"$value": "name", "absent": "null"},
    }}  # fmt: skip
    message = sent(asking(request), id_number="007")
    assert json.loads(message.body) == {
        "type": "Lv01", "n": 1, "yes": True, "nothing": None, "list": ["007", "x"], "deep": {}, "dollar": "$5", "no": "", "null": None,
    }  # fmt: skip
    assert (message.method, message.url) == ("POST", "https://registry.example/base/p")
    assert header(message, "content-type") == "application/json; charset=utf-8"
    assert header(message, "content-length") == str(len(message.body))


def test_a_path_value_is_quoted_and_never_missing() -> None:
    mapping = asking({"call": "GET /v1/p/{no}/x", "path": {"no": "$id_number"}})
    assert sent(mapping, id_number="a/b c?#王").url == "https://registry.example/base/v1/p/a%2Fb%20c%3F%23%E7%8E%8B/x"
    for step in (".", ".."):
        with pytest.raises(GatewayError, match="can't stand in an address"):
            sent(mapping, id_number=step)
    with pytest.raises(GatewayError, match="the address needs this fact"):
        sent(mapping)


def test_query_parameters_keep_order_repeat_and_fall_away() -> None:
    request = {
        "call": "GET /q",
        "query": {"b": "$name", "a": ["$id_number", "2"], "c": "$uscc", "d": {"$json": {"k": "$name"}}},
    }
    message = sent(asking(request), name="王 &=", id_number="1")
    assert message.url == (
        "https://registry.example/base/q?b=%E7%8E%8B+%26%3D&a=1&a=2&d=%7B%22k%22%3A%22%E7%8E%8B+%26%3D%22%7D"
    )
    assert sent(asking({"call": "GET /q", "query": {"b": "$name"}})).url == "https://registry.example/base/q"


def test_forms_and_xml_bodies() -> None:
    message = sent(asking({"call": "POST /f", "form": {"a": "$name", "b": "x"}}), name="王&")
    assert message.body == b"a=%E7%8E%8B%26&b=x"
    mapping = asking({"call": "POST /x", "xml": {"n:ask": {"@v": 1, "n:no": "$id_number"}}}, namespaces={"n": "urn:n"})
    message = sent(mapping, id_number="<7>")
    assert text_of(XPath("/n:ask/n:no", {"n": "urn:n"}).items(parse(message.body))[0]) == "<7>"
    assert header(message, "content-type").startswith("application/xml")


def soap(body: Any, **facts: Any) -> str:
    return sent(asking({"body": body, "soap_action": "urn:a"}, **SOAP), **facts).body.decode()


def test_soap_elements_attributes_text_nil_and_repetition() -> None:
    text = soap({"t:ask": {"@no": "$id_number", "t:a": {"@k": "v", "text()": "$name"}, "b": {"$nil": True}, "c": ["$name", 2],
                           "gone": "$uscc", "t:d.e": {"f": "$uscc"}, "g": None, "h": False}}, id_number="7\"<", name="A&B")  # fmt: skip
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?><soap:Envelope')
    assert ('<soap:Body><t:ask no="7&quot;&lt;"><t:a k="v">A&amp;B</t:a><b xsi:nil="true"/><c>A&amp;B</c><c>2</c><t:d.e/><g/>'
            "<h>false</h></t:ask></soap:Body></soap:Envelope>") in text  # fmt: skip


def test_xml_in_a_string_escaped_or_in_cdata() -> None:
    tree = {"P": {"R": {"@no": 1, "X": "$name"}}}
    assert "<in>&lt;P&gt;&lt;R no=&quot;1&quot;&gt;&lt;X&gt;A&amp;amp;B&lt;/X&gt;" in soap(
        {"in": {"$xml": tree}}, name="A&B"
    ).replace('no="1"', "no=&quot;1&quot;")
    text = soap({"in": {"$xml": tree, "cdata": True, "declaration": True}}, name="A]]>B")
    assert '<in><![CDATA[<?xml version="1.0" encoding="UTF-8"?><P><R no="1"><X>A]]&gt;B</X></R></P>]]></in>' in text
    inner = text_of(XPath("//in").items(parse(text.encode()))[0])
    assert text_of(XPath("//X").items(parse(inner.encode()))[0]) == "A]]>B"


def test_json_in_soap_and_xml_in_json() -> None:
    assert '<args>{"id":"7"}</args>' in soap({"args": {"$json": {"id": "$id_number", "n": "$name"}}}, id_number="7")
    message = sent(asking({"call": "POST /p", "json": {"x": {"$xml": {"P": {"N": "$name"}}}}}), name="王")
    assert json.loads(message.body) == {"x": "<P><N>王</N></P>"}


@pytest.mark.parametrize(("version", "content"), [("1.1", "text/xml; charset=utf-8"), ("1.2", "application/soap+xml; charset=utf-8; action=\"urn:a\"")])  # fmt: skip
def test_soap_versions(version: str, content: str) -> None:
    parts = {**SOAP, "endpoint": {**SOAP["endpoint"], "soap_version": version}}
    message = sent(
        asking({"body": {"t:ask": "x"}, "soap_action": "urn:a", "soap_header": {"t:id": "$exchange.id"}}, **parts),
        exchange__id="e",
    )
    assert header(message, "content-type") == content
    assert header(message, "soapaction") == ('"urn:a"' if version == "1.1" else "")
    assert b"<soap:Header><t:id>e</t:id></soap:Header>" in message.body


def test_gb18030_on_the_wire() -> None:
    parts = {**SOAP, "endpoint": {**SOAP["endpoint"], "encoding": "gb2312"}}
    message = sent(asking({"body": {"t:ask": "$name"}}, **parts), name="王䶮")
    assert "王䶮".encode("gb18030") in message.body
    assert message.body.startswith(b'<?xml version="1.0" encoding="GB18030"?>')
    assert header(message, "content-type") == "text/xml; charset=gb18030"


def test_facts_in_the_registrys_own_form() -> None:
    request = {"call": "POST /p", "json": {"d": {"$value": "birth_date", "as": {"date": "yyyyMMdd"}}, "s": {"$value": "sex_code", "as": {"code": "sex"}},
                                           "t": {"$value": "exchange.time", "as": [{"datetime": "yyyyMMdd"}, {"slice": [1, 4]}]}}}  # fmt: skip
    codes = {"sex": {"values": {"M": "1", "F": "2"}, "otherwise": "unexpected"}}
    request["json"]["t"]["as"] = [{"datetime": "yyyyMMddHH"}, {"slice": [1, 4]}]
    mapping = asking(request, codes=codes)
    message = sent(mapping, birth_date="1988-07-04", sex_code="2", exchange__time="2026-11-24T02:00:00Z")
    assert json.loads(message.body) == {"d": "19880704", "s": "F", "t": "2026"}
    for wrong in ({"birth_date": "1988"}, {"sex_code": "9"}):
        with pytest.raises(GatewayError) as caught:
            sent(mapping, **wrong)
        assert caught.value.code == "document.unexpected_value"
        assert next(iter(wrong)) in caught.value.text()


def test_what_is_read_is_listed_and_nothing_else_leaves() -> None:
    request = {"call": "POST /p/{n}", "path": {"n": "$reg_no"}, "query": {"q": "$position.lon"}, "http_headers": {"X": "$operator.name"},
               "json": {"a": ["$id_number"], "b": {"$json": {"c": "$secret.x.key"}}}}  # fmt: skip
    mapping = asking(request)
    assert mapping.operations["ask"].reads == ("reg_no", "position.lon", "operator.name", "id_number", "secret.x.key")
    facts = {
        "reg_no": "R",
        "position": {"lon": 1.5, "lat": 2},
        "operator.name": "op",
        "id_number": "7",
        "name": "HIDDEN",
        "secret.x.key": "k",
    }
    message = sent(mapping, **{name.replace(".", "__"): value for name, value in facts.items()})
    assert b"HIDDEN" not in message.record()
    assert message.url == "https://registry.example/base/p/R?q=1.5"


def test_shared_parts_are_merged_and_nothing_is_overridden() -> None:
    shared = {"request": {"soap_header": {"t:head": {"t:id": "$exchange.id"}}}}
    own = {"body": {"t:ask": "x"}, "soap_header": {"t:head": {"t:service": "s"}}}
    message = sent(asking(own, shared=shared, **SOAP), exchange__id="e")
    assert b"<t:head><t:id>e</t:id><t:service>s</t:service></t:head>" in message.body
    own["soap_header"]["t:head"]["t:id"] = "mine"
    _, findings = read(
        document(
            {"ask": {"request": own, "reply": {"format": "xml", "outcomes": [{"found": {"status": 200}}]}}},
            shared=shared,
            **SOAP,
        )
    )
    assert [row.code for row in findings] == ["mapping.shared_key_repeated"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"call": "GET /p/{a}", "path": {"b": "$id_number"}}, "mapping.path_values"),
        ({"call": "GET /p/{a}"}, "mapping.path_values"),
        ({"call": "FETCH /p"}, "mapping.bad_call"),
        ({"call": "POST /p", "json": {"a": "msg-$exchange.id"}}, "mapping.reference_inside_text"),
        ({"call": "POST /p", "json": {"a": "id_number"}}, "mapping.constant_looks_like_fact"),
        ({"call": "POST /p", "json": {"a": "$id_nummer"}}, "mapping.unknown_fact"),
        ({"call": "POST /p", "json": {"a": "$access.token"}}, "mapping.unknown_fact"),
        ({"call": "POST /p", "json": {"password": "hunter22"}}, "mapping.secret_in_clear"),
        ({"call": "POST /p", "json": {}, "form": {}}, "mapping.bad_value"),
        ({"call": "POST /p", "body": {}}, "mapping.key_of_other_adapter"),
        ({"call": "POST /p", "jason": {}}, "mapping.unknown_key"),
        ({"call": "POST /p", "json": {"a": {"$value": "birth_date", "as": {"split": {"by": "-", "take": 1}}}}}, "mapping.function_direction"),
        ({"call": "POST /p", "xml": {"q:a": "x"}}, "mapping.unknown_prefix"),
        ({"call": "POST /p", "xml": {"@a": "x", "b": "y"}}, "mapping.bad_value"),
        ({"json": {}}, "mapping.missing_key"),
    ],
)  # fmt: skip
def test_wrong_requests_are_found(request_: dict[str, Any], code: str) -> None:
    reply = {"format": "json", "outcomes": [{"found": {"status": 200}}]}
    _, findings = read(document({"ask": {"request": request_, "reply": reply}}))
    assert code in [row.code for row in findings]
    assert all("{" not in row.text("zh").replace("{number}", "") for row in findings)


TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)


@settings(max_examples=120, deadline=None)
@given(name=TEXTS, number=TEXTS)
def test_encoding_is_deterministic_and_never_breaks_out(name: str, number: str) -> None:
    mapping = asking(
        {"body": {"t:ask": {"@no": "$id_number", "n": "$name", "in": {"$xml": {"P": {"X": "$name"}}, "cdata": True}}}},
        **SOAP,
    )
    writable = all(
        letter in "\t\n\r" or " " <= letter < "\ufffe" or letter > "\uffff" for letter in name.strip() + number.strip()
    )
    if not writable:  # a character that XML can't carry
        with pytest.raises(GatewayError, match="can't be written in XML"):
            sent(mapping, name=name, id_number=number)
        return
    message = sent(mapping, name=name, id_number=number)
    assert message == sent(mapping, name=name, id_number=number)
    root = parse(message.body)
    if name.strip():
        assert [text_of(item) for item in XPath("//n").items(root)] == [name.strip()] or name != name.strip()
        assert len(XPath("//*").elements(root)) == 5


@settings(max_examples=120, deadline=None)
@given(name=TEXTS, number=TEXTS)
def test_rest_requests_never_break_out(name: str, number: str) -> None:
    mapping = asking(
        {"call": "POST /p/{n}/end", "path": {"n": "$id_number"}, "query": {"q": "$name"}, "json": {"a": "$name"}}
    )
    if not number.strip() or number.strip() in (".", ".."):
        return
    message = sent(mapping, name=name, id_number=number)
    assert message == sent(mapping, name=name, id_number=number)
    path = message.url.split("?")[0].removeprefix("https://registry.example/base/p/")
    assert path.endswith("/end")
    assert "/" not in path.removesuffix("/end")
    if name.strip():
        assert json.loads(message.body) == {"a": name}
