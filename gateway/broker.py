"""What has to be asked: from a case, the catalog and the answers so far to questions for registries."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.catalog import Catalog
from gateway.catalog.conditions import case_view
from gateway.directory import Directory
from gateway.errors import GatewayError
from gateway.model.case import Case, Claims
from gateway.model.catalog import Comparison, Material, MaterialUse, Operation, ServiceItem, Source
from gateway.model.evidence import Answer, EvidenceRequest
from gateway.model.finding import Finding
from gateway.model.outcomes import Judgement, Mode, ReplyWord

Forms = Callable[[str, Claims, int], Sequence[str]]
"""The forms in which a name may be asked: name, claims, and how many beside the first."""
Key = tuple[object, ...]
_UNASKED = frozenset({Mode.NONE, Mode.DECLARE})


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """One material of this case: what is stated about it, and which questions speak about it."""

    use: MaterialUse
    material: Material
    claims: Claims
    submitted: bool
    questions: tuple[EvidenceRequest, ...]
    unasked: tuple[Answer, ...] = ()
    """Answers that are errors from the start: no registry is configured for the operation."""

    def answers(self, known: Mapping[Key, Answer]) -> list[Answer]:
        """The answers to its questions, in order."""
        return [*(known[question.key] for question in self.questions if question.key in known), *self.unasked]


@dataclass(frozen=True, slots=True)
class Plan:
    """All materials of a case, and the questions that nobody has asked yet, each once."""

    uses: tuple[PlannedUse, ...]
    new: tuple[EvidenceRequest, ...]
    looks_at_findings: bool = False
    """Whether the item has materials or sources that depend on findings of earlier rounds."""


def plan(
    case: Case,
    item: ServiceItem,
    catalog: Catalog,
    directory: Directory,
    forms: Forms,
    answers: Mapping[Key, Answer],
    findings: Iterable[Finding] = (),
) -> Plan:
    """The materials that the item asks for in this case, and what has to be asked for them now. Pure.

    Args:
        case: the case.
        item: its service item.
        catalog: the catalog in force.
        directory: who answers what.
        forms: how names may be written when a registry judges them.
        answers: what is known so far, by the question's key.
        findings: of earlier rounds; conditions may look at them.
    """
    seen = tuple(findings)
    uses = []
    for use in catalog.uses(item, case_view(case, None, seen)):
        material = catalog.material(use.material)
        claims = claims_of(case, use)
        handed = case.submitted(material.code, use.of)
        view = case_view(case, claims, seen)
        if material.sources and not catalog.sources(material, view) and material.mode not in _UNASKED:
            # None of its sources speaks about this case (a pension is in no business register): an officer looks.
            material = dataclasses.replace(material, mode=Mode.MANUAL)
        sources = () if material.mode in _UNASKED else catalog.sources(material, view)
        questions: list[EvidenceRequest] = []
        unasked: list[Answer] = []
        for source in sources:
            _add(source, material, claims, case, catalog, directory, forms, answers, questions, unasked)
        submitted = handed is not None and handed.submitted
        uses.append(PlannedUse(use, material, claims, submitted, tuple(questions), tuple(unasked)))
    return Plan(tuple(uses), _new(uses, answers), _looks_at_findings(item, catalog))


def opens_questions(planned: Plan, answers: Mapping[Key, Answer]) -> bool:
    """Whether answers can lead to more questions: a rejected form of a name, or conditions that look at findings."""
    return planned.looks_at_findings or any(
        Judgement.MISMATCH in answer.response.judged.values()
        for answer in answers.values()
        if answer.response is not None
    )


def _looks_at_findings(item: ServiceItem, catalog: Catalog) -> bool:
    conditions = [condition for use in item.materials for condition in use.when]
    for use in item.materials:
        conditions += [source.when for source in catalog.material(use.material).sources if source.when is not None]
    return any("findings" in condition.path for condition in conditions)


def _new(uses: Iterable[PlannedUse], answers: Mapping[Key, Answer]) -> tuple[EvidenceRequest, ...]:
    """One question may serve several materials: it is asked once, for all of them."""
    merged: dict[Key, EvidenceRequest] = {}
    for planned in uses:
        for question in planned.questions:
            if question.key in answers:
                continue
            known = merged.get(question.key)
            materials = (*known.materials, *question.materials) if known else question.materials
            merged[question.key] = dataclasses.replace(question, materials=tuple(dict.fromkeys(materials)))
    return tuple(merged.values())


def claims_of(case: Case, use: MaterialUse) -> Claims:
    """What is stated for one use of a material: about the person or organisation, overlaid by what the paper says."""
    party = case.applicant if use.of == "applicant" else case.parties.get(use.of, {})
    handed = case.submitted(use.material, use.of)
    return {**party, **handed.fields} if handed is not None else party


def _add(
    source: Source,
    material: Material,
    claims: Claims,
    case: Case,
    catalog: Catalog,
    directory: Directory,
    forms: Forms,
    answers: Mapping[Key, Answer],
    questions: list[EvidenceRequest],
    unasked: list[Answer],
) -> None:
    operation = catalog.operation(source.operation)
    facts = facts_of(source, operation, material, claims, case)
    if facts is None:
        return
    judged = _judged(operation, material)
    written = (
        forms(str(facts[judged.attribute]), claims, judged.forms) if judged and facts.get(judged.attribute) else ()
    )
    plain = [each for each in _names(material) if facts.get(each.attribute) and each is not judged]
    for each in plain:
        facts[each.attribute] = forms(str(facts[each.attribute]), claims, 0)[0]
    try:
        registry = directory.choose(operation.code, source.registry).name
    except GatewayError as error:
        unasked.append(Answer(EvidenceRequest(operation.code, source.registry, facts, (material.code,)), error=error))
        return
    for number, form in enumerate(written or ("",)):
        sent = {**facts, judged.attribute: form} if judged and form else facts
        question = EvidenceRequest(operation.code, registry, sent, (material.code,), number)
        questions.append(question)
        if judged is None or not _says_mismatch(answers.get(question.key), judged.attribute):
            return


def _names(material: Material) -> list[Comparison]:
    return [each for each in material.compare if each.by == "zh_name" and each.equals is None]


def _judged(operation: Operation, material: Material) -> Comparison | None:
    """The name that the registry compares by itself, and of which further forms may be asked."""
    return next((each for each in _names(material) if each.attribute in operation.judges), None)


def _says_mismatch(answer: Answer | None, attribute: str) -> bool:
    """Whether a further form is worth a question: the register knows the person and rejects this form of the name."""
    response = answer.response if answer is not None else None
    return (
        response is not None
        and response.word is ReplyWord.FOUND
        and response.judged.get(attribute) is Judgement.MISMATCH
        and response.judged.get("id_number", Judgement.MATCH) is Judgement.MATCH
    )


def facts_of(
    source: Source, operation: Operation, material: Material, claims: Claims, case: Case
) -> dict[str, Any] | None:
    """Exactly what the operation takes; None where a required fact is not stated: then there is nothing to ask."""
    own: dict[str, Any] = {}
    if material.period_days:
        own = {
            "from_date": (case.day - timedelta(days=material.period_days)).isoformat(),
            "to_date": case.day.isoformat(),
        }
    facts: dict[str, Any] = {}
    for name, required in operation.takes.items():
        if name in source.given:
            value = claims.get(source.given[name])
        elif name in source.constants:
            value = source.constants[name]
        else:
            value = own.get(name, claims.get(name))
        if value not in (None, "", [], {}):
            facts[name] = value
        elif required:
            return None
    return facts
