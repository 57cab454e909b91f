"""The written forms in which a judging registry may be asked about a name, and what a match on each is worth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.assessment.han_names import agreement, readable
from gateway.assessment.script import simplified
from gateway.assessment.tables import NameTables
from gateway.assessment.text import Canonical
from gateway.model.outcomes import Grade

NameForm = tuple[str, Grade, str]
"""The text to be sent, the grade that a match on it yields, and the reason."""


def name_forms(name: str, tables: NameTables, former_names: Iterable[Any] = (), limit: int = 2) -> list[NameForm]:
    """The forms of one name: first the canonical simplified one, then at most `limit` others (DOMAIN 4.8).

    The others are, in this order: declared former names; the name as written where simplifying it was ambiguous;
    registered variants of the table, one character at a time. Every form is a query about personal data: the limit
    keeps that from becoming a search.
    """
    written = readable(name, tables)
    first = simplified(written.text)
    forms: dict[str, tuple[Grade, str]] = {first: _worth(name, written, first, tables)}
    for former in former_names:
        if isinstance(former, str) and former.strip():
            forms.setdefault(simplified(readable(former, tables).text), (Grade.VARIANT, "former_name"))
    if forms[first][1] == "trad_simp_ambiguous":
        # The register may hold the name exactly as the applicant writes it.
        forms.setdefault(written.text, (Grade.EXACT if written.text == name else Grade.EQUIVALENT, "as_written"))
    for position, sign in enumerate(first):
        for other in tables.variants.get(sign, ()):
            variant = f"{first[:position]}{other}{first[position + 1 :]}"
            forms.setdefault(variant, (Grade.VARIANT, "variant_character"))
    return [(form, grade, reason) for form, (grade, reason) in list(forms.items())[: limit + 1]]


def first_form(name: str, tables: NameTables) -> NameForm:
    """The form that is asked first; the same as the first of `name_forms`."""
    written = readable(name, tables)
    first = simplified(written.text)
    return (first, *_worth(name, written, first, tables))


def _worth(name: str, written: Canonical, first: str, tables: NameTables) -> tuple[Grade, str]:
    """What a match on the first form says about the name as it was stated."""
    if first == name:
        return Grade.EXACT, "judged_match"
    result = agreement(written, Canonical(first), tables)
    if result is None:
        return Grade.VARIANT, "trad_simp_ambiguous"
    return result.grade, result.reason
