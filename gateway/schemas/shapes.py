"""The shape of a document: records, lists, maps and plain values, from which both schema languages are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain value: a kind of `gateway.schemas.kinds`, or one of a closed list where `values` are given."""

    kind: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a record with its labels."""

    name: str
    shape: Shape
    required: bool = False
    nullable: bool = False
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """An object with named members; at least `least` must be there. `name` is set where it is used twice."""

    members: tuple[Member, ...]
    name: str = ""
    least: int = 0
    _index: dict[str, int] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {member.name: place for place, member in enumerate(self.members)})

    def member(self, name: str) -> Member | None:
        """One member; None where there is none of this name."""
        place = self._index.get(name)
        return None if place is None else self.members[place]

    def ordered(self, names: Iterable[str]) -> list[Member]:
        """The members of these names in the schema's order; unknown names are left out."""
        return [self.members[place] for place in sorted(self._index[name] for name in names if name in self._index)]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; in XML a wrapper with one element `item` for each."""

    item: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with free keys; in XML a wrapper with one element `item` for each, the key in the attribute `key`."""

    item: str
    key: Scalar
    shape: Shape


Shape: TypeAlias = Scalar | Record | ListOf | MapOf


@dataclass(frozen=True, slots=True)
class Document:
    """One shared document: its name, labels, and the shape of its top."""

    name: str
    version: int
    zh: str
    en: str
    shape: Record

    @property
    def namespace(self) -> str:
        """The namespace of its XML form."""
        return f"urn:shuqiao:{self.name}:{self.version}"

    @property
    def schema_id(self) -> str:
        """The `$id` of its JSON Schema."""
        return f"urn:shuqiao:schema:{self.name}:{self.version}"


def at(shape: Shape, trail: Sequence[str | int]) -> Shape | None:
    """The shape at a place of a document; None where the document has no such place."""
    here: Shape | None = shape
    for step in trail:
        if isinstance(here, Record) and isinstance(step, str):
            member = here.member(step)
            here = member.shape if member else None
        elif (isinstance(here, MapOf) and isinstance(step, str)) or (
            isinstance(here, ListOf) and isinstance(step, int)
        ):
            here = here.shape
        else:
            return None
    return here
