"""Predicates over the registry's value alone: state, empty list, at least."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.assessment.comparator import ABSENT, VALUE_TYPE, Options, is_empty, listed, texts
from gateway.assessment.dates import read_date
from gateway.assessment.numbers import citizen_id
from gateway.assessment.tables import NameTables, StateMeaning
from gateway.assessment.text import canonical
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_ACTIVE = FieldResult(Grade.EXACT, "state_active")
_NONE_LISTED = FieldResult(Grade.EXACT, "none_listed")
_NUMBER_KEYS = ("subject_code", "id_number", "card_number", "uscc", "number")
_UNSURE = frozenset({"partial", "weak", "not_comparable"})
_FAVOURABLE = ("redlist",)


def state_meaning(value: Any, tables: NameTables) -> StateMeaning | None:
    """What a registry's word for a state means; None where no table explains it."""
    if not isinstance(value, str):
        return None
    return tables.states.get(value) or tables.states.get(canonical(value).text.lower())


def active_state(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Predicate: a document, certificate or legal person is in force (`states.csv`; option `active`: further words)."""
    both = texts("-", registry)
    if isinstance(both, FieldResult):
        return both
    state = both[1]
    if state in listed(options, "active"):
        return _ACTIVE
    match state_meaning(state, tables):
        case "active":
            return _ACTIVE
        case "expired":
            return FieldResult(Grade.MISMATCH, "state_expired", {"state": state})
        case "revoked":
            return FieldResult(Grade.MISMATCH, "state_not_usable", {"state": state})
        case None:
            return FieldResult(Grade.NOT_COMPARABLE, "state_unmapped", {"state": state[:60]})


def empty_list(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Predicate: nothing adverse is listed about the subject.

    Entries that have ended (`date_out` before option `day`) and favourable lists (option `ignore_lists`, default
    `redlist`) don't count. Entries that name the subject only by name or by a masked number are partial: they may be
    somebody else's (DOMAIN 5.6). Option `subject_numbers`: the numbers under which the subject was asked about.
    """
    if registry is None:
        return ABSENT
    if not isinstance(registry, list | tuple):
        return VALUE_TYPE
    ignored = listed(options, "ignore_lists") or _FAVOURABLE
    grades = [_hit(entry, options, tables) for entry in registry if _counts(entry, ignored, options.get("day"))]
    certain = sum(grade is Grade.EXACT for grade in grades)
    unsure = sum(grade is Grade.PARTIAL for grade in grades)
    if certain:
        return FieldResult(Grade.MISMATCH, "entries_listed", {"count": str(certain)})
    if unsure:
        return FieldResult(Grade.PARTIAL, "hits_by_name", {"count": str(unsure)})
    return _NONE_LISTED


def _counts(entry: Any, ignored: tuple[str, ...], day: Any) -> bool:
    if not isinstance(entry, Mapping):
        return True
    if entry.get("list") in ignored:
        return False
    end = read_date(entry.get("date_out"))
    return end is None or not isinstance(day, date) or end.last >= day


def _hit(entry: Any, options: Options, tables: NameTables) -> Grade:
    """How surely an entry is about the subject: exact, partial, or mismatch for somebody else's."""
    if not isinstance(entry, Mapping):
        return Grade.EXACT
    if str(entry.get("match_grade", "")).lower() in _UNSURE:
        return Grade.PARTIAL
    number = next((entry[key] for key in _NUMBER_KEYS if isinstance(entry.get(key), str) and entry[key].strip()), None)
    subjects = listed(options, "subject_numbers")
    if number is None or not subjects:
        return Grade.EXACT
    grades = {citizen_id(subject, number, {}, tables).grade for subject in subjects}
    if grades & {Grade.EXACT, Grade.EQUIVALENT}:
        return Grade.EXACT
    return Grade.MISMATCH if grades == {Grade.MISMATCH} else Grade.PARTIAL


def at_least(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Predicate: a number, or a code of an ordered list, is not below option `min`.

    Option `order`: the codes from the least to the greatest; without it both are numbers.
    """
    if is_empty(registry):
        return ABSENT
    least, order = options.get("min"), options.get("order")
    if isinstance(order, list | tuple):
        ranks = {str(name): rank for rank, name in enumerate(order)}
        value, bound = _rank(registry, ranks), _rank(least, ranks)
    else:
        value, bound = _number(registry), _number(least)
    if value is None or bound is None:
        return FieldResult(Grade.NOT_COMPARABLE, "unmapped_text")
    values = {"value": str(registry)[:60], "min": str(least)}
    return FieldResult(Grade.EXACT, "at_least", values) if value >= bound else _below(values)


def _below(values: dict[str, str]) -> FieldResult:
    return FieldResult(Grade.MISMATCH, "below", values)


def _rank(value: Any, ranks: Mapping[str, int]) -> float | None:
    return ranks.get(value.strip()) if isinstance(value, str) else ranks.get(str(value))


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number == number and abs(number) != float("inf") else None
