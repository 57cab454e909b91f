"""One compared field of a material: which source speaks about it, its judgement or our comparison, and the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.assessment.answers import SourceView
from gateway.assessment.comparator import ABSENT, NOT_STATED, Comparator, Role, is_empty
from gateway.assessment.comparators import COMPARATORS
from gateway.assessment.forms import name_forms
from gateway.assessment.outcomes import FieldFact, Standing
from gateway.assessment.tables import NameTables
from gateway.errors import GatewayError
from gateway.identifiers import mask
from gateway.model.case import Claims
from gateway.model.catalog import Comparison, Operation
from gateway.model.evidence import FieldValue
from gateway.model.finding import FieldFinding, FieldResult
from gateway.model.outcomes import FieldState, Grade, Judgement

_SEVERITY = {
    grade: rank
    for rank, grade in enumerate(
        (
            Grade.MISMATCH, Grade.WEAK, Grade.PARTIAL, Grade.VARIANT, Grade.EQUIVALENT, Grade.EXACT,
            Grade.NOT_COMPARABLE, Grade.NOT_PROVIDED,
        )
    )
}  # fmt: skip
_JUDGED = {
    Judgement.MATCH: FieldResult(Grade.EXACT, "judged_match"),
    Judgement.WEAK: FieldResult(Grade.WEAK, "judged_weak"),
    Judgement.MISMATCH: FieldResult(Grade.MISMATCH, "judged_mismatch"),
    Judgement.NOT_COMPARABLE: FieldResult(Grade.NOT_COMPARABLE, "judged_not_comparable"),
}
_STATES = {
    FieldState.ABSENT: ABSENT,
    FieldState.UNDISCLOSED: FieldResult(Grade.NOT_COMPARABLE, "undisclosed"),
    FieldState.DISPUTED: FieldResult(Grade.NOT_COMPARABLE, "disputed"),
    FieldState.UNEXPECTED: FieldResult(Grade.NOT_COMPARABLE, "unexpected_value"),
    FieldState.NOT_COMPARABLE: FieldResult(Grade.NOT_COMPARABLE, "not_comparable"),
}
_SILENT_SOURCES = {
    Standing.FORBIDDEN: FieldResult(Grade.NOT_PROVIDED, "source_forbidden"),
    Standing.DOWN: FieldResult(Grade.NOT_PROVIDED, "source_unavailable"),
    Standing.NOT_FOUND: FieldResult(Grade.NOT_PROVIDED, "subject_not_found"),
    Standing.SEVERAL: FieldResult(Grade.NOT_PROVIDED, "several_candidates"),
    Standing.RECORD_ERROR: FieldResult(Grade.NOT_PROVIDED, "record_error"),
    Standing.UNDISCLOSED: FieldResult(Grade.NOT_COMPARABLE, "undisclosed"),
}
_NOT_ASKED = FieldResult(Grade.NOT_PROVIDED, "not_asked")
_FORM_UNASKED = FieldResult(Grade.NOT_COMPARABLE, "form_unasked")
_OTHER_FORM = FieldResult(Grade.VARIANT, "other_form")
_BIRTH_DATE = "birth_date"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What comparisons of one material have in common."""

    claims: Claims
    day: date
    tables: NameTables
    parameters: Mapping[str, Any]
    operations: Mapping[str, Operation]


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: as people read it, as the table sees it, and whether its value is disputed."""

    finding: FieldFinding
    fact: FieldFact
    disputed: bool = False


def comparator_of(comparison: Comparison) -> Comparator:
    """The comparator that the catalog names.

    Raises:
        GatewayError: `configuration.unknown_reference`; the catalog's check finds it before it can happen here.
    """
    try:
        return COMPARATORS[comparison.by]
    except KeyError as error:
        known = ", ".join(sorted(COMPARATORS))
        raise GatewayError(
            "configuration.unknown_reference",
            of=comparison.attribute, kind="comparator", name=comparison.by, known=known, suggestion="",
        ) from error  # fmt: skip


def compare_field(comparison: Comparison, views: Sequence[SourceView], around: Surroundings) -> Compared:
    """Compare one attribute over all sources: where several speak, the gravest grade counts."""
    comparator = comparator_of(comparison)
    best: tuple[int, FieldResult, SourceView, str] | None = None
    for view in views:
        spoken = _speaks(comparison, comparator, view, around)
        if spoken is not None:
            result, by = spoken
            rank = _SEVERITY[result.grade]
            if best is None or rank < best[0]:
                best = (rank, result, view, by)
    if best is None:
        return _finish(comparison, comparator, _silence(comparison, views, around), None, "gateway", around)
    return _finish(comparison, comparator, best[1], best[2], best[3], around)


def _silence(comparison: Comparison, views: Sequence[SourceView], around: Surroundings) -> FieldResult:
    """Why no source speaks about the attribute; only sources that could have spoken about it count."""
    able = [view for view in views if _could_speak(view, comparison.attribute, around.operations)]
    for standing, result in _SILENT_SOURCES.items():
        if any(view.standing is standing for view in able):
            return result
    return ABSENT if able else _NOT_ASKED


def _could_speak(view: SourceView, attribute: str, operations: Mapping[str, Operation]) -> bool:
    operation = operations.get(view.answer.request.operation)
    return operation is None or attribute in operation.gives or attribute in operation.judges


def _stated(comparison: Comparison, view: SourceView | None, claims: Claims) -> Any:
    if comparison.equals is not None:
        return comparison.equals
    attribute = comparison.attribute
    # What the operation was asked with is what its answer speaks about; a constant binds no claim.
    bound = view.given.get(attribute, "") if view is not None and not comparison.claim else ""
    return claims.get(bound[1:] if bound.startswith("$") else comparison.stated)


def _speaks(
    comparison: Comparison, comparator: Comparator, view: SourceView, around: Surroundings
) -> tuple[FieldResult, str] | None:
    """What one source says about the attribute, and who judged; None where it doesn't know the attribute."""
    response = view.response
    if response is None:
        return None
    judgement = response.judged.get(comparison.attribute)
    if judgement is not None:
        why = response.unusable.get(comparison.attribute)
        if why is not None:
            return _unusable(why), "registry"
        return _judged(comparison, comparator, judgement, view, around), "registry"
    known = response.fields.get(comparison.attribute)
    if known is None:
        return None
    predicate = comparator.predicate or comparison.equals is not None
    stated = None if comparator.predicate and comparison.equals is None else _stated(comparison, view, around.claims)
    if not predicate and is_empty(stated):
        return NOT_STATED, "gateway"
    if known.state is not FieldState.VALUE:
        return _unusable(known), "gateway"
    return comparator.compare(stated, known.value, _options(comparison, view, around), around.tables), "gateway"


def _unusable(known: FieldValue) -> FieldResult:
    result = _STATES[known.state]
    return FieldResult(result.grade, result.reason, {"note": known.note[:_SHOWN]}) if known.note else result


def _judged(
    comparison: Comparison, comparator: Comparator, judgement: Judgement, view: SourceView, around: Surroundings
) -> FieldResult:
    """A registry's judgement outranks our comparison; a match on a derived form is worth what the form is worth."""
    if judgement is Judgement.MISMATCH and view.form_open:
        return _FORM_UNASKED
    result = _JUDGED[judgement]
    if judgement is not Judgement.MATCH or comparator.name != "zh_name":
        return result
    name = _stated(comparison, view, around.claims)
    form = view.answer.request.form
    if not isinstance(name, str):
        return result if not form else _OTHER_FORM
    former = around.claims.get("former_names")
    declared = former if isinstance(former, list | tuple) else ()
    forms = name_forms(name, around.tables, declared, max(comparison.forms, form))
    if form >= len(forms):
        return _OTHER_FORM
    _, grade, reason = forms[form]
    return result if grade is Grade.EXACT else FieldResult(grade, reason)


def _options(comparison: Comparison, view: SourceView, around: Surroundings) -> dict[str, Any]:
    """The catalog's options, the item's parameters for this comparator, and what stands around the two values."""
    own = around.parameters.get(comparison.by)
    options = {**around.parameters, **(own if isinstance(own, Mapping) else {}), **comparison.options}
    options["day"] = around.day
    if comparison.by in _CONTEXT:
        for option, (stated, given) in _CONTEXT[comparison.by].items():
            options[option] = around.claims.get(stated) if stated else view.value(given)
    if comparison.by == "presence":
        options["held_documents"] = held_documents(around.claims)
    elif comparison.by == "empty_list":
        options["subject_numbers"] = [
            value for key in ("id_number", "uscc", "subject_code") if isinstance(value := around.claims.get(key), str)
        ]
    elif comparison.by == "address":
        codes = (around.claims.get("address_code"), view.value("address_code"))
        options["address_codes"] = codes if all(isinstance(code, str) and code for code in codes) else ()
    return options


# Option of the comparator → (attribute of the claims, attribute of the reply): exactly one of the two is named.
_CONTEXT: dict[str, dict[str, tuple[str, str]]] = {
    "zh_name": {"declared_former_names": ("former_names", ""), "registered_former_names": ("", "former_names")},
    "org_name": {"declared_former_names": ("former_names", ""), "registered_former_names": ("", "former_names")},
    "latin_name": {
        "declared_aliases": ("aliases", ""), "registered_aliases": ("", "aliases"),
        "western_names": ("western_names", ""),
    },
    "citizen_id": {"declared_numbers": ("other_numbers", ""), "registered_numbers": ("", "other_numbers")},
    "doc_no": {"declared_numbers": ("other_numbers", ""), "registered_numbers": ("", "other_numbers")},
    "frp_id": {"declared_numbers": ("other_numbers", ""), "registered_numbers": ("", "other_numbers")},
    "presence": {"coverage": ("", "coverage")},
}  # fmt: skip


def held_documents(claims: Claims) -> tuple[str, ...]:
    """The types of all documents that the applicant is known to hold (`doc_type`, `doc_types`, `documents`)."""
    held: list[str] = []
    for key in ("doc_type", "doc_types"):
        value = claims.get(key)
        held.extend([value] if isinstance(value, str) else value if isinstance(value, list | tuple) else [])
    documents = claims.get("documents")
    listed = documents if isinstance(documents, list | tuple) else ()
    held.extend(document.get("doc_type", "") for document in listed if isinstance(document, Mapping))
    return tuple(dict.fromkeys(item for item in held if isinstance(item, str) and item))


def _finish(
    comparison: Comparison, comparator: Comparator, result: FieldResult, view: SourceView | None, by: str,
    around: Surroundings,
) -> Compared:  # fmt: skip
    predicate = comparator.predicate or comparison.equals is not None
    stated = None if predicate else _stated(comparison, view, around.claims)
    held = view.value(comparison.attribute) if view is not None else None
    kind = comparator.mask
    finding = FieldFinding(
        field=comparison.attribute, comparator=comparator.label, grade=result.grade, reason=result.reason,
        required=comparison.required, values=result.values, judged_by=by,
        declared="" if stated is None else _shown(stated, kind), registry="" if held is None else _shown(held, kind),
        exchange=view.exchange if view is not None else "", predicate=predicate,
    )  # fmt: skip
    role = _role(comparison, comparator, result)
    fact = FieldFact(result.grade, comparison.required, role, hidden=result.reason == "undisclosed")
    return Compared(finding, fact, result.reason == "disputed")


def _role(comparison: Comparison, comparator: Comparator, result: FieldResult) -> Role:
    if result.reason == "state_expired":
        return Role.EXPIRY
    if comparison.equals is not None and not comparator.predicate:
        return Role.PREDICATE
    if comparator.name == "date" and (comparison.attribute == _BIRTH_DATE or comparison.stated == _BIRTH_DATE):
        return Role.BIRTH_DATE
    return comparator.role


def _shown(value: Any, kind: Any) -> str:
    """A value for people's eyes: masked as its comparator asks, lists and objects by their size."""
    if isinstance(value, str):
        return mask(value, kind)[:_SHOWN]
    if isinstance(value, list | tuple | dict):
        return f"[{len(value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return mask(str(value), kind)[:_SHOWN] if kind in ("number", "date") else str(value)[:_SHOWN]
