"""Sources: where the value of one of our fields stands in a reply, and what is done to it on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.mapping.conditions import Condition
from gateway.mapping.functions import Step
from gateway.mapping.paths import Path, scalar
from gateway.mapping.values import ABSENT, UnusableError, is_nothing, text_of
from gateway.model.evidence import FieldValue
from gateway.model.outcomes import FieldState

MISSING = "nothing is there, although the registry promised it"
_ABSENT = FieldValue(FieldState.ABSENT)
_CUT = {"day": 10, "month": 7, "year": 4}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source may look at: the record, the top of the document, and our own facts."""

    record: Any
    document: Any
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One compiled source. Exactly one of `path`, `document`, `constant`, `first_of`, `each`, `fields` leads."""

    path: Path | None = None
    document: Path | None = None
    constant: Any = ABSENT
    first_of: tuple[Source, ...] = ()
    each: Path | None = None
    each_from_top: bool = False
    fields: Mapping[str, Source] | None = None
    steps: tuple[Step, ...] = ()
    absent: str = "not_provided"
    blank: frozenset[str] = frozenset()
    precision: Source | None = None
    undisclosed_when: Condition | None = None
    disputed_when: Condition | None = None
    keep: tuple[Condition, ...] = ()
    gives: str = field(default="any", compare=False)
    plain: bool = field(init=False, repr=False, compare=False)
    """Whether it is a path to one text and what is done to that."""
    _xml: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        takes = self.steps[0].takes if self.steps else "text"
        more = (self.each, self.fields, self.precision, self.undisclosed_when, self.disputed_when)
        leads = self.path is not None and not self.first_of and self.constant is ABSENT
        plain = leads and takes not in ("list", "any") and all(part is None for part in more)
        object.__setattr__(self, "plain", plain)
        object.__setattr__(self, "_xml", self.path is not None and self.path.format == "xml")

    def read(self, reading: Reading) -> FieldValue:
        """The field's value, or the state that says why there is none. Total: never raises."""
        if not self.plain and (state := self._hidden(reading)) is not None:
            return FieldValue(state)
        try:
            value = self._text(reading) if self.plain else self.value(reading)
        except UnusableError as error:
            return FieldValue(error.state, note=error.note)
        if value is not ABSENT:
            return FieldValue(FieldState.VALUE, value)
        if self.absent == "undisclosed":
            return FieldValue(FieldState.UNDISCLOSED)
        if self.absent == "unexpected":
            return FieldValue(FieldState.UNEXPECTED, note=MISSING)
        return _ABSENT

    def _hidden(self, reading: Reading) -> FieldState | None:
        if self.undisclosed_when is not None and self.undisclosed_when.holds_at(reading.record, reading.facts):
            return FieldState.UNDISCLOSED
        if self.disputed_when is not None and self.disputed_when.holds_at(reading.record, reading.facts):
            return FieldState.DISPUTED
        return None

    def value(self, reading: Reading) -> Any:
        """The value or ABSENT.

        Raises:
            UnusableError: a value that can't be used.
        """
        if self.plain:
            return self._text(reading)
        if self.each is not None:
            return self._list(reading)
        if self.first_of:
            return self._first(reading)
        if self.fields is not None:
            return self._object(reading)
        if self.constant is not ABSENT:
            return self._through_steps(self.constant)
        value = self._at_path(reading)
        if self.precision is not None and value is not ABSENT:
            return self._cut(value, reading)
        return value

    def _text(self, reading: Reading) -> Any:
        """As `_at_path` reads one text, without its questions: nearly all fields are no more than that."""
        assert self.path is not None  # noqa: S101 - a plain source has one
        raw = self.path.raw(reading.record)
        if isinstance(raw, list):
            if len(raw) != 1 or isinstance(raw[0], list):
                return self._at_path(reading)
            raw = raw[0]
        if self._xml:
            raw = scalar(raw)
        if type(raw) is not str:
            return self._through_steps(self._one(raw))
        value = raw.strip()
        if not value or value in self.blank:
            return ABSENT
        return self._through_steps(value) if self.steps else value

    def _at_path(self, reading: Reading) -> Any:
        path = self.path or self.document
        if path is None:
            return ABSENT
        raw = path.raw(reading.record if self.path is not None else reading.document)
        if path.format == "xml":
            raw = [scalar(item) for item in raw] if isinstance(raw, list) else scalar(raw)
        takes = self.steps[0].takes if self.steps else "text"
        if takes == "list":
            parts = raw if isinstance(raw, list) else [raw]
            return self._through_steps(raw) if not all(map(is_nothing, parts)) else ABSENT
        if takes == "any":
            return self._through_steps(raw)
        return self._through_steps(self._one(raw))

    def _one(self, raw: Any) -> Any:
        if isinstance(raw, list):
            filled = [item for item in raw if not self._blank(item)]
            if len(filled) > 1:
                raise UnusableError(f"{len(filled)} values where one is wanted")
            raw = filled[0] if filled else ABSENT
        if isinstance(raw, dict) and raw:
            raise UnusableError("an object where one value is wanted")
        if self._blank(raw):
            return ABSENT
        return raw.strip() if isinstance(raw, str) else raw

    def _blank(self, value: Any) -> bool:
        return is_nothing(value) or (bool(self.blank) and text_of(value) in self.blank)

    def _through_steps(self, value: Any) -> Any:
        for step in self.steps:
            if value is ABSENT and step.takes != "any":
                return ABSENT
            value = step.read(value)
        if type(value) is str:
            return value if value and not value.isspace() else ABSENT
        return ABSENT if is_nothing(value) and value is not False else value

    def _first(self, reading: Reading) -> Any:
        problem: UnusableError | None = None
        for source in self.first_of:
            try:
                value = source.value(reading)
            except UnusableError as error:
                problem = problem or error
                continue
            if value is not ABSENT:
                return self._through_steps(value) if self.steps else value
        if problem is not None:
            raise problem
        return ABSENT

    def _object(self, reading: Reading) -> Any:
        record = reading.record
        if self.path is not None:
            nodes = self.path.nodes(reading.record)
            if not nodes:
                return ABSENT
            if len(nodes) > 1:
                raise UnusableError(f"{len(nodes)} values where one is wanted")
            record = nodes[0]
        inner = Reading(record, reading.document, reading.facts)
        found = {name: source.value_or_raise(inner) for name, source in (self.fields or {}).items()}
        members = {name: value for name, value in found.items() if value is not ABSENT}
        return members or ABSENT

    @property
    def where(self) -> str:
        """The path at which it looks first, for messages."""
        path = self.path or self.document or self.each
        if path is not None:
            return path.expression
        return self.first_of[0].where if self.first_of else ""

    def value_or_raise(self, reading: Reading) -> Any:
        """A member of an object or list: what a field would say through its state is raised here."""
        if not self.plain and self._hidden(reading) is not None:
            return ABSENT
        try:
            value = self.value(reading)
        except UnusableError as error:
            if error.state is not FieldState.UNEXPECTED:
                return ABSENT
            raise UnusableError(error.reason, where=error.where or self.where) from None
        if value is ABSENT and self.absent == "unexpected":
            raise UnusableError(MISSING, where=self.where)
        return value

    def _list(self, reading: Reading) -> Any:
        top = reading.document if self.each_from_top else reading.record
        nodes = self.each.nodes(top) if self.each is not None else []
        items = []
        for node in nodes:
            if self.keep and not any(condition.holds_at(node, reading.facts) for condition in self.keep):
                continue
            if self.fields is not None:
                inner = Reading(node, reading.document, reading.facts)
                found = {name: source.value_or_raise(inner) for name, source in self.fields.items()}
                items.append({name: value for name, value in found.items() if value is not ABSENT})
                continue
            value = self._through_steps(self._one(scalar(node)))
            if value is not ABSENT:
                items.append(value)
        return items

    def _cut(self, value: Any, reading: Reading) -> Any:
        precision = self.precision.value(reading) if self.precision is not None else ABSENT
        if precision is ABSENT or precision == "day":
            return value
        if precision == "unknown":
            return ABSENT
        length = _CUT.get(text_of(precision))
        if length is None:
            raise UnusableError(f"'{text_of(precision)[:40]}' is no precision of a date")
        return text_of(value)[:length]
