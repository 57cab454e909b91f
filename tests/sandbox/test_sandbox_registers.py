"""Property, enterprise, credit and geographic registers."""

from __future__ import annotations

import json

import pytest

CERTIFICATE = "闽（2019）福州市不动产权第{:07d}号"


def unit(caller, id_number, number, name="某人"):
    body = {"qlrmc": name, "qlrzjh": id_number} | ({"bdcqzh": CERTIFICATE.format(number)} if number else {})
    return caller.post_keyed("realty", "/unit", "realty.key", body).json()


def test_a_property_and_its_flags(caller):
    answer = unit(caller, "350102198807041239", 1, "陈大文")
    assert answer["code"] == "200"
    assert answer["data"] == [
        {"bdcdyh": "350102001001GB00001F00030502", "bdcqzh": CERTIFICATE.format(1), "qlrmc": "陈大文",
         "qlrzjh": "350102198807041239", "zl": "福建省福州市鼓楼区东街街道杨桥东路8号3幢502室", "xzqhdm": "350102",
         "yt": "住宅", "mj": 89.5, "sfdy": "0", "sfcf": "0"}
    ]  # fmt: skip
    assert unit(caller, "350102198507170135", 3)["data"][0]["sfcf"] == "1"
    assert unit(caller, "350102199001012222", None)["data"][0]["sfdy"] == "1"


def test_one_certificate_may_stand_for_two_units_and_a_stranger_owns_none(caller):
    assert [row["yt"] for row in unit(caller, "350102198112120192", 4)["data"]] == ["住宅", "车位"]
    assert unit(caller, "350102198807041239", 4)["data"] == []


def test_enterprises_with_times_in_milliseconds_and_states_in_words(caller):
    def info(code):
        return caller.post_keyed("legal-person", "/enterprise/info", "legal.key", {"uniscid": code}).json()

    data = info("91440101MA5FAKE08A")["data"]
    assert (data["entname"], data["estdate"], data["opto"]) == ("示例侨资科技有限公司", 984672000000, None)
    assert (data["regcap"], data["regstateCn"]) == (500, "存续（在营、开业、在册）")
    assert info("91440101MA5FAKE165")["data"]["regstateCn"] == "吊销,未注销"
    assert info("91440101MA5FAKE32T")["data"]["opto"] == 1615737600000
    assert info("91440101MA5FAKE99X") == {"code": "2004", "msg": "未查询到数据", "data": None}


def test_dishonest_debtors_by_number_and_by_name(caller):
    def ask(**body):
        return caller.post_keyed("credit", "/dishonest", "credit.key", body).json()

    clean = ask(name="示例侨资科技有限公司", cardNum="91440101MA5FAKE08A")
    assert clean == {"code": "0", "msg": "success", "total": 0, "data": []}
    (hit,) = ask(name="示例失信实业有限公司", cardNum="91440101MA5FAKE240")["data"]
    assert (hit["cardNum"], hit["partyTypeName"], hit["caseCode"]) == ("91440101MA****40", "1", "（2023）粤0106执100号")
    (person,) = ask(name="马欠债", cardNum="440106197305150219")["data"]
    assert (person["cardNum"], person["sexy"]) == ("4401061973****0219", "男")
    assert ask(name="张同名")["total"] == 2


@pytest.mark.parametrize(
    ("register", "path", "refusal", "malformed"),
    [
        ("realty", "/unit", "401", "400"),
        ("legal-person", "/enterprise/info", "4010", "4001"),
        ("credit", "/dishonest", "401", "400"),
    ],
)
def test_keys_and_unreadable_questions(caller, register, path, refusal, malformed):
    secret = {"realty": "realty.key", "legal-person": "legal.key", "credit": "credit.key"}[register]
    assert caller.post_keyed(register, path, "wrong", {}).json()["code"] == refusal
    for body in ({}, [], {"name": 5.5, "uniscid": {}, "qlrmc": []}):
        assert caller.post_keyed(register, path, secret, body).json()["code"] == malformed


def test_standard_addresses(caller):
    def ask(text):
        return caller.geo("/stdaddr", addr=text)["data"]

    whole = ask("福州市鼓楼区 杨桥东路８号3幢502室")
    assert whole["count"] == 1
    row = whole["addrList"][0]
    assert (row["lv"], row["score"], row["division"], row["code"]) == (15, 0.98, "350102", "350102001001000800030502")
    street = ask("福州市鼓楼区无名巷99号")["addrList"][0]
    assert (street["lv"], street["street"]) == (8, "无名巷")
    assert street["score"] < 0.8
    assert ask("福建省福州市鼓楼区东街街道新村路5号")["count"] == 2
    assert ask("福建省福州市鼓楼区不存在路1号")["addrList"][0]["lv"] == 2
    assert ask("无此地") == {"count": 0, "addrList": []}
    assert caller.geo("/stdaddr", addr=" ")["code"] == 400


def test_geocoding_forward_and_back(caller):
    location = caller.geocode("广州市天河区体育西路1号")["location"]
    assert location == {
        "score": 99,
        "level": "门址",
        "lon": 113.3202,
        "lat": 23.1305,
        "keyWord": "广州市天河区体育西路1号",
    }
    assert caller.geocode("福州市鼓楼区无名巷99号")["location"]["level"] == "道路"
    assert caller.geocode("无此地")["status"] == "101"
    for written in ('{"lon":113.3202,"lat":23.131,"ver":1}', "{'lon':113.3202,'lat':23.131,'ver':1}"):
        answer = caller.geo("/geocoder", postStr=written, type="geocode")
        component = answer["result"]["addressComponent"]
        assert answer["status"] == "0"
        assert (component["county_code"], component["county"]) == ("156440106", "天河区")
        assert 50 <= component["address_distance"] <= 60
    assert caller.geo("/geocoder", postStr='{"lon":0,"lat":0,"ver":1}')["status"] == "101"


@pytest.mark.parametrize(
    "query",
    [
        {"ds": "{"},
        {"ds": "[]"},
        {"postStr": "{}"},
        {"postStr": '{"lon":"x","lat":1}'},
        {"postStr": '{"lon":1e999,"lat":1}'},
        {"postStr": '{"lon":true,"lat":1}'},
    ],
)
def test_unreadable_geographic_questions(caller, query):
    assert caller.geo("/geocoder", **query)["status"] == "1"


def test_the_geographic_key_and_a_wrong_call(caller):
    assert caller.geo("/geocoder")["status"] == "404"
    for path in ("/geocoder", "/stdaddr"):
        answer = caller.http.get(caller.sandbox.urls["geo"] + path, params={"tk": "no", "addr": "x"}, timeout=5)
        assert answer.status_code == 403
        assert json.loads(answer.content)["code"] == "301001"
