"""verify_case: the whole of it on one screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.access import Grants, require_case
from gateway.assessment import NameTables, assess, name_forms
from gateway.broker import Key, Plan, opens_questions, plan
from gateway.catalog import Catalog
from gateway.directory import Directory
from gateway.errors import GatewayError
from gateway.exchange import CaseContext, Exchanger
from gateway.exchange.attempt import applicant_key
from gateway.messagelog.entry import EntryDraft, Kind
from gateway.messagelog.log import MessageLog
from gateway.messagelog.sealing import Idempotency, Result
from gateway.model.case import Case, Claims
from gateway.model.catalog import ServiceItem
from gateway.model.evidence import Answer, Purpose
from gateway.model.finding import CaseVerification, Finding
from gateway.verification.claims import check_claims
from gateway.verification.rendering import document_of, outcomes_of, pack, received_of, with_receipt


@dataclass(frozen=True, slots=True)
class Services:
    """What verification stands on. `parameters` gives the rules of a place, by the office's division code."""

    catalog: Catalog
    directory: Directory
    grants: Grants
    exchanger: Exchanger
    log: MessageLog
    tables: NameTables
    parameters: Callable[[str], Mapping[str, Any]]
    rounds: int
    seconds: float
    configuration: str
    now: Callable[[], datetime]
    clock: Callable[[], float]
    new_id: Callable[[], str]

    def forms(self, name: str, claims: Claims, limit: int) -> Sequence[str]:
        """The forms in which a name may be asked."""
        former = claims.get("former_names") or ()
        return [form for form, _, _ in name_forms(name, self.tables, former, limit)]


async def verify_case(
    services: Services, case: Case, caller: str, idempotency: Idempotency | None = None
) -> dict[str, Any]:
    """Plan, perform, assess, again while an answer opens a new question; then keep the result and log it.

    Returns:
        The `verification` document with its receipt.

    Raises:
        GatewayError: a refusal (`access.*`, `case.*`), which stands in the log; `log.unwritable`.
    """
    answers: dict[Key, Answer] = {}
    findings: tuple[Finding, ...] = ()
    try:
        grant = require_case(case, caller, services.grants, services.catalog, services.now().date())
        item = services.catalog.item(case.item)
        planned = _plan(services, case, item, answers, findings)
        check_claims(case, planned.uses)
    except GatewayError as error:
        await log_refusal(services.log, error, caller, services.configuration, case)
        raise
    context = CaseContext(case, item, grant, caller, services.clock() + services.seconds)
    assessed = planned
    for _ in range(services.rounds):
        asked = await asyncio.gather(
            *(services.exchanger.perform(request, context) for request in planned.new), return_exceptions=True
        )
        answers |= {answer.request.key: answer for answer in _answers(asked)}
        assessed, findings = planned, _assess(services, case, planned, answers)
        if not opens_questions(planned, answers):
            break
        planned = _plan(services, case, item, answers, findings)
        if not planned.new:
            break
    if [each.use for each in planned.uses] != [each.use for each in assessed.uses]:
        findings = _assess(services, case, planned, answers)
    verification = CaseVerification(
        services.new_id(), case, findings, services.now().isoformat(timespec="seconds"), caller
    )
    return await _keep(services, verification, context, idempotency)


def _plan(
    services: Services, case: Case, item: ServiceItem, answers: Mapping[Key, Answer], findings: tuple[Finding, ...]
) -> Plan:
    return plan(case, item, services.catalog, services.directory, services.forms, answers, findings)


def _answers(results: Sequence[Answer | BaseException]) -> list[Answer]:
    """The answers; where one question could not be logged, nothing is said about the case at all."""
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, Answer)]


def _assess(services: Services, case: Case, planned: Plan, answers: Mapping[Key, Answer]) -> tuple[Finding, ...]:
    division = case.organization.division_code if case.organization else ""
    parameters = services.parameters(division)
    return tuple(
        assess(
            each.material,
            each.use,
            each.claims,
            each.submitted,
            each.answers(answers),
            services.catalog.operations,
            case.day,
            services.tables,
            parameters,
        )
        for each in planned.uses
    )


async def _keep(
    services: Services, verification: CaseVerification, context: CaseContext, idempotency: Idempotency | None
) -> dict[str, Any]:
    """The result and its entry become durable together; the receipt says where."""
    case, item = verification.case, context.item
    document = document_of(verification, services.catalog)
    materials = tuple(finding.material for finding in verification.findings)
    draft = EntryDraft(
        Kind.VERIFICATION,
        case=case.number,
        person=applicant_key(context),
        caller=verification.caller,
        operator=case.operator,
        organization=case.organization,
        verification=verification.id,
        purpose=Purpose(item.key, item.purpose, materials, context.legal_basis, context.grant.id),
        outcomes=outcomes_of(verification),
        received=received_of(verification),
        configuration=services.configuration,
    )
    kept = pack(document, services.new_id())
    appended = await services.log.append_async(draft, result=Result(kept, idempotency))
    receipt = {
        "log": services.log.origin,
        "entry": appended.index,
        "leaf_hash": appended.leaf_hash.hex(),
        "checkpoint": appended.checkpoint,
    }
    return with_receipt(document, receipt)


async def log_refusal(
    log: MessageLog, error: GatewayError, caller: str, configuration: str, case: Case | None = None
) -> None:
    """A refused document or case stands in the log; of one that could not be read only the code is known."""
    draft = EntryDraft(
        Kind.DENIED,
        case=case.number if case else "",
        caller=caller,
        error=error.code,
        configuration=configuration,
        operator=case.operator if case and case.operator and case.operator.name else None,
        organization=case.organization if case and case.organization and case.organization.name else None,
        purpose=Purpose(case.item, "", (), "") if case else None,
    )
    await log.append_async(draft)


async def log_reading(log: MessageLog, document: Mapping[str, Any], caller: str, configuration: str) -> None:
    """That a stored result is given out again stands in the log before it goes; raises `log.unwritable`."""
    draft = EntryDraft(
        Kind.EVENT,
        event="verification.read",
        caller=caller,
        case=document["case"],
        configuration=configuration,
        details={"verification": document["id"]},
    )
    await log.append_async(draft)
