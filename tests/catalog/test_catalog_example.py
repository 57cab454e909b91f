"""The example catalog says what the domain guide says: materials, modes, required fields, conditions."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from gateway import schemas, xmltree
from gateway.catalog import Catalog, case_view
from gateway.errors import GatewayError
from gateway.model.outcomes import Mode

ALWAYS = ("M70", "M18", "M12", "M03", "M07", "M10", "M11", "M17", "M31", "M36", "M33")


def uses(catalog: Catalog, case: Any) -> list[tuple[str, str]]:
    return [(use.material, use.of) for use in catalog.uses(catalog.item("SETTLE_ORIGIN"), case_view(case))]


def test_an_item_is_found_by_key_and_by_basic_code(catalog: Catalog) -> None:
    item = catalog.item("SETTLE_ORIGIN")
    assert catalog.item("000199001001") is item
    assert (item.code_status, item.type_code, len(item.basic_code)) == ("sample", "01", 12)
    assert (item.statutory_limit.value, item.promised_limit.value) == (30, 7)  # type: ignore[union-attr]
    assert all(basis.zh and basis.en for basis in item.legal_basis)
    assert item.details["result"]["doc_code"] == "551"


@pytest.mark.parametrize("key", ["SETTLE_ORIGN", "", "000199001002", "../x"])
def test_an_unknown_item_is_refused_with_the_known_ones(catalog: Catalog, key: str) -> None:
    with pytest.raises(GatewayError) as caught:
        catalog.item(key)
    assert caught.value.code == "case.unknown_item"
    assert caught.value.where == "/item/code"
    assert "SETTLE_ORIGIN" in caught.value.hint


def test_the_plain_case_asks_for_the_national_materials_and_the_card(catalog: Catalog, make_case: Any) -> None:
    found = uses(catalog, make_case())
    assert [code for code, _ in found] == [*ALWAYS, "M01"]
    assert ("M33", "employer") in found


def test_an_applicant_without_a_number_is_not_asked_for_the_card(catalog: Catalog, make_case: Any) -> None:
    for applicant in ({"name": "陈大文"}, {"name": "陈大文", "id_number": " "}):
        assert [code for code, _ in uses(catalog, make_case(applicant=applicant))] == list(ALWAYS)


@pytest.mark.parametrize(
    ("circumstances", "more"),
    [
        ({"by_agent": True}, {("M27", "agent")}),
        ({"by_agent": False}, set()),
        ({"rural_address": True}, {("M35", "applicant")}),
        ({"supported_by_relative": True}, {("M34", "relative")}),
        ({"lives_with_relative": True}, {("M32", "owner"), ("M02", "relative")}),
        ({"relation_not_proved_online": True}, set()),
        (
            {"lives_with_relative": True, "relation_not_proved_online": True},
            {("M32", "owner"), ("M02", "relative"), ("M23", "relative")},
        ),
    ],
)
def test_circumstances_bring_their_materials(
    catalog: Catalog, make_case: Any, circumstances: dict[str, bool], more: set[tuple[str, str]]
) -> None:
    plain = set(uses(catalog, make_case()))
    assert set(uses(catalog, make_case(circumstances=circumstances))) - plain == more


@pytest.mark.parametrize(
    ("livelihood", "asked"), [("employment", 2), ("business", 2), ("pension", 0), ("savings", 0), ("", 2)]
)
def test_a_pension_has_no_source_here(catalog: Catalog, make_case: Any, livelihood: str, asked: int) -> None:
    case = make_case(circumstances={"livelihood": livelihood} if livelihood else {})
    assert len(catalog.sources(catalog.material("M33"), case_view(case))) == asked


def test_modes_are_those_of_the_outcome_table(catalog: Catalog) -> None:
    modes = {code: material.mode for code, material in catalog.materials.items()}
    assert {code for code, mode in modes.items() if mode is Mode.NONE} == {"M10", "M11"}
    assert {code for code, mode in modes.items() if mode is Mode.MANUAL} == {"M07", "M23", "M35"}
    assert {code for code, mode in modes.items() if mode is Mode.DECLARE} == {"M18", "M70"}


@pytest.mark.parametrize(
    ("code", "required"),
    [
        ("M01", {"id_number", "name"}),
        ("M02", {"id_number", "name"}),
        ("M03", {"doc_number", "birth_date", "doc_state", "expiry_date"}),
        ("M12", {"id_number", "name", "movements"}),
        ("M17", {"id_number", "hukou_status"}),
        ("M27", {"id_number", "name"}),
        ("M31", {"owner_id", "sealed"}),
        ("M32", {"id_number", "name"}),
        ("M33", {"uscc", "reg_state"}),
        ("M34", {"id_number", "name"}),
        ("M36", {"level", "score"}),
    ],
)
def test_required_is_what_makes_the_paper_and_what_it_certifies(
    catalog: Catalog, code: str, required: set[str]
) -> None:
    assert {one.attribute for one in catalog.material(code).compare if one.required} == required


def test_bindings_and_constants_of_sources(catalog: Catalog) -> None:
    assert catalog.material("M03").sources[0].constants == {"doc_type": "414"}
    assert catalog.material("M31").sources[0].given == {"owner_id": "id_number", "owner_name": "name"}
    sealed = next(one for one in catalog.material("M31").compare if one.attribute == "sealed")
    assert sealed.equals is False
    status = next(one for one in catalog.material("M17").compare if one.attribute == "hukou_status")
    assert (status.equals, status.by) == ("cancelled", "code")


def test_the_document_is_valid_and_its_digest_is_stable(catalog: Catalog) -> None:
    assert schemas.check("catalog", dict(catalog.document)) == []
    assert len(catalog.digest) == 64
    sealed = catalog.document["materials"]["M31"]["compare"]["sealed"]
    assert sealed == {"by": "exact", "required": True, "equals": False}


def test_the_document_survives_the_trip_through_xml(catalog: Catalog) -> None:
    data = schemas.to_xml("catalog", catalog.document)
    assert schemas.from_xml("catalog", xmltree.parse(data)) == catalog.document


def test_a_material_that_the_item_never_asks_for_is_refused(catalog: Catalog, make_case: Any) -> None:
    item = catalog.item("SETTLE_ORIGIN")
    catalog.check_materials(make_case(("M03", "M27")), item)
    with pytest.raises(GatewayError) as caught:
        catalog.check_materials(make_case(("M03", "M99")), item)
    assert (caught.value.code, caught.value.where) == ("case.unknown_material", "/materials/1/code")


@pytest.mark.parametrize("ask", ["material", "operation"])
def test_what_is_not_in_the_catalog_is_an_error_with_a_code(catalog: Catalog, ask: str) -> None:
    with pytest.raises(GatewayError) as caught:
        getattr(catalog, ask)("NO.SUCH")
    assert caught.value.code == "request.not_found"


def test_an_item_out_of_force_is_unknown(catalog: Catalog) -> None:
    item = dataclasses.replace(catalog.item("SETTLE_ORIGIN"), valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    ended = dataclasses.replace(catalog, items={item.key: item})
    assert ended.item(item.key, date(2026, 6, 30)) is item
    for day in (date(2025, 12, 31), date(2026, 7, 1)):
        with pytest.raises(GatewayError):
            ended.item(item.key, day)
