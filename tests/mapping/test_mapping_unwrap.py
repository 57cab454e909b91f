"""Documents inside documents: escaped once or twice, in CDATA, JSON in XML, XML in JSON."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from mapping_house import document, read, replying, understood, values

INNER = "<p no='7'><nm>王芳 &amp; 李</nm></p>"
FIELDS = {"n": "//nm", "no": "//p/@no"}
FOUND = [{"found": {"path": "//p", "exists": True}}]


def soap(content: str) -> str:
    return f"<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><out>{content}</out></e:Body></e:Envelope>"


def xml_reply(unwrap: Any, body: str, outcomes: Any = FOUND, fields: Any = FIELDS) -> Any:
    return understood(replying({"format": "xml", "unwrap": unwrap, "outcomes": outcomes, "fields": fields}), body)


@pytest.mark.parametrize(
    "content",
    [
        escape(INNER),
        escape(escape(INNER)),
        f"<![CDATA[{INNER}]]>",
        f"<![CDATA[<?xml version='1.0' encoding='GBK'?>{INNER}]]>",
        f"\n  {escape(INNER)}  \n",
        escape("\ufeff" + INNER),
        f"<![CDATA[{escape(INNER)}]]>",
    ],
)
def test_xml_in_a_string(content: str) -> None:
    response = xml_reply({"path": "//out", "format": "xml"}, soap(content))
    assert values(response) == {"n": "王芳 & 李", "no": "7"}


def test_xml_in_a_string_in_xml_in_a_string() -> None:
    content = escape(f"<mid><deep>{escape(INNER)}</deep></mid>")
    unwrap = [{"path": "//out", "format": "xml"}, {"path": "//deep", "format": "xml"}]
    assert values(xml_reply(unwrap, soap(content)))["n"] == "王芳 & 李"


def test_json_in_soap_and_xml_in_json() -> None:
    reply = {"format": "xml", "unwrap": {"path": "//out", "format": "json"}, "outcomes": [{"found": {"path": "c", "is": "00"}}],
             "fields": {"n": "d[0].nm"}}  # fmt: skip
    body = soap('<![CDATA[{"c":"00","d":[{"nm":"王芳"}]}]]>')
    assert values(understood(replying(reply), body)) == {"n": "王芳"}
    reply = {"format": "json", "unwrap": {"path": "data.xml", "format": "xml"}, "outcomes": FOUND, "fields": FIELDS}
    assert values(understood(replying(reply), {"data": {"xml": INNER}})) == {"n": "王芳 & 李", "no": "7"}


def test_json_in_a_string_of_json() -> None:
    reply = {"unwrap": {"path": "body.data", "format": "json"}, "outcomes": [{"found": {"path": "body.code", "is": "1"}}],
             "fields": {"n": "body.data.nm"}}  # fmt: skip
    assert values(understood(replying(reply), {"body": {"code": 1, "data": '{"nm": "王芳"}'}})) == {"n": "王芳"}


@pytest.mark.parametrize(
    "content", ["&lt;p&gt;", "busy", "&lt;!DOCTYPE p&gt;&lt;p/&gt;", "&lt;p&gt;&amp;#0;&lt;/p&gt;"]
)
def test_what_can_not_be_unwrapped_is_unreadable(content: str) -> None:
    response = xml_reply({"path": "//out", "format": "xml"}, soap(content))
    assert response.word == "unreadable"
    assert response.reason


def test_a_fault_has_nothing_to_unwrap() -> None:
    fault = ("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultcode>e:Server</faultcode>"
             "<faultstring>PNR not found</faultstring></e:Fault></e:Body></e:Envelope>")  # fmt: skip
    rules = [{"not_found": {"fault": "PNR not found"}}, *FOUND]
    assert xml_reply({"path": "//out", "format": "xml"}, fault, rules).word == "not_found"
    assert (
        xml_reply(
            {"path": "//out", "format": "json"},
            fault,
            [{"not_found": {"fault": "PNR"}}, {"found": {"path": "c", "is": "0"}}],
            {},
        ).word
        == "not_found"
    )
    assert xml_reply({"path": "//out", "format": "xml"}, fault).word == "registry_fault"


def test_two_texts_where_one_is_wanted_are_unreadable() -> None:
    body = soap(escape(INNER)).replace("</out>", "</out><out>x</out>")
    assert xml_reply({"path": "//out", "format": "xml"}, body).word == "unreadable"


def test_a_path_into_json_that_can_not_be_unwrapped_is_found() -> None:
    reply = {"format": "json", "unwrap": {"path": "a[0]", "format": "json"}, "outcomes": [{"found": {"status": 200}}]}
    _, findings = read(document({"ask": {"request": {"call": "GET /x"}, "reply": reply}}))
    assert [row.code for row in findings] == ["mapping.bad_path"]
