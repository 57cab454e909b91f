"""Comparators for plain values: exact, code, family relation."""

from __future__ import annotations

import math
from typing import Any

from gateway.assessment.comparator import (
    ABSENT,
    DIFFERS,
    MASKED,
    NOT_STATED,
    SAME,
    VALUE_TYPE,
    Options,
    is_empty,
    listed,
    texts,
    written_differently,
)
from gateway.assessment.tables import NameTables
from gateway.assessment.text import canonical, has_han
from gateway.identifiers import has_mask
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_UNMAPPED = FieldResult(Grade.NOT_COMPARABLE, "unmapped_text")
_UNKNOWN_CODE = FieldResult(Grade.NOT_COMPARABLE, "unknown_code")
_PARENT = FieldResult(Grade.VARIANT, "parent_code")
_RELATION_TEXT = FieldResult(Grade.EQUIVALENT, "relation_text")
_NEUTRAL = FieldResult(Grade.VARIANT, "neutral_relation")
_BOOLEANS = {"true": True, "false": False}
_DEEPEST = 20
# Groups of GB/T 4761 whose general code stands for all its members, less those that are in-laws and not children.
_GENERAL = {"10": ("11", "12"), "20": ("21", "22", "23", "29"), "30": ("31", "32", "33", "39")}


def exact(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Any value: equal as it stands, or equal after canonicalisation (DOMAIN 4.1)."""
    if is_empty(declared):
        return NOT_STATED
    if is_empty(registry):
        return ABSENT
    return _exact(declared, registry)


def _exact(declared: Any, registry: Any) -> FieldResult:
    if isinstance(declared, str) and isinstance(registry, str):
        both = texts(declared, registry)
        return both if isinstance(both, FieldResult) else _exact_texts(*both)
    one, other = _scalar(declared), _scalar(registry)
    if one is None or other is None:
        return SAME if _same(declared, registry, 0) else _structures(declared, registry)
    if type(one) is not type(other) or one != other:
        return DIFFERS
    return SAME if type(declared) is type(registry) else written_differently("type")


def _exact_texts(one: str, other: str) -> FieldResult:
    if one == other:
        return MASKED if has_mask(one) else SAME
    if has_mask(one) or has_mask(other):
        return MASKED
    left, right = canonical(one), canonical(other)
    if left.text == right.text:
        return written_differently(*left.steps, *right.steps)
    if left.text.upper() == right.text.upper():
        return written_differently(*left.steps, *right.steps, "case")
    return DIFFERS


def _scalar(value: Any) -> float | bool | None:
    """A boolean, or a number (also one that is written as text); None for everything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = value.strip().lower()
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        value = text
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _same(one: Any, other: Any, depth: int) -> bool:
    """Equality as in JSON: true is not 1, and what is nested too deeply is not called equal."""
    if depth > _DEEPEST or type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key], depth + 1) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(_same(a, b, depth + 1) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def _structures(declared: Any, registry: Any) -> FieldResult:
    return DIFFERS if isinstance(declared, list | dict) is isinstance(registry, list | dict) else VALUE_TYPE


def code(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Codes of one list.

    Options: `unknown` (codes that mean "not known": not comparable), `parents` (object: code to its more general code;
    agreement through it is a variant).
    """
    if isinstance(declared, bool) or isinstance(registry, bool):
        return exact(declared, registry, options, tables)
    both = texts(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = both
    unknown = listed(options, "unknown")
    if one in unknown or other in unknown:
        return _UNKNOWN_CODE
    result = _exact_texts(one, other)
    if result.grade is not Grade.MISMATCH:
        return written_differently("type") if result is SAME and type(declared) is not type(registry) else result
    parents = options.get("parents")
    if isinstance(parents, dict) and (parents.get(one) == other or parents.get(other) == one):
        return _PARENT
    # A registry's own words beside a code of ours: nobody has mapped them, so nothing can be said.
    return _UNMAPPED if has_han(one) != has_han(other) else DIFFERS


def relation_code(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Family relations (GB/T 4761), as codes or as words of the table; general words agree as a variant."""
    both = texts(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = both
    if has_mask(one) or has_mask(other):
        return MASKED
    if one == other:
        return SAME
    left, right = _relations(one, tables), _relations(other, tables)
    if not left or not right:
        return _UNMAPPED
    if left == right and len(left) == 1:
        return _RELATION_TEXT
    return _NEUTRAL if _widened(left) & _widened(right) else DIFFERS


def _relations(text: str, tables: NameTables) -> frozenset[str]:
    word = canonical(text).text
    if word.isascii() and word.isdigit():
        return frozenset({word.zfill(2)})
    return tables.relations.get(word, frozenset())


def _widened(codes: frozenset[str]) -> frozenset[str]:
    members = {member for code in codes for member in _GENERAL.get(code, ())}
    return codes | members
