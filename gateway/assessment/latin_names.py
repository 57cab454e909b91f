"""The comparator for names in Latin letters: order, spelling of ü, dialect surnames, aliases, truncation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rapidfuzz.distance import JaroWinkler

from gateway.assessment.comparator import MASKED, SAME, Options, is_empty, listed, texts, written_differently
from gateway.assessment.latin_forms import LatinName, fold_umlaut, parse_latin
from gateway.assessment.tables import NameTables
from gateway.assessment.text import canonical, canonical_latin, has_latin
from gateway.identifiers import has_mask
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

_OTHER_SCRIPT = FieldResult(Grade.NOT_COMPARABLE, "other_script")
_NAMES_DIFFER = FieldResult(Grade.MISMATCH, "names_differ")
_TRUNCATED = FieldResult(Grade.EQUIVALENT, "mrz_truncated")
_ORDER_UNKNOWN = FieldResult(Grade.VARIANT, "order_unknown")
_SPLIT = FieldResult(Grade.VARIANT, "split_differs")
_UMLAUT = FieldResult(Grade.VARIANT, "u_umlaut")
_ALIAS = FieldResult(Grade.VARIANT, "declared_alias")
_WESTERN = FieldResult(Grade.VARIANT, "western_name_declared")
_EXTRA = FieldResult(Grade.PARTIAL, "extra_tokens")
_INITIALS = FieldResult(Grade.PARTIAL, "initials")
_DIALECT_ONLY = FieldResult(Grade.WEAK, "dialect_surname_only")
_GOOD = frozenset({Grade.EXACT, Grade.EQUIVALENT, Grade.VARIANT})
_MRZ_WIDTH = 39
_THRESHOLD = 0.88


def latin_name(declared: Any, registry: Any, options: Options, tables: NameTables) -> FieldResult:
    """Names in Latin letters (DOMAIN 4.7); a value may also be an object with `surname` and `given_names`.

    Options: `threshold` (Jaro-Winkler, 0–1, default 0.88; similarity is never more than weak), `declared_aliases`,
    `registered_aliases`, `western_names` (declared given names that the other side may lack).
    """
    both = texts(_joined(declared), _joined(registry))
    if isinstance(both, FieldResult):
        return both
    one, other = both
    if has_mask(one) or has_mask(other):
        return MASKED
    if one == other:
        return SAME
    if not (has_latin(canonical(one).text) and has_latin(canonical(other).text)):
        return _OTHER_SCRIPT
    result = _best(one, other, options, tables)
    if result.grade in _GOOD:
        return result
    aliased = any(_plain(one, alias, tables) for alias in listed(options, "registered_aliases")) or any(
        _plain(alias, other, tables) for alias in listed(options, "declared_aliases")
    )
    return _ALIAS if aliased else result


def _joined(value: Any) -> Any:
    """An object with surname and given names as `SURNAME, GIVEN NAMES`; anything else unchanged."""
    if not isinstance(value, Mapping):
        return value
    parts = [value.get("surname"), value.get("given_names")]
    if any(part is not None and not isinstance(part, str) for part in parts) or all(map(is_empty, parts)):
        return [value]
    return ", ".join(part for part in parts if part)


def _plain(one: str, other: str, tables: NameTables) -> bool:
    return _one_pair(parse_latin(one), parse_latin(other), {}, tables).grade in _GOOD


def _best(one: str, other: str, options: Options, tables: NameTables) -> FieldResult:
    """Compare the main names; where either has an alias of its own, agreement through it is a variant."""
    left, right = parse_latin(one), parse_latin(other)
    result = _one_pair(left, right, options, tables)
    if result.grade in _GOOD or not (left.aliases or right.aliases):
        return result
    pairs = ((a, b) for a in (left, *left.aliases) for b in (right, *right.aliases))
    found = any(_one_pair(a, b, {}, tables).grade in _GOOD for a, b in pairs)
    return _ALIAS if found else result


def _one_pair(left: LatinName, right: LatinName, options: Options, tables: NameTables) -> FieldResult:
    if not left.tokens or not right.tokens:
        return _NAMES_DIFFER
    return (
        _equivalent(left, right)
        or _variant(left, right, tables)
        or _partial(left, right, options)
        or _weak(left, right, options, tables)
        or _NAMES_DIFFER
    )


def _equivalent(left: LatinName, right: LatinName) -> FieldResult | None:
    if left.tokens == right.tokens:
        return written_differently(*left.steps, *right.steps) if left.steps or right.steps else SAME
    if not left.as_written.isdisjoint(right.as_written):
        return written_differently(*left.steps, *right.steps, "separators")
    for short, full in ((left, right), (right, left)):
        if len(short.mrz) >= _MRZ_WIDTH and full.mrz.startswith(short.mrz[:_MRZ_WIDTH]):
            return _TRUNCATED
    return None


def _variant(left: LatinName, right: LatinName, tables: NameTables) -> FieldResult | None:
    ones, others = left.readings, right.readings
    if not ones.isdisjoint(others) or sorted(left.tokens) == sorted(right.tokens):
        return _ORDER_UNKNOWN
    if "".join(left.tokens) == "".join(right.tokens):
        return _SPLIT
    folded = {tuple(map(fold_umlaut, reading)) for reading in ones}
    if not folded.isdisjoint(tuple(map(fold_umlaut, reading)) for reading in others):
        return _UMLAUT
    for one, other, surname in _dialect_pairs(ones, others, tables):
        if fold_umlaut(one) == fold_umlaut(other):
            return FieldResult(Grade.VARIANT, "dialect_surname", {"surname": surname})
    return None


def _dialect_pairs(
    ones: frozenset[tuple[str, str]], others: frozenset[tuple[str, str]], tables: NameTables
) -> Iterator[tuple[str, str, str]]:
    """Given names of readings whose surnames are spellings of one Chinese surname, with that surname."""
    for surname, given in sorted(ones):
        for other_surname, other_given in sorted(others):
            shared = tables.surnames.get(surname, frozenset()) & tables.surnames.get(other_surname, frozenset())
            if shared and given and other_given:
                yield given, other_given, min(shared)


def _partial(left: LatinName, right: LatinName, options: Options) -> FieldResult | None:
    fewer, more = sorted((left.tokens, right.tokens), key=len)
    if len(fewer) < len(more) and not set(fewer) - set(more):
        extra = set(more) - set(fewer)
        declared = {canonical_latin(name).text for name in listed(options, "western_names")}
        return _WESTERN if extra <= declared and len(fewer) > 1 else _EXTRA
    if len(fewer) == len(more) > 1 and fewer[0] == more[0] and all(map(_initial, fewer[1:], more[1:])):
        return _INITIALS
    return None


def _initial(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _weak(left: LatinName, right: LatinName, options: Options, tables: NameTables) -> FieldResult | None:
    threshold = options.get("threshold", _THRESHOLD)
    score = JaroWinkler.similarity(" ".join(left.tokens), " ".join(right.tokens))
    if isinstance(threshold, int | float) and score >= threshold:
        return FieldResult(Grade.WEAK, "similar_spelling", {"score": f"{score:.2f}"})
    same_line = left.tokens[0] != right.tokens[0] and any(
        tables.surnames.get(a, frozenset()) & tables.surnames.get(b, frozenset())
        for a, b in ((left.tokens[0], right.tokens[0]),)
    )
    return _DIALECT_ONLY if same_line else None
