"""Traditional and simplified characters: the only door to OpenCC."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from gateway.assessment.tables import NameTables


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=8192)
def simplified_character(character: str) -> str:
    """The simplified form of one character; names are converted sign by sign, because phrases don't apply to them."""
    if not "\u3400" <= character <= "\U000323af" or "\ud800" <= character <= "\uf8ff":
        return character
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


def simplified(text: str) -> str:
    """The text with every traditional character replaced by its simplified one."""
    if text.isascii():
        return text
    return "".join(map(simplified_character, text))


@dataclass(frozen=True, slots=True)
class ScriptMatch:
    """How two texts of the same length agree sign by sign; `rule` names the pairs that needed a table.

    `kind`: `equivalent` (one to one), `ambiguous` (a simplified sign with several origins), `variant` (table of pairs).
    """

    kind: str
    rule: str


_ORDER = ("equivalent", "ambiguous", "variant")


def script_match(one: str, other: str, tables: NameTables) -> ScriptMatch | None:
    """Whether two different texts say the same in another script or with registered variants; None if they do not."""
    if len(one) != len(other):
        return None
    kind, rules = 0, []
    for left, right in zip(one, other, strict=True):
        if left == right:
            continue
        pair = _pair(left, right, tables)
        if pair is None:
            return None
        kind = max(kind, pair)
        rules.append(f"{left}→{right}")
    return ScriptMatch(_ORDER[kind], " ".join(rules))


def _pair(left: str, right: str, tables: NameTables) -> int | None:
    one, other = simplified_character(left), simplified_character(right)
    if right in tables.variants.get(left, ()):
        return 2
    if one == other:
        return 1 if one in tables.ambiguous else 0
    return 2 if other in tables.variants.get(one, ()) else None
