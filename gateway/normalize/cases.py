"""The canonical document of a case as the core's own type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.canonical import digest
from gateway.model.case import Case, Operator, Organization, SubmittedMaterial


def case_of(document: Mapping[str, Any]) -> Case:
    """A case from a document that the shared schema has accepted."""
    operator, organization = document.get("operator"), document.get("organization")
    settlement = document.get("settlement", {})
    applicant = {**document["applicant"], **{name: value for name, value in settlement.items() if value}}
    return Case(
        number=document["number"],
        item=document["item"]["code"],
        applicant=applicant,
        operator=Operator(operator.get("name", ""), operator.get("id_number", "")) if operator else None,
        organization=Organization(
            organization.get("name", ""), organization.get("uscc", ""), organization.get("division_code", "")
        )
        if organization
        else None,
        submitted_at=datetime.fromisoformat(document["submitted_at"]),
        parties=_parties(document.get("parties", ())),
        circumstances=document.get("circumstances", {}),
        materials=tuple(
            SubmittedMaterial(entry["code"], entry.get("submitted", True), entry.get("fields", {}))
            for entry in document.get("materials", ())
        ),
        document=document,
        digest=digest(document, floats=True),
    )


def _parties(entries: Any) -> Mapping[str, Mapping[str, Any]]:
    """Facts by role; of several parties in one role the first counts."""
    found: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        found.setdefault(entry["role"], {name: value for name, value in entry.items() if name != "role"})
    return found
