"""Source dialects: somebody else's document in our words. Same pieces as a reply, one direction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gateway.errors import Diagnostic, Diagnostics, GatewayError
from gateway.mapping.codes import CodeTable
from gateway.mapping.conditions import Condition, ReplyView, read_condition
from gateway.mapping.endpoint import read_encoding
from gateway.mapping.facts import KnownFacts
from gateway.mapping.files import XSI, Surroundings, read_grammar, read_name, read_tables, read_title
from gateway.mapping.functions import Scope
from gateway.mapping.parts import Findings, Part
from gateway.mapping.reading_sources import Context, read_fields
from gateway.mapping.reading_tests import read_dialect_tests
from gateway.mapping.sources import Reading, Source
from gateway.mapping.testcases import MappingTest
from gateway.mapping.unwrapping import Unwrap, read_format, read_unwraps
from gateway.mapping.values import ABSENT, UnusableError
from gateway.model.catalog import Bilingual
from gateway.yamlsource import Source as YamlSource
from gateway.yamlsource import load

DIALECT_KEYS = ("grammar", "source", "title", "timezone", "yields", "namespaces", "document", "codes", "tests")
DOCUMENT_KEYS = ("format", "encoding", "recognise", "unwrap", "fields")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect, compiled. `encoding` counts whatever a document declares; empty where any will do."""

    name: str
    title: Bilingual
    yields: str
    form: str
    encoding: str
    recognise: Condition
    unwraps: tuple[Unwrap, ...]
    fields: Mapping[str, Source]
    digest: str
    source: YamlSource | None = field(default=None, repr=False, compare=False)
    tests: tuple[MappingTest, ...] = field(default=(), repr=False, compare=False)
    folder: Path | None = field(default=None, compare=False)
    tables: Mapping[str, CodeTable] = field(default_factory=dict, repr=False, compare=False)

    def recognises(self, root: Any) -> bool:
        """Whether a parsed document, as it came, is in this dialect."""
        return self.recognise.holds(ReplyView(0, lambda name: "", "", root), {})

    def read(self, root: Any) -> dict[str, Any]:
        """The document in our words, not yet held to the shared schema.

        Raises:
            GatewayError: `document.unexpected_value` with the path in the sender's own document, or what is wrong
                with a document inside the document.
        """
        for unwrap in self.unwraps:
            try:
                root = unwrap.apply(root)
            except (KeyError, TypeError) as error:
                reason = f"nothing to unwrap: {error}"
                raise GatewayError("document.unexpected_value", path=unwrap.path.expression, reason=reason) from error
        reading = Reading(root, root, {})
        found: dict[str, Any] = {}
        for name, source in self.fields.items():
            try:
                value = source.value_or_raise(reading)
            except UnusableError as error:
                values = {"path": error.where or name, "reason": error.reason, "field": name}
                raise GatewayError("document.unexpected_value", **values) from None
            if value is not ABSENT:
                found[name] = value
        return found


def load_dialect(folder: Path, around: Surroundings) -> tuple[Dialect | None, list[Diagnostic]]:
    """Compile `mapping.yaml` of a folder of `mappings/sources`."""
    try:
        source = load(folder / "mapping.yaml")
    except Diagnostics as error:
        return None, list(error.findings)
    findings = Findings()
    dialect = _read(Part(source, (), source.value, findings), folder, around)
    rows = sorted(findings.rows, key=lambda row: (row.mark, row.code))
    return (None if findings.errors else dialect), rows


def _read(top: Part, folder: Path, around: Surroundings) -> Dialect | None:
    required = ("grammar", "source", "title", "timezone", "yields", "document")
    members = top.keys("a dialect", DIALECT_KEYS, required)
    read_grammar(members.get("grammar"))
    name = read_name(members.get("source"), folder)
    title = read_title(members.get("title"))
    if not {"timezone", "yields", "document"} <= set(members):
        return None
    yields = members["yields"].text()
    if yields not in ("case", "catalog"):
        members["yields"].find_unknown("mapping.unknown_outcome", yields, ("case", "catalog"))
    zone = _zone(members["timezone"])
    own = read_tables(members.get("codes"), around.tables)
    document = members["document"].keys("document", DOCUMENT_KEYS, ("format", "recognise", "fields"))
    if zone is None or not {"format", "recognise", "fields"} <= set(document):
        return None
    form = read_format(document["format"])
    if form is None:
        return None
    namespaces = {"xsi": XSI}
    if "namespaces" in members:
        namespaces |= {prefix: member.text() for prefix, member in members["namespaces"].entries()}
    used: set[str] = set()
    known = KnownFacts(around.attributes, {})
    recognise = read_condition(document["recognise"], form, namespaces, known)
    unwraps, inner = read_unwraps(document.get("unwrap"), form, namespaces)
    scope = Scope(zone, {**around.tables, **own}, used)
    fields = read_fields(document["fields"], Context(inner, namespaces, scope, known))
    for table in own:
        if table not in used:
            members["codes"].child(table).find("mapping.unused_table", at_key=True, name=table)
    if recognise is None:
        return None
    encoding = read_encoding(document["encoding"]) if "encoding" in document else ""
    digest = hashlib.sha256((folder / "mapping.yaml").read_bytes()).hexdigest()
    tests = read_dialect_tests(members.get("tests"), folder)
    return Dialect(name, title, yields, form, encoding, recognise, unwraps, fields, digest, top.source, tests, folder)


def _zone(part: Part) -> ZoneInfo | None:
    try:
        return ZoneInfo(part.text())
    except (ValueError, OSError, KeyError):
        part.find(
            "mapping.bad_value", key="timezone", reason="for example Asia/Shanghai", reason_zh="例如 Asia/Shanghai"
        )
        return None
