"""No purpose, no query: what must hold before a case is taken up, and before each question is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from gateway.access.grants import Grant, Grants
from gateway.catalog.store import Catalog
from gateway.errors import GatewayError
from gateway.identifiers import check_citizen_id, check_uscc
from gateway.model.case import Case
from gateway.model.catalog import ServiceItem


def require_case(case: Case, caller: str, grants: Grants, catalog: Catalog, today: date) -> Grant:
    """The grant under which a case may be worked on.

    Args:
        case: a case in canonical form.
        caller: id of the caller.
        grants: all grants in force.
        catalog: the catalog in force.
        today: the day of the gateway's clock; grants and items must be valid on it.

    Raises:
        GatewayError: `access.operator_required`, `access.organization_required`, `case.bad_number`,
            `case.bad_check_digit`, `case.unknown_item`, `case.unknown_material`, `access.no_grant`,
            `access.grant_not_valid`; `where` is a JSON pointer into the canonical case.

    Source: Personal Information Protection Law, articles 6 and 34; Regulation on Sharing Government Data (default deny,
    purpose, named unit and officer).
    """
    operator, organization = case.operator, case.organization
    if operator is None or not operator.name.strip() or not operator.id_number.strip():
        raise GatewayError("access.operator_required", where="/operator")
    if organization is None or not organization.name.strip() or not organization.uscc.strip():
        raise GatewayError("access.organization_required", where="/organization")
    check_citizen_id(operator.id_number, "/operator/id_number")
    check_uscc(organization.uscc, "/organization/uscc")
    item = catalog.item(case.item, today)
    catalog.check_materials(case, item)
    return _grant(item, caller, grants, today)


def require_operation(
    case: Case, item: ServiceItem, materials: Collection[str], operation: str, facts: Collection[str],
    grant: Grant, today: date, catalog: Catalog,
) -> None:  # fmt: skip
    """Whether one question may be asked: purpose first, then the grant.

    Args:
        case: the case that the question belongs to.
        item: its service item.
        materials: codes of the materials that the question serves; at least one.
        operation: the question's operation.
        facts: names of the attributes that would be sent (a mapping of facts will do).
        grant: the grant that `require_case` gave.
        today: as in `require_case`.
        catalog: the catalog in force.

    Raises:
        GatewayError: `access.purpose`, `access.no_grant`, `access.grant_not_valid`, `access.operation_not_granted`,
            `access.field_not_granted`.
    """
    asked = {use.material for use in item.materials}
    if item.key != catalog.item(case.item).key or not materials:
        raise GatewayError(
            "access.purpose", item=case.item, operation=operation, material=", ".join(sorted(materials)) or "–"
        )
    for code in sorted(materials):
        listed = code in asked and any(source.operation == operation for source in catalog.material(code).sources)
        if not listed:
            raise GatewayError("access.purpose", item=item.key, operation=operation, material=code)
    if grant.item != item.key:
        raise GatewayError("access.no_grant", caller=grant.caller, item=item.key)
    if not grant.valid_on(today):
        raise GatewayError("access.grant_not_valid", grant=grant.id, day=today.isoformat())
    if operation not in grant.operations:
        raise GatewayError("access.operation_not_granted", caller=grant.caller, item=item.key, operation=operation)
    for name in sorted(facts):
        if name not in grant.fields:
            raise GatewayError("access.field_not_granted", grant=grant.id, field=name, operation=operation)


def _grant(item: ServiceItem, caller: str, grants: Grants, today: date) -> Grant:
    """The one grant of caller and item that is valid today; the one that covers most where there are several."""
    held = [grant for grant in grants if grant.caller == caller and grant.item == item.key]
    if not held:
        raise GatewayError("access.no_grant", caller=caller, item=item.key)
    valid = [grant for grant in held if grant.valid_on(today)]
    if not valid:
        raise GatewayError("access.grant_not_valid", grant=held[-1].id, day=today.isoformat())
    return max(valid, key=lambda grant: (len(grant.operations), len(grant.fields), grant.id))
