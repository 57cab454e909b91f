"""The shared documents as shapes, read from schemas/documents.yaml and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gateway.errors import Diagnostic, Diagnostics, GatewayError
from gateway.resources import schemas_dir
from gateway.schemas.kinds import KINDS
from gateway.schemas.shapes import Document, ListOf, MapOf, Member, Record, Scalar, Shape
from gateway.schemas.vocabulary import Vocabulary, suggest, vocabulary
from gateway.yamlsource import Source, Trail, load

_KEYS = frozenset(
    ("type", "attribute", "values", "codes", "members", "use", "claims", "least", "list", "map", "keys", "required",
     "nullable", "zh", "en")
)  # fmt: skip


@cache
def documents() -> Mapping[str, Document]:
    """The shared documents by name, read once. Raises `Diagnostics` where a file is broken."""
    return read_documents(schemas_dir() / "documents.yaml", vocabulary())


def document(name: str) -> Document:
    """One shared document; raises `request.not_found`."""
    found = documents().get(name)
    if found is None:
        raise GatewayError("request.not_found", kind="schema", name=name)
    return found


def read_documents(path: Path, words: Vocabulary) -> Mapping[str, Document]:
    """Read the definitions. Raises `Diagnostics` with every mistake."""
    source = load(path, name=f"schemas/{path.name}")
    reader = _Reader(source, words)
    found: dict[str, Document] = {}
    for name, body in source.value["documents"].items():
        shape = reader.shape(body, ("documents", name))
        if not isinstance(shape, Record):
            reader.find(("documents", name), "a document is an object")
            continue
        found[name] = Document(name, source.value["version"], body.get("zh", ""), body.get("en", ""), shape)
    if reader.findings:
        raise Diagnostics(reader.findings)
    return MappingProxyType(found)


class _Reader:
    def __init__(self, source: Source, words: Vocabulary) -> None:
        self.source = source
        self.words = words
        self.groups: Mapping[str, list[str]] = source.value.get("groups", {})
        self.types: Mapping[str, Any] = source.value.get("types", {})
        self.findings: list[Diagnostic] = []
        for group, names in self.groups.items():
            for position, name in enumerate(names):
                if name not in words:
                    self._unknown(("groups", group, position), name, tuple(words.attributes))

    def find(self, trail: Trail, reason: str, expected: str = "") -> None:
        values = {"key": str(trail[-1]), "reason": reason, "expected": expected}
        self.findings.append(Diagnostic(self.source.mark(trail), "configuration.bad_value", dict(values)))

    def _unknown(self, trail: Trail, name: str, known: tuple[str, ...]) -> None:
        near = suggest(name, known)
        self.find(trail, f"there is no '{name}'", "did you mean: " + ", ".join(near) if near else "")

    def shape(self, body: Mapping[str, Any], trail: Trail) -> Shape:
        for key in body:
            if key not in _KEYS:
                self._unknown((*trail, key), key, tuple(sorted(_KEYS)))
        inner = self._inner(body, trail)
        if "list" in body:
            return ListOf(body["list"], inner)
        if "map" in body:
            return MapOf(body["map"], self._scalar({"type": body.get("keys", "code")}, trail), inner)
        return inner

    def _inner(self, body: Mapping[str, Any], trail: Trail) -> Shape:
        if "claims" in body or "members" in body:
            own = self._members(body.get("members", {}), trail)
            claims = self._claims(body["claims"], trail) if "claims" in body else ()
            shared = "claims" if body.get("claims") == "all" and not own else ""
            return Record((*own, *claims), name=shared, least=body.get("least", 0))
        if "use" in body:
            named = self.types.get(body["use"])
            if named is None:
                self._unknown((*trail, "use"), body["use"], tuple(self.types))
                return Record(())
            return Record(self._members(named["members"], ("types", body["use"])), name=body["use"])
        return self._attribute(body, trail) if "attribute" in body else self._scalar(body, trail)

    def _attribute(self, body: Mapping[str, Any], trail: Trail) -> Shape:
        if body["attribute"] not in self.words:
            self._unknown((*trail, "attribute"), body["attribute"], tuple(self.words.attributes))
            return Scalar("text")
        return self.words.attribute(body["attribute"]).shape

    def _scalar(self, body: Mapping[str, Any], trail: Trail) -> Scalar:
        if "values" in body:
            return Scalar("code", tuple(body["values"]))
        if "codes" in body:
            if body["codes"] not in self.words.codes:
                self._unknown((*trail, "codes"), body["codes"], tuple(self.words.codes))
                return Scalar("code")
            return Scalar("code", self.words.codes[body["codes"]].codes)
        kind = body.get("type", "")
        if kind == "attribute":
            return Scalar("attribute", tuple(self.words.attributes))
        if kind not in KINDS:
            self._unknown((*trail, "type"), str(kind), (*KINDS, "attribute"))
        return Scalar(kind)

    def _members(self, members: Mapping[str, Mapping[str, Any]], trail: Trail) -> tuple[Member, ...]:
        return tuple(self._member(name, body, (*trail, "members", name)) for name, body in members.items())

    def _member(self, name: str, body: Mapping[str, Any], trail: Trail) -> Member:
        label = self.words.attributes.get(body.get("attribute", ""))
        return Member(
            name,
            self.shape(body, trail),
            required=bool(body.get("required")),
            nullable=bool(body.get("nullable")),
            zh=body.get("zh", label.zh if label else ""),
            en=body.get("en", label.en if label else ""),
        )

    def _claims(self, groups: str | list[str], trail: Trail) -> tuple[Member, ...]:
        if groups == "all":
            names: Iterable[str] = self.words.attributes
        else:
            for group in groups:
                if group not in self.groups:
                    self._unknown((*trail, "claims"), group, tuple(self.groups))
            names = dict.fromkeys(name for group in groups for name in self.groups.get(group, ()))
        known = (self.words.attributes[name] for name in names if name in self.words)
        return tuple(Member(word.name, word.shape, zh=word.zh, en=word.en) for word in known)
