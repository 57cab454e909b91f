"""The hub: sessions, household, registration state, movements, documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sandbox_caller import CLEAN, Caller

from gateway.sandbox import start_sandbox

RELATIVE = "350102199001012222"


def test_a_session_is_had_for_the_right_secret_only(caller):
    base = caller.sandbox.urls["population-hub"] + "/token"
    wrong = {"appId": caller.sandbox.secrets["hub.app_id"], "appSecret": "x"}
    assert caller.http.post(base, json=wrong, timeout=5).json() == {"code": "1001", "msg": "应用标识错误"}
    right = wrong | {"appSecret": caller.sandbox.secrets["hub.app_secret"]}
    answer = caller.http.post(base, json=right, timeout=5).json()
    assert answer["code"] == "0000"
    assert answer["data"]["expiresIn"] == 1800
    assert len(answer["data"]["token"]) == 32


def test_a_session_lasts_thirty_minutes():
    clock = [datetime(2026, 11, 24, 10, tzinfo=UTC)]
    with start_sandbox(now=lambda: clock[0]) as sandbox:
        caller = Caller(sandbox)
        assert caller.hub("/hukou", zjhm=CLEAN)["code"] == "0000"
        clock[0] += timedelta(minutes=29, seconds=59)
        assert caller.hub("/hukou", zjhm=CLEAN)["code"] == "0000"
        clock[0] += timedelta(seconds=1)
        assert caller.hub("/hukou", zjhm=CLEAN) == {"code": "2002", "msg": "安全token错误"}
        caller.close()


def test_a_question_without_a_session_or_a_purpose(caller):
    base = caller.sandbox.urls["population-hub"] + "/household"
    head = {"token": "made-up", "purpose": "X"}
    body = {"gxData": {"head": head, "data": {"zjhm": CLEAN}}}
    assert caller.http.post(base, json=body, timeout=5).json()["code"] == "2002"
    answer = caller.hub("/household", purpose="", zjhm=CLEAN)
    assert answer["code"] == "4001"
    assert "purpose" in answer["msg"]


def test_the_household_of_the_relative(caller):
    rows = caller.hub("/household", xm="林美玉", zjhm=RELATIVE)["data"]["cxjg"]
    assert [(row["xm"], row["yhzgx"], row["zjhm"]) for row in rows] == [
        ("林美玉", "户主", RELATIVE),
        ("陈小文", "儿子", "350102202005010034"),
        ("林国强", "父亲", "350102195803120016"),
    ]
    assert rows[0]["dz"] == "福建省福州市鼓楼区东街街道杨桥东路8号3幢502室"
    assert rows[1]["dz"] == "---"
    assert rows[2]["cym"] == "林阿强"


def test_household_words_hidden_values_and_strangers(caller):
    rows = caller.hub("/household", zjhm="350102201208080337")["data"]["cxjg"]
    assert rows[1]["yhzgx"] == "寄养子"
    hidden = caller.hub("/household", zjhm="440106196804060176")["data"]["cxjg"][0]
    assert (hidden["xm"], hidden["dz"]) == ("王**", "***")
    assert caller.hub("/household", zjhm="440106199912310017")["code"] == "0404"
    assert caller.hub("/household", zjhm="350102197709290157") == {"code": "3003", "msg": "该条数据有误，待核实"}


def test_registration_states(caller):
    data = caller.hub("/hukou", zjhm=CLEAN)["data"]
    assert data == {
        "xm": "陈大文", "zjhm": CLEAN, "hkzt": "已注销", "zxyy": "出国定居", "zxrq": "20120520", "zhxzqh": "350102",
        "zhdz": "福建省福州市鼓楼区东街街道杨桥东路8号",
    }  # fmt: skip
    data = caller.hub("/hukou", zjhm="350102198910200277")["data"]
    assert (data["hkzt"], data["zxyy"], data["zxrq"]) == ("正常", None, None)
    assert caller.hub("/hukou", zjhm="350102194011050078")["data"]["zxyy"] == "死亡"


def test_movements_and_what_they_do_not_cover(caller):
    data = caller.hub("/movements", zjhm=CLEAN)["data"]
    assert (data["xm"], data["zjhm"], data["coverage"]) == ("陈大文", CLEAN, {"excludes": ["415", "413"]})
    assert data["movements"][-1] == {
        "direction": "in", "date": "2026-03-02", "doc_type": "414", "doc_number": "E00000001", "port": "广州白云",
        "flight": "CZ0001",
    }  # fmt: skip
    short = caller.hub("/movements", zjhm="350102198606180232")["data"]
    assert short["coverage"]["excludes"] == []
    assert len(short["movements"]) == 4
    gap = caller.hub("/movements", zjhm="350102196602250257")["data"]
    assert gap["coverage"]["excludes"] == ["415"]
    assert [each["direction"] for each in gap["movements"]] == ["out", "out"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("E00000001", {"zjzt": "正常", "yxqz": "20340630", "csrq": "19880704", "ywxm": "CHEN DAWEN", "zwxm": "陈大文"}),
        ("E00000006", {"zjzt": "正常", "yxqz": "20191231"}),
        ("E00000007", {"zjzt": "注销"}),
        ("G00000002", {"zjzt": "注销", "hzhm": "E00000002"}),
    ],
)
def test_documents(caller, number, expected):
    row = caller.hub("/document", zjlx="14", zjhm=number)["data"]["zjxx"][0]
    assert row | expected == row
    assert caller.hub("/document", zjlx="15", zjhm=number)["code"] == "0404"


def test_a_person_about_whom_only_courts_may_ask(caller):
    restricted = "350102197407110296"
    for path in ("/household", "/hukou", "/movements"):
        assert caller.hub(path, zjhm=restricted) == {"code": "2003", "msg": "未授权"}
        assert caller.hub(path, purpose="COURT", zjhm=restricted)["code"] == "0000"


def test_outages_that_belong_to_one_document(caller):
    assert caller.post_hub("/document", zjlx="14", zjhm="E00000017").status_code == 503
    assert caller.post_hub("/document", zjlx="14", zjhm="E00000001").status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"gxData":[]}', b"[" * 100_000, b'{"gxData":{"head":{"token":{}}}}'],
)
def test_unreadable_questions_get_the_hubs_parameter_error_or_token_error(caller, body):
    answer = caller.http.post(caller.sandbox.urls["population-hub"] + "/hukou", data=body, timeout=5).json()
    assert answer["code"] in ("4001", "2002")


def test_paths_and_methods(caller):
    base = caller.sandbox.urls["population-hub"]
    assert caller.http.get(base + "/hukou", timeout=5).status_code == 405
    assert caller.http.post(base + "/nothing", timeout=5).status_code == 404
