"""The vocabulary: every attribute with its type, labels and marks, read from schemas/vocabulary.yaml."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gateway.errors import Diagnostic, Diagnostics
from gateway.resources import schemas_dir
from gateway.schemas.kinds import KINDS
from gateway.schemas.shapes import ListOf, Member, Record, Scalar, Shape
from gateway.yamlsource import Source, Trail, load

TYPES = ("text", "date", "datetime", "number", "integer", "boolean", "code", "point", "object", "list")


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list: code to its labels, in the order of the file."""

    name: str
    zh: Mapping[str, str]
    en: Mapping[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in their order."""
        return tuple(self.zh)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `codes` is set where the value comes from a closed list; `unit` where it is a measured number."""

    name: str
    type: str
    zh: str
    en: str
    shape: Shape
    personal: bool = False
    sensitive: bool = False
    codes: CodeList | None = None
    unit: str = ""
    example: object = None

    @property
    def members(self) -> tuple[str, ...]:
        """The names inside an object, a point, or the items of a list of objects."""
        shape = self.shape.shape if isinstance(self.shape, ListOf) else self.shape
        return tuple(member.name for member in shape.members) if isinstance(shape, Record) else ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All attributes and closed lists."""

    version: int
    attributes: Mapping[str, Attribute]
    codes: Mapping[str, CodeList]
    personal: frozenset[str] = field(default=frozenset())
    sensitive: frozenset[str] = field(default=frozenset())

    def attribute(self, name: str) -> Attribute:
        """One attribute; raises `KeyError`."""
        return self.attributes[name]

    def __contains__(self, name: object) -> bool:
        return name in self.attributes

    def suggest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """Names that may have been meant, the nearest first."""
        return suggest(name, tuple(self.attributes), limit)

    def type_of(self, path: str) -> str:
        """The type at `attribute` or `attribute.member` (`position.lon`); raises `KeyError`."""
        name, _, inner = path.partition(".")
        attribute = self.attributes[name]
        if not inner:
            return attribute.type
        record = attribute.shape.shape if isinstance(attribute.shape, ListOf) else attribute.shape
        member = record.member(inner) if isinstance(record, Record) else None
        if member is None or not isinstance(member.shape, Scalar):
            raise KeyError(path)
        return member.shape.kind


def suggest(name: str, known: tuple[str, ...], limit: int = 3) -> tuple[str, ...]:
    """Of `known`, what `name` was probably meant to be."""
    lowered = {entry.lower(): entry for entry in known}
    found = difflib.get_close_matches(name.lower()[:80], lowered, n=limit, cutoff=0.6)
    return tuple(lowered[entry] for entry in found)


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary, read once. Raises `Diagnostics` where the file is broken."""
    return read_vocabulary(schemas_dir() / "vocabulary.yaml")


def read_vocabulary(path: Path) -> Vocabulary:
    """Read one vocabulary. Raises `Diagnostics` with every mistake."""
    source = load(path, name=f"schemas/{path.name}")
    reader = _Reader(source)
    codes = {name: reader.code_list(name, body) for name, body in source.value.get("codes", {}).items()}
    reader.codes = codes
    attributes = {name: reader.attribute(name, body) for name, body in source.value.get("attributes", {}).items()}
    if reader.findings:
        raise Diagnostics(reader.findings)
    return Vocabulary(
        version=source.value["version"],
        attributes=MappingProxyType(attributes),
        codes=MappingProxyType(codes),
        personal=frozenset(name for name, attribute in attributes.items() if attribute.personal),
        sensitive=frozenset(name for name, attribute in attributes.items() if attribute.sensitive),
    )


class _Reader:
    _KEYS = frozenset(
        ("type", "zh", "en", "personal", "sensitive", "codes", "unit", "example", "items", "members", "item")
    )

    def __init__(self, source: Source) -> None:
        self.source = source
        self.codes: Mapping[str, CodeList] = {}
        self.findings: list[Diagnostic] = []

    def _find(self, trail: Trail, reason: str, expected: str = "") -> None:
        values = {"key": str(trail[-1]), "reason": reason, "expected": expected}
        self.findings.append(Diagnostic(self.source.mark(trail), "configuration.bad_value", dict(values)))

    def code_list(self, name: str, body: Mapping[str, Mapping[str, str]]) -> CodeList:
        zh = {code: labels["zh"] for code, labels in body.items()}
        return CodeList(name, MappingProxyType(zh), MappingProxyType({c: labels["en"] for c, labels in body.items()}))

    def attribute(self, name: str, body: Mapping[str, Any]) -> Attribute:
        trail: Trail = ("attributes", name)
        for key in body:
            if key not in self._KEYS:
                self._find((*trail, key), "not a key of an attribute", ", ".join(sorted(self._KEYS)))
        for key in ("type", "zh", "en"):
            if not isinstance(body.get(key), str):
                self._find(trail, f"needs the key '{key}'")
        return Attribute(
            name=name, type=str(body.get("type")), zh=str(body.get("zh")), en=str(body.get("en")),
            shape=self.shape(body, trail), personal=bool(body.get("personal")), sensitive=bool(body.get("sensitive")),
            codes=self.codes.get(body.get("codes", "")), unit=str(body.get("unit", "")), example=body.get("example"),
        )  # fmt: skip

    def shape(self, body: Mapping[str, Any], trail: Trail) -> Shape:
        kind = body.get("type", "object" if "members" in body else "")
        if kind == "list":
            items = body.get("items", {})
            return ListOf(str(items.get("item", "item")), self.shape(items, (*trail, "items")))
        if kind == "object":
            return Record(tuple(self._member(name, part, trail) for name, part in body.get("members", {}).items()))
        if kind == "point":
            crs = self.codes["crs"].codes if "crs" in self.codes else ()
            return Record(
                (
                    Member("lon", Scalar("number"), required=True, zh="经度", en="Longitude in decimal degrees"),
                    Member("lat", Scalar("number"), required=True, zh="纬度", en="Latitude in decimal degrees"),
                    Member("crs", Scalar("code", crs), required=True, zh="坐标系", en="Reference system"),
                )
            )
        if kind not in TYPES or kind not in KINDS:
            self._find((*trail, "type"), f"'{kind}' is not a type", ", ".join(TYPES))
        listed = str(body.get("codes", ""))
        if listed and listed not in self.codes:
            self._find((*trail, "codes"), f"there is no list '{listed}'", ", ".join(self.codes))
        return Scalar(str(kind), self.codes[listed].codes if listed in self.codes else ())

    def _member(self, name: str, body: Mapping[str, Any], trail: Trail) -> Member:
        shape = self.shape(body, (*trail, "members", name))
        return Member(name, shape, bool(body.get("required")), zh=str(body.get("zh", "")), en=str(body.get("en", "")))
