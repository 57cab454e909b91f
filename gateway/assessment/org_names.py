"""The comparator for names of organisations."""

from __future__ import annotations

import re
from typing import Any

from gateway.assessment.comparator import MASKED, SAME, Options
from gateway.assessment.han_names import agreement, one_edit_apart, readable, through_former_names
from gateway.assessment.tables import NameTables
from gateway.assessment.text import Canonical, canonical_latin, has_han
from gateway.identifiers import has_mask
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_NAMES_DIFFER = FieldResult(Grade.MISMATCH, "names_differ")
_LEGAL_FORM = FieldResult(Grade.VARIANT, "legal_form_wording")
_BRANCH = FieldResult(Grade.PARTIAL, "branch")
_ONE_CHARACTER = FieldResult(Grade.WEAK, "one_character")
_PUNCTUATION = re.compile(r"[()\[\]【】〔〕\s\"“”'.,，、&-]+")
_SHORTEST = 6
_SHORTEST_STEM = 4


def org_name(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Names of organisations (DOMAIN 4.7).

    Options `declared_former_names` and `registered_former_names`: agreement through one of them is a variant.
    """
    return through_former_names(declared, registry, options, tables, _compare)


def _compare(one: str, other: str, tables: NameTables) -> FieldResult:
    if one == other and not has_mask(one):
        return SAME
    left, right = readable(one, tables), readable(other, tables)
    if has_mask(left.text) or has_mask(right.text):
        return MASKED
    bare_left, bare_right = _bare(left), _bare(right)
    if not bare_left.text or not bare_right.text:
        return _NAMES_DIFFER
    same = agreement(bare_left, bare_right, tables)
    if same is not None:
        # Under one credit code the script of a name is a variant even where characters map one to one (DOMAIN 4.7).
        return FieldResult(Grade.VARIANT, same.reason, same.values) if same.reason == "trad_simp" else same
    wording_left, wording_right = _wording(bare_left), _wording(bare_right)
    if agreement(wording_left, wording_right, tables) is not None:
        return _LEGAL_FORM
    return _near(bare_left.text, bare_right.text)


def _bare(name: Canonical) -> Canonical:
    """The name without brackets, blanks and punctuation; Latin letters without accents and in upper case."""
    if not has_han(name.text):
        latin = canonical_latin(name.text)
        name = Canonical(latin.text, tuple(dict.fromkeys((*name.steps, *latin.steps))))
    text = _PUNCTUATION.sub("", name.text)
    return name if text == name.text else Canonical(text, (*name.steps, "brackets"))


def _wording(name: Canonical) -> Canonical:
    return Canonical(name.text.replace("有限责任公司", "有限公司").replace("有限責任公司", "有限公司"), name.steps)


def _near(one: str, other: str) -> FieldResult:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _SHORTEST_STEM and longer.startswith(shorter):
        return _BRANCH
    return _ONE_CHARACTER if len(shorter) >= _SHORTEST and one_edit_apart(one, other) else _NAMES_DIFFER
