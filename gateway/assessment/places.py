"""Comparators for places: address and administrative division."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rapidfuzz.distance import JaroWinkler

from gateway.assessment.address_parts import DIVISION_LEVELS, Address, plain_address, read_address
from gateway.assessment.comparator import DIFFERS, MASKED, SAME, Options, listed, texts, written_differently
from gateway.assessment.tables import NameTables
from gateway.assessment.text import canonical, canonical_latin, canonical_number, has_han
from gateway.identifiers import has_mask
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_ADDRESS_CODE = FieldResult(Grade.EQUIVALENT, "address_code")
_SPELLING = FieldResult(Grade.VARIANT, "address_spelling")
_TO_NUMBER = FieldResult(Grade.PARTIAL, "address_to_number")
_UNPLACED = FieldResult(Grade.PARTIAL, "address_division_not_stated")
_PREFIX = FieldResult(Grade.PARTIAL, "address_prefix")
_TO_COMMUNITY = FieldResult(Grade.WEAK, "address_to_community")
_NOT_READ = FieldResult(Grade.NOT_COMPARABLE, "address_not_read")
_SAME_COUNTY = FieldResult(Grade.PARTIAL, "same_county")
_SAME_CITY = FieldResult(Grade.PARTIAL, "same_city")
_NOT_A_DIVISION = FieldResult(Grade.NOT_COMPARABLE, "unmapped_text")
_SUCCESSOR = FieldResult(Grade.VARIANT, "division_successor")
_PREFIX_CODE = FieldResult(Grade.EQUIVALENT, "division_prefix")
_COUNTY_DIGITS, _CITY_DIGITS = 6, 4
_THRESHOLD = 0.9


def address(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Addresses (DOMAIN 4.7): Chinese ones by their parts, others by their words.

    Option `address_codes`: the codes of both addresses in the standard library; equal codes are equivalent.
    """
    both = texts(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = both
    if has_mask(one) or has_mask(other):
        return MASKED
    if one == other:
        return SAME
    codes = listed(options, "address_codes")
    if len(codes) > 1 and len(set(codes)) == 1:
        return _ADDRESS_CODE
    left, right = canonical(one), canonical(other)
    if left.text == right.text:
        return written_differently(*left.steps, *right.steps)
    if has_han(left.text) and has_han(right.text):
        return _chinese(plain_address(one), plain_address(other))
    return _NOT_READ if has_han(left.text) or has_han(right.text) else _words(one, other)


def _chinese(one: str, other: str) -> FieldResult:
    if one == other:
        return written_differently("separators")
    left, right = read_address(one), read_address(other)
    level = _contradiction(left, right)
    if level:
        return FieldResult(Grade.MISMATCH, "address_differs", {"level": level})
    if not (left.located and right.located):
        shorter, longer = sorted((one, other), key=len)
        return _PREFIX if longer.startswith(shorter) else _NOT_READ
    return _located(left, right)


def _contradiction(left: Address, right: Address) -> str:
    """The first level of division at which both say something and it is not the same."""
    for level in DIVISION_LEVELS[:3]:
        one, other = left.division(level), right.division(level)
        if one and other and one != other:
            return level
    return ""


def _located(left: Address, right: Address) -> FieldResult:
    same_community = bool(left.community) and left.community == right.community
    if left.road and right.road and left.road != right.road:
        return _TO_COMMUNITY if same_community else FieldResult(Grade.MISMATCH, "address_differs", {"level": "road"})
    same_road = bool(left.road) and left.road == right.road
    if not (same_road or same_community):
        one_silent = not (left.community and right.community)
        return _NOT_READ if one_silent else FieldResult(Grade.MISMATCH, "address_differs", {"level": "community"})
    if left.number != right.number:
        if left.number and right.number and not same_community:
            return FieldResult(Grade.MISMATCH, "address_differs", {"level": "number"})
        return _TO_COMMUNITY
    if not left.number:
        return _TO_COMMUNITY if left.detail != right.detail or not same_road else _PREFIX
    shared = any(left.division(level) and left.division(level) == right.division(level) for level in DIVISION_LEVELS)
    if not shared:
        return _UNPLACED
    return _SPELLING if left.detail == right.detail else _TO_NUMBER


def _words(one: str, other: str) -> FieldResult:
    """Addresses in Latin letters: by their words; numbers must agree."""
    left, right = canonical_latin(one), canonical_latin(other)
    if left.text == right.text:
        return written_differently(*left.steps, *right.steps)
    ones, others = left.text.split(), right.text.split()
    if sorted(ones) == sorted(others):
        return _SPELLING
    numbers = [{word for word in words if any(map(str.isdigit, word))} for words in (ones, others)]
    fewer, more = sorted((set(ones), set(others)), key=len)
    if fewer < more:
        return _PREFIX
    if numbers[0] != numbers[1]:
        return FieldResult(Grade.MISMATCH, "address_differs", {"level": "number"})
    score = JaroWinkler.similarity(left.text, right.text)
    return FieldResult(Grade.WEAK, "similar_spelling", {"score": f"{score:.2f}"}) if score >= _THRESHOLD else DIFFERS


def division(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Administrative divisions (GB/T 2260, 6 or 12 digits; a country prefix of 3 digits is cut off).

    Option `successors` (object: code to the code that replaced it) makes agreement through it a variant.
    """
    both = texts(declared, registry)
    if isinstance(both, FieldResult):
        return both
    one, other = both
    if one == other:
        return MASKED if has_mask(one) else SAME
    if has_mask(one) or has_mask(other):
        return MASKED
    left, right = _division_code(one), _division_code(other)
    if not left or not right:
        return _NOT_A_DIVISION
    if left == right:
        return _PREFIX_CODE
    successors = options.get("successors")
    if isinstance(successors, Mapping) and _succeeds(left, right, successors):
        return _SUCCESSOR
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= _COUNTY_DIGITS and longer.startswith(shorter):
        return _PREFIX_CODE
    if left[:_COUNTY_DIGITS] == right[:_COUNTY_DIGITS]:
        return _SAME_COUNTY
    return _SAME_CITY if left[:_CITY_DIGITS] == right[:_CITY_DIGITS] else DIFFERS


def _division_code(text: str) -> str:
    """The code without its country prefix, and without the zeros that fill 12 digits; empty where it is none."""
    digits = canonical_number(text).text
    if not re.fullmatch(r"[0-9]{2,12}", digits):
        return ""
    if len(digits) == _COUNTY_DIGITS + 3 and digits.startswith("156"):
        digits = digits[3:]
    if len(digits) > _COUNTY_DIGITS:
        digits = digits[:_COUNTY_DIGITS] + digits[_COUNTY_DIGITS:].rstrip("0")
    return digits


def _succeeds(left: str, right: str, successors: Mapping[Any, Any]) -> bool:
    one, other = left[:_COUNTY_DIGITS], right[:_COUNTY_DIGITS]
    return successors.get(one) == other or successors.get(other) == one
