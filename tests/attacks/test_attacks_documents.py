"""Documents made to hurt: each is refused with few words, nothing is asked, and the log says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from faces_house import Street
from house import clean_case

from gateway.errors import GatewayError
from gateway.schemas import require_xml
from gateway.schemas.checking import MOST_PROBLEMS, check, check_xml
from gateway.schemas.explain import MOST_ELEMENTS, MOST_NAMES
from gateway.xmltree import parse

OPENING = '<case xmlns="urn:shuqiao:case:1"'


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(clean_case())
    change(document)
    return json.dumps(document, ensure_ascii=False).encode()


def material(case: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in case["materials"] if each["code"] == code)
    return found


def other_person(case: dict[str, Any]) -> None:
    material(case, "M17")["fields"]["id_number"] = "350102199001012222"


def second_relative(case: dict[str, Any]) -> None:
    case["parties"].append({"role": "relative", "name": "张三", "id_number": "350102199001012222"})


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a paper about another person than its owner": (changed(other_person), "case.other_person",
                                                    "/materials/9/fields/id_number"),
    "two parties in one role": (changed(second_relative), "case.invalid", "/parties/3/role"),
    "one material twice": (changed(lambda case: case["materials"].append({"code": "M18", "submitted": False})),
                           "case.invalid", "/materials/13/code"),
    "a paper of a role that the item does not ask": (changed(lambda case: material(case, "M34").update(of="agent")),
                                                     "case.unknown_material", "/materials/11/of"),
    "the year 1": (changed(lambda case: case.update(submitted_at="0001-01-01T00:00:00+08:00")), "case.invalid",
                   "/submitted_at"),
    "the year 9999": (changed(lambda case: case.update(submitted_at="9999-12-31T00:00:00+08:00")), "case.invalid",
                      "/submitted_at"),
    "a case number of two lines": (changed(lambda case: case.update(number="A\nX-Evil: 1")), "case.invalid", "/number"),
    "a case number that turns the line around": (changed(lambda case: case.update(number="A\u202eB")), "case.invalid",
                                                 "/number"),
    "a case number of a thousand characters": (changed(lambda case: case.update(number="9" * 1000)), "case.invalid",
                                               "/number"),
    "an operator's name of two lines": (changed(lambda case: case["operator"].update(name="甲\n乙")), "case.invalid",
                                        "/operator/name"),
    "90,000 materials": (changed(lambda case: case.update(materials=[{"x": 1}] * 90_000)), "case.invalid",
                         "/materials"),
    "90,000 members": (changed(lambda case: case["applicant"].update({f"x{n}": 1 for n in range(90_000)})),
                       "case.invalid", "/applicant"),
    "a number without end": (clean_case().replace(b'"birth_date": "1988-07-04"', b'"birth_date": 1e999'),
                             "case.invalid", "/"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_and_nothing_is_asked(street: Street, name: str) -> None:
    data, code, place = REFUSED[name]
    before, size = street.questions(), len(street.entries())
    answer = requests.post(
        f"{street.url}/v1/verifications", data=data, timeout=20,
        headers={"Authorization": f"Bearer {street.key('hall')}", "Content-Type": "application/json"},
    )  # fmt: skip
    problem = answer.json()
    assert (problem["code"], problem["where"]) == (code, place)
    assert problem["detail_zh"] != problem["detail"]
    assert len(answer.content) < 20_000
    assert street.questions() == before
    assert [(each["kind"], each["error"]) for each in street.entries(size - 1)] == [("denied", code)]


def test_a_paper_may_repeat_its_owners_number_in_any_form(street: Street) -> None:
    number = json.loads(clean_case())["applicant"]["id_number"]
    data = changed(lambda case: material(case, "M17")["fields"].update(id_number=number))
    answer = requests.post(
        f"{street.url}/v1/verifications", data=data, timeout=20,
        headers={"Authorization": f"Bearer {street.key('hall')}", "Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 200


OVERGROWN = {
    "attributes": OPENING + "".join(f' a{n}="1"' for n in range(100_000)) + "/>",
    "namespaces": OPENING + "".join(f' xmlns:a{n}="u{n}"' for n in range(60_000)) + "/>",
    "elements": OPENING + ">" + "<b/>" * 300_000 + "</case>",
    "materials": OPENING + "><materials>" + "<material/>" * 100_000 + "</materials></case>",
    "attributes inside": OPENING + "><b" + "".join(f' a{n}="1"' for n in range(100_000)) + "/></case>",
}


@pytest.mark.parametrize("name", OVERGROWN)
def test_an_overgrown_document_is_refused_in_one_line(name: str) -> None:
    problems = check_xml("case", parse(OVERGROWN[name].encode()))
    assert [problem.message.en for problem in problems] == ["not valid here; the document is too large to say more"]
    with pytest.raises(GatewayError) as refused:
        require_xml("case", parse(OVERGROWN[name].encode()))
    assert refused.value.code == "case.invalid"


def test_an_ordinary_mistake_is_still_explained() -> None:
    assert len(OVERGROWN) < MOST_NAMES < MOST_ELEMENTS
    problems = check_xml("case", parse((OPENING + ">" + "<b/>" * 100 + "</case>").encode()))
    assert "'b' is not known here" in problems[0].message.en


def test_no_more_is_said_than_anybody_reads() -> None:
    case = json.loads(clean_case())
    case["applicant"] |= {f"x{n}": 1 for n in range(5_000)}
    assert len(check("case", case)) == MOST_PROBLEMS
