"""Names that look right and are not: letters of another script in an element's name or a path."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gateway.lint.places import Sheet
from gateway.mapping.compiled import RegistryMapping
from gateway.yamlsource import Trail

_WORD = re.compile(r"[^\W\d_][\w.-]*")
_LITERAL = re.compile(r""""[^"]*"|'[^']*'""")
_LOOKALIKES = ("CYRILLIC", "GREEK", "FULLWIDTH LATIN")
_PATHS = frozenset(
    {"path", "document", "each", "unwrap", "fields", "judged", "evidence", "first_of", "highest", "precision"}
)


def check_names(sheet: Sheet, mapping: RegistryMapping) -> None:
    """Warn of names in requests and paths that mix Latin letters with letters that only look so."""
    groups: list[Trail] = [("operations", name) for name in mapping.operations]
    for group in (*groups, ("shared",)):
        for trail, name, at_key in _names(sheet.at((*group, "request")), (*group, "request")):
            _check(sheet, trail, name, at_key)
        for trail, name, at_key in _paths(sheet.at((*group, "reply")), (*group, "reply")):
            _check(sheet, trail, name, at_key)


def _check(sheet: Sheet, trail: Trail, text: str, at_key: bool) -> None:
    for word in _WORD.finditer(_LITERAL.sub(lambda literal: " " * len(literal[0]), text)):
        strange = next((place for place, letter in enumerate(word[0]) if _lookalike(letter)), None)
        if strange is not None and any(letter.isascii() and letter.isalpha() for letter in word[0]):
            shift = word.start() + strange
            sheet.find("mapping.mixed_script_name", trail, at_key=at_key, shift=0 if at_key else shift, name=word[0])


def _lookalike(letter: str) -> bool:
    return not letter.isascii() and unicodedata.name(letter, "").startswith(_LOOKALIKES)


def _names(value: object, trail: Trail) -> Iterator[tuple[Trail, str, bool]]:
    """Every key below a value: element and member names of a request."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*trail, key), key, True
            yield from _names(inner, (*trail, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _names(inner, (*trail, place))


def _paths(value: object, trail: Trail, *, inside: bool = False) -> Iterator[tuple[Trail, str, bool]]:
    """Every text of a reply that is a path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            sources = inside or key in ("fields", "judged", "evidence")
            if isinstance(inner, str) and (key in _PATHS or (sources and trail[-1] in _PATHS)):
                yield (*trail, key), inner, False
            else:
                yield from _paths(inner, (*trail, key), inside=sources)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _paths(inner, (*trail, place), inside=inside)
