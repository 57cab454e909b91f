"""Bad input over HTTP: each a clear error, nothing sent to any registry, a denied entry in the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from faces_house import Street
from house import clean_case

LIMIT = 2 * 1024 * 1024


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(clean_case())
    change(document)
    return json.dumps(document, ensure_ascii=False).encode()


def chunked(size: int) -> Iterator[bytes]:
    for _ in range(size // 65536):
        yield b" " * 65536


XML = {"Content-Type": "application/xml"}
NATIVE = '<case xmlns="urn:shuqiao:case:1">'
BAD: dict[str, tuple[Any, dict[str, str], int, str]] = {
    "nothing": (b"", {}, 400, "document.empty"),
    "not JSON": (b'{"number": "SAMPLE-01",', {}, 400, "document.not_json"),
    "a key twice": (b'{"number": "1", "number": "2"}', {}, 400, "document.not_json"),
    "not XML": (b"<case><number>1</case>", XML, 400, "document.not_xml"),
    "JSON said to be XML": (clean_case(), XML, 400, "document.not_xml"),
    "DOCTYPE": (f'<!DOCTYPE case [<!ENTITY e "x">]>{NATIVE}<number>&e;</number></case>'.encode(), XML, 400,
                "document.doctype"),
    "too deep": (b"[" * 500 + b"]" * 500, {}, 400, "document.too_deep"),
    "neither UTF-8 nor GB18030": (b'{"number": "\xff\xff"}', {}, 400, "document.not_text"),
    "GB18030 said to be UTF-8": (clean_case().decode().encode("gb18030"),
                                 {"Content-Type": "application/json; charset=utf-8"}, 400, "document.not_text"),
    "a lone surrogate": (clean_case().replace("陈大文".encode(), b"\\ud800"), {}, 422, "case.invalid"),
    "30 MB announced": (b" " * 30_000_000, {}, 413, "document.too_large"),
    "30 MB in chunks": (30_000_000, {}, 413, "document.too_large"),
    "another media type": (clean_case(), {"Content-Type": "text/csv"}, 415, "document.media_type"),
    "no dialect": (b'{"hello": "world"}', {}, 422, "document.not_recognised"),
    "unknown item": (changed(lambda case: case["item"].update(code="NO_SUCH")), {}, 422, "case.unknown_item"),
    "unknown material": (changed(lambda case: case["materials"].append({"code": "M99"})), {}, 422,
                         "case.unknown_material"),
    "wrong check digit": (clean_case(id_number="350102198807041238"), {}, 422, "case.bad_check_digit"),
    "no operator": (changed(lambda case: case.pop("operator")), {}, 403, "access.operator_required"),
    "no organization": (changed(lambda case: case.pop("organization")), {}, 403, "access.organization_required"),
    "a member too many": (changed(lambda case: case["applicant"].update(nmae="陈大文")), {}, 422, "case.invalid"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input(street: Street, name: str) -> None:
    data, headers, status, code = BAD[name]
    before, size = street.questions(), len(street.entries())
    given = {"Authorization": f"Bearer {street.key('hall')}", "Content-Type": "application/json", **headers}
    body = chunked(data) if isinstance(data, int) else data
    answer = requests.post(street.url + "/v1/verifications", data=body, headers=given, timeout=20)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"]
    assert problem["detail_zh"]
    assert street.questions() == before, "nothing is sent"
    added = street.entries(size - 1)
    assert [(entry["kind"], entry["error"], entry["caller"]) for entry in added] == [("denied", code, "hall")]


def test_no_grant_for_this_caller_and_item(street: Street) -> None:
    before, size = street.questions(), len(street.entries())
    key = street.key("stranger")
    answer = requests.post(
        street.url + "/v1/verifications", data=clean_case(), headers={"Authorization": f"Bearer {key}"}, timeout=20
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "access.no_grant")
    assert street.questions() == before
    denied = street.entries(size - 1)
    assert [(entry["kind"], entry["error"], entry["caller"]) for entry in denied] == [
        ("denied", "access.no_grant", "stranger")
    ]
    assert denied[0]["case"] == "SAMPLE-01"


def test_an_unknown_key_asks_nothing_and_is_an_event(street: Street) -> None:
    before, size = street.questions(), len(street.entries())
    answer = requests.post(
        street.url + "/v1/verifications",
        data=clean_case(),
        headers={"Authorization": "Bearer sq_00000000_no"},
        timeout=20,
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "access.unknown_caller")
    assert street.questions() == before
    assert [(entry["kind"], entry["event"]) for entry in street.entries(size - 1)] == [
        ("event", "access.unknown_caller")
    ]


@pytest.mark.parametrize("where", ["/applicant/nmae", "/materials/0/code"])
def test_what_is_wrong_has_its_place(street: Street, where: str) -> None:
    def spoil(case: dict[str, Any]) -> None:
        case["applicant"]["nmae"] = "陈大文"
        case["materials"][0]["code"] = ""

    answer = requests.post(
        street.url + "/v1/verifications", data=changed(spoil),
        headers={"Authorization": f"Bearer {street.key('hall')}"}, timeout=20,
    )  # fmt: skip
    assert where in [problem["pointer"] for problem in answer.json()["problems"]]
