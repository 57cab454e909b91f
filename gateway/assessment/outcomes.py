"""The total table: from grades, modes and what the registries said to the outcome of a material.

Rows stand in the order of precedence; the first that applies decides. The last two rows apply to everything that is
left, so the table is total.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from gateway.assessment.comparator import Role
from gateway.model.outcomes import Flag, Grade, Mode, Outcome

_GOOD = frozenset({Grade.EXACT, Grade.EQUIVALENT})
_UNDECIDED = frozenset({Grade.PARTIAL, Grade.WEAK, Grade.NOT_COMPARABLE, Grade.NOT_PROVIDED})
_SILENT = frozenset({Grade.NOT_COMPARABLE, Grade.NOT_PROVIDED})
_VALIDITY = frozenset({Role.EXPIRY, Role.STATE})
_IDENTIFIERS = frozenset({Role.CITIZEN_ID, Role.IDENTIFIER})


class Standing(StrEnum):
    """What became of one question, as far as the outcome is concerned."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    SEVERAL = "several"
    UNDISCLOSED = "undisclosed"
    RECORD_ERROR = "record_error"
    FORBIDDEN = "forbidden"
    DOWN = "down"


class FieldFact(NamedTuple):
    """One compared field as the table sees it. `hidden`: the registry holds it and does not disclose it."""

    grade: Grade
    required: bool
    role: Role = Role.OTHER
    hidden: bool = False


class Facts(NamedTuple):
    """Everything that the outcome depends on. `record` is `expired` or `revoked` where the record itself says so."""

    mode: Mode
    submitted: bool
    pending: bool = False
    standings: frozenset[Standing] = frozenset()
    fields: tuple[FieldFact, ...] = ()
    deceased: bool = False
    record: str = ""

    @property
    def answered(self) -> bool:
        """Whether at least one source answered; then those that are down don't decide."""
        return bool(self.standings - {Standing.DOWN, Standing.FORBIDDEN})

    def required(self, grades: frozenset[Grade], *, predicates: bool | None = None) -> bool:
        """Whether a required field has one of the grades; `predicates` narrows to predicates, or to all others."""
        for fact in self.fields:
            if fact.required and fact.grade in grades and (predicates is None or is_predicate(fact) is predicates):
                return True
        return False

    def false(self, role: Role) -> bool:
        """Whether a predicate of this role is false, required or not."""
        return any(fact.role is role and fact.grade is Grade.MISMATCH for fact in self.fields)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: when it applies, what it decides, and the flags that it adds."""

    name: str
    applies: Callable[[Facts], bool]
    outcome: Outcome
    flags: tuple[Flag, ...] = ()


def is_predicate(fact: FieldFact) -> bool:
    """Whether the field is a condition on the registry's value alone."""
    return fact.role in _VALIDITY or fact.role is Role.PREDICATE


def _has(standing: Standing) -> Callable[[Facts], bool]:
    return lambda facts: standing in facts.standings


def _mode(*modes: Mode) -> Callable[[Facts], bool]:
    return lambda facts: facts.mode in modes


def _down(facts: Facts) -> bool:
    return Standing.DOWN in facts.standings and not facts.answered


def _revoked(facts: Facts) -> bool:
    return facts.record == "revoked" or facts.false(Role.STATE)


def _expired(facts: Facts) -> bool:
    return facts.record == "expired" or facts.false(Role.EXPIRY)


def _rule_not_met(facts: Facts) -> bool:
    return facts.required(frozenset({Grade.MISMATCH}), predicates=True)


def _inconsistent(facts: Facts) -> bool:
    return facts.required(frozenset({Grade.MISMATCH}), predicates=False)


def _undisclosed(facts: Facts) -> bool:
    hidden = any(fact.required and fact.hidden and fact.grade in _SILENT for fact in facts.fields)
    return hidden or Standing.UNDISCLOSED in facts.standings


def _nobody_asked(facts: Facts) -> bool:
    """What was not asked is not verified, and counts against nobody: its required fields are not provided."""
    return not facts.answered


def _undecided(facts: Facts) -> bool:
    return facts.required(_UNDECIDED)


def _only_names_vary(facts: Facts) -> bool:
    variants = [fact for fact in facts.fields if fact.required and fact.grade is Grade.VARIANT]
    if not variants or any(fact.role is not Role.NAME for fact in variants):
        return False
    numbers = [fact for fact in facts.fields if fact.role in _IDENTIFIERS and fact.grade is not Grade.NOT_PROVIDED]
    if not numbers or any(fact.grade not in _GOOD for fact in numbers):
        return False
    births = [fact.grade for fact in facts.fields if fact.role is Role.BIRTH_DATE]
    # A citizen id number that agrees carries the birth date; a birth date that contradicts it still does not pass.
    carried = any(fact.role is Role.CITIZEN_ID for fact in numbers)
    fine = _GOOD | (_SILENT | {Grade.PARTIAL} if carried else frozenset())
    return all(grade in fine for grade in births)


def _variant(facts: Facts) -> bool:
    return facts.required(frozenset({Grade.VARIANT}))


def _difference(facts: Facts) -> bool:
    return any(not fact.required and fact.grade is Grade.MISMATCH for fact in facts.fields)


def _compared(facts: Facts) -> bool:
    """Whether any stated value was really compared; without one nothing handed in has been verified."""
    return any(fact.grade not in _SILENT for fact in facts.fields)


ROWS: tuple[Row, ...] = (
    Row("refused", _has(Standing.FORBIDDEN), Outcome.FORBIDDEN),
    Row("no_source", _mode(Mode.NONE), Outcome.NO_SOURCE),
    Row("officer_looks", _mode(Mode.MANUAL, Mode.DECLARE), Outcome.MANUAL_REQUIRED),
    Row("still_asking", lambda facts: _down(facts) and facts.pending, Outcome.PENDING),
    Row("not_asked_or_not_read", _down, Outcome.UNAVAILABLE),
    Row("nobody_asked", _nobody_asked, Outcome.INSUFFICIENT),
    Row("no_such_subject", _has(Standing.NOT_FOUND), Outcome.NOT_FOUND),
    Row("several_candidates", _has(Standing.SEVERAL), Outcome.INSUFFICIENT, (Flag.MULTIPLE_CANDIDATES,)),
    Row("record_in_error", _has(Standing.RECORD_ERROR), Outcome.INSUFFICIENT),
    Row("withdrawn", _revoked, Outcome.REVOKED),
    Row("validity_over", _expired, Outcome.EXPIRED),
    Row("rule_not_met", _rule_not_met, Outcome.INSUFFICIENT, (Flag.RULE_NOT_MET,)),
    Row("required_mismatch", _inconsistent, Outcome.INCONSISTENT),
    Row("required_hidden", _undisclosed, Outcome.INSUFFICIENT, (Flag.UNDISCLOSED,)),
    Row("required_undecided", _undecided, Outcome.INSUFFICIENT),
    Row("subject_deceased", lambda facts: facts.deceased, Outcome.MANUAL_REQUIRED),
    Row("only_names_vary", _only_names_vary, Outcome.VERIFIED_WITH_VARIANT),
    Row("required_variant", _variant, Outcome.INSUFFICIENT),
    Row("difference_handed_in", lambda facts: _difference(facts) and facts.submitted, Outcome.VERIFIED),
    Row("difference_not_handed_in", _difference, Outcome.SUPPLIED),
    Row("all_agree_handed_in", lambda facts: facts.submitted and _compared(facts), Outcome.VERIFIED),
    Row("all_agree_not_handed_in", lambda facts: True, Outcome.SUPPLIED),
)


def decide(facts: Facts) -> Row:
    """The first row that applies. There always is one: the last row applies to everything."""
    return next(row for row in ROWS if row.applies(facts))
