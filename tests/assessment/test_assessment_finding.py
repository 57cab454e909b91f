"""Assessing whole materials: sources, judgements, forms, flags, evidence, errors. Persons are synthetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from gateway.assessment import NameTables, assess
from gateway.errors import GatewayError
from gateway.model.catalog import Bilingual, Comparison, Material, MaterialUse, Operation, Source
from gateway.model.evidence import Answer, EvidenceRequest, EvidenceResponse, FieldValue
from gateway.model.finding import Finding
from gateway.model.outcomes import FieldState, Judgement, Mode, ReplyWord

DAY = date(2026, 11, 24)
ID = "350102198807041239"
CLAIMS = {"id_number": ID, "name": "陈大文", "sex_code": "1", "birth_date": "1988-07-04"}
BASE = "POP.BASE_INFO"
CHECK = "POP.IDENTITY_CHECK"
OPERATIONS = {
    BASE: Operation(
        BASE, "population", {"id_number": True}, ("birth_date", "death_flag", "sex_code"), ("id_number", "name"),
    ),
    CHECK: Operation(CHECK, "population", {"id_number": True}, (), ("id_number", "name")),
    "POP.DOC_STATUS": Operation("POP.DOC_STATUS", "population", {"doc_number": True}, ("doc_state", "expiry_date")),
}  # fmt: skip
M01 = Material(
    "M01", Bilingual("居民身份证", "identity card"), Mode.SUPPLY, sources=(Source(BASE),), supplies=("ethnic_code",),
    compare=(
        Comparison("id_number", "citizen_id", required=True),
        Comparison("name", "zh_name", required=True, forms=2),
        Comparison("sex_code", "code"),
        Comparison("birth_date", "date"),
    ),
)  # fmt: skip


def value(it: Any) -> FieldValue:
    return FieldValue(FieldState.VALUE, it)


def answer(fields: Mapping[str, Any] | None = None, judged: Mapping[str, str] | None = None, word: str = "found",
           operation: str = BASE, form: int = 0, exchange: str = "x1", **more: Any) -> Answer:  # fmt: skip
    values = {name: it if isinstance(it, FieldValue) else value(it) for name, it in (fields or {}).items()}
    response = EvidenceResponse(ReplyWord(word), values, {name: Judgement(it) for name, it in (judged or {}).items()})
    request = EvidenceRequest(operation, "population", {}, ("M01",), form)
    return Answer(request, response, exchanges=(exchange,), **more)


def failed(code: str, operation: str = BASE, form: int = 0, exchange: str = "x1", **more: Any) -> Answer:
    request = EvidenceRequest(operation, "population", {}, ("M01",), form)
    error = GatewayError(code, registry="population", seconds=5, reason="r", opens="09:00")
    return Answer(request, error=error, exchanges=(exchange,), **more)


def find(tables: NameTables, answers: Sequence[Answer], material: Material = M01, claims: Mapping[str, Any] = CLAIMS,
         submitted: bool = True, parameters: Mapping[str, Any] | None = None, **more: Any) -> Finding:  # fmt: skip
    use = MaterialUse(material.code)
    return assess(material, use, claims, submitted, answers, OPERATIONS, DAY, tables, parameters or {}, **more)


def grades(finding: Finding) -> dict[str, str]:
    return {field.field: field.grade.value for field in finding.fields}


def reasons(finding: Finding) -> dict[str, str]:
    return {field.field: field.reason for field in finding.fields}


MATCH = {"id_number": "match", "name": "match"}


def test_all_agree(tables: NameTables) -> None:
    given = {"sex_code": "1", "birth_date": "1988-07-04", "ethnic_code": "01", "secret": "never kept"}
    finding = find(tables, [answer(given, MATCH)])
    assert (finding.outcome, finding.flags, finding.error, finding.notes) == ("verified", (), None, ())
    assert set(grades(finding).values()) == {"exact"}
    assert finding.evidence == {"ethnic_code": "01", "sex_code": "1", "birth_date": "1988-07-04"}
    assert finding.exchanges == ("x1",)
    name = finding.fields[1]
    assert (name.comparator, name.judged_by, name.exchange, name.required) == ("zh_name@1", "registry", "x1", True)
    assert finding.fields[0].declared == "3501**********1239"
    assert finding.fields[3].registry == "1988-**-**"
    assert find(tables, [answer(given, MATCH)], submitted=False).outcome == "supplied"


@pytest.mark.parametrize(
    ("fields", "judged", "outcome", "reason"),
    [
        ({"name": "钟明"}, {"id_number": "match"}, "verified_with_variant", "trad_simp_ambiguous"),
        ({"name": "王明"}, {"id_number": "match"}, "insufficient", "one_character"),
        ({"name": "林美玉"}, {"id_number": "match"}, "inconsistent", "names_differ"),
        ({"name": "钟*"}, {"id_number": "match"}, "insufficient", "masked"),
        ({}, {"id_number": "match", "name": "mismatch"}, "inconsistent", "judged_mismatch"),
        ({}, {"id_number": "match", "name": "weak"}, "insufficient", "judged_weak"),
        ({}, {"id_number": "match", "name": "not_comparable"}, "insufficient", "judged_not_comparable"),
        # A judgement outranks our own comparison.
        ({"name": "林美玉"}, MATCH, "verified_with_variant", "trad_simp_ambiguous"),
    ],
)
def test_a_name_that_differs(
    fields: dict[str, str], judged: dict[str, str], outcome: str, reason: str, tables: NameTables
) -> None:
    finding = find(tables, [answer(fields, judged)], claims={**CLAIMS, "name": "鍾明"})
    assert (finding.outcome, reasons(finding)["name"]) == (outcome, reason)


def test_a_match_on_a_later_form_is_worth_what_the_form_is_worth(tables: NameTables) -> None:
    claims = {**CLAIMS, "name": "萧红"}
    first = answer({}, {"id_number": "match", "name": "mismatch"}, exchange="x1")
    second = answer({}, MATCH, form=1, exchange="x2")
    finding = find(tables, [first, second], claims=claims)
    assert (finding.outcome, reasons(finding)["name"]) == ("verified_with_variant", "variant_character")
    assert finding.exchanges == ("x1", "x2")
    assert finding.fields[1].exchange == "x2"
    both = find(tables, [first, answer({}, {"name": "mismatch"}, form=1)], claims=claims)
    assert (both.outcome, grades(both)["name"]) == ("inconsistent", "mismatch")


def test_a_former_name_is_asked_before_the_tables(tables: NameTables) -> None:
    claims = {**CLAIMS, "name": "林美玉", "former_names": ["林小玉"]}
    answers = [answer({}, {"id_number": "match", "name": "mismatch"}), answer({}, MATCH, form=1)]
    finding = find(tables, answers, claims=claims)
    assert (finding.outcome, reasons(finding)["name"]) == ("verified_with_variant", "former_name")


def test_a_mismatch_does_not_count_while_another_form_could_not_be_asked(tables: NameTables) -> None:
    answers = [answer({}, {"id_number": "match", "name": "mismatch"}), failed("registry.timeout", form=1)]
    finding = find(tables, answers, claims={**CLAIMS, "name": "萧红"})
    assert (finding.outcome, reasons(finding)["name"]) == ("insufficient", "form_unasked")


@pytest.mark.parametrize(
    ("state", "grade", "reason", "flags"),
    [
        ("absent", "not_provided", "absent", ()),
        ("undisclosed", "not_comparable", "undisclosed", ("undisclosed",)),
        ("disputed", "not_comparable", "disputed", ("disputed",)),
        ("unexpected", "not_comparable", "unexpected_value", ()),
        ("not_comparable", "not_comparable", "not_comparable", ()),
    ],
)
def test_a_field_without_a_usable_value(
    state: str, grade: str, reason: str, flags: tuple[str, ...], tables: NameTables
) -> None:
    broken = FieldValue(FieldState(state), "3", "note")
    finding = find(tables, [answer({"name": broken}, {"id_number": "match"})])
    assert (finding.outcome, finding.flags) == ("insufficient", flags)
    assert (grades(finding)["name"], reasons(finding)["name"]) == (grade, reason)
    assert "name" not in finding.evidence


@pytest.mark.parametrize(
    ("given", "outcome", "flags", "code", "reason"),
    [
        (answer(word="not_found"), "not_found", (), None, "subject_not_found"),
        (answer(word="several"), "insufficient", ("multiple_candidates",), None, "several_candidates"),
        (answer(word="undisclosed"), "insufficient", ("undisclosed",), None, "undisclosed"),
        (answer(word="record_error"), "insufficient", (), None, "record_error"),
        (failed("registry.record_error"), "insufficient", (), None, "record_error"),
        (answer(word="not_authorised"), "forbidden", (), "registry.not_authorised", "source_forbidden"),
        (failed("registry.not_authorised"), "forbidden", (), "registry.not_authorised", "source_forbidden"),
        (failed("access.no_grant", forbidden=True), "forbidden", (), "access.no_grant", "source_forbidden"),
        (answer(word="unexpected"), "unavailable", (), "registry.unexpected", "source_unavailable"),
        (answer(word="unreadable"), "unavailable", (), "registry.unreadable", "source_unavailable"),
        (answer(word="unchanged"), "unavailable", (), "registry.unexpected", "source_unavailable"),
        (answer(word="auth_expired"), "unavailable", (), "registry.auth_expired", "source_unavailable"),
        (answer(word="auth_rejected"), "unavailable", (), "registry.auth_rejected", "source_unavailable"),
        (answer(word="bad_request"), "unavailable", (), "registry.bad_request", "source_unavailable"),
        (answer(word="rate_limited"), "unavailable", (), "registry.rate_limited", "source_unavailable"),
        (answer(word="registry_fault"), "unavailable", (), "registry.fault", "source_unavailable"),
        (answer(word="closed_hours"), "unavailable", (), "registry.closed_hours", "source_unavailable"),
        (failed("registry.timeout"), "unavailable", (), "registry.timeout", "source_unavailable"),
        (failed("registry.reply_too_large"), "unavailable", (), "registry.reply_too_large", "source_unavailable"),
    ],
)
def test_every_reply_word_and_error(
    given: Answer, outcome: str, flags: tuple[str, ...], code: str | None, reason: str, tables: NameTables
) -> None:
    finding = find(tables, [given])
    assert (finding.outcome, finding.flags) == (outcome, flags)
    assert (finding.error.code if finding.error else None) == code
    assert set(reasons(finding).values()) == {reason}
    assert [field.field for field in finding.fields] == ["id_number", "name", "sex_code", "birth_date"]


def test_every_reply_word_is_covered_above() -> None:
    words = {
        "found", "not_found", "several", "undisclosed", "record_error", "not_authorised", "unexpected", "unreadable",
        "unchanged", "auth_expired", "auth_rejected", "bad_request", "rate_limited", "registry_fault", "closed_hours",
    }  # fmt: skip
    assert words == {word.value for word in ReplyWord}


def test_an_error_says_when_it_may_be_asked_again_in_both_languages(tables: NameTables) -> None:
    finding = find(tables, [failed("registry.closed_hours", next_attempt="2026-11-25T09:00:00+08:00")])
    assert finding.error is not None
    assert finding.error.next_attempt == "2026-11-25T09:00:00+08:00"
    assert set(finding.error.message) == {"zh", "en"}
    assert all("09:00" in text for text in finding.error.message.values())
    assert find(tables, [failed("registry.timeout")], pending=True).outcome == "pending"


def test_where_one_source_is_down_the_other_decides(tables: NameTables) -> None:
    up, down = (
        answer({"sex_code": "1", "birth_date": "1988-07-04"}, MATCH),
        failed("registry.connect", CHECK, exchange="x2"),
    )
    finding = find(tables, [down, up])
    assert (finding.outcome, finding.notes, finding.exchanges) == ("verified", ("source_unavailable",), ("x2", "x1"))
    assert finding.error is not None
    assert finding.error.code == "registry.connect"
    assert find(tables, [down, answer(word="not_found")]).outcome == "not_found"


def test_the_gravest_of_several_sources_decides(tables: NameTables) -> None:
    good = answer({}, MATCH, operation=CHECK)
    assert find(tables, [good, answer({}, {"id_number": "match", "name": "mismatch"})]).outcome == "inconsistent"
    assert find(tables, [good, answer(word="not_found")]).outcome == "not_found"
    # A source that hides a field does not take away what another one gives.
    hidden = answer({"name": FieldValue(FieldState.UNDISCLOSED)}, {"id_number": "match"})
    assert find(tables, [hidden, good]).outcome == "verified"


def test_the_deceased_the_minor_and_the_disputed(tables: NameTables) -> None:
    dead = find(tables, [answer({"death_flag": True}, MATCH)])
    assert (dead.outcome, dead.flags) == ("manual_required", ("deceased",))
    assert find(tables, [answer({"death_date": "2020"}, MATCH)]).flags == ("deceased",)
    assert find(tables, [answer({"death_flag": False}, MATCH)]).flags == ()
    wrong = find(tables, [answer({"death_flag": True}, {"id_number": "match", "name": "mismatch"})])
    assert (wrong.outcome, wrong.flags) == ("inconsistent", ("deceased",))
    young = find(tables, [answer({"birth_date": "2008-11-25"}, MATCH)], claims={**CLAIMS, "birth_date": "2008-11-25"})
    assert young.flags == ("minor",)
    grown = find(tables, [answer({"birth_date": "2008-11-24"}, MATCH)], claims={**CLAIMS, "birth_date": "2008-11-24"})
    assert grown.flags == ()
    child = find(tables, [answer({}, MATCH)], claims={"id_number": "350102201501010016", "name": "陈小文"})
    assert child.flags == ("minor",)


def test_what_the_applicant_does_not_state(tables: NameTables) -> None:
    given = {"sex_code": "1", "birth_date": "1988-07-04", "name": "陈大文"}
    silent = find(tables, [answer(given, MATCH)], claims={"id_number": ID, "name": "陈大文"}, submitted=False)
    assert silent.outcome == "supplied"
    assert reasons(silent)["sex_code"] == "not_stated"
    assert silent.evidence["sex_code"] == "1"
    needed = find(tables, [answer(given, {"id_number": "match"})], claims={"id_number": ID})
    assert (needed.outcome, reasons(needed)["name"]) == ("insufficient", "not_stated")


def test_a_difference_in_a_field_that_is_not_required(tables: NameTables) -> None:
    finding = find(tables, [answer({"sex_code": "2"}, MATCH)])
    assert (finding.outcome, finding.notes) == ("verified", ("difference_not_required",))
    assert find(tables, [answer({"sex_code": "2"}, MATCH)], submitted=False).outcome == "supplied"


def test_nobody_was_asked(tables: NameTables) -> None:
    finding = find(tables, [])
    assert (finding.outcome, finding.notes) == ("insufficient", ("not_asked",))
    assert set(reasons(finding).values()) == {"not_asked"}


def test_modes_without_a_question(tables: NameTables) -> None:
    paper = Material("M10", Bilingual("国外居留证明", "residence permit"), Mode.NONE)
    assert find(tables, [], paper).outcome == "no_source"
    assert find(tables, [], Material("M70", Bilingual("申请表", "form"), Mode.DECLARE)).outcome == "manual_required"
    witness = Material(
        "M20", Bilingual("证明人", "witness"), Mode.MANUAL,
        sources=(Source(CHECK, given={"name": "$witness_name"}),),
        compare=(Comparison("name", "zh_name", required=True),),
    )  # fmt: skip
    claims = {"witness_name": "林美玉", "name": "陈大文"}
    finding = find(tables, [answer({"name": "林美玉", "death_flag": True}, operation=CHECK)], witness, claims)
    assert (finding.outcome, finding.flags) == ("manual_required", ("deceased",))
    assert grades(finding) == {"name": "exact"}


PASSPORT = Material(
    "M03", Bilingual("护照", "passport"), Mode.VERIFY,
    sources=(Source("POP.DOC_STATUS", given={"doc_type": "414"}),),
    compare=(
        Comparison("doc_number", "doc_no", required=True),
        Comparison("birth_date", "date", required=True),
        Comparison("name_latin", "latin_name"),
        Comparison("doc_state", "active_state", required=True),
        Comparison("expiry_date", "not_before_today", required=True),
    ),
)  # fmt: skip
PAPER = {"doc_number": "E12345678", "birth_date": "1988-07-04", "name_latin": "CHEN, DAWEN"}
VALID = {**PAPER, "doc_state": "valid", "expiry_date": "2030-01-01"}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "verified"),
        ({"expiry_date": "2026-11-23"}, "expired"),
        ({"doc_state": "expired"}, "expired"),
        ({"doc_state": "cancelled"}, "revoked"),
        ({"doc_state": "lost", "expiry_date": "2020-01-01"}, "revoked"),
        ({"doc_state": "筹建"}, "insufficient"),
        ({"birth_date": "1988"}, "insufficient"),
        ({"birth_date": "1989"}, "inconsistent"),
        ({"name_latin": "TAN, DAWEN"}, "verified"),
        ({"other_numbers": ["E12345678"], "doc_number": "EA7654321"}, "insufficient"),
    ],
)
def test_a_passport(change: dict[str, Any], outcome: str, tables: NameTables) -> None:
    finding = find(tables, [answer({**VALID, **change}, operation="POP.DOC_STATUS")], PASSPORT, PAPER)
    assert finding.outcome == outcome


def test_the_record_is_over_although_the_catalog_does_not_compare_it(tables: NameTables) -> None:
    bare = Material(
        "M06", Bilingual("回乡证", "permit"), Mode.VERIFY, compare=(Comparison("doc_number", "doc_no", required=True),)
    )
    for change, outcome in (
        ({"expiry_date": "2020-01-01"}, "expired"),
        ({"doc_state": "revoked"}, "revoked"),
        ({}, "verified"),
    ):
        assert find(tables, [answer({**VALID, **change})], bare, PAPER).outcome == outcome


def test_a_constant_is_a_predicate(tables: NameTables) -> None:
    proof = Material("M17", Bilingual("注销证明", "cancellation"), Mode.SUPPLY, compare=(
        Comparison("hukou_status", "code", required=True, equals="cancelled"),
        Comparison("sealed", "exact", equals=False),
    ))  # fmt: skip
    met = find(tables, [answer({"hukou_status": "cancelled", "sealed": False})], proof, {}, submitted=False)
    assert (met.outcome, grades(met)) == ("supplied", {"hukou_status": "exact", "sealed": "exact"})
    assert all(field.predicate and field.declared == "" for field in met.fields)
    unmet = find(tables, [answer({"hukou_status": "registered", "sealed": False})], proof, {})
    assert (unmet.outcome, unmet.flags) == ("insufficient", ("rule_not_met",))
    noted = find(tables, [answer({"hukou_status": "cancelled", "sealed": True})], proof, {})
    assert (noted.outcome, noted.notes) == ("verified", ("difference_not_required",))


MOVES = Material(
    "M12",
    Bilingual("出入境记录", "movements"),
    Mode.SUPPLY,
    compare=(Comparison("movements", "presence", required=True),),
)
RULE = {"presence": {"window_days": 730, "run_days": 90, "alt_window_days": 180, "alt_total_days": 90}}


def test_days_of_presence_take_the_parameters_of_the_item(tables: NameTables) -> None:
    def moved(since: str, **more: Any) -> list[Answer]:
        return [answer({"movements": [{"direction": "in", "date": since}], **more})]

    for parameters in (RULE, RULE["presence"]):
        assert find(tables, moved("2026-08-01"), MOVES, {}, False, parameters).outcome == "supplied"
        short = find(tables, moved("2026-11-01"), MOVES, {}, False, parameters)
        assert (short.outcome, short.flags) == ("insufficient", ("rule_not_met",))
        assert short.fields[0].values["run"] == "24"
    gap = find(tables, moved("2026-11-01", coverage={"excludes": ["415"]}), MOVES, {"doc_types": ["415"]}, False, RULE)
    assert (gap.outcome, gap.flags, reasons(gap)) == ("insufficient", (), {"movements": "presence_gap"})


def test_hits_of_somebody_with_a_masked_number_are_candidates(tables: NameTables) -> None:
    clean = Material(
        "M60", Bilingual("信用", "credit"), Mode.SUPPLY, compare=(Comparison("hits", "empty_list", required=True),)
    )
    hit = {"list": "dishonest", "subject_code": "3501**********1239"}
    finding = find(tables, [answer({"hits": [hit]})], clean)
    assert (finding.outcome, finding.flags) == ("insufficient", ("multiple_candidates",))
    assert find(tables, [answer({"hits": []})], clean, submitted=False).outcome == "supplied"
    own = find(tables, [answer({"hits": [{**hit, "subject_code": ID}]})], clean)
    assert (own.outcome, own.flags) == ("insufficient", ("rule_not_met",))


def test_supplied_without_anything_to_compare_says_so(tables: NameTables) -> None:
    only = Material("M99", Bilingual("甲", "a"), Mode.SUPPLY, supplies=("address",))
    finding = find(tables, [answer({"address": "某处"})], only)
    assert (finding.outcome, finding.notes, finding.evidence) == (
        "supplied",
        ("nothing_compared",),
        {"address": "某处"},
    )


def test_an_unknown_comparator_is_a_fault_of_the_configuration(tables: NameTables) -> None:
    wrong = Material("M98", Bilingual("乙", "b"), Mode.SUPPLY, compare=(Comparison("name", "guess"),))
    with pytest.raises(GatewayError) as caught:
        find(tables, [answer({"name": "x"})], wrong)
    assert caught.value.code == "configuration.unknown_reference"
