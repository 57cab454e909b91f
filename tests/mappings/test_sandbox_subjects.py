"""Subjects of the sandbox, each in a case of its own: what is special about them comes out, for its true reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.assembly import Gateway


def case(applicant: dict[str, Any], certificate: str = "", **more: Any) -> bytes:
    """A small synthetic case about one subject."""
    materials = [{"code": "M03", "fields": {"doc_number": applicant.pop("doc_number", "E00000001")}}]
    if certificate:
        materials.append({"code": "M31", "fields": {"cert_no": certificate}})
    document = {
        "number": "SYNTHETIC-SUBJECT",
        "item": {"code": "SETTLE_ORIGIN"},
        "submitted_at": "2026-11-24T10:00:00+08:00",
        "organization": {"name": "示例市侨务办公室", "uscc": "11440000MB2FAKE143", "division_code": "350102"},
        "operator": {"name": "经办人甲", "id_number": "440106196503120016"},
        "applicant": applicant,
        "materials": materials,
        **more,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def person(name: str, number: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "id_number": number, "birth_date": f"{number[6:10]}-{number[10:12]}-{number[12:14]}", **more}


def employer(name: str, code: str) -> dict[str, Any]:
    return {
        "parties": [{"role": "employer", "org_name": name, "uscc": code}],
        "circumstances": {"livelihood": "employment"},
    }


LIVING = {"lives_with_relative": True, "supported_by_relative": True}
CASES: list[tuple[str, bytes, str, str, set[str]]] = [
    (
        "a dead person's identity card",
        case(person("黄永年", "350102194011050078")),
        "M01",
        "manual_required",
        {"deceased"},
    ),
    ("his registration ended by death", case(person("黄永年", "350102194011050078")), "M17", "supplied", set()),
    (
        "a cancelled passport",
        case(person("郑归来", "350102196903010118", doc_number="E00000007")),
        "M03",
        "revoked",
        set(),
    ),
    (
        "a sealed flat",
        case(person("何安居", "350102198507170135"), "闽（2019）福州市不动产权第0000003号"),
        "M31",
        "insufficient",
        {"rule_not_met"},
    ),
    (
        "one certificate, two units",
        case(person("宋两户", "350102198112120192"), "闽（2019）福州市不动产权第0000004号"),
        "M31",
        "insufficient",
        {"multiple_candidates"},
    ),
    ("a record in error over SOAP", case(person("许半答", "350102197709290157")), "M01", "insufficient", set()),
    ("a record in error at the hub", case(person("许半答", "350102197709290157")), "M17", "insufficient", set()),
    (
        "a protected name over SOAP",
        case(person("王隐名", "440106196804060176")),
        "M01",
        "insufficient",
        {"undisclosed"},
    ),
    (
        "a protected name at the hub",
        case(person("王隐名", "440106196804060176")),
        "M12",
        "insufficient",
        {"undisclosed"},
    ),
    ("crossings that don't pair", case(person("罗行远", "350102196602250257")), "M12", "insufficient", set()),
    (
        "a registration that never ended",
        case(person("唐在籍", "350102198910200277")),
        "M17",
        "insufficient",
        {"rule_not_met"},
    ),
    ("a minor", case(person("林小侨", "350102202106150036", doc_number="E00000019")), "M01", "supplied", {"minor"}),
    (
        "a reported debtor in business",
        case(person("陈大文", "350102198807041239"), **employer("示例失信实业有限公司", "91440101MA5FAKE240")),
        "M33",
        "supplied",
        {"multiple_candidates"},
    ),  # published numbers are masked: it may be somebody else
    (
        "an enterprise that was struck off",
        case(person("陈大文", "350102198807041239"), **employer("示例注销咨询有限公司", "91440101MA5FAKE32T")),
        "M33",
        "revoked",
        set(),
    ),
    (
        "a variant of a company's name",
        case(person("陈大文", "350102198807041239"), **employer("福州示例茶业有限公司", "91350102MA5FAKE91R")),
        "M33",
        "supplied",
        set(),
    ),
    (
        "only the street is known",
        case(person("陈大文", "350102198807041239"), settlement={"address": "福州市鼓楼区无名巷99号"}),
        "M36",
        "insufficient",
        {"rule_not_met"},
    ),
    (
        "two houses are written alike",
        case(person("陈大文", "350102198807041239"), settlement={"address": "福建省福州市鼓楼区东街街道新村路5号"}),
        "M36",
        "insufficient",
        {"multiple_candidates"},
    ),
    (
        "an address that nobody knows",
        case(person("陈大文", "350102198807041239"), settlement={"address": "无此地"}),
        "M36",
        "not_found",
        set(),
    ),
    (
        "the household of a relative",
        case(
            person("陈大文", "350102198807041239"),
            circumstances=LIVING,
            parties=[{"role": "relative", "name": "林国强", "id_number": "350102195803120016"}],
        ),
        "M02",
        "supplied",
        set(),
    ),
]


@pytest.mark.parametrize(
    ("data", "material", "outcome", "flags"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
async def test_a_subject_of_the_sandbox(
    gateway: Gateway, data: bytes, material: str, outcome: str, flags: set[str]
) -> None:
    verification = await gateway.verify(data, "cli")
    finding = next(each for each in verification["findings"] if each["material"] == material)
    assert (finding["outcome"], set(finding["flags"])) == (outcome, flags)


async def test_a_hit_is_shown_to_the_officer_and_is_no_refusal(gateway: Gateway) -> None:
    data = case(person("陈大文", "350102198807041239"), **employer("示例失信实业有限公司", "91440101MA5FAKE240"))
    verification = await gateway.verify(data, "cli")
    finding = next(each for each in verification["findings"] if each["material"] == "M33")
    assert [hit["ref_no"] for hit in finding["evidence"]["hits"]] == ["（2023）粤0106执100号"]
