"""How a name in Latin letters is read: blocks, order, aliases, the machine-readable zone, the spellings of ü."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gateway.assessment.text import Canonical, canonical, canonical_latin

_ALIAS = re.compile(r"\s*(?:@|\balias\b|\ba\.?k\.?a\.?(?=\s))\s*", re.IGNORECASE)
_MOST_ALIASES = 5
_MRZ_FILLER = re.compile("<+$")
_APOSTROPHES = re.compile("['’‘`´ʼ]")
# ü after l and n: LÜ is printed LYU since 2012, LV or LU before; a vowel other than e never follows it in a syllable.
_UMLAUT = re.compile("([LN])(?:YU|V)(?=E?(?:[BCDFGHJKLMNPQRSTWXYZ]|$))")


@dataclass(frozen=True, slots=True)
class LatinName:
    """One name: its words, its blocks where the writing tells which is the surname, its aliases.

    `as_written` are pairs of surname and joined given names in the order of writing (two where an apostrophe may be
    read both ways); `readings` add the other order where nothing tells which word is the surname.
    `mrz` is the name as the machine-readable zone of a passport writes it (ICAO 9303-3, 39 characters).
    """

    tokens: tuple[str, ...]
    blocks: tuple[str, str]
    tagged: bool
    as_written: frozenset[tuple[str, str]]
    readings: frozenset[tuple[str, str]]
    mrz: str
    steps: tuple[str, ...]
    aliases: tuple[LatinName, ...] = ()


def parse_latin(text: str) -> LatinName:
    """Read one name; `@` and `alias` separate a name from its aliases."""
    parts = [part for part in _ALIAS.split(text) if part.strip()][: _MOST_ALIASES + 1]
    if not parts:
        return _single("")
    first = _single(parts[0])
    if len(parts) == 1:
        return first
    return replace(first, aliases=tuple(_single(part) for part in parts[1:]))


def _single(text: str) -> LatinName:
    folded = canonical_latin(text)
    tokens = tuple(folded.text.split())
    surname, tagged = _surname(text, tokens)
    given = tokens[len(surname) :]
    blocks = ("".join(surname), "".join(given))
    as_written, readings = {blocks}, {blocks}
    if not tagged and len(tokens) > 1:
        readings.add((tokens[-1], "".join(tokens[:-1])))
    if _APOSTROPHES.search(text):
        # An apostrophe separates syllables (XI'AN) or belongs to a Wade-Giles initial (CH'EN): read it both ways.
        bare = _single(_APOSTROPHES.sub("", text))
        as_written |= bare.as_written
        readings |= bare.readings
    mrz = _mrz(text, surname, given)
    return LatinName(tokens, blocks, tagged, frozenset(as_written), frozenset(readings), mrz, _steps(text, folded))


def _surname(text: str, tokens: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The words of the surname, and whether the writing says so: `SURNAME, GIVEN` or `SURNAME<<GIVEN`."""
    head, mark, tail = text.partition("<<")
    if not mark:
        head, mark, tail = canonical(text).text.partition(",")
    if mark and tail.strip("< "):
        words = tuple(canonical_latin(head).text.split())
        if words and tokens[: len(words)] == words:
            return words, True
    return tokens[:1], False


def _mrz(text: str, surname: tuple[str, ...], given: tuple[str, ...]) -> str:
    if "<" in text:
        return _MRZ_FILLER.sub("", text.strip().upper())
    return f"{'<'.join(surname)}<<{'<'.join(given)}"


def _steps(text: str, folded: Canonical) -> tuple[str, ...]:
    return folded.steps or (("blanks",) if folded.text != text else ())


def fold_umlaut(word: str) -> str:
    """The word with every spelling of LÜ and NÜ written LU and NU."""
    return _UMLAUT.sub(r"\1U", word)
