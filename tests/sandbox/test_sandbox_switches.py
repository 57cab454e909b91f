"""Each switch, as a caller meets it."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest
import requests
from sandbox_caller import CLEAN, OPERATIONS, Caller

from gateway.errors import GatewayError
from gateway.sandbox import SWITCHES, start_sandbox
from gateway.sandbox.distort import PRIVATE_USE
from gateway.sandbox.switches import Switch, parse_switch

HUKOU, HOUSEHOLD, DOCUMENT = "population-hub.hukou", "population-hub.household", "population-hub.document"
BASE = "population.GK_JZCX_RKJCXXCX"
PACKAGE = b'&lt;?xml version="1.0"'


def hukou(caller: Caller) -> requests.Response:
    return caller.post_hub("/hukou", zjhm=CLEAN)


def household(caller: Caller):
    return caller.hub("/household", zjhm="350102199001012222")


def test_http_503(caller):
    caller.sandbox.behave(HUKOU, "http_503")
    assert hukou(caller).status_code == 503
    caller.sandbox.behave(BASE, "http_503")
    assert caller.post_soap(caller.envelope()).status_code == 503


def test_rate_limit_over_http_and_in_business_words(caller):
    caller.sandbox.behave(HUKOU, "rate_limit*1", "rate_limit_code*1")
    first = hukou(caller)
    assert (first.status_code, first.headers["Retry-After"]) == (429, "1")
    assert hukou(caller).json()["code"] == "4290"
    caller.sandbox.behave(BASE, "rate_limit_code")
    assert caller.base(CLEAN, "陈大文").findtext("PACKAGEHEAD/FHDM") == "25"


def test_hang_says_nothing(caller):
    caller.sandbox.behave(HUKOU, "hang:600")
    caller.hub("/household", zjhm=CLEAN)  # has the session's token before the clock of the next call runs
    body = {"gxData": {"head": {"token": caller.token(), "purpose": "X"}, "data": {"zjhm": CLEAN}}}
    with pytest.raises(requests.exceptions.ReadTimeout):
        caller.http.post(caller.sandbox.urls["population-hub"] + "/hukou", json=body, timeout=0.3)
    caller.sandbox.behave(HUKOU, "hang:0.05")
    assert hukou(caller).json()["code"] == "0000"


def test_slow_drip_comes_whole_but_in_pieces(caller):
    caller.sandbox.behave("geo.geocoder", "slow_drip:0.4")
    address = urlsplit(caller.sandbox.urls["geo"])
    line = http.client.HTTPConnection(address.netloc, timeout=10)
    line.request("GET", "/geocoder?tk=" + caller.sandbox.secrets["tianditu.key"])
    answer = line.getresponse()
    pieces = []
    while piece := answer.read1(4096):
        pieces.append(piece)
    line.close()
    assert len(pieces) > 3
    assert json.loads(b"".join(pieces))["status"] == "404"


def test_html_under_200(caller):
    caller.sandbox.behave(HUKOU, "html_200")
    answer = hukou(caller)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!doctype html>")


def test_half_a_document_ends_as_promised_and_can_not_be_read(caller):
    whole = hukou(caller).content
    caller.sandbox.behave(HUKOU, "half_document")
    answer = hukou(caller)
    assert int(answer.headers["Content-Length"]) == len(answer.content) == len(whole) // 2
    assert whole.startswith(answer.content)


@pytest.mark.parametrize("operation", [HUKOU, BASE])
def test_a_wrong_length_breaks_off(caller, operation):
    caller.sandbox.behave(operation, "wrong_length")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        hukou(caller) if operation == HUKOU else caller.post_soap(caller.envelope())


def test_oversize_is_as_large_as_told_and_made_as_it_is_sent(caller):
    assert parse_switch("oversize") == Switch("oversize", 200)
    caller.sandbox.behave("credit.dishonest", "oversize:3")
    headers = {"appKey": caller.sandbox.secrets["credit.key"]}
    address = caller.sandbox.urls["credit"] + "/dishonest"
    with requests.post(address, json={"name": "x"}, headers=headers, stream=True, timeout=10) as answer:
        assert "Content-Length" not in answer.headers
        assert sum(map(len, answer.iter_content(65536))) > 3 * 1024 * 1024


def test_a_caller_may_leave_an_oversize_document(caller):
    caller.sandbox.behave("credit.dishonest", "oversize*1")
    headers = {"appKey": caller.sandbox.secrets["credit.key"]}
    address = caller.sandbox.urls["credit"] + "/dishonest"
    with requests.post(address, json={"name": "x"}, headers=headers, stream=True, timeout=10) as answer:
        assert next(answer.iter_content(1000)).startswith(b'{"code":"0"')
    assert caller.post_keyed("credit", "/dishonest", "credit.key", {"name": "x"}).json()["code"] == "0"


def test_gb18030_bytes_under_a_utf8_declaration(caller):
    caller.sandbox.behave(HUKOU, "gb18030_bytes")
    answer = hukou(caller)
    assert "utf-8" in answer.headers["Content-Type"]
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")
    assert json.loads(answer.content.decode("gb18030"))["data"]["xm"] == "陈大文"
    caller.sandbox.behave(BASE, "gb18030_bytes")
    content = caller.post_soap(caller.envelope()).content
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert "陈大文".encode("gb18030") in content


def test_double_escaped(caller):
    caller.sandbox.behave(BASE, "double_escaped*1")
    content = caller.post_soap(caller.envelope()).content
    assert b"&amp;lt;GMSFHM&amp;gt;350102198807041239" in content
    caller.sandbox.behave(HUKOU, "double_escaped*1")
    once = hukou(caller).json()
    assert isinstance(once, str)
    assert json.loads(once)["code"] == "0000"


def test_bom(caller):
    caller.sandbox.behave(HUKOU, "bom")
    assert hukou(caller).content.startswith(b"\xef\xbb\xbf{")
    caller.sandbox.behave(BASE, "bom")
    assert caller.post_soap(caller.envelope()).content.startswith(b"\xef\xbb\xbf<?xml")


def test_unmapped_codes(caller):
    caller.sandbox.behave(BASE, "unmapped_code")
    assert caller.base(CLEAN, "陈大文").findtext(".//XM_PPDDM") == "7"
    caller.sandbox.behave(HUKOU, "unmapped_code")
    assert hukou(caller).json()["data"]["hkzt"] == "挂起"


def test_a_soap_fault(caller):
    caller.sandbox.behave(BASE, "soap_fault")
    answer = caller.post_soap(caller.envelope())
    assert answer.status_code == 500
    assert "后台服务异常" in answer.text
    assert "Fault>" in answer.text


def test_closed_hours(caller):
    caller.sandbox.behave(BASE, "closed_hours")
    package = caller.base(CLEAN, "陈大文")
    assert (package.findtext("PACKAGEHEAD/FHDM"), package.find(".//RECORD")) == ("24", None)
    caller.sandbox.behave(HUKOU, "closed_hours")
    assert hukou(caller).json() == {"code": "2009", "msg": "非服务时间"}


def test_an_expired_token_once_and_a_refusal(caller):
    caller.sandbox.behave(HUKOU, "expired_token*1", "refused*1")
    assert [hukou(caller).json()["code"] for _ in range(3)] == ["2002", "2003", "0000"]


def test_record_error(caller):
    caller.sandbox.behave(BASE, "record_error")
    assert caller.base(CLEAN, "陈大文").find(".//RECORD").get("code") == "2003"
    caller.sandbox.behave(HUKOU, "record_error")
    assert hukou(caller).json()["code"] == "3003"


def test_empty_list_not_found_code_and_null_are_three_things(caller):
    caller.sandbox.behave(HOUSEHOLD, "empty_list*1", "not_found_code*1", "null_data*1")
    answers = [household(caller) for _ in range(3)]
    assert answers[0] == {"code": "0000", "msg": "成功", "data": {"cxjg": []}}
    assert answers[1] == {"code": "0404", "msg": "查无此人"}
    assert answers[2] == {"code": "0000", "msg": "成功", "data": {"cxjg": None}}
    caller.sandbox.behave(BASE, "empty_list*1", "not_found_code*1", "null_data*1")
    packages = [caller.base(CLEAN, "陈大文") for _ in range(3)]
    assert [package.find(".//RECORD") is None for package in packages] == [True, False, True]
    assert packages[1].find(".//RECORD").get("msg") == "库中无此号"


def test_duplicate_hits(caller):
    caller.sandbox.behave(HOUSEHOLD, "duplicate_hits")
    assert [row["xm"] for row in household(caller)["data"]["cxjg"]] == ["林美玉", "陈小文", "林国强"] * 2
    caller.sandbox.behave(BASE, "duplicate_hits")
    assert len(caller.base(CLEAN, "陈大文").findall(".//RECORD")) == 2


def test_unknown_and_missing_fields(caller):
    caller.sandbox.behave(BASE, "extra_field*1", "missing_field*1")
    assert caller.base(CLEAN, "陈大文").findtext(".//kzzd9") == "新增字段"
    assert caller.base(CLEAN, "陈大文").find(".//XM_PPDDM") is None
    caller.sandbox.behave(HUKOU, "extra_field*1", "missing_field*1")
    assert hukou(caller).json()["data"]["kzzd9"] == "新增字段"
    assert "hkzt" not in hukou(caller).json()["data"]


def test_a_private_use_character_and_a_mask_in_a_name(caller):
    caller.sandbox.behave(BASE, "pua_name*1", "masked_name*1")
    assert caller.base(CLEAN, "陈大文").findtext(".//XM") == "陈大" + PRIVATE_USE
    assert caller.base(CLEAN, "陈大文").findtext(".//XM") == "陈**"
    caller.sandbox.behave(HOUSEHOLD, "pua_name")
    assert household(caller)["data"]["cxjg"][0]["xm"] == "林美" + PRIVATE_USE


@pytest.mark.parametrize("switch", sorted(set(SWITCHES) - {"hang", "slow_drip", "oversize", "wrong_length"}))
def test_every_switch_on_every_operation_is_answered(caller, switch):
    assert hukou(caller).json()["code"] == "0000"  # the session is open before anything goes wrong
    for operation in OPERATIONS:
        caller.sandbox.behave(operation, switch)
    keyed = {"name": "x", "uniscid": "x", "qlrmc": "x", "qlrzjh": "x"}
    answers = [
        *(caller.post_hub(path, zjhm=CLEAN, zjlx="14") for path in ("/household", "/hukou", "/movements", "/document")),
        caller.post_keyed("realty", "/unit", "realty.key", keyed),
        caller.post_keyed("legal-person", "/enterprise/info", "legal.key", keyed),
        caller.post_keyed("credit", "/dishonest", "credit.key", keyed),
        caller.post_soap(caller.envelope()),
    ]
    assert all(b"sandbox fault" not in answer.content and answer.content for answer in answers)


def test_a_list_is_walked_from_its_top_and_calls_are_counted(caller):
    before = caller.sandbox.asked(DOCUMENT)
    caller.sandbox.behave(DOCUMENT, "http_503*2", "ok*1", "html_200")
    kinds = []
    for _ in range(5):
        answer = caller.post_hub("/document", zjlx="14", zjhm="E00000001")
        kinds.append((answer.status_code, answer.headers["Content-Type"][:9]))
    assert kinds == [(503, "text/plai"), (503, "text/plai"), (200, "applicati"), (200, "text/html"), (200, "text/html")]
    assert caller.sandbox.asked(DOCUMENT) == before + 5


def test_switches_may_be_given_at_the_start():
    with start_sandbox(behaviours={"legal-person.info": ["http_503"]}) as sandbox:
        caller = Caller(sandbox)
        assert caller.post_keyed("legal-person", "/enterprise/info", "legal.key", {}).status_code == 503
        caller.close()


@pytest.mark.parametrize(
    ("behaviours", "said"),
    [
        ({"population-hub.documents": ["ok"]}, "did you mean 'population-hub.document'"),
        ({"realty.unit": ["http503"]}, "did you mean 'http_503'"),
        ({"realty.unit": ["hang:soon"]}, "is not a switch"),
        ({"realty.unit": ["ok*0"]}, "is not a switch"),
    ],
)
def test_a_switch_or_an_operation_nobody_knows(behaviours, said):
    with pytest.raises(GatewayError) as caught:
        start_sandbox(behaviours=behaviours)
    assert caught.value.code in ("configuration.unknown_reference", "configuration.bad_value")
    assert said in caught.value.text("en")
