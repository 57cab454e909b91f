"""The matrix of grants: caller × item × operation × field × day, purpose first, default deny."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from gateway.access import Grant, require_case, require_operation
from gateway.access.grants import Grants
from gateway.catalog.store import Catalog
from gateway.errors import GatewayError
from gateway.model.case import Case, Operator, Organization, SubmittedMaterial

TODAY = date(2026, 11, 24)


def refusal(case: Case, caller: str, grants: Grants, catalog: Catalog, today: date = TODAY) -> tuple[str, str]:
    with pytest.raises(GatewayError) as caught:
        require_case(case, caller, grants, catalog, today)
    return caught.value.code, caught.value.where


def ask(
    case: Case, catalog: Catalog, grant: Grant, *, operation: str = "POP.BASE_INFO",
    materials: tuple[str, ...] = ("M01",), facts: tuple[str, ...] = ("id_number", "name"), today: date = TODAY,
) -> str:  # fmt: skip
    try:
        require_operation(case, catalog.item("SETTLE_ORIGIN"), materials, operation, facts, grant, today, catalog)
    except GatewayError as error:
        return error.code
    return "allowed"


@pytest.mark.parametrize("caller", ["cli", "hall", "window"])
def test_the_example_grants_its_callers(case: Case, grants: Grants, catalog: Catalog, caller: str) -> None:
    assert require_case(case, caller, grants, catalog, TODAY).caller == caller
    by_code = dataclasses.replace(case, item="000199001001")
    assert require_case(by_code, caller, grants, catalog, TODAY).item == "SETTLE_ORIGIN"


@pytest.mark.parametrize("caller", ["", "CLI", "nobody", "cli ", "*"])
def test_a_caller_without_a_grant_is_refused(case: Case, grants: Grants, catalog: Catalog, caller: str) -> None:
    assert refusal(case, caller, grants, catalog)[0] == "access.no_grant"


def test_without_any_grant_everything_is_refused(case: Case, catalog: Catalog) -> None:
    assert refusal(case, "cli", (), catalog)[0] == "access.no_grant"


@pytest.mark.parametrize(
    "operator",
    [None, Operator("", "440106196503120016"), Operator("经办人甲", ""), Operator("  ", "440106196503120016")],
)
def test_a_case_names_its_operator(case: Case, grants: Grants, catalog: Catalog, operator: Operator | None) -> None:
    changed = dataclasses.replace(case, operator=operator)
    assert refusal(changed, "cli", grants, catalog) == ("access.operator_required", "/operator")


@pytest.mark.parametrize("organization", [None, Organization("", "11440000MB2FAKE143"), Organization("示例", " ")])
def test_a_case_names_its_organization(
    case: Case, grants: Grants, catalog: Catalog, organization: Organization | None
) -> None:
    changed = dataclasses.replace(case, organization=organization)
    assert refusal(changed, "cli", grants, catalog) == ("access.organization_required", "/organization")


def test_numbers_of_operator_and_organization_are_checked(case: Case, grants: Grants, catalog: Catalog) -> None:
    operator = dataclasses.replace(case, operator=Operator("经办人甲", "440106196503120017"))
    assert refusal(operator, "cli", grants, catalog) == ("case.bad_check_digit", "/operator/id_number")
    unit = dataclasses.replace(case, organization=Organization("示例", "11440000MB2FAKE144"))
    assert refusal(unit, "cli", grants, catalog)[1] == "/organization/uscc"
    text = dataclasses.replace(case, operator=Operator("经办人甲", "no number"))
    assert refusal(text, "cli", grants, catalog) == ("case.bad_number", "/operator/id_number")


def test_an_unknown_item_or_material_is_refused(case: Case, grants: Grants, catalog: Catalog) -> None:
    item = dataclasses.replace(case, item="SETTLE_ORIGN")
    assert refusal(item, "cli", grants, catalog) == ("case.unknown_item", "/item/code")
    material = dataclasses.replace(case, materials=(SubmittedMaterial("M03"), SubmittedMaterial("M60")))
    assert refusal(material, "cli", grants, catalog) == ("case.unknown_material", "/materials/1/code")


@pytest.mark.parametrize(("day", "allowed"), [(-1, False), (0, True), (5, True), (10, True), (11, False)])
def test_both_days_of_a_grant_count(case: Case, grants: Grants, catalog: Catalog, day: int, allowed: bool) -> None:
    first = date(2026, 3, 1)
    short = dataclasses.replace(grants[0], valid_from=first, valid_to=first + timedelta(days=10))
    today = first + timedelta(days=day)
    if allowed:
        assert require_case(case, "cli", (short,), catalog, today) == short
        assert ask(case, catalog, short, today=today) == "allowed"
    else:
        assert refusal(case, "cli", (short,), catalog, today)[0] == "access.grant_not_valid"
        assert ask(case, catalog, short, today=today) == "access.grant_not_valid"


def test_of_several_grants_the_widest_valid_one_is_taken(case: Case, grants: Grants, catalog: Catalog) -> None:
    ended = dataclasses.replace(grants[0], id="ended", valid_to=date(2025, 12, 31))
    narrow = dataclasses.replace(grants[0], id="narrow", operations=frozenset({"POP.BASE_INFO"}))
    for held in ((ended, narrow, grants[0]), (grants[0], narrow, ended)):
        assert require_case(case, "cli", held, catalog, TODAY) == grants[0]
    assert require_case(case, "cli", (ended, narrow), catalog, TODAY) == narrow


def test_every_operation_of_the_item_is_granted_to_the_full_callers_and_one_is_kept_from_the_window(
    case: Case, grants: Grants, catalog: Catalog
) -> None:
    item = catalog.item("SETTLE_ORIGIN")
    seen = set()
    for use in item.materials:
        for source in catalog.material(use.material).sources:
            seen.add(source.operation)
            facts = tuple(catalog.operation(source.operation).takes)
            for grant in grants:
                wanted = (
                    "access.operation_not_granted"
                    if (grant.caller, source.operation) == ("window", "REALTY.UNIT")
                    else "allowed"
                )
                assert (
                    ask(case, catalog, grant, operation=source.operation, materials=(use.material,), facts=facts)
                    == wanted
                )
    assert seen == catalog.operations_of(item)
    assert "REALTY.UNIT" in seen


@pytest.mark.parametrize(
    ("operation", "materials"),
    [
        ("POP.BASE_INFO", ("M03",)),  # the catalog names another operation for it
        ("POP.BASE_INFO", ("M01", "M03")),  # one of the two is not for it
        ("POP.BASE_INFO", ("M60",)),  # not a material of the item
        ("POP.BASE_INFO", ()),  # no material, no purpose
        ("GEO.REVERSE", ("M36",)),  # known, but asked by no material
        ("NO.SUCH", ("M01",)),
    ],
)
def test_a_question_without_a_purpose_is_refused_whatever_is_granted(
    case: Case, grants: Grants, catalog: Catalog, operation: str, materials: tuple[str, ...]
) -> None:
    everything = dataclasses.replace(grants[0], operations=frozenset(catalog.operations) | {"NO.SUCH"})
    assert ask(case, catalog, everything, operation=operation, materials=materials) == "access.purpose"


def test_a_field_that_is_not_granted_stops_the_question(case: Case, grants: Grants, catalog: Catalog) -> None:
    narrow = dataclasses.replace(grants[0], fields=frozenset({"id_number"}))
    assert ask(case, catalog, narrow) == "access.field_not_granted"
    assert ask(case, catalog, narrow, facts=("id_number",)) == "allowed"
    assert ask(case, catalog, grants[0], facts=("id_number", "name", "phone")) == "access.field_not_granted"


def test_a_grant_for_another_item_does_not_help(case: Case, grants: Grants, catalog: Catalog) -> None:
    other = dataclasses.replace(grants[0], item="SETTLE_OTHER")
    assert refusal(case, "cli", (other,), catalog)[0] == "access.no_grant"
    assert ask(case, catalog, other) == "access.no_grant"


def test_a_refusal_never_holds_a_whole_number(case: Case, grants: Grants, catalog: Catalog) -> None:
    changed = dataclasses.replace(case, operator=Operator("经办人甲", "440106196503120017"))
    with pytest.raises(GatewayError) as caught:
        require_case(changed, "cli", grants, catalog, TODAY)
    assert "440106196503120017" not in caught.value.text("en") + caught.value.text("zh")
