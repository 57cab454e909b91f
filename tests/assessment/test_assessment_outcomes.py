"""The outcome table: one true example per row, and proof that no combination is left without a row."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.assessment.comparator import Role
from gateway.assessment.outcomes import ROWS, Facts, FieldFact, Standing, decide
from gateway.model.outcomes import NEGATIVE_OUTCOMES, Flag, Grade, Mode, Outcome

FOUND = frozenset({Standing.FOUND})
ID = FieldFact(Grade.EXACT, True, Role.CITIZEN_ID)
NUMBER = FieldFact(Grade.EXACT, True, Role.IDENTIFIER)
NAME = FieldFact(Grade.EXACT, True, Role.NAME)
NAME_VARIANT = FieldFact(Grade.VARIANT, True, Role.NAME)
BIRTH_UNKNOWN = FieldFact(Grade.NOT_PROVIDED, False, Role.BIRTH_DATE)
BIRTH_DIFFERS = FieldFact(Grade.MISMATCH, False, Role.BIRTH_DATE)
BORN = FieldFact(Grade.EXACT, False, Role.BIRTH_DATE)


def facts(*fields: FieldFact, mode: Mode = Mode.VERIFY, submitted: bool = True, standings: frozenset[Standing] = FOUND,
          pending: bool = False, deceased: bool = False, record: str = "") -> Facts:  # fmt: skip
    return Facts(mode, submitted, pending, standings, fields, deceased, record)


def field(grade: str, role: Role = Role.OTHER, *, required: bool = True, hidden: bool = False) -> FieldFact:
    return FieldFact(Grade(grade), required, role, hidden)


DOWN = frozenset({Standing.DOWN})

GOLDEN = [
    ("refused", facts(ID, standings=frozenset({Standing.FORBIDDEN}), mode=Mode.NONE), "forbidden", ()),
    ("no_source", facts(mode=Mode.NONE, standings=frozenset()), "no_source", ()),
    ("officer_looks", facts(field("mismatch"), mode=Mode.MANUAL), "manual_required", ()),
    ("officer_looks", facts(mode=Mode.DECLARE, standings=frozenset()), "manual_required", ()),
    ("still_asking", facts(field("not_provided"), standings=DOWN, pending=True), "pending", ()),
    ("not_asked_or_not_read", facts(field("not_provided"), standings=DOWN), "unavailable", ()),
    ("nobody_asked", facts(field("mismatch"), standings=frozenset()), "insufficient", ()),
    ("no_such_subject", facts(standings=frozenset({Standing.NOT_FOUND, Standing.DOWN})), "not_found", ()),
    ("several_candidates", facts(standings=frozenset({Standing.SEVERAL})), "insufficient", ("multiple_candidates",)),
    ("record_in_error", facts(standings=frozenset({Standing.RECORD_ERROR})), "insufficient", ()),
    ("withdrawn", facts(field("mismatch", Role.STATE)), "revoked", ()),
    ("withdrawn", facts(ID, record="revoked"), "revoked", ()),
    ("withdrawn", facts(field("mismatch", Role.STATE), field("mismatch", Role.EXPIRY)), "revoked", ()),
    ("validity_over", facts(field("mismatch", Role.EXPIRY)), "expired", ()),
    ("validity_over", facts(field("mismatch", Role.EXPIRY, required=False)), "expired", ()),
    ("validity_over", facts(field("mismatch"), record="expired"), "expired", ()),
    ("rule_not_met", facts(field("mismatch", Role.PREDICATE), field("mismatch")), "insufficient", ("rule_not_met",)),
    ("required_mismatch", facts(field("mismatch", Role.NAME), ID), "inconsistent", ()),
    ("required_mismatch", facts(field("mismatch"), field("weak"), deceased=True), "inconsistent", ()),
    ("required_hidden", facts(field("not_comparable", hidden=True)), "insufficient", ("undisclosed",)),
    ("required_hidden", facts(standings=frozenset({Standing.UNDISCLOSED})), "insufficient", ("undisclosed",)),
    ("required_undecided", facts(field("partial")), "insufficient", ()),
    ("required_undecided", facts(field("weak")), "insufficient", ()),
    ("required_undecided", facts(field("not_comparable")), "insufficient", ()),
    ("required_undecided", facts(field("not_provided"), deceased=True), "insufficient", ()),
    ("subject_deceased", facts(ID, NAME, deceased=True), "manual_required", ()),
    ("subject_deceased", facts(ID, NAME_VARIANT, deceased=True), "manual_required", ()),
    ("only_names_vary", facts(ID, NAME_VARIANT), "verified_with_variant", ()),
    ("only_names_vary", facts(NUMBER, NAME_VARIANT, BORN), "verified_with_variant", ()),
    ("only_names_vary", facts(ID, NAME_VARIANT, BIRTH_UNKNOWN), "verified_with_variant", ()),
    ("required_variant", facts(NAME_VARIANT), "insufficient", ()),
    ("required_variant", facts(field("variant", Role.IDENTIFIER), NAME_VARIANT, BORN), "insufficient", ()),
    ("required_variant", facts(ID, field("variant")), "insufficient", ()),
    ("required_variant", facts(NUMBER, NAME_VARIANT, BIRTH_UNKNOWN), "insufficient", ()),
    ("required_variant", facts(ID, NAME_VARIANT, BIRTH_DIFFERS), "insufficient", ()),
    ("difference_handed_in", facts(ID, NAME, field("mismatch", required=False)), "verified", ()),
    ("difference_not_handed_in", facts(ID, field("mismatch", required=False), submitted=False), "supplied", ()),
    ("all_agree_handed_in", facts(ID, NAME, field("weak", required=False)), "verified", ()),
    ("all_agree_not_handed_in", facts(ID, NAME, submitted=False), "supplied", ()),
    ("all_agree_not_handed_in", facts(field("not_provided", required=False)), "supplied", ()),
]  # fmt: skip


@pytest.mark.parametrize(("row", "given_facts", "outcome", "flags"), GOLDEN)
def test_each_row_by_example(row: str, given_facts: Facts, outcome: str, flags: tuple[str, ...]) -> None:
    decided = decide(given_facts)
    assert (decided.name, decided.outcome, decided.flags) == (row, outcome, flags)


def test_the_examples_cover_every_row_and_every_outcome() -> None:
    assert {row for row, *_ in GOLDEN} == {row.name for row in ROWS}
    assert {row.outcome for row in ROWS} == set(Outcome)
    assert len({row.name for row in ROWS}) == len(ROWS)


FIELDS = st.builds(FieldFact, st.sampled_from(Grade), st.booleans(), st.sampled_from(Role), st.booleans())
FACTS = st.builds(
    Facts,
    st.sampled_from(Mode),
    st.booleans(),
    st.booleans(),
    st.frozensets(st.sampled_from(Standing), max_size=3),
    st.lists(FIELDS, max_size=5).map(tuple),
    st.booleans(),
    st.sampled_from(["", "expired", "revoked"]),
)


@given(FACTS)
def test_exactly_one_row_decides_whatever_the_facts(given_facts: Facts) -> None:
    decided = decide(given_facts)
    applying = [row for row in ROWS if row.applies(given_facts)]
    assert applying[0] is decided


def test_every_combination_of_two_fields_agrees_with_a_second_reading_of_the_table() -> None:
    """Grades × required × role × submitted × deceased, against the table written a second time as plain conditions."""
    kinds = [FieldFact(grade, required, role) for grade in Grade for required in (True, False)
             for role in (Role.NAME, Role.CITIZEN_ID, Role.PREDICATE, Role.OTHER)]  # fmt: skip
    for one, other in itertools.combinations_with_replacement(kinds, 2):
        for submitted, deceased in itertools.product((True, False), repeat=2):
            found = facts(one, other, submitted=submitted, deceased=deceased)
            assert decide(found).outcome == second_reading(found), found


def second_reading(found: Facts) -> Outcome:
    required = [fact for fact in found.fields if fact.required]
    grades = [fact.grade for fact in required]
    if any(fact.grade == "mismatch" and fact.role == "predicate" for fact in required):
        return Outcome.INSUFFICIENT
    if "mismatch" in grades:
        return Outcome.INCONSISTENT
    if set(grades) & {"partial", "weak", "not_comparable", "not_provided"}:
        return Outcome.INSUFFICIENT
    if found.deceased:
        return Outcome.MANUAL_REQUIRED
    variants = [fact for fact in required if fact.grade == "variant"]
    if variants:
        numbers = [fact.grade for fact in found.fields if fact.role == "citizen_id" and fact.grade != "not_provided"]
        names = all(fact.role == "name" for fact in variants)
        fine = bool(numbers) and set(numbers) <= {"exact", "equivalent"}
        return Outcome.VERIFIED_WITH_VARIANT if names and fine else Outcome.INSUFFICIENT
    compared = any(fact.grade not in ("not_comparable", "not_provided") for fact in found.fields)
    return Outcome.VERIFIED if found.submitted and compared else Outcome.SUPPLIED


@given(FACTS)
def test_nothing_is_called_good_on_bad_evidence(given_facts: Facts) -> None:
    decided = decide(given_facts).outcome
    if decided in (Outcome.VERIFIED, Outcome.SUPPLIED, Outcome.VERIFIED_WITH_VARIANT):
        assert Standing.FOUND in given_facts.standings
        assert not given_facts.deceased
        assert given_facts.record == ""
        allowed = {Grade.EXACT, Grade.EQUIVALENT}
        if decided is Outcome.VERIFIED_WITH_VARIANT:
            allowed.add(Grade.VARIANT)
        assert {fact.grade for fact in given_facts.fields if fact.required} <= allowed
    if decided in NEGATIVE_OUTCOMES - {Outcome.FORBIDDEN}:
        assert given_facts.answered


@given(FACTS)
def test_flags_of_rows_say_why(given_facts: Facts) -> None:
    decided = decide(given_facts)
    if Flag.RULE_NOT_MET in decided.flags:
        assert any(fact.required and fact.grade is Grade.MISMATCH for fact in given_facts.fields)
    if Flag.MULTIPLE_CANDIDATES in decided.flags:
        assert Standing.SEVERAL in given_facts.standings
