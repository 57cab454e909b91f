"""What a reply means: rules that decide the outcome word, the one record, and its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.errors import GatewayError
from gateway.mapping.conditions import Condition, ReplyView
from gateway.mapping.facts import look_up
from gateway.mapping.paths import Path
from gateway.mapping.sources import MISSING, Reading, Source
from gateway.mapping.unwrapping import Unwrap
from gateway.mapping.values import ABSENT, UnusableError, text_of
from gateway.model.evidence import EvidenceResponse, FieldValue
from gateway.model.outcomes import FieldState, Judgement, ReplyWord
from gateway.model.wire import Decoded
from gateway.xmltree import Element

_OF_READABLE = frozenset(
    {ReplyWord.FOUND, ReplyWord.NOT_FOUND, ReplyWord.SEVERAL, ReplyWord.UNDISCLOSED, ReplyWord.UNCHANGED}
)
_JUDGEMENTS = {word.value: word for word in Judgement}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the outcome word and the condition under which it is the answer."""

    word: ReplyWord
    condition: Condition

    def holds(self, view: ReplyView, facts: Mapping[str, Any]) -> bool:
        """Whether the rule decides. A body that could not be read is good news only where its text says so."""
        condition = self.condition
        if view.root is None:
            if condition.path is not None or condition.fault:
                return bool(condition.fault) and condition.path is None and condition.holds(view, facts)
            if self.word in _OF_READABLE and not condition.looks_at_text:
                return False
        return condition.holds(view, facts)


@dataclass(frozen=True, slots=True)
class Record:
    """Where the one record is, which rows stay, and what no row or several mean."""

    path: Path | None
    key: str
    keep: tuple[Condition, ...]
    none: ReplyWord
    several: str
    highest: Source | None = None

    def choose(self, root: Any, facts: Mapping[str, Any]) -> tuple[ReplyWord, Any]:
        """The outcome word and, where it is `found`, the record."""
        rows = self._rows(root, facts)
        if self.keep:
            rows = [row for row in rows if any(condition.holds_at(row, facts) for condition in self.keep)]
        if not rows:
            return self.none, None
        if len(rows) == 1 or self.several == "first":
            return ReplyWord.FOUND, rows[0]
        if self.several == "candidates":
            return ReplyWord.SEVERAL, None
        if self.highest is None:
            return ReplyWord.UNEXPECTED, None
        return self._highest(rows, root, facts)

    def _rows(self, root: Any, facts: Mapping[str, Any]) -> list[Any]:
        nodes = self.path.nodes(root) if self.path is not None else [root]
        if not self.key:
            if len(nodes) == 1 and isinstance(nodes[0], dict | Element):
                return nodes if isinstance(nodes[0], Element) or nodes[0] else []
            return [node for node in nodes if node not in (None, "", {})] if _is_json(nodes) else nodes
        wanted = look_up(facts, self.key)
        found = []
        for node in nodes:
            if isinstance(node, Mapping):
                found += [value for name, value in node.items() if name == text_of(wanted) and value is not None]
        return found

    def _highest(self, rows: list[Any], root: Any, facts: Mapping[str, Any]) -> tuple[ReplyWord, Any]:
        source = self.highest
        ranked = []
        for row in rows:
            try:
                value = source.value(Reading(row, root, facts)) if source is not None else ABSENT
            except UnusableError:
                return ReplyWord.UNEXPECTED, None
            if value is not ABSENT:
                ranked.append(((isinstance(value, str), value), row))
        if not ranked:
            return ReplyWord.SEVERAL, None
        best = max(rank for rank, _ in ranked)
        winners = [row for rank, row in ranked if rank == best]
        return (ReplyWord.FOUND, winners[0]) if len(winners) == 1 else (ReplyWord.SEVERAL, None)


def _is_json(nodes: list[Any]) -> bool:
    return all(node is None or isinstance(node, dict | list | str | int | float) for node in nodes)


@dataclass(frozen=True, slots=True)
class ReplyRules:
    """Everything a mapping says about the replies of one operation, compiled."""

    form: str
    encoding: str
    unwraps: tuple[Unwrap, ...]
    rules: tuple[Rule, ...]
    record: Record | None
    fields: Mapping[str, Source]
    judged: Mapping[str, Source]
    evidence: Mapping[str, Source]

    def apply(
        self, status: int, header: Callable[[str], str], decoded: Decoded, facts: Mapping[str, Any]
    ) -> EvidenceResponse:
        """Read one reply. Total: whatever the registry sent, there is a word for it (MAPPING section 7)."""
        root, problem = decoded.root, decoded.problem
        for unwrap in self.unwraps:
            if root is None:
                break
            try:
                root = unwrap.apply(root)
            except (GatewayError, KeyError, TypeError) as error:
                root, problem = None, getattr(error, "message", str(error))
        view = ReplyView(status, header, decoded.text, root, decoded.fault)
        word, reason = self._decide(view, facts, problem)
        evidence = self._evidence(root, facts)
        if word is not ReplyWord.FOUND:
            return EvidenceResponse(word, evidence=evidence, reason=reason)
        return self._found(root, facts, evidence)

    def _decide(self, view: ReplyView, facts: Mapping[str, Any], problem: str) -> tuple[ReplyWord, str]:
        for rule in self.rules:
            if rule.holds(view, facts):
                return rule.word, problem if view.root is None else ""
        status = view.status
        if status == 400:
            return ReplyWord.BAD_REQUEST, f"status {status}"
        if status in (401, 403):
            return ReplyWord.AUTH_REJECTED, f"status {status}"
        if status == 429:
            return ReplyWord.RATE_LIMITED, f"status {status}"
        if status >= 500 or view.fault is not None:
            return ReplyWord.REGISTRY_FAULT, f"status {status}"
        if view.root is None:
            return ReplyWord.UNREADABLE, problem or "no document"
        return ReplyWord.UNEXPECTED, f"no rule holds (status {status})"

    def _found(self, root: Any, facts: Mapping[str, Any], evidence: dict[str, str]) -> EvidenceResponse:
        record = root
        if self.record is not None:
            word, record = self.record.choose(root, facts)
            if word is not ReplyWord.FOUND:
                reason = "the record is not as the mapping expects it" if word is ReplyWord.UNEXPECTED else ""
                return EvidenceResponse(word, evidence=evidence, reason=reason)
        reading = Reading(record, root, facts)
        fields: dict[str, FieldValue] = {}
        for name, source in self.fields.items():
            value = source.read(reading)
            if value.state is FieldState.UNEXPECTED and value.note == MISSING:
                return EvidenceResponse(ReplyWord.UNEXPECTED, evidence=evidence, reason=f"{name}: {value.note}")
            fields[name] = value
        judged, unusable = self._judgements(reading)
        return EvidenceResponse(ReplyWord.FOUND, fields, judged, evidence, unusable=unusable)

    def _judgements(self, reading: Reading) -> tuple[dict[str, Judgement], dict[str, FieldValue]]:
        judged: dict[str, Judgement] = {}
        unusable: dict[str, FieldValue] = {}
        for name, source in self.judged.items():
            value = source.read(reading)
            if value.state is FieldState.ABSENT:
                continue
            text = text_of(value.value) if value.state is FieldState.VALUE else ""
            judged[name] = _JUDGEMENTS.get(text, Judgement.NOT_COMPARABLE)
            if value.state is not FieldState.VALUE:
                unusable[name] = value
            elif text not in _JUDGEMENTS:
                unusable[name] = FieldValue(FieldState.UNEXPECTED, note=f"'{text[:40]}' is no judgement")
        return judged, unusable

    def _evidence(self, root: Any, facts: Mapping[str, Any]) -> dict[str, str]:
        if root is None or not self.evidence:
            return {}
        reading = Reading(root, root, facts)
        values = {name: source.read(reading) for name, source in self.evidence.items()}
        return {name: text_of(value.value) for name, value in values.items() if value.state is FieldState.VALUE}
