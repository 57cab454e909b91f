"""From catalog files to the catalog: every mistake becomes a finding with its place, and all of them come at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.canonical import digest
from gateway.catalog.checks import Checks, Place
from gateway.catalog.entries import (
    CatalogFile,
    ComparisonEntry,
    ConditionEntry,
    MaterialEntry,
    OperationEntry,
    ServiceEntry,
    SourceEntry,
    UseEntry,
    plain,
)
from gateway.catalog.rendering import catalog_document
from gateway.catalog.store import Catalog
from gateway.config.fields import Title, WrittenFloat, WrittenInt
from gateway.config.reading import read
from gateway.errors import Diagnostic, Diagnostics, Words
from gateway.model.catalog import (
    Bilingual,
    Comparison,
    Condition,
    Material,
    MaterialUse,
    Operation,
    ServiceItem,
    Source,
    TimeLimit,
)
from gateway.model.outcomes import Mode
from gateway.yamlsource import Source as YamlSource


@dataclass(frozen=True, slots=True)
class Names:
    """What the catalog may refer to although it is not part of it.

    `attributes` are those of the vocabulary, `comparators` all names of comparators, `predicates` those among them
    that look at the registry's value alone. An empty list of attributes or comparators is not checked.
    """

    attributes: Collection[str] = ()
    comparators: Collection[str] = ()
    predicates: Collection[str] = ()


@dataclass(slots=True)
class _Parts:
    """The entries of all files, with the place of each."""

    operations: dict[str, OperationEntry] = field(default_factory=dict)
    materials: dict[str, MaterialEntry] = field(default_factory=dict)
    services: dict[str, ServiceEntry] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    head_places: dict[str, Place] = field(default_factory=dict)


def load_catalog(sources: Iterable[YamlSource], names: Names) -> Catalog:
    """Read and check all files of a catalog.

    Raises:
        Diagnostics: with every finding of every file.
    """
    catalog, findings = read_catalog(sources, names)
    if catalog is None or findings:
        raise Diagnostics(findings)
    return catalog


def read_catalog(sources: Iterable[YamlSource], names: Names) -> tuple[Catalog | None, list[Diagnostic]]:
    """As `load_catalog`, but gives the findings back, so that more checks can add theirs."""
    parts, findings, broken = _Parts(), [], False
    for source in sources:
        file, found = read(source, CatalogFile)
        findings += found
        broken = broken or file is None
        if file is not None:
            findings += _take(parts, file, source)
    if not broken:
        checks = Checks(names.attributes, names.comparators, names.predicates, parts.places)
        findings += checks.all(parts.operations, parts.materials, parts.services, parts.head.get("code_profile"))
    findings.sort(key=lambda finding: finding.mark)
    return (None if findings else _catalog(parts)), findings


def _take(parts: _Parts, file: CatalogFile, source: YamlSource) -> list[Diagnostic]:
    findings = []
    for name in ("catalog", "title", "version", "code_profile"):
        value = getattr(file, name)
        if value is not None:
            place = Place(source, (name,))
            first = parts.head_places.setdefault(name, place)
            if first is not place:
                findings.append(place.twice(Words("key", "键"), name, first))
            parts.head.setdefault(name, value)
    groups: tuple[tuple[str, Words, Mapping[str, Any], dict[str, Any]], ...] = (
        ("operations", Words("operation", "操作"), file.operations, parts.operations),
        ("materials", Words("material", "材料"), file.materials, parts.materials),
        ("services", Words("service item", "事项"), file.services, parts.services),
    )
    for group, kind, entries, known in groups:
        for key, entry in entries.items():
            place = Place(source, (group, key))
            if key in known:
                findings.append(place.twice(kind, key, parts.places[group, key]))
                continue
            known[key] = entry
            parts.places[group, key] = place
    return findings


def _catalog(parts: _Parts) -> Catalog:
    operations = {code: _operation(code, entry) for code, entry in parts.operations.items()}
    materials = {code: _material(code, entry) for code, entry in parts.materials.items()}
    items = {key: _item(key, entry) for key, entry in parts.services.items()}
    head = {name: _bilingual(value) if isinstance(value, Title) else value for name, value in parts.head.items()}
    document = catalog_document(head, operations, materials, items)
    title = parts.head.get("title")
    return Catalog(
        items, materials, operations, document, digest(document, floats=True), parts.head.get("code_profile", ""),
        parts.head.get("version", ""), _bilingual(title) if title else Bilingual("", ""),
    )  # fmt: skip


def _bilingual(title: Title) -> Bilingual:
    return Bilingual(title.zh, title.en)


def _operation(code: str, entry: OperationEntry) -> Operation:
    takes = {name: word == "required" for name, word in entry.takes.items()}
    return Operation(code, entry.family, takes, entry.gives, entry.judges, _bilingual(entry.title))


def _material(code: str, entry: MaterialEntry) -> Material:
    return Material(
        code, _bilingual(entry.title), Mode(entry.mode), entry.doc_code or "", entry.source_channel or "",
        tuple(_source(source) for source in entry.sources),
        tuple(_comparison(name, compared) for name, compared in entry.compare.items()),
        entry.period_days, entry.supplies, entry.details,
    )  # fmt: skip


def _source(entry: SourceEntry) -> Source:
    given = {name: value[1:] for name, value in entry.given.items() if _is_claim(value)}
    constants = {name: value.removeprefix("$") for name, value in entry.given.items() if not _is_claim(value)}
    when = _condition(entry.when) if entry.when else None
    return Source(entry.operation, entry.registry or "", given, when, constants)


def _is_claim(value: str) -> bool:
    return value.startswith("$") and not value.startswith("$$")


def _comparison(name: str, entry: ComparisonEntry) -> Comparison:
    equals = entry.equals
    if entry.by == "code" and isinstance(equals, WrittenInt | WrittenFloat):
        equals = equals.raw
    return Comparison(name, entry.by, entry.required, entry.claim or "", plain(equals), entry.forms, entry.options)


def _condition(entry: ConditionEntry) -> Condition:
    test, value = next((test, value) for test, value in entry.tests().items() if value is not None)
    return Condition(entry.path, test, (str(value).lower(),) if isinstance(value, bool) else tuple(value))


def _use(entry: UseEntry) -> MaterialUse:
    return MaterialUse(entry.material, entry.of, tuple(_condition(condition) for condition in entry.when), entry.copies)


def _item(key: str, entry: ServiceEntry) -> ServiceItem:
    statutory, promised = entry.statutory_limit, entry.promised_limit
    return ServiceItem(
        key, _bilingual(entry.title), entry.basic_code, entry.type_code, entry.code_status,
        tuple(_bilingual(basis) for basis in entry.legal_basis), entry.purpose,
        tuple(_use(use) for use in entry.materials),
        TimeLimit(statutory.value, statutory.unit) if statutory else None,
        TimeLimit(promised.value, promised.unit) if promised else None,
        entry.rules, tuple(_bilingual(condition) for condition in entry.conditions), entry.applicants,
        entry.valid_from, entry.valid_to, entry.parameters, entry.details,
        entry.implementation_code or "", entry.handling_item or "",
    )  # fmt: skip
