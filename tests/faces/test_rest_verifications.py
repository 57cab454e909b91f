"""The hot endpoint by itself: what it takes, what it refuses, and what the log hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from faces_house import DOCUMENT, PasteboardGateway, caller_of, face_of

from gateway.errors import GatewayError, Words
from gateway.messagelog.entry import Kind
from gateway.schemas import Problem, from_xml

PATH = "/v1/verifications"
CASE = b'{"number":"SYNTHETIC-1"}'


async def post(gateway: PasteboardGateway, data: Any = CASE, query: str = "", **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with caller_of(face_of(gateway), **given) as caller:
        return await caller.post(PATH + query, content=data)


async def test_a_case_is_answered_with_its_document() -> None:
    gateway = PasteboardGateway()
    answer = await post(gateway, idempotency_key="k-1", source_dialect="ignored", query="?source=hall-json")
    assert (answer.status_code, answer.json()) == (200, DOCUMENT)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-location"] == f"{PATH}/{DOCUMENT['id']}"
    asked = {"form": "json", "dialect": "hall-json", "idempotency_key": "k-1", "encoding": ""}
    assert gateway.asked == [{"data": CASE, "caller": "hall", **asked}]
    assert not gateway.log.drafts


@pytest.mark.parametrize(
    ("media_type", "form", "encoding"),
    [
        ("application/json", "json", ""),
        ("Application/JSON; charset=UTF-8", "json", "utf-8"),
        ('application/json;charset="gb18030"', "json", "gb18030"),
        ("text/xml; charset=GBK", "xml", "gb18030"),
        ("application/xml", "xml", ""),
    ],
)
async def test_media_types(media_type: str, form: str, encoding: str) -> None:
    gateway = PasteboardGateway()
    assert (await post(gateway, content_type=media_type)).status_code == 200
    assert (gateway.asked[0]["form"], gateway.asked[0]["encoding"]) == (form, encoding)


@pytest.mark.parametrize(
    ("accept", "xml"),
    [
        ("application/xml", True),
        ("text/xml, application/json;q=0.5", True),
        ("application/xml;q=0.4, application/json", False),
        ("*/*", False),
        ("application/xml;q=0", False),
        ("application/*;q=0.2, text/xml;q=0.9", True),
        ("application/xml;q=wrong", False),
        ("text/html", False),
    ],
)
async def test_the_answer_has_the_form_that_is_asked_for(accept: str, xml: bool) -> None:
    answer = await post(PasteboardGateway(), accept=accept)
    assert answer.headers["content-type"] == ("application/xml" if xml else "application/json")
    assert (from_xml("verification", answer.content) if xml else answer.json()) == DOCUMENT


async def test_a_result_without_xml_form_comes_as_json() -> None:
    gateway = PasteboardGateway()

    async def odd() -> dict[str, Any]:
        return DOCUMENT | {"case": "\u0001"}

    gateway.answer = odd
    answer = await post(gateway, accept="application/xml")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["case"] == "\u0001"


@pytest.mark.parametrize(
    ("headers", "query", "status", "code"),
    [
        ({"content_type": "text/plain"}, "", 415, "document.media_type"),
        ({"content_type": "application/json; charset=big5"}, "", 415, "document.media_type"),
        ({"content_encoding": "gzip"}, "", 415, "document.media_type"),
        ({"idempotency_key": ""}, "", 400, "request.idempotency_invalid"),
        ({"idempotency_key": "a b"}, "", 400, "request.idempotency_invalid"),
        ({"idempotency_key": "k" * 201}, "", 400, "request.idempotency_invalid"),
        ({}, "?sorce=hall-json", 400, "request.bad_parameter"),
    ],
)
async def test_what_the_face_refuses_stands_in_the_log(
    headers: dict[str, str], query: str, status: int, code: str
) -> None:
    gateway = PasteboardGateway()
    answer = await post(gateway, query=query, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not gateway.asked
    assert [(draft.kind, draft.error, draft.caller) for draft in gateway.log.drafts] == [(Kind.DENIED, code, "hall")]


async def test_a_refusal_is_a_problem_document_in_two_languages() -> None:
    gateway = PasteboardGateway()
    problems = (
        Problem("/applicant/name", Words("'name' is missing", "缺少 'name'"), Words("a name", "姓名")),
        Problem("/materials/0/code", Words("'code' is empty", "'code' 为空"), Words("a code", "编码")),
    )

    async def refuse() -> dict[str, Any]:
        raise GatewayError("case.invalid", where="/applicant/name", reason=problems[0].message,
                           expected=problems[0].expected, problems=problems)  # fmt: skip

    gateway.answer = refuse
    answer = await post(gateway)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:shuqiao:error:case.invalid", "title": HTTPStatus(422).phrase, "status": 422,
        "detail": "'name' is missing", "detail_zh": "缺少 'name'", "code": "case.invalid", "where": "/applicant/name",
        "hint": "a name", "hint_zh": "姓名",
        "problems": [
            {"pointer": "/applicant/name", "message": "'name' is missing", "message_zh": "缺少 'name'",
             "expected": "a name", "expected_zh": "姓名"},
            {"pointer": "/materials/0/code", "message": "'code' is empty", "message_zh": "'code' 为空",
             "expected": "a code", "expected_zh": "编码"},
        ],
    }  # fmt: skip
    assert not gateway.log.drafts, "the gateway logs what it refuses itself"


async def test_who_has_no_key_is_told_how_and_an_unknown_key_is_logged_within_bounds() -> None:
    gateway = PasteboardGateway()
    face = face_of(gateway)
    async with caller_of(face, authorization="") as caller:
        answer = await caller.post(PATH, content=CASE)
    assert (answer.status_code, answer.json()["code"]) == (401, "access.key_missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="shuqiao"'
    assert not gateway.log.drafts
    async with caller_of(face, authorization="Bearer sq_ffffffff_guess") as caller:
        for _ in range(30):
            answer = await caller.post(PATH, content=CASE)
        assert (answer.status_code, answer.json()["code"]) == (401, "access.unknown_caller")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
        assert len(gateway.log.of(Kind.EVENT)) == 20
        first = gateway.log.drafts[0]
        assert (first.event, first.details) == ("access.unknown_caller", {"from": "127.0.0.1", "key": "ffffffff"})
        gateway.now += 61
        await caller.post(PATH, content=CASE)
    assert gateway.log.drafts[-1].details["left_out"] == 10
    assert "guess" not in repr(gateway.log.drafts)
    assert not gateway.asked


async def test_an_unknown_key_is_refused_also_where_the_log_is_broken() -> None:
    gateway = PasteboardGateway()
    gateway.log.broken = True
    assert (await post(gateway, authorization="Bearer wrong")).status_code == 401


async def test_a_refusal_that_can_not_be_logged_says_so() -> None:
    gateway = PasteboardGateway()
    gateway.log.broken = True
    answer = await post(gateway, content_type="text/plain")
    assert (answer.status_code, answer.json()["code"]) == (503, "log.unwritable")
    assert answer.headers["retry-after"] == "30"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods(method: str) -> None:
    gateway = PasteboardGateway()
    async with caller_of(face_of(gateway)) as caller:
        answer = await caller.request(method, PATH)
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, "request.method", "POST")


async def chunks(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * size


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_past_the_limit_is_refused(announced: bool) -> None:
    gateway = PasteboardGateway(max_body=1000)
    answer = await post(gateway, b" " * 1001 if announced else chunks(3, 500))
    assert (answer.status_code, answer.json()["code"]) == (413, "document.too_large")
    assert not gateway.asked
    assert [draft.error for draft in gateway.log.drafts] == ["document.too_large"]


async def test_a_body_at_the_limit_is_taken() -> None:
    gateway = PasteboardGateway(max_body=1000)
    for body in (b" " * 1000, chunks(2, 500)):
        assert (await post(gateway, body)).status_code == 200
    assert [len(each["data"]) for each in gateway.asked] == [1000, 1000]


async def test_no_more_cases_than_places() -> None:
    gateway = PasteboardGateway(max_waiting=2)
    go, full_house = asyncio.Event(), asyncio.Event()

    async def wait() -> dict[str, Any]:
        if len(gateway.asked) == 2:
            full_house.set()
        await go.wait()
        return dict(DOCUMENT)

    gateway.answer = wait
    async with caller_of(face_of(gateway)) as caller:
        first = [asyncio.create_task(caller.post(PATH, content=CASE)) for _ in range(2)]
        await full_house.wait()
        full = await caller.post(PATH, content=CASE)
        go.set()
        assert [(await each).status_code for each in first] == [200, 200]
        assert (await caller.post(PATH, content=CASE)).status_code == 200
    assert (full.status_code, full.json()["code"], full.headers["retry-after"]) == (503, "gateway.busy", "2")
    assert [draft.error for draft in gateway.log.drafts] == ["gateway.busy"]


async def test_nothing_is_begun_while_the_gateway_closes() -> None:
    gateway = PasteboardGateway()
    face = face_of(gateway)
    face.closing = True
    async with caller_of(face) as caller:
        answer = await caller.post(PATH, content=CASE)
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway.closing")
    assert not gateway.asked


async def test_an_unforeseen_fault_has_a_reference_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    gateway = PasteboardGateway()

    async def fall() -> dict[str, Any]:
        raise RuntimeError("350102198807041239")

    gateway.answer = fall
    answer = await post(gateway)
    assert (answer.status_code, answer.json()["code"]) == (500, "gateway.internal")
    assert "reference-1" in answer.json()["detail"]
    assert "350102198807041239" not in answer.text
    assert "internal fault reference-1" in caplog.text


async def test_a_stored_result_goes_to_its_own_caller_and_the_reading_is_logged() -> None:
    gateway = PasteboardGateway()
    async with caller_of(face_of(gateway)) as caller:
        found = await caller.get(f"{PATH}/{DOCUMENT['id']}")
        absent = await caller.get(f"{PATH}/another")
        keyless = await caller.get(f"{PATH}/{DOCUMENT['id']}", headers={"authorization": ""})
        as_xml = await caller.get(f"{PATH}/{DOCUMENT['id']}", headers={"accept": "text/xml"})
    assert (found.status_code, found.json()) == (200, DOCUMENT)
    assert found.headers["cache-control"] == "no-store"
    assert from_xml("verification", as_xml.content) == DOCUMENT
    assert (absent.status_code, absent.json()["code"]) == (404, "request.not_found")
    assert keyless.status_code == 401
    assert keyless.headers["www-authenticate"].startswith("Bearer")
    read, denied = gateway.log.drafts[0], gateway.log.of(Kind.DENIED)
    assert (read.event, read.caller, read.details) == ("verification.read", "hall", {"verification": DOCUMENT["id"]})
    assert [draft.error for draft in denied] == ["request.not_found"]


async def test_a_stored_result_is_not_given_where_the_reading_can_not_be_logged() -> None:
    gateway = PasteboardGateway()
    gateway.log.broken = True
    async with caller_of(face_of(gateway)) as caller:
        answer = await caller.get(f"{PATH}/{DOCUMENT['id']}")
    assert (answer.status_code, answer.json()["code"]) == (503, "log.unwritable")
    assert DOCUMENT["case"] not in answer.text
