"""The population register over SOAP: what it answers, what it demands, what it refuses."""

from __future__ import annotations

import pytest
import zeep
import zeep.exceptions
from sandbox_caller import HEAD

from gateway.sandbox.spyne_door import ENVELOPES

BASE, CHECK = "GK_JZCX_RKJCXXCX", "GK_GXFW_SFHC"
CLEAN = ("350102198807041239", "陈大文")


def texts(package, *paths):
    return [package.findtext(path) for path in paths]


@pytest.mark.parametrize("path", ["", "12"])
def test_zeep_reads_both_wsdls_and_gets_the_base_information(caller, path):
    package = caller.soap(BASE, caller.package(CLEAN), path=path)
    assert texts(package, "PACKAGEHEAD/FHDM", "PACKAGEHEAD/FFQQBH") == ["10", "6f1c2c0e9a4b4b0f8d3a5f0e7b1c2d3e"]
    row = package.find("DATA/RECORD")
    assert row.attrib == {"no": "1", "code": "", "msg": ""}
    assert {each.tag: each.text for each in row} == {
        "GMSFHM": "350102198807041239", "GMSFHM_PPDDM": "1", "XM": "陈大文", "XM_PPDDM": "1", "SWBS": "0",
        "XBDM": "1", "MZDM": "01", "CSRQ": "19880704", "CSD_GJHDQDM": "CHN", "CSD_SSXQDM": "350102",
    }  # fmt: skip


def test_the_two_versions_answer_in_their_own_envelope(caller):
    one = caller.post_soap(caller.envelope())
    assert b"http://schemas.xmlsoap.org/soap/envelope/" in one.content
    assert b"&lt;GMSFHM&gt;350102198807041239" in one.content
    body = caller.envelope().replace(ENVELOPES["1.1"].encode(), ENVELOPES["1.2"].encode())
    two = caller.post_soap(body, "application/soap+xml; charset=utf-8")
    assert two.status_code == 200
    assert b"http://www.w3.org/2003/05/soap-envelope" in two.content
    assert b"&lt;GMSFHM&gt;350102198807041239" in two.content


def test_the_register_compares_the_name_itself_and_by_equality(caller):
    package = caller.soap(CHECK, caller.package(("440106197506100031", "鍾大明")))
    assert texts(package, ".//GMSFHM_PPDDM", ".//XM_PPDDM", ".//XM") == ["1", "0", "鍾大明"]
    assert package.find(".//XBDM") is None
    package = caller.soap(CHECK, caller.package(("440106197506100031", "钟大明")))
    assert texts(package, ".//XM_PPDDM") == ["1"]
    assert texts(caller.base("440106197506100031", "鍾大明"), ".//XM_PPDDM", ".//XM") == ["0", "钟大明"]


def test_unknown_deceased_faulty_and_hidden_persons(caller):
    asked = [
        ("440106199912310017", "某某"),
        ("350102194011050078", "黄永年"),
        ("350102197709290157", "许半答"),
        ("440106196804060176", "王隐名"),
    ]
    package = caller.soap(BASE, caller.package(*asked))
    unknown, dead, faulty, hidden = package.findall("DATA/RECORD")
    assert package.findtext("PACKAGEHEAD/FHDM") == "11"
    assert (unknown.get("code"), unknown.get("msg"), len(unknown)) == ("1001", "库中无此号", 0)
    assert (dead.findtext("SWBS"), dead.findtext("XM_PPDDM"), dead.get("code")) == ("1", "1", "")
    assert (faulty.get("code"), faulty.get("msg")) == ("2003", "该条数据有误，待核实")
    assert (hidden.findtext("XM"), hidden.findtext("XM_PPDDM"), hidden.get("no")) == ("王**", "", "4")


@pytest.mark.parametrize("left_out", ["QQRGMSFHM", "QQRXM", "QQRDWDM", "QQRDWMC", "QQYWLXMC"])
def test_the_header_must_name_operator_unit_and_business(caller, left_out):
    head = {tag: text for tag, text in HEAD.items() if tag != left_out}
    package = caller.soap(CHECK, caller.package(CLEAN, head=head))
    assert package.findtext("PACKAGEHEAD/FHDM") == "21"
    assert left_out in package.findtext("PACKAGEHEAD/FHMS")
    assert package.find(".//RECORD") is None


def test_a_wrong_password_gets_nothing(caller):
    package = caller.soap(CHECK, caller.package(CLEAN), password="wrong")
    assert package.findtext("PACKAGEHEAD/FHDM") == "22"
    assert package.find(".//RECORD") is None


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "not xml",
        "<PACKAGE/>",
        "<OTHER><DATA><RECORD/></DATA></OTHER>",
        '<!DOCTYPE x [<!ENTITY a "b">]><PACKAGE>&a;</PACKAGE>',
        "<PACKAGE><DATA>" + "<RECORD/>" * 51 + "</DATA></PACKAGE>",
    ],
)
def test_a_payload_that_is_no_package_is_said_to_be_malformed(caller, payload):
    package = caller.soap(CHECK, payload)  # zeep writes markup as references: a look at the envelope's bytes misses it
    assert package.findtext("PACKAGEHEAD/FHDM") == "20"
    assert ("DOCTYPE" in package.findtext("PACKAGEHEAD/FHMS")) == ("DOCTYPE" in payload)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]><e>&x;</e>',
        b'<?xml version="1.0"?><!doctype e><e/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE e><e/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADw-+ACE-DOCTYPE e+AD4-<e/>',
        b"",
        b"   ",
        b"not xml at all",
        b"<e/>",
        b"<e>\0</e>",
        b"\xff\xfe",
        b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>&x;</soap:Body></soap:Envelope>',
        b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body/></soap:Envelope>',
    ],
)
@pytest.mark.parametrize("media_type", ["text/xml; charset=utf-8", "application/soap+xml; charset=utf-8"])
def test_what_can_not_be_a_call_is_answered_with_a_fault(caller, body, media_type):
    answer = caller.post_soap(body, media_type)
    assert answer.status_code in (400, 500)
    assert b"Fault>" in answer.content
    assert b"root:" not in answer.content


def test_an_operation_nobody_serves_is_a_fault_for_zeep_too(caller):
    body = caller.envelope().replace(b"GK_JZCX_RKJCXXCX", b"GK_NOBODY")
    assert b"Fault>" in caller.post_soap(body).content
    caller.sandbox.behave("population.GK_GXFW_SFHC", "soap_fault*1")
    with pytest.raises(zeep.exceptions.Fault, match="后台服务异常"):
        caller.soap(CHECK, caller.package(CLEAN))


def test_other_paths_and_methods(caller):
    base = caller.sandbox.urls["population"]
    assert caller.http.get(base, timeout=5).status_code == 405
    assert caller.http.get(base + "/other?wsdl", timeout=5).status_code == 404
    assert caller.http.put(base, data=b"x", timeout=5).status_code == 405
