"""Comparators for numbers: citizen id, document number, permanent resident's card, credit code."""

from __future__ import annotations

import re
from typing import Any

from gateway.assessment.comparator import DIFFERS, MASKED, SAME, Options, listed, texts, written_differently
from gateway.assessment.tables import NameTables
from gateway.assessment.text import canonical_number
from gateway.identifiers import (
    MASKS,
    has_mask,
    is_permanent_resident_id,
    organization_code_of,
    upgrade_citizen_id,
)
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_MASK_RUN = re.compile(f"[{re.escape(MASKS)}\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]+")
_UPGRADED = FieldResult(Grade.EQUIVALENT, "upgraded_15_to_18")
_OTHER_NUMBER = FieldResult(Grade.VARIANT, "other_number")
_VERSIONS = FieldResult(Grade.NOT_COMPARABLE, "card_versions_differ")
_SAME_ORGANIZATION = FieldResult(Grade.PARTIAL, "organization_code_only")
_OLD_CARD_LENGTH = 15
_LEAST_VISIBLE = 4


def _plain(declared: Any, registry: Any) -> tuple[str, str] | FieldResult:
    """The two canonical numbers if they differ and nothing is hidden; else the result."""
    both = texts(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = both
    if one == other and one.isascii() and one.isalnum():
        return SAME
    left, right = canonical_number(one), canonical_number(other)
    if has_mask(one) or has_mask(other):
        return _masked(left.text, right.text)
    if one == other:
        return SAME
    if left.text == right.text:
        return written_differently(*left.steps, *right.steps)
    return left.text, right.text


def _masked(one: str, other: str) -> FieldResult:
    """Compare what is visible. A run of mask signs may stand for any number of hidden ones, unless lengths agree."""
    visible = min(len(_MASK_RUN.sub("", one)), len(_MASK_RUN.sub("", other)))
    if visible < _LEAST_VISIBLE:
        return MASKED
    if len(one) == len(other):
        agrees = all(a == b or has_mask(a) or has_mask(b) for a, b in zip(one, other, strict=True))
    elif has_mask(one) and has_mask(other):
        return MASKED
    else:
        agrees = _fits(one, other) if has_mask(one) else _fits(other, one)
    return FieldResult(Grade.PARTIAL, "masked_agrees") if agrees else FieldResult(Grade.MISMATCH, "masked_differs")


def _fits(masked: str, full: str) -> bool:
    parts = _MASK_RUN.split(masked)
    head, tail = parts[0], parts[-1]
    return len(full) >= len(head) + len(tail) and full.startswith(head) and full.endswith(tail)


def citizen_id(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Citizen id numbers (DOMAIN 4.7); a 15-digit number equals the 18-digit number that it became (correction 3)."""
    both = _plain(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = both
    if len(one) != len(other) and upgrade_citizen_id(one) == upgrade_citizen_id(other):
        return _UPGRADED
    return _other_number(one, other, options)


def doc_no(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Document numbers; options `declared_numbers`, `registered_numbers`: further numbers that each side knows of."""
    both = _plain(declared, registry)
    return both if isinstance(both, FieldResult) else _other_number(*both, options)


def frp_id(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Cards of foreign permanent residents; the cards of 2017 and 2023 bear different numbers of one person."""
    both = _plain(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = both
    result = _other_number(one, other, options)
    if result.grade is Grade.MISMATCH and (len(one) == _OLD_CARD_LENGTH) != (len(other) == _OLD_CARD_LENGTH):
        return _VERSIONS if is_permanent_resident_id(one) and is_permanent_resident_id(other) else result
    return result


def uscc(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Unified social credit codes; where only the organisation code inside agrees the result is partial."""
    both = _plain(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = organization_code_of(both[0]), organization_code_of(both[1])
    return _SAME_ORGANIZATION if one and one == other else DIFFERS


def _other_number(one: str, other: str, options: Options) -> FieldResult:
    """Agreement through a number that the *opposite* side lists as a predecessor or successor."""
    registered = {canonical_number(number).text for number in listed(options, "registered_numbers")}
    declared = {canonical_number(number).text for number in listed(options, "declared_numbers")}
    return _OTHER_NUMBER if one in registered or other in declared else DIFFERS
