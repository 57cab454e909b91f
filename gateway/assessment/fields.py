"""One compared field of a material: which source speaks about it, its judgement or our comparison, and the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.assessment.answers import SourceView
from gateway.assessment.comparator import ABSENT, NOT_STATED, SAME, Comparator, Role, is_empty
from gateway.assessment.comparators import COMPARATORS
from gateway.assessment.forms import NameForm, first_form, name_forms
from gateway.assessment.options import Surroundings, options_of
from gateway.assessment.outcomes import FieldFact, Standing
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
# Members that the hot path reads: through the class of the enum each reading would cost more than its comparison.
_MATCH, _NO_MATCH = Judgement.MATCH, Judgement.MISMATCH
_EXACT, _VALUE, _PREDICATE = Grade.EXACT, FieldState.VALUE, Role.PREDICATE
_BIRTH_DATE = "birth_date"
_SHOWN = 60


Spoken = tuple[FieldResult, str, Any, SourceView | None]
"""What one source says: the grade with its reason, who judged, what was stated, and the source, where there is one."""


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


def compare_field(
    comparison: Comparison, views: Sequence[SourceView], around: Surroundings
) -> tuple[FieldFinding, FieldFact]:
    """Compare one attribute over all sources: where several speak, the gravest grade counts.

    Returns:
        The field as people read it, and as the table of outcomes sees it.
    """
    comparator = comparator_of(comparison)
    best: Spoken | None = None
    for view in views:
        spoken = _speaks(comparison, comparator, view, around)
        if spoken is not None and (best is None or _SEVERITY[spoken[0].grade] < _SEVERITY[best[0].grade]):
            best = spoken
    if best is None:
        stated = _stated(comparison, comparator, None, around.claims)
        best = _silence(comparison, views, around), "gateway", stated, None
    return _finish(comparison, comparator, best)


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


def _stated(comparison: Comparison, comparator: Comparator, view: SourceView | None, claims: Claims) -> Any:
    if comparison.equals is not None:
        return comparison.equals
    if comparator.predicate:
        return None
    claim = comparison.claim
    if not claim and view is not None:
        # What the operation was asked with is what its answer speaks about; a constant binds no claim.
        bound = view.given.get(comparison.attribute, "")
        if bound.startswith("$"):
            return claims.get(bound[1:])
    return claims.get(claim or comparison.attribute)


def _speaks(comparison: Comparison, comparator: Comparator, view: SourceView, around: Surroundings) -> Spoken | None:
    """What one source says about the attribute, and who judged; None where it doesn't know the attribute."""
    response, attribute = view.response, comparison.attribute
    if response is None:
        return None
    judgement = response.judged.get(attribute)
    if judgement is not None:
        stated = _stated(comparison, comparator, view, around.claims)
        why = response.unusable.get(attribute)
        result = _unusable(why) if why is not None else _judged(comparison, comparator, judgement, stated, view, around)
        return result, "registry", stated, view
    known = view.fields.get(attribute)
    if known is None:
        return None
    stated, value = _stated(comparison, comparator, view, around.claims), known.value
    if comparison.equals is None and not comparator.predicate and is_empty(stated):
        result = NOT_STATED
    elif known.state is not _VALUE:
        result = _unusable(known)
    elif comparator.literal and isinstance(value, str) and value == stated and value.isalnum():
        result = SAME
    else:
        result = comparator.compare(stated, value, options_of(comparison, view, around), around.tables)
    return result, "gateway", stated, view


def _unusable(known: FieldValue) -> FieldResult:
    result = _STATES[known.state]
    return FieldResult(result.grade, result.reason, {"note": known.note[:_SHOWN]}) if known.note else result


def _judged(
    comparison: Comparison, comparator: Comparator, judgement: Judgement, stated: Any, view: SourceView,
    around: Surroundings,
) -> FieldResult:  # fmt: skip
    """A registry's judgement outranks our comparison; a match on a derived form is worth what the form is worth."""
    if judgement is _NO_MATCH and view.form_open:
        return _FORM_UNASKED
    result = _JUDGED[judgement]
    if judgement is not _MATCH or comparator.name != "zh_name":
        return result
    form = view.answer.request.form
    if not isinstance(stated, str):
        return result if not form else _OTHER_FORM
    worth = _form(comparison, stated, form, around)
    if worth is None:
        return _OTHER_FORM
    _, grade, reason = worth
    return result if grade is _EXACT else FieldResult(grade, reason)


def _form(comparison: Comparison, name: str, form: int, around: Surroundings) -> NameForm | None:
    """The form of a name that was asked; None where the name as it stands now has no such form."""
    if not form:
        return first_form(name, around.tables)
    former = around.claims.get("former_names")
    declared = former if isinstance(former, list | tuple) else ()
    forms = name_forms(name, around.tables, declared, max(comparison.forms, form))
    return forms[form] if form < len(forms) else None


def _finish(comparison: Comparison, comparator: Comparator, spoken: Spoken) -> tuple[FieldFinding, FieldFact]:
    result, by, stated, view = spoken
    grade, reason, required, kind = result.grade, result.reason, comparison.required, comparator.mask
    predicate = comparator.predicate or comparison.equals is not None
    declared = "" if predicate or stated is None else _shown(stated, kind)
    held = view.value(comparison.attribute) if view is not None else None
    if held is None:
        registry = ""
    elif declared and isinstance(held, str) and held == stated:
        registry = declared
    else:
        registry = _shown(held, kind)
    # In the order of the fields: names of arguments cost a third more, and this is made for every field of every case.
    finding = FieldFinding(
        comparison.attribute, comparator.label, grade, reason, required, result.values, by,
        declared, registry, view.exchange if view is not None else "", predicate,
    )  # fmt: skip
    return finding, FieldFact(grade, required, _role(comparison, comparator, reason), reason == "undisclosed")


def _role(comparison: Comparison, comparator: Comparator, reason: str) -> Role:
    if reason == "state_expired":
        return Role.EXPIRY
    if comparison.equals is not None and not comparator.predicate:
        return _PREDICATE
    if comparator.name == "date" and _BIRTH_DATE in (comparison.attribute, comparison.claim):
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
