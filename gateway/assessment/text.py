"""Canonical text: the foldings that change how something is written but not what it says; each one is named."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
_HAN = re.compile(f"[{HAN}]")
_PLAIN_HAN = re.compile("[\u4e00-\u9fff]*")
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
# Zero-width signs, direction marks, byte order mark, variation selectors, soft hyphen.
_INVISIBLE = re.compile(
    "[\u00ad\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
# NFKC leaves these apart, although all of them are typed for the dot in names such as 买买提·吐尔逊.
_INTERPUNCT = re.compile(f"(?<=[{HAN}])\\s*[•・‧∙⋅·．.]\\s*(?=[{HAN}])")
_BLANKS = re.compile(r"\s+")
_BLANK_AT_HAN = re.compile(f"(?<=[{HAN}·])\\s+(?=[{HAN}·])")
_SEPARATORS = re.compile("[-'’‘`´ʼ‐‑‒–—,，<·./]+")
_UMLAUT = re.compile("(?<=[LNln])[ÜüǕǖǗǘǙǚǛǜ](?=[BCDFGHJKLMNPQRSTWXYZ]|[^a-z]|$)", re.IGNORECASE)
_BRACKETS = re.compile(r"[()\[\]【】〔〕「」]")


class Canonical(NamedTuple):
    """A folded text and the names of the steps that changed something, in their order."""

    text: str
    steps: tuple[str, ...] = ()


def has_han(text: str) -> bool:
    """Whether there is a Chinese character."""
    return _HAN.search(text) is not None


def has_latin(text: str) -> bool:
    """Whether there is a Latin letter."""
    return _LATIN.search(text) is not None


def canonical(text: str) -> Canonical:
    """Fold width (NFKC), invisible signs, interpuncts and blanks (DOMAIN 4.1, steps 1–3)."""
    if _PLAIN_HAN.fullmatch(text):
        return Canonical(text)
    steps: list[str] = []
    if text.isascii():
        # Nothing but blanks can change in ASCII, and most identifiers are ASCII.
        folded = text
    else:
        # Invisible signs go first: NFKC would keep them between letters that it could otherwise join.
        visible = _step(steps, "invisible", text, _INVISIBLE.sub("", text))
        wide = _step(steps, "width", visible, unicodedata.normalize("NFKC", visible))
        folded = _step(steps, "interpunct", wide, _INTERPUNCT.sub("·", wide))
    trimmed = _BLANKS.sub(" ", folded).strip()
    joined = _step(steps, "blanks", folded, _BLANK_AT_HAN.sub("", trimmed))
    return Canonical(joined, tuple(steps))


def canonical_number(text: str) -> Canonical:
    """Fold a document number: upper case, no blanks, half width, no brackets (DOMAIN 4.1, step 5)."""
    if text.isascii() and text.isalnum() and not any("a" <= sign <= "z" for sign in text):
        return Canonical(text)
    steps: list[str] = []
    visible = _step(steps, "invisible", text, _INVISIBLE.sub("", text))
    wide = _step(steps, "width", visible, unicodedata.normalize("NFKC", visible))
    closed = _step(steps, "blanks", wide, _BLANKS.sub("", wide))
    bare = _step(steps, "brackets", closed, _BRACKETS.sub("", closed))
    return Canonical(_step(steps, "case", bare, bare.upper()), tuple(steps))


def strip_diacritics(text: str) -> str:
    """The text without accents: NFD, then no combining marks."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def canonical_latin(text: str) -> Canonical:
    """Fold Latin writing: diacritics, case, separators (DOMAIN 4.1, step 4); words stay apart by one blank."""
    base = canonical(text)
    steps = list(base.steps)
    # LÜ and NÜ are printed LYU and NYU (GB/T 28039-2011), never LU and NU: those are other syllables.
    printed = base.text if base.text.isascii() else _UMLAUT.sub(_print_umlaut, base.text)
    plain = _step(steps, "diacritics", base.text, strip_diacritics(printed))
    upper = _step(steps, "case", plain, plain.upper())
    apart = _SEPARATORS.sub(" ", upper)
    return Canonical(_step(steps, "separators", upper, _BLANKS.sub(" ", apart).strip()), tuple(steps))


def _print_umlaut(found: re.Match[str]) -> str:
    return "YU" if found.group().isupper() else "yu"


def _step(steps: list[str], name: str, before: str, after: str) -> str:
    if before != after:
        steps.append(name)
    return after
