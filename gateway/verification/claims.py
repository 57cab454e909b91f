"""Numbers that a case states, checked before anything is asked: a wrong check digit is a slip of the pen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gateway.broker import PlannedUse
from gateway.errors import GatewayError
from gateway.identifiers import check_citizen_id, check_uscc, upgrade_citizen_id
from gateway.model.case import Case

SUBJECTS = ("id_number", "uscc")
"""Whom a case is about: the party says it, and its papers may repeat it."""
CHECKS: Mapping[str, Callable[[str, str], None]] = {"citizen_id": check_citizen_id, "uscc": check_uscc}


def check_claims(case: Case, uses: Iterable[PlannedUse]) -> None:
    """Check every stated number that a material compares as a citizen id or a unified social credit code.

    Raises:
        GatewayError: `case.bad_check_digit`, `case.bad_number`, `case.other_person`; `where` is a JSON pointer into
            the canonical case.
    """
    for planned in uses:
        _check_subject(case, planned)
        for comparison in planned.material.compare:
            check = CHECKS.get(comparison.by)
            value = planned.claims.get(comparison.stated)
            if check is not None and comparison.equals is None and isinstance(value, str) and value:
                check(value, pointer_to(case, planned, comparison.stated))


def _check_subject(case: Case, planned: PlannedUse) -> None:
    """A paper can't turn a question about its owner into one about somebody else, whom the case does not name."""
    handed, of = case.submitted(planned.use.material, planned.use.of), planned.use.of
    party = case.applicant if of == "applicant" else case.parties.get(of, {})
    for name in SUBJECTS:
        own, written = party.get(name), handed.fields.get(name) if handed is not None else None
        if own and written and _same_form(str(own)) != _same_form(str(written)):
            raise GatewayError("case.other_person", where=pointer_to(case, planned, name),
                               material=planned.use.material, of=of, field=name)  # fmt: skip


def _same_form(number: str) -> str:
    return upgrade_citizen_id(number.strip().upper())


def pointer_to(case: Case, planned: PlannedUse, attribute: str) -> str:
    """Where in the canonical case a stated fact of a material stands."""
    for position, entry in enumerate(case.document.get("materials", ())):
        whose = entry.get("of", "") in ("", planned.use.of)
        if whose and entry.get("code") == planned.material.code and attribute in entry.get("fields", {}):
            return f"/materials/{position}/fields/{attribute}"
    if planned.use.of == "applicant":
        inside = attribute in case.document.get("settlement", {})
        return f"/settlement/{attribute}" if inside else f"/applicant/{attribute}"
    for position, entry in enumerate(case.document.get("parties", ())):
        if entry.get("role") == planned.use.of:
            return f"/parties/{position}/{attribute}"
    return f"/{attribute}"
