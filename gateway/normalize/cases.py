"""The canonical document of a case as the core's own type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gateway.canonical import digest
from gateway.errors import GatewayError, Words
from gateway.model.case import Case, Operator, Organization, SubmittedMaterial
from gateway.schemas import Problem

LONGEST_LINE: Final = 200
_YEARS: Final = (1949, 2199)
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_NOTHING: Final = Words("", "")


def case_of(document: Mapping[str, Any]) -> Case:
    """A case from a document that the shared schema has accepted.

    Raises:
        GatewayError: `case.invalid` for what a schema can't say: a time out of range, a name or number that would not
            be one line of the log, a role or a material that is named twice.
    """
    _check_lines(document)
    _check_once(document)
    submitted_at = datetime.fromisoformat(document["submitted_at"])
    if not _YEARS[0] <= submitted_at.year <= _YEARS[1]:
        years = f"{_YEARS[0]}–{_YEARS[1]}"
        raise _invalid("/submitted_at", Words(f"the year is not in {years}", f"年份应在 {years} 之间"))
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
        submitted_at=submitted_at,
        parties=_parties(document.get("parties", ())),
        circumstances=document.get("circumstances", {}),
        materials=tuple(
            SubmittedMaterial(entry["code"], entry.get("submitted", True), entry.get("fields", {}), entry.get("of", ""))
            for entry in document.get("materials", ())
        ),
        document=document,
        digest=digest(document, floats=True),
    )


def _parties(entries: Any) -> Mapping[str, Mapping[str, Any]]:
    """Facts by role."""
    return {entry["role"]: {name: value for name, value in entry.items() if name != "role"} for entry in entries}


def _check_lines(document: Mapping[str, Any]) -> None:
    """What stands in every entry of the log, and in headers of registries, is one line of modest length."""
    operator, organization = document.get("operator") or {}, document.get("organization") or {}
    lines = {"/number": document["number"]}
    lines |= {f"/operator/{name}": operator.get(name, "") for name in ("name", "id_number")}
    lines |= {f"/organization/{name}": organization.get(name, "") for name in ("name", "uscc", "division_code")}
    for place, text in lines.items():
        if len(text) > LONGEST_LINE or _UNFIT.search(text):
            raise _invalid(
                place, Words("too long, or not one line of plain text", "过长，或不是单行普通文本"),
                Words(f"at most {LONGEST_LINE} characters on one line", f"单行，至多 {LONGEST_LINE} 字"),
            )  # fmt: skip


def _check_once(document: Mapping[str, Any]) -> None:
    """Of two parties in one role, or two papers of one kind, one would be looked at and the other would pass unseen."""
    roles = [(entry["role"],) for entry in document.get("parties", ())]
    papers = [(entry["code"], entry.get("of", "")) for entry in document.get("materials", ())]
    for names, place in ((roles, "/parties/{}/role"), (papers, "/materials/{}/code")):
        if len(set(names)) == len(names):
            continue
        position = next(position for position, name in enumerate(names) if name in names[:position])
        twice = names[position][0]
        raise _invalid(
            place.format(position), Words(f"'{twice}' stands twice", f"'{twice}' 重复"),
            Words("once in a case", "每个办件一次"),
        )  # fmt: skip


def _invalid(place: str, reason: Words, expected: Words = _NOTHING) -> GatewayError:
    problem = Problem(place, reason, expected)
    return GatewayError("case.invalid", where=place, reason=reason, expected=expected, problems=(problem,))
