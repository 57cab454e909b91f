"""Predicates: state, validity, empty list, least value, and days in the country."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.assessment import COMPARATORS, NameTables
from gateway.model.finding import FieldResult

DAY = date(2026, 11, 24)
GUANGDONG = {"window_days": 730, "run_days": 90, "alt_window_days": 180, "alt_total_days": 90}


def ask(by: str, registry: object, tables: NameTables, **options: object) -> FieldResult:
    return COMPARATORS[by].compare(None, registry, {"day": DAY, **options}, tables)


@pytest.mark.parametrize(
    ("state", "grade", "reason"),
    [
        ("存续（在营、开业、在册）", "exact", "state_active"),
        ("active", "exact", "state_active"),
        ("Active", "exact", "state_active"),
        ("吊销,未注销", "mismatch", "state_not_usable"),
        ("吊销，未注销", "mismatch", "state_not_usable"),
        ("注销", "mismatch", "state_not_usable"),
        ("cancelled", "mismatch", "state_not_usable"),
        ("expired", "mismatch", "state_expired"),
        ("筹建中", "not_comparable", "state_unmapped"),
        ("", "not_provided", "absent"),
        (["active"], "not_comparable", "value_type"),
    ],
)
def test_state(state: object, grade: str, reason: str, tables: NameTables) -> None:
    result = ask("active_state", state, tables)
    assert (result.grade, result.reason) == (grade, reason)


@pytest.mark.parametrize(
    ("end", "grade", "reason"),
    [
        ("2026-11-24", "exact", "still_valid"),
        ("2026-11-23", "mismatch", "validity_over"),
        ("20300101", "exact", "still_valid"),
        ("2027", "exact", "still_valid"),
        ("2025", "mismatch", "validity_over"),
        ("2026", "not_comparable", "partial_date"),
        ("长期", "exact", "no_end"),
        ("whenever", "not_comparable", "date_unreadable"),
        (None, "not_provided", "absent"),
    ],
)
def test_validity(end: object, grade: str, reason: str, tables: NameTables) -> None:
    result = ask("not_before_today", end, tables)
    assert (result.grade, result.reason) == (grade, reason)


OWN = {"list": "dishonest", "subject_code": "350102198807041239"}


@pytest.mark.parametrize(
    ("hits", "grade", "reason"),
    [
        ([], "exact", "none_listed"),
        ([OWN], "mismatch", "entries_listed"),
        ([{**OWN, "date_out": "2026-01-01"}], "exact", "none_listed"),
        ([{**OWN, "date_out": "2027-01-01"}], "mismatch", "entries_listed"),
        ([{"list": "redlist"}], "exact", "none_listed"),
        ([{"list": "dishonest", "subject_code": "3501**********1239"}], "partial", "hits_by_name"),
        ([{"list": "dishonest", "subject_code": "4401**********1239"}], "exact", "none_listed"),
        ([{"list": "dishonest", "subject_code": "440106196503120016"}], "exact", "none_listed"),
        ([{"list": "dishonest", "match_grade": "partial"}], "partial", "hits_by_name"),
        (["an entry"], "mismatch", "entries_listed"),
        (None, "not_provided", "absent"),
        ("none", "not_comparable", "value_type"),
    ],
)
def test_hits(hits: object, grade: str, reason: str, tables: NameTables) -> None:
    result = ask("empty_list", hits, tables, subject_numbers=["350102198807041239"])
    assert (result.grade, result.reason) == (grade, reason)


LEVELS = ["city", "county", "town", "community", "street", "house_number", "building", "unit", "room"]


@pytest.mark.parametrize(
    ("value", "options", "grade"),
    [
        (80, {"min": 60}, "exact"),
        ("59.5", {"min": 60}, "mismatch"),
        (60, {"min": "60"}, "exact"),
        ("much", {"min": 60}, "not_comparable"),
        (True, {"min": 1}, "not_comparable"),
        ("house_number", {"min": "house_number", "order": LEVELS}, "exact"),
        ("room", {"min": "house_number", "order": LEVELS}, "exact"),
        ("street", {"min": "house_number", "order": LEVELS}, "mismatch"),
        ("planet", {"min": "house_number", "order": LEVELS}, "not_comparable"),
        (None, {"min": 1}, "not_provided"),
        (5, {}, "not_comparable"),
    ],
)
def test_at_least(value: object, options: dict[str, object], grade: str, tables: NameTables) -> None:
    assert ask("at_least", value, tables, **options).grade == grade


def moves(*marks: str) -> list[dict[str, str]]:
    return [{"direction": "in" if mark[0] == "+" else "out", "date": mark[1:]} for mark in marks]


@pytest.mark.parametrize(
    ("marks", "grade", "reason", "days"),
    [
        (["+2026-08-01"], "exact", "presence_met", "116"),
        (["+2026-03-02", "-2026-05-30"], "exact", "presence_met", "90"),
        (["+2026-03-02", "-2026-05-29"], "mismatch", "presence_short", "89"),
        # Forty-five days twice within six months, then the same too far apart.
        (["+2026-01-01", "-2026-02-14", "+2026-04-01", "-2026-05-15"], "exact", "presence_met", "90"),
        (["+2025-06-01", "-2025-07-15", "+2026-04-01", "-2026-05-15"], "mismatch", "presence_short", "90"),
        # A stay that began before the window counts from its first day only.
        (["+2020-01-01", "-2024-12-31"], "mismatch", "presence_short", "37"),
        (["-2025-03-31"], "exact", "presence_met", "127"),
        # A day trip abroad and a day trip into the country: each day counts once.
        (["+2026-10-01", "-2026-10-10", "+2026-10-10", "-2026-10-20"], "mismatch", "presence_short", "20"),
        (["+2026-10-01", "-2026-10-01", "+2026-10-05", "-2026-10-05"], "mismatch", "presence_short", "2"),
        (["+2026-10-01", "+2026-10-05"], "not_comparable", "presence_unpaired", None),
        (["+2026-10-01", "-2026-10-05", "-2026-10-09"], "not_comparable", "presence_unpaired", None),
        # Unpaired movements long before the window don't matter.
        (["+2010-01-01", "+2011-01-01", "-2011-02-01", "+2026-08-01"], "exact", "presence_met", "116"),
        ([], "not_comparable", "presence_unknown", None),
        (["+never"], "not_comparable", "presence_unpaired", None),
        # Movements after the application don't count.
        (["+2026-11-20", "-2026-12-20"], "mismatch", "presence_short", "5"),
    ],
)
def test_presence(marks: list[str], grade: str, reason: str, days: str | None, tables: NameTables) -> None:
    result = ask("presence", moves(*marks), tables, **GUANGDONG)
    assert (result.grade, result.reason) == (grade, reason)
    assert result.values.get("days") == days


def test_days_of_entry_and_exit_may_not_count(tables: NameTables) -> None:
    stay = moves("+2026-03-02", "-2026-05-30")
    assert ask("presence", stay, tables, **GUANGDONG, count_entry_exit_days=False).values["days"] == "88"
    assert ask("presence", moves("+2026-11-20"), tables, count_entry_exit_days=False).values["days"] == "4"


def test_an_alternative_window_longer_than_the_first(tables: NameTables) -> None:
    jiangsu = {"window_days": 365, "run_days": 150, "alt_window_days": 730, "alt_total_days": 300}
    stays = moves("+2025-01-01", "-2025-06-30", "+2026-01-01", "-2026-04-30")
    result = ask("presence", stays, tables, **jiangsu)
    assert (result.reason, result.values["alt"], result.values["run"]) == ("presence_met", "301", "120")


def test_movements_with_a_document_that_the_record_leaves_out(tables: NameTables) -> None:
    stay, coverage = moves("+2026-03-02", "-2026-03-12"), {"excludes": ["415", "413"]}
    held = ask("presence", stay, tables, **GUANGDONG, coverage=coverage, held_documents=("414", "415"))
    assert (held.grade, held.reason, held.values) == ("not_comparable", "presence_gap", {"documents": "415"})
    other = ask("presence", stay, tables, **GUANGDONG, coverage=coverage, held_documents=("414",))
    assert other.reason == "presence_short"


def test_without_a_threshold_days_are_only_counted(tables: NameTables) -> None:
    result = ask("presence", moves("+2026-11-20"), tables)
    assert (result.grade, result.reason, result.values["days"]) == ("exact", "presence_no_threshold", "5")
