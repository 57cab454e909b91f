"""Assessing one material: claims against answers, field by field, then the one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from gateway.assessment.answers import SourceView, error_of, exchanges_of, views_of
from gateway.assessment.dates import read_date
from gateway.assessment.fields import compare_field
from gateway.assessment.options import Surroundings
from gateway.assessment.outcomes import Facts, Row, Standing, decide
from gateway.assessment.predicates import state_meaning
from gateway.assessment.tables import NameTables
from gateway.identifiers import birth_date_of
from gateway.model.case import Claims
from gateway.model.catalog import Material, MaterialUse, Operation
from gateway.model.evidence import Answer
from gateway.model.finding import FieldFinding, Finding, FindingError
from gateway.model.outcomes import FieldState, Flag, Grade, Outcome

# Members that the hot path reads: through the class of the enum each reading would cost more than its comparison.
_FOUND, _DOWN, _FORBIDDEN = Standing.FOUND, Standing.DOWN, Standing.FORBIDDEN
_VALUE = FieldState.VALUE
_INCONSISTENT = Outcome.INCONSISTENT
_RECORD_STATES = ("doc_state", "cert_state")
_RECORD_EXPIRY = "expiry_date"
_RECORD = frozenset({*_RECORD_STATES, _RECORD_EXPIRY})
_FLAGGED = {"disputed": Flag.DISPUTED, "hits_by_name": Flag.MULTIPLE_CANDIDATES}
_FULL_AGE = 18
_SILENT = frozenset({Grade.NOT_COMPARABLE, Grade.NOT_PROVIDED})
_AGREED = frozenset({Outcome.VERIFIED, Outcome.SUPPLIED, Outcome.VERIFIED_WITH_VARIANT})


def assess(
    material: Material,
    use: MaterialUse,
    claims: Claims,
    submitted: bool,
    answers: Sequence[Answer],
    operations: Mapping[str, Operation],
    case_day: date,
    tables: NameTables,
    parameters: Mapping[str, Any],
    *,
    pending: bool = False,
) -> Finding:
    """What can be said about one material of a case (BLUEPRINT section 4). Pure.

    Args:
        material: the material of the catalog; `use` says whose it is in this item.
        claims: facts that the applicant states about that person and on that paper.
        submitted: whether the applicant handed the material in.
        answers: the answers to the questions asked for it, further forms of a name after the first.
        operations: the catalog's operations; they tell whether a silent source could have spoken about an attribute.
        case_day: the day of application, from which validity, age and presence count.
        parameters: of the service item: `{comparator: {option: value}}`, or options that hold for all comparators.
        pending: whether attempts remain within the case's deadline.

    Raises:
        GatewayError: `configuration.unknown_reference` where the catalog names no known comparator.
    """
    views = views_of(material, answers)
    around = Surroundings(claims, case_day, tables, parameters, operations, {"day": case_day})
    compared = [compare_field(comparison, views, around) for comparison in material.compare]
    found = [view for view in views if view.standing is _FOUND]
    facts = Facts(
        mode=material.mode,
        submitted=submitted,
        pending=pending,
        standings=frozenset([view.standing for view in views]),
        fields=tuple([fact for _, fact in compared]),
        deceased=any(map(_deceased, found)),
        record=_record(found, case_day, tables),
    )
    row, notes = _conclude(facts)
    fields = tuple([finding for finding, _ in compared])
    return Finding(
        material=material.code,
        of=use.of,
        outcome=row.outcome,
        flags=_flags(row, facts, fields, found, claims, case_day),
        fields=fields,
        evidence=_evidence(material, found, row),
        exchanges=exchanges_of(answers),
        error=_error(views, facts),
        notes=notes,
    )


def _deceased(view: SourceView) -> bool:
    flag, day = view.value("death_flag"), view.value("death_date")
    return flag is True or flag == 1 or (isinstance(flag, str) and flag.strip().lower() in ("1", "true")) or bool(day)


def _record(found: Sequence[SourceView], day: date, tables: NameTables) -> str:
    """What a found record says about its own validity, whether the catalog compares it or not."""
    over = False
    for view in found:
        if _RECORD.isdisjoint(view.fields):
            continue
        for attribute in _RECORD_STATES:
            meaning = state_meaning(view.value(attribute), tables)
            if meaning == "revoked":
                return "revoked"
            over = over or meaning == "expired"
        end = read_date(view.value(_RECORD_EXPIRY))
        over = over or (end is not None and end.last < day)
    return "expired" if over else ""


def _flags(
    row: Row, facts: Facts, fields: Sequence[FieldFinding], found: Sequence[SourceView], claims: Claims, day: date
) -> tuple[Flag, ...]:
    flags = set(row.flags)
    if facts.deceased:
        flags.add(Flag.DECEASED)
    if _is_minor(found, claims, day):
        flags.add(Flag.MINOR)
    for finding in fields:
        if finding.reason in _FLAGGED:
            flags.add(_FLAGGED[finding.reason])
    return tuple(flag for flag in Flag if flag in flags) if flags else ()


def _is_minor(found: Sequence[SourceView], claims: Claims, day: date) -> bool:
    """Whether the person is under 18 on the day of application, by the registry's birth date or the citizen id."""
    born: date | None = None
    for view in found:
        known = read_date(view.value("birth_date"))
        if known is not None and known.day:
            born = known.first
            break
    if born is None:
        number = claims.get("id_number")
        born = birth_date_of(number) if isinstance(number, str) else None
    if born is None:
        return False
    if day.year - born.year > _FULL_AGE:
        return False
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return 0 <= age < _FULL_AGE


def _evidence(material: Material, found: Sequence[SourceView], row: Row) -> dict[str, Any]:
    """What the catalog lets an officer see of the replies: compared and supplied attributes, first source first.

    Nothing where the record contradicts what was stated: it may be another person's; the difference is shown masked.
    """
    if not found or row.outcome is _INCONSISTENT:
        return {}
    evidence: dict[str, Any] = {}
    for attribute in (*material.supplies, *[comparison.attribute for comparison in material.compare]):
        for view in found:
            known = view.fields.get(attribute)
            if known is not None and known.state is _VALUE and known.value is not None:
                evidence[attribute] = known.value
                break
    return evidence


def _error(views: Sequence[SourceView], facts: Facts) -> FindingError | None:
    """Why the material, or one of its sources, could not be asked."""
    if _FORBIDDEN in facts.standings:
        return error_of(views, _FORBIDDEN)
    return error_of(views, _DOWN) if _DOWN in facts.standings else None


@lru_cache(maxsize=4096)
def _conclude(facts: Facts) -> tuple[Row, tuple[str, ...]]:
    """The row that decides, and the notes for the officer that stand beside its outcome.

    Facts hold no value of anybody's record, and few of their combinations occur: what was concluded is remembered.
    """
    row = decide(facts)
    notes = []
    agreed = row.outcome in _AGREED
    if agreed and any(fact.grade is Grade.MISMATCH and not fact.required for fact in facts.fields):
        notes.append("difference_not_required")
    if agreed and all(fact.grade in _SILENT for fact in facts.fields):
        notes.append("nothing_compared")
    if _DOWN in facts.standings and facts.answered:
        notes.append("source_unavailable")
    if Standing.RECORD_ERROR in facts.standings:
        notes.append("record_error")
    if not facts.standings and row.outcome is Outcome.INSUFFICIENT:
        notes.append("not_asked")
    return row, tuple(notes)
