"""Answers as sources of a material: which of several forms counts, what it stands for, what could not be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from gateway.assessment.outcomes import Standing
from gateway.errors import GatewayError
from gateway.model.catalog import Material
from gateway.model.evidence import Answer, EvidenceResponse, FieldValue
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


# Members that the hot path reads: through the class of the enum each reading would cost more than its comparison.
_FOUND, _DOWN, _FORBIDDEN = Standing.FOUND, Standing.DOWN, Standing.FORBIDDEN
_VALUE = FieldState.VALUE
_FAILED = frozenset({_DOWN, _FORBIDDEN})
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SourceView(NamedTuple):
    """One source of a material: the answer that counts, and whether another form of the name remains unasked.

    `response` is the reply where the subject was found, `fields` are its fields. `given` maps attributes of the
    operation to the claims that they were asked with. `exchange` holds the answer; it is empty where there was none.
    """

    answer: Answer
    standing: Standing
    form_open: bool
    given: Mapping[str, str]
    response: EvidenceResponse | None
    fields: Mapping[str, FieldValue]
    exchange: str

    def value(self, attribute: str) -> Any:
        """The value of one attribute of a found record; None where there is none."""
        known = self.fields.get(attribute)
        return known.value if known is not None and known.state is _VALUE else None


def standing_of(answer: Answer) -> Standing:
    """What one answer stands for."""
    if answer.forbidden:
        return _FORBIDDEN
    if answer.response is not None:
        return _WORDS.get(answer.response.word, _DOWN)
    code = answer.error.code if answer.error is not None else ""
    if code.startswith("access."):
        return Standing.FORBIDDEN
    return _STANDING_OF_ERROR.get(code, Standing.DOWN)


def views_of(material: Material, answers: Sequence[Answer]) -> list[SourceView]:
    """One view per question; answers to further forms of a name (form 1, 2 …) belong to the question before them."""
    if len(answers) == 1:
        return [_view(material, [*answers])]
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
    open_form = len(group) > 1 and any(standing_of(answer) in _FAILED for answer in group)
    response = chosen.response if standing is _FOUND else None
    fields = response.fields if response is not None else _NOTHING
    exchange = chosen.exchanges[-1] if chosen.exchanges else ""
    return SourceView(chosen, standing, open_form, _given(material, chosen), response, fields, exchange)


def _given(material: Material, answer: Answer) -> Mapping[str, str]:
    """How the catalog binds what the answered operation takes."""
    operation = answer.request.operation
    for source in material.sources:
        if source.given and source.operation == operation:
            return source.given
    return _NOTHING


def _preference(answer: Answer) -> int:
    """Among forms: a match everywhere, then any found record, then any other answer, then what failed."""
    standing = standing_of(answer)
    if standing is Standing.FOUND and answer.response is not None:
        return 1 if Judgement.MISMATCH in answer.response.judged.values() else 0
    return 3 if standing in _FAILED else 2


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
    exchanges: dict[str, None] = {}
    for answer in answers:
        exchanges.update(dict.fromkeys(answer.exchanges))
    return tuple(exchanges)
