"""The exchanger: takes one question through access check, steps, login and attempts, to an answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import tenacity

from gateway.access import require_operation
from gateway.catalog import Catalog
from gateway.errors import GatewayError
from gateway.exchange.attempt import Attempt, person_key, run
from gateway.exchange.line import Line
from gateway.exchange.question import CaseContext
from gateway.mapping.compiled import OperationMapping
from gateway.messagelog.entry import EntryDraft, Kind
from gateway.messagelog.log import MessageLog
from gateway.model.evidence import Answer, EvidenceRequest, EvidenceResponse, FieldValue
from gateway.model.outcomes import FieldState, ReplyWord
from gateway.schemas import check

RETRIED_CODES = frozenset({"registry.connect", "registry.timeout", "registry.reply_broken"})
RETRIED_WORDS = frozenset({ReplyWord.REGISTRY_FAULT, ReplyWord.RATE_LIMITED})
ALARMING = frozenset({ReplyWord.UNEXPECTED, ReplyWord.UNREADABLE, ReplyWord.AUTH_REJECTED, ReplyWord.BAD_REQUEST})
LOGIN_MARGIN = 60.0
"""Seconds before its end at which a ticket is renewed, but never more than a tenth of its life."""


@dataclasses.dataclass(frozen=True, slots=True)
class Exchanger:
    """Performs questions. `lines` are by the registry's name; `configuration` is a digest; ids come from `new_id`."""

    lines: Mapping[str, Line]
    catalog: Catalog
    log: MessageLog
    configuration: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    async def perform(self, request: EvidenceRequest, context: CaseContext) -> Answer:
        """One question, to an answer or an error with a code; never raises for what a registry does.

        Raises:
            GatewayError: `log.unwritable` alone: then nothing more may be asked.
        """
        line = self.lines[request.registry]
        denied = await self._refused(request, context)
        if denied is not None:
            return denied
        conversation = _Conversation(self, line, request, context)
        try:
            response = await conversation.operation(request.operation)
        except GatewayError as error:
            if error.code == "log.unwritable":
                raise
            again = str(error.values.get("next_attempt", ""))
            return Answer(request, error=error, exchanges=tuple(conversation.exchanges), next_attempt=again)
        response = _checked(request, response)
        await self._alarm(request, context, response, conversation.exchanges)
        return Answer(request, response, exchanges=tuple(conversation.exchanges))

    async def _refused(self, request: EvidenceRequest, context: CaseContext) -> Answer | None:
        today = self.now().date()
        try:
            require_operation(
                context.case,
                context.item,
                request.materials,
                request.operation,
                request.facts,
                context.grant,
                today,
                self.catalog,
            )
        except GatewayError as error:
            exchange = self.new_id()
            number = next((request.facts[name] for name in ("id_number", "owner_id") if request.facts.get(name)), None)
            await self.log.append_async(
                EntryDraft(
                    Kind.DENIED,
                    exchange=exchange,
                    case=context.case.number,
                    person=person_key(number),
                    caller=context.caller,
                    operator=context.case.operator,
                    organization=context.case.organization,
                    registry=request.registry,
                    operation=request.operation,
                    purpose=context.purpose(request),
                    error=error.code,
                    configuration=self.configuration,
                )
            )
            return Answer(request, error=error, exchanges=(exchange,), forbidden=True)
        return None

    async def _alarm(
        self, request: EvidenceRequest, context: CaseContext, response: EvidenceResponse, exchanges: list[str]
    ) -> None:
        """What an administrator must hear of stands in the log as an event; names only, never values."""
        read = (*response.fields.items(), *response.unusable.items())
        unusable = sorted({name for name, field in read if field.state is FieldState.UNEXPECTED})
        if response.word not in ALARMING and not unusable:
            return
        await self.log.append_async(
            EntryDraft(
                Kind.EVENT,
                event="registry.unexpected_reply",
                exchange=exchanges[-1],
                case=context.case.number,
                registry=request.registry,
                operation=request.operation,
                configuration=self.configuration,
                word=response.word.value,
                details={"fields": unusable} if unusable else {},
            )
        )


class _AfterDeadline(tenacity.stop.stop_base):
    """No attempt begins after the case's deadline."""

    def __init__(self, line: Line, context: CaseContext) -> None:
        self._line, self._deadline = line, context.deadline

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        """Whether it is too late for another attempt."""
        return self._line.clock() >= self._deadline


class _Conversation:
    """One question on its way: the exchanges that it took, and the facts that steps and logins added."""

    def __init__(self, home: Exchanger, line: Line, request: EvidenceRequest, context: CaseContext) -> None:
        self.home, self.line, self.request, self.context = home, line, request, context
        self.exchanges: list[str] = []
        self.steps: dict[str, Any] = {}

    async def operation(self, name: str) -> EvidenceResponse:
        """An operation with everything that comes before it; the outcome of a step that fails is the outcome."""
        operation = self.line.registry.operation(name)
        if operation.after:
            step = await self.operation(operation.after)
            if step.word is not ReplyWord.FOUND:
                return step
            self.steps |= {f"{operation.after}.{name}": field.value for name, field in step.fields.items()}
        if not operation.access.login:
            return await self._attempts(operation)
        await self._log_in(operation.access.login, operation.access.valid_for, force=False)
        response = await self._attempts(operation)
        if response.word is not ReplyWord.AUTH_EXPIRED:
            return response
        await self._log_in(operation.access.login, operation.access.valid_for, force=True)
        return await self._attempts(operation)

    async def _log_in(self, login: str, valid_for: float, *, force: bool) -> None:
        """Get a ticket, unless the one that we hold is still good."""
        line = self.line
        held = line.ticket
        async with line.login:
            if line.ticket and (line.ticket is not held or not force) and line.clock() < line.ticket_until:
                return
            response = await self._attempts(line.registry.operation(login))
            if response.word is ReplyWord.UNCHANGED and line.ticket:
                line.ticket_until = line.clock() + valid_for - min(LOGIN_MARGIN, valid_for / 10)
                return
            if response.word is not ReplyWord.FOUND:
                raise _error_of(response.word, line.registry.name, response.reason)
            line.ticket = {f"access.{name}": field.value for name, field in response.fields.items()}
            seconds = self._lifetime(response) or valid_for
            line.ticket_until = line.clock() + seconds - min(LOGIN_MARGIN, seconds / 10)

    def _lifetime(self, response: EvidenceResponse) -> float:
        until = response.fields.get("valid_until")
        if until is None or until.state is not FieldState.VALUE:
            return 0.0
        try:
            return max(0.0, (datetime.fromisoformat(str(until.value)) - self.home.now()).total_seconds())
        except (ValueError, TypeError):
            return 0.0

    async def _attempts(self, operation: OperationMapping) -> EvidenceResponse:
        """Ask until there is an answer, the attempts are used up, or the case's time is over.

        The first attempt is made plainly: nearly all succeed, and the machinery of retrying costs as much as signing.
        """
        try:
            response = await self._one(operation)
        except GatewayError as error:
            if not _worth_retrying(error):
                raise
            return await self._again(operation, error)
        return await self._again(operation, response) if _asks_again(response) else response

    async def _again(self, operation: OperationMapping, first: EvidenceResponse | GatewayError) -> EvidenceResponse:
        """The further attempts after a first one that failed, with growing, jittered pauses between them."""
        earlier: list[EvidenceResponse | GatewayError] = [first]

        async def attempt() -> EvidenceResponse:
            if not earlier:
                return await self._one(operation)
            outcome = earlier.pop()
            if isinstance(outcome, GatewayError):
                raise outcome
            return outcome

        attempts = tenacity.stop_after_attempt(self.line.registry.endpoint.limits.attempts)
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_any(attempts, _AfterDeadline(self.line, self.context)),
            wait=tenacity.wait_random_exponential(multiplier=0.2, max=2.0),
            retry=tenacity.retry_if_exception(_worth_retrying) | tenacity.retry_if_result(_asks_again),
            retry_error_callback=_last, reraise=True,
        )  # fmt: skip
        response: EvidenceResponse = await retrying(attempt)
        return response

    async def _one(self, operation: OperationMapping) -> EvidenceResponse:
        exchange = self.home.new_id()
        self.exchanges.append(exchange)
        facts = {
            **self.request.facts,
            **self.context.facts(exchange, self.home.now()),
            **self.line.ticket,
            **self.steps,
        }
        number = len(self.exchanges)
        attempt = Attempt(exchange, number, operation, self.request, self.context, facts, self.home.configuration)
        async with self.line.gate:
            try:
                facts |= self._secrets(operation)
                self._in_time()  # it may have waited long at the gate
            except GatewayError as error:
                await self.home.log.append_async(
                    attempt.draft(Kind.FAILURE, registry=self.line.registry, error=error.code)
                )
                raise
            response = await run(attempt, self.line, self.home.log)
        if response.word is ReplyWord.AUTH_REJECTED:
            self.line.secrets.clear()
        return response

    def _in_time(self) -> None:
        if self.line.clock() >= self.context.deadline:
            raise GatewayError("registry.deadline", registry=self.line.registry.name)

    def _secrets(self, operation: OperationMapping) -> dict[str, str]:
        """The secrets that the operation reads; each is read from its place once, and again after a rejection."""
        kept = self.line.secrets
        for name in operation.secrets:
            if name not in kept:
                kept[name] = self.line.vault.value(name.removeprefix("secret.")).reveal()
        return {name: kept[name] for name in operation.secrets}


def _worth_retrying(error: BaseException) -> bool:
    return isinstance(error, GatewayError) and error.code in RETRIED_CODES


def _asks_again(response: EvidenceResponse) -> bool:
    return response.word in RETRIED_WORDS


def _last(state: tenacity.RetryCallState) -> Any:
    """After the last attempt its response is the answer, or its error is raised."""
    assert state.outcome is not None  # noqa: S101 - tenacity calls this after an attempt only
    return state.outcome.result()


def _error_of(word: ReplyWord, registry: str, reason: str) -> GatewayError:
    codes = {
        ReplyWord.AUTH_REJECTED: "registry.auth_rejected",
        ReplyWord.BAD_REQUEST: "registry.bad_request",
        ReplyWord.NOT_AUTHORISED: "registry.not_authorised",
        ReplyWord.RATE_LIMITED: "registry.rate_limited",
        ReplyWord.REGISTRY_FAULT: "registry.fault",
        ReplyWord.UNREADABLE: "registry.unreadable",
        ReplyWord.AUTH_EXPIRED: "registry.auth_expired",
    }
    return GatewayError(codes.get(word, "registry.unexpected"), registry=registry, reason=reason)


def _checked(request: EvidenceRequest, response: EvidenceResponse) -> EvidenceResponse:
    """The response with every value held to the vocabulary; what has not its attribute's type is unusable."""
    values = {name: field.value for name, field in response.fields.items() if field.state is FieldState.VALUE}
    document = {"operation": request.operation, "registry": request.registry, "word": response.word.value}
    problems = check("evidence", {**document, "fields": values}) if values else []
    wrong = {
        problem.pointer.split("/")[2]: FieldValue(FieldState.UNEXPECTED, note=problem.message.en)
        for problem in problems
        if problem.pointer.startswith("/fields/")
    }
    return dataclasses.replace(response, fields={**response.fields, **wrong}) if wrong else response
