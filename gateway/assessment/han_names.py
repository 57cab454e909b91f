"""The comparator for names in Chinese characters, and what it shares with the comparator for organisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.assessment.comparator import MASKED, SAME, Options, listed, texts, written_differently
from gateway.assessment.latin_names import latin_name
from gateway.assessment.script import script_match
from gateway.assessment.tables import NameTables
from gateway.assessment.text import Canonical, canonical, has_han, has_latin
from gateway.identifiers import has_mask
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_NAMES_DIFFER = FieldResult(Grade.MISMATCH, "names_differ")
_OTHER_SCRIPT = FieldResult(Grade.NOT_COMPARABLE, "other_script")
_INTERPUNCT_MISSING = FieldResult(Grade.VARIANT, "interpunct_missing")
_PRIVATE_USE = FieldResult(Grade.VARIANT, "private_use_character")
_FORMER_NAME = FieldResult(Grade.VARIANT, "former_name")
_OTHER_ORDER = FieldResult(Grade.PARTIAL, "other_order")
_ONE_CHARACTER = FieldResult(Grade.WEAK, "one_character")
_GOOD = frozenset({Grade.EXACT, Grade.EQUIVALENT, Grade.VARIANT})
_SCRIPT_REASONS = {
    "equivalent": (Grade.EQUIVALENT, "trad_simp"),
    "ambiguous": (Grade.VARIANT, "trad_simp_ambiguous"),
    "variant": (Grade.VARIANT, "variant_character"),
}
_SHORTEST = 2


def zh_name(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Names of persons in Chinese characters (DOMAIN 4.7).

    Options `declared_former_names` and `registered_former_names`: a name that only agrees through one of them is a
    variant. Two names in Latin letters are compared as such; a Chinese name against a Latin one is not comparable here.
    """
    return through_former_names(declared, registry, options, tables, _compare)


def through_former_names(
    declared: Any, registry: Any, options: Options, tables: NameTables,
    compare: Callable[[str, str, NameTables], FieldResult],
) -> FieldResult:  # fmt: skip
    """Two names, and where they do not agree, each beside the former names of the other: that is a variant."""
    both = texts(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = both
    result = compare(one, other, tables)
    if result.grade in _GOOD or result.grade is Grade.NOT_COMPARABLE:
        return result
    former = any(
        compare(one, name, tables).grade in _GOOD for name in listed(options, "registered_former_names")
    ) or any(compare(name, other, tables).grade in _GOOD for name in listed(options, "declared_former_names"))
    return _FORMER_NAME if former else result


def _compare(one: str, other: str, tables: NameTables) -> FieldResult:
    if one == other and not has_mask(one):
        return SAME
    left, right = readable(one, tables), readable(other, tables)
    if has_mask(left.text) or has_mask(right.text):
        return MASKED
    if not left.text or not right.text:
        return _NAMES_DIFFER
    if not (has_han(left.text) and has_han(right.text)):
        return _without_han(left, right, one, other, tables)
    same = agreement(left, right, tables)
    return same or _near(left.text, right.text)


def readable(text: str, tables: NameTables) -> Canonical:
    """The canonical text with private-use characters of old systems replaced by those of today."""
    if text.isascii() or tables.private_use.keys().isdisjoint(text):
        return canonical(text)
    replaced = "".join(tables.private_use.get(sign, sign) for sign in text)
    folded = canonical(replaced)
    return folded if replaced == text else Canonical(folded.text, ("private_use", *folded.steps))


def agreement(left: Canonical, right: Canonical, tables: NameTables) -> FieldResult | None:
    """Exact, equivalent or variant agreement of two readable texts; None where they disagree."""
    one, other = left.text, right.text
    if one == other:
        steps = (*left.steps, *right.steps)
        return _PRIVATE_USE if "private_use" in steps else written_differently(*steps) if steps else SAME
    if one.upper() == other.upper():
        return written_differently(*left.steps, *right.steps, "case")
    match = script_match(one, other, tables)
    if match is not None:
        grade, reason = _SCRIPT_REASONS[match.kind]
        if "private_use" in left.steps or "private_use" in right.steps:
            grade = Grade.VARIANT
        return FieldResult(grade, reason, {"rule": match.rule})
    if "·" in one or "·" in other:
        bare_one, bare_other = one.replace("·", ""), other.replace("·", "")
        if bare_one == bare_other or script_match(bare_one, bare_other, tables) is not None:
            return _INTERPUNCT_MISSING
    return None


def _without_han(left: Canonical, right: Canonical, one: str, other: str, tables: NameTables) -> FieldResult:
    if has_han(left.text) or has_han(right.text):
        return _OTHER_SCRIPT
    if has_latin(left.text) and has_latin(right.text):
        return latin_name(one, other, {}, tables)
    return agreement(left, right, tables) or _NAMES_DIFFER


def _near(one: str, other: str) -> FieldResult:
    """What is left when two names disagree: the same signs in another order, or a single sign between them."""
    if min(len(one), len(other)) < _SHORTEST:
        return _NAMES_DIFFER
    if sorted(one) == sorted(other):
        return _OTHER_ORDER
    return _ONE_CHARACTER if one_edit_apart(one, other) else _NAMES_DIFFER


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one inserted, removed or replaced character makes the texts equal."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if len(one) == len(other):
        return one[start + 1 :] == other[start + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[start + 1 :] == shorter[start:]
