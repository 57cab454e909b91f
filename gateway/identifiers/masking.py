"""Masking for people's eyes, and recognising what somebody else has masked already."""

from __future__ import annotations

import re
from typing import Literal

MaskKind = Literal["", "number", "name", "latin", "address", "date", "plain"]

MASKS = "*＊✱∗□■?？×╳●○◯\ufffd"
"""Signs that stand for a hidden character in registries' replies; private-use characters count as well."""

_HIDDEN = re.compile(f"[{re.escape(MASKS)}\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_ADDRESS = re.compile("[省市区县镇乡村路街巷号栋幢室]")
_DATE = re.compile(r"(\d{4})-(\d{2})(-\d{2})?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DIGIT = re.compile(r"\d")
_STARS = dict.fromkeys(map(ord, "0123456789"), "*")
_LONGEST = 200
_ENDS = 4
_ADDRESS_HEAD = 6
_NAME_LONGEST = 6


def has_mask(text: str) -> bool:
    """Whether a sign in the text hides a character, or stands for one that could not be written."""
    # No sign that hides anything is a letter or a digit, and most names and numbers are nothing else.
    return not text.isalnum() and _HIDDEN.search(text) is not None


def mask(text: str, kind: MaskKind = "") -> str:
    """The text with its telling part starred: `4401**********0016`, `钟*明`, `C*** D****`.

    Without a kind it is guessed from the signs. The result is always valid Unicode and at most 200 characters long.
    """
    clean = text.strip()[:_LONGEST]
    if not clean.isascii():
        clean = _SURROGATE.sub("\ufffd", clean)
    if kind == "plain":
        return clean
    match kind or _guess(clean):
        case "number":
            return _number(clean)
        case "name":
            return _name(clean)
        case "latin":
            return " ".join(token[:1] + "*" * (len(token) - 1) for token in clean.split())
        case "address":
            return clean[:_ADDRESS_HEAD] + "***" if len(clean) > _ADDRESS_HEAD else clean[:2] + "***"
        case "date":
            return _date(clean)
        case _:
            return clean


def _guess(text: str) -> MaskKind:
    if _HAN.search(text):
        return "address" if len(text) > _NAME_LONGEST and _ADDRESS.search(text) else "name"
    if _DATE.fullmatch(text):
        return "date"
    return "number" if any(sign.isdigit() for sign in text) else "latin"


def _number(text: str) -> str:
    keep = min(_ENDS, len(text) // 4)
    if not keep:
        return "*" * len(text)
    return text[:keep] + "*" * (len(text) - 2 * keep) + text[-keep:]


def _name(text: str) -> str:
    if not _HAN.search(text):
        return mask(text, "latin") if text else ""
    if len(text) <= 2:
        return text[:1] + "*" * (len(text) - 1)
    return text[0] + "*" * (len(text) - 2) + text[-1]


def _date(text: str) -> str:
    if not text[:4].isdigit():
        return _number(text)
    return text[:4] + (text[4:].translate(_STARS) if text.isascii() else _DIGIT.sub("*", text[4:]))
