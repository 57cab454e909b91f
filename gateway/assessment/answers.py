"""Answers as sources of a material: which of several forms counts, what it stands for, what could not be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.assessment.outcomes import Standing
from gateway.errors import GatewayError
from gateway.model.catalog import Material
from gateway.model.evidence import Answer, EvidenceResponse
from gateway.model.finding import FindingError
from gateway.model.outcomes import FieldState, Judgement, ReplyWord

_WORDS = {
    ReplyWord.FOUND: Standing.FOUND,
    ReplyWord.NOT_FOUND: Standing.NOT_FOUND,
    ReplyWord.SEVERAL: Standing.SEVERAL,
    ReplyWord.UNDISCLOSED: Standing.UNDISCLOSED,
    ReplyWord.RECORD_ERROR: Standing.RECORD_ERROR,
    ReplyWord.NOT_AUTHORISED: Standing.FORBIDDEN,
}
_ERRORS = {
    ReplyWord.NOT_AUTHORISED: "registry.not_authorised",
    ReplyWord.AUTH_EXPIRED: "registry.auth_expired",
    ReplyWord.AUTH_REJECTED: "registry.auth_rejected",
    ReplyWord.BAD_REQUEST: "registry.bad_request",
    ReplyWord.RATE_LIMITED: "registry.rate_limited",
    ReplyWord.REGISTRY_FAULT: "registry.fault",
    ReplyWord.CLOSED_HOURS: "registry.closed_hours",
    ReplyWord.UNREADABLE: "registry.unreadable",
}
_STANDING_OF_ERROR = {
    "registry.not_authorised": Standing.FORBIDDEN,
    "registry.record_error": Standing.RECORD_ERROR,
}


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source of a material: the answer that counts, and whether another form of the name remains unasked.

    `given` maps attributes of the operation to the claims that they were asked with.
    """

    answer: Answer
    standing: Standing
    form_open: bool = False
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def response(self) -> EvidenceResponse | None:
        """The reply where the subject was found."""
        return self.answer.response if self.standing is Standing.FOUND else None

    @property
    def exchange(self) -> str:
        """The exchange that holds the answer; empty where there was none."""
        return self.answer.exchanges[-1] if self.answer.exchanges else ""

    def value(self, attribute: str) -> Any:
        """The value of one attribute of a found record; None where there is none."""
        response = self.response
        known = response.fields.get(attribute) if response is not None else None
        return known.value if known is not None and known.state is FieldState.VALUE else None


def standing_of(answer: Answer) -> Standing:
    """What one answer stands for."""
    if answer.forbidden:
        return Standing.FORBIDDEN
    if answer.response is not None:
        return _WORDS.get(answer.response.word, Standing.DOWN)
    code = answer.error.code if answer.error is not None else ""
    if code.startswith("access."):
        return Standing.FORBIDDEN
    return _STANDING_OF_ERROR.get(code, Standing.DOWN)


def views_of(material: Material, answers: Sequence[Answer]) -> list[SourceView]:
    """One view per question; answers to further forms of a name (form 1, 2 …) belong to the question before them."""
    groups: list[list[Answer]] = []
    latest: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        key = (answer.request.operation, answer.request.registry)
        if answer.request.form and key in latest:
            latest[key].append(answer)
        else:
            latest[key] = [answer]
            groups.append(latest[key])
    return [_view(material, group) for group in groups]


def _view(material: Material, group: list[Answer]) -> SourceView:
    chosen = min(group, key=_preference) if len(group) > 1 else group[0]
    standing = standing_of(chosen)
    open_form = len(group) > 1 and any(standing_of(answer) in (Standing.DOWN, Standing.FORBIDDEN) for answer in group)
    operation = chosen.request.operation
    given = next((source.given for source in material.sources if source.operation == operation and source.given), {})
    return SourceView(chosen, standing, open_form, given)


def _preference(answer: Answer) -> int:
    """Among forms: a match everywhere, then any found record, then any other answer, then what failed."""
    standing = standing_of(answer)
    if standing is Standing.FOUND and answer.response is not None:
        return 1 if Judgement.MISMATCH in answer.response.judged.values() else 0
    return 3 if standing in (Standing.DOWN, Standing.FORBIDDEN) else 2


def error_of(views: Iterable[SourceView], standing: Standing) -> FindingError | None:
    """The first source of this standing as an error of the finding, in both languages."""
    for view in views:
        if view.standing is standing:
            error = view.answer.error or _word_error(view.answer)
            message = {"zh": error.kind.message("zh", error.values), "en": error.kind.message("en", error.values)}
            return FindingError(error.code, message, view.answer.next_attempt)
    return None


def _word_error(answer: Answer) -> GatewayError:
    """The error behind a reply whose word is no answer."""
    response = answer.response
    word = response.word if response is not None else ReplyWord.UNEXPECTED
    code = _ERRORS.get(word, "registry.unexpected")
    reason = (response.reason if response is not None else "") or word.value
    return GatewayError(code, registry=answer.request.registry, reason=reason, opens=answer.next_attempt)


def exchanges_of(answers: Iterable[Answer]) -> tuple[str, ...]:
    """All exchanges of all answers, each once, in their order."""
    return tuple(dict.fromkeys(exchange for answer in answers for exchange in answer.exchanges))
