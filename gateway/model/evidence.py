"""What is asked of a registry, and what came back, in the catalog's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.errors import GatewayError
from gateway.model.case import Claims
from gateway.model.outcomes import FieldState, Judgement, ReplyWord


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a question may be asked: it stands in the request entry and, where the registry wants it, on the wire."""

    item: str
    code: str
    materials: tuple[str, ...]
    legal_basis: str
    grant: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """One question to one registry; it may serve several materials, and is asked once.

    `facts` are exactly what the operation takes. `form` counts the written forms of a judged name, 0 is the first.
    """

    operation: str
    registry: str
    facts: Claims
    materials: tuple[str, ...]
    form: int = 0

    key: tuple[object, ...] = field(init=False, repr=False, compare=False)
    """Two questions with the same key are the same question."""

    def __post_init__(self) -> None:
        facts = tuple(sorted((name, repr(value)) for name, value in self.facts.items()))
        object.__setattr__(self, "key", (self.operation, self.registry, facts))


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field of a reply: a value, or why there is none.

    `value` is text, number, boolean, list, object; a date is ISO 8601 text, cut where only a part is known
    (`1980`, `1980-09`). `note` says what was wrong with an unusable one.
    """

    state: FieldState
    value: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceResponse:
    """A reply as its mapping reads it: the outcome word, fields, judgements, and what is kept as evidence.

    `unusable` says why a judgement could not be read; in `judged` it is `not_comparable`.
    """

    word: ReplyWord
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    judged: Mapping[str, Judgement] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    unusable: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one question: a response or an error, and the exchanges that it took.

    Exactly one of `response` and `error` is set. `exchanges` are ids in order; the last one holds the answer.
    `next_attempt` is RFC 3339 text where the question may be asked again.
    """

    request: EvidenceRequest
    response: EvidenceResponse | None = None
    error: GatewayError | None = None
    exchanges: tuple[str, ...] = ()
    next_attempt: str = ""
    forbidden: bool = False
