"""One attempt at one question, in the order that the promise needs: log, send, log, read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.errors import GatewayError
from gateway.exchange.line import Line
from gateway.exchange.question import CaseContext
from gateway.exchange.redaction import redact, redact_pair
from gateway.mapping.compiled import OperationMapping
from gateway.mapping.facts import look_up
from gateway.mapping.values import is_nothing, text_of
from gateway.messagelog.entry import EntryDraft, Kind, PersonKey
from gateway.messagelog.log import MessageLog
from gateway.messagelog.sealing import Body
from gateway.model.evidence import EvidenceRequest, EvidenceResponse
from gateway.model.outcomes import ReplyWord
from gateway.model.wire import WireMessage, WireReply

SUBJECT_NUMBERS = ("id_number", "owner_id", "subject_code")
OF_THE_REGISTRY = frozenset({ReplyWord.REGISTRY_FAULT, ReplyWord.RATE_LIMITED, ReplyWord.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known when an attempt begins; `facts` hold context, claims, ticket, steps and secrets."""

    exchange: str
    number: int
    operation: OperationMapping
    request: EvidenceRequest
    context: CaseContext
    facts: Mapping[str, Any]
    configuration: str

    def draft(self, kind: Kind, **more: Any) -> EntryDraft:
        """An entry of this attempt."""
        case = self.context.case
        registry = more.pop("registry")
        return EntryDraft(
            kind,
            exchange=self.exchange,
            attempt=self.number,
            case=case.number,
            person=self.person(),
            caller=self.context.caller,
            operator=case.operator,
            organization=case.organization,
            registry=registry.name,
            operation=self.operation.name,
            purpose=self.context.purpose(self.request),
            configuration=self.configuration,
            mapping=registry.mapping.digest,
            **more,
        )

    def person(self) -> PersonKey | None:
        """Whom the question is about: the person whose number is sent, else the applicant."""
        facts = self.request.facts
        number = next(
            (facts[name] for name in SUBJECT_NUMBERS if name in self.operation.reads and facts.get(name)), None
        )
        return person_key(number) or applicant_key(self.context)

    def disclosed(self) -> tuple[str, ...]:
        """The facts that leave with the message, by name; secrets and tickets are not among them."""
        hidden = ("secret.", "access.", "exchange.")
        return tuple(
            name
            for name in self.operation.reads
            if not name.startswith(hidden) and not is_nothing(look_up(self.facts, name))
        )

    def secrets(self) -> list[tuple[str, str]]:
        """The secrets and tickets that stand in the message, by name and value; the longest first."""
        names = [name for name in self.operation.reads if name.startswith(("secret.", "access."))]
        values = [(name, text_of(look_up(self.facts, name))) for name in names]
        return sorted(values, key=lambda pair: -len(pair[1]))

    def kept(self, message: WireMessage) -> Body:
        """The request as it is stored: without secrets."""
        return self._without_secrets(message.record())

    def kept_reply(self, reply: WireReply, *, login: bool) -> Body:
        """The reply as it is stored: a registry that repeats what it was sent does not put a secret into the store.

        The reply to a login is a secret itself, good for as long as the ticket: only the commitment to it is kept.
        """
        if login:
            return Body(f"HTTP {reply.status}\r\n\r\n[secret:reply to a login]".encode(), wire=reply.record())
        return self._without_secrets(reply.record())

    def _without_secrets(self, record: bytes) -> Body:
        stored = record
        access = self.operation.access
        if access.kind == "basic":
            user, password = (text_of(look_up(self.facts, access.settings[key][1:])) for key in ("user", "password"))
            stored = redact_pair(stored, "basic", user, password)
        stored = redact(stored, self.secrets())
        return Body(stored) if stored == record else Body(stored, wire=record)


def person_key(number: Any) -> PersonKey | None:
    """The key of a person known by this number; None for nothing."""
    return PersonKey("citizen_id", str(number).strip().upper()) if number else None


def applicant_key(context: CaseContext) -> PersonKey | None:
    """The key of the applicant: citizen number, else document number, else code of an organisation."""
    applicant = context.case.applicant
    for name, kind in (("id_number", "citizen_id"), ("doc_number", "document"), ("uscc", "organization")):
        if applicant.get(name):
            return PersonKey(kind, str(applicant[name]).strip().upper())
    return None


async def run(attempt: Attempt, line: Line, log: MessageLog) -> EvidenceResponse:
    """Allow, sign, log, send, log, read.

    Raises:
        GatewayError: `registry.*`, `log.unwritable`, `document.unexpected_value`. Every one of them is in the log,
            but that the log can't be written.
    """
    registry = line.registry
    try:
        line.check()
        message = line.adapter.encode(attempt.operation.message(attempt.facts))
    except GatewayError as error:
        await log.append_async(attempt.draft(Kind.FAILURE, registry=registry, error=error.code))
        raise
    draft = attempt.draft(Kind.REQUEST, registry=registry, disclosed=attempt.disclosed())
    try:
        request = await log.append_async(draft, attempt.kept(message))
    except asyncio.CancelledError:  # the entry comes all the same: another one says that nothing was sent
        log.append(attempt.draft(Kind.FAILURE, registry=registry, error="registry.interrupted"))
        raise
    started = line.clock()
    request_hash = request.leaf_hash.hex()

    def failure(code: str) -> EntryDraft:
        spent = round((line.clock() - started) * 1000)
        return attempt.draft(Kind.FAILURE, registry=registry, error=code, duration_ms=spent, request_hash=request_hash)

    try:
        reply = await line.adapter.send(message)
    except GatewayError as error:
        line.failed()
        await log.append_async(failure(error.code))
        raise
    except BaseException:  # cancelled, or a fault of our own: the exchange must not look as if we had died in it
        log.append(failure("registry.interrupted"))
        raise
    spent = round((line.clock() - started) * 1000)
    await log.append_async(
        attempt.draft(
            Kind.RESPONSE,
            registry=registry,
            status=reply.status,
            length=len(reply.body),
            duration_ms=spent,
            request_hash=request_hash,
        ),
        attempt.kept_reply(reply, login=attempt.operation.name in registry.mapping.logins),
    )
    return _read(attempt, line, reply)


def _read(attempt: Attempt, line: Line, reply: WireReply) -> EvidenceResponse:
    rules = attempt.operation.reply
    decoded = line.adapter.decode(reply, rules.form, rules.encoding)
    response = attempt.operation.understand(reply.status, reply.header, decoded, attempt.facts)
    if response.word in OF_THE_REGISTRY:
        line.failed()
    else:
        line.answered()
    return response
