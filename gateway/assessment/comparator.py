"""What a comparator is: a named, versioned, pure function over two values, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gateway.assessment.tables import NameTables
from gateway.identifiers import MaskKind
from gateway.model.catalog import Bilingual
from gateway.model.finding import FieldResult
from gateway.model.outcomes import Grade

Options = Mapping[str, Any]
"""Parameters of the comparator from the catalog, and the surroundings of the two values (`day`, `former_names` …)."""

CompareFunction = Callable[[Any, Any, Options, NameTables], FieldResult]

LONGEST = 2000
"""Longer texts are only compared for equality: nobody's name or address has that length."""


class Role(StrEnum):
    """What a compared field means for the outcome."""

    NAME = "name"
    CITIZEN_ID = "citizen_id"
    IDENTIFIER = "identifier"
    BIRTH_DATE = "birth_date"
    EXPIRY = "expiry"
    STATE = "state"
    PREDICATE = "predicate"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Comparator:
    """One comparator. `types` are the value types of the vocabulary it reads; a predicate needs no stated value.

    `literal` says that two equal texts of letters and digits are the same, whatever the options and tables.
    `symmetric` says that both sides may be exchanged without changing the grade (without options).
    """

    name: str
    version: int
    types: tuple[str, ...]
    doc: Bilingual
    compare: CompareFunction
    role: Role = Role.OTHER
    predicate: bool = False
    symmetric: bool = True
    literal: bool = False
    mask: MaskKind = "plain"

    label: str = field(init=False)
    """Name and version as they stand in a finding: `zh_name@1`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", f"{self.name}@{self.version}")


SAME = FieldResult(Grade.EXACT, "same")
DIFFERS = FieldResult(Grade.MISMATCH, "differs")
NOT_STATED = FieldResult(Grade.NOT_PROVIDED, "not_stated")
ABSENT = FieldResult(Grade.NOT_PROVIDED, "absent")
MASKED = FieldResult(Grade.NOT_COMPARABLE, "masked")
TOO_LONG = FieldResult(Grade.NOT_COMPARABLE, "too_long")
VALUE_TYPE = FieldResult(Grade.NOT_COMPARABLE, "value_type")
_SERIES = (list, tuple, set, frozenset)


def written_differently(*steps: str) -> FieldResult:
    """Equivalent: the same after the named canonicalisation steps (DOMAIN 4.1)."""
    return FieldResult(Grade.EQUIVALENT, "written_differently", {"steps": " ".join(dict.fromkeys(steps))})


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: None, blank text, an empty list or object."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple | dict) and not value)


def texts(declared: Any, registry: Any) -> tuple[str, str] | FieldResult:
    """Both values as text, or the result that is certain before any comparison.

    Integers count as text, because registries write numbers of documents as numbers.
    """
    if is_empty(declared):
        return NOT_STATED
    if is_empty(registry):
        return ABSENT
    one = declared if isinstance(declared, str) else _text(declared)
    other = registry if isinstance(registry, str) else _text(registry)
    if one is None or other is None:
        return VALUE_TYPE
    if len(one) > LONGEST or len(other) > LONGEST:
        return SAME if one == other else TOO_LONG
    return one, other


def _text(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        # A number of many thousand digits is refused by Python itself; nothing that long is an identifier.
        return str(value) if value.bit_length() < LONGEST else None
    return None


def listed(options: Options, key: str) -> tuple[str, ...]:
    """The texts under an option that may hold one text, a list of texts, or nothing."""
    value = options.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    if isinstance(value, _SERIES):
        return tuple(item for item in value if isinstance(item, str) and item.strip())
    return ()
