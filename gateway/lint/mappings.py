"""Checking mappings before they run: what the engine finds, and what only shows beside vocabulary and catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from gateway.adapter import Adapter, AdapterSettings
from gateway.catalog import Catalog
from gateway.errors import Diagnostic, Diagnostics
from gateway.lint.facts import check_facts
from gateway.lint.interfaces import check_interface
from gateway.lint.names import check_names
from gateway.lint.places import Sheet
from gateway.lint.replies import check_replies
from gateway.lint.shapes import check_members
from gateway.lint.tested import check_tested
from gateway.mapping.dialects import load_dialect
from gateway.mapping.files import Surroundings, read_partly
from gateway.schemas import Vocabulary, document, vocabulary
from gateway.schemas.shapes import Record
from gateway.yamlsource import load

Openers = Mapping[str, Callable[[AdapterSettings], Adapter]]


def check_mappings(
    catalog: Catalog,
    folder: Path,
    around: Surroundings,
    openers: Openers | None = None,
    recordings: Path | None = None,
) -> list[Diagnostic]:
    """Every finding about every mapping of a folder, in the order of files and lines.

    Args:
        catalog: operations and materials that mappings serve.
        folder: the mappings folder, with `registries/` and `sources/`.
        around: vocabulary types, shared code tables, protocols, and secrets where they are known.
        openers: protocols by name; without them interface files are not looked at.
        recordings: where interface files named `recorded:FOLDER/FILE` lie.
    """
    findings: list[Diagnostic] = []
    for path in sorted(folder.glob("registries/*/mapping.yaml")):
        findings += check_registry(path.parent, catalog, around, openers, recordings)
    for path in sorted(folder.glob("sources/*/mapping.yaml")):
        findings += check_source(path.parent, around)
    return findings


def check_registry(
    folder: Path,
    catalog: Catalog,
    around: Surroundings,
    openers: Openers | None = None,
    recordings: Path | None = None,
    words: Vocabulary | None = None,
) -> list[Diagnostic]:
    """Every finding about one registry's mapping; the arguments are those of `check_mappings`."""
    try:
        source = load(folder / "mapping.yaml")
    except Diagnostics as error:
        return list(error.findings)
    mapping, findings = read_partly(source, folder, around)
    if mapping is None:
        return findings
    sheet = Sheet(source)
    words = words or vocabulary()
    check_facts(sheet, mapping, catalog.operations, frozenset(words.attributes))
    check_replies(sheet, mapping, catalog, words)
    check_names(sheet, mapping)
    broken = any(row.severity == "error" for row in findings)
    if not broken:
        opener = (openers or {}).get(mapping.endpoint.adapter)
        if opener is not None:
            check_interface(sheet, mapping, opener, recordings)
        if not any(row.severity == "error" for row in sheet.findings):
            check_tested(sheet, mapping)
    return _in_order(_without_followers([*findings, *sheet.findings], broken=broken))


def _without_followers(findings: list[Diagnostic], *, broken: bool) -> list[Diagnostic]:
    """Held back: what merely follows from another finding."""
    unreachable = {row.mark for row in findings if row.code == "mapping.rule_unreachable"}
    return [
        row
        for row in findings
        if not (broken and row.code == "mapping.required_fact_unused")
        and not (row.code == "mapping.outcome_never_tested" and row.mark in unreachable)
    ]


def check_source(folder: Path, around: Surroundings) -> list[Diagnostic]:
    """Every finding about one source dialect: its fields are those of the shared document that it yields."""
    dialect, findings = load_dialect(folder, around)
    if dialect is None or dialect.source is None:
        return findings
    sheet = Sheet(dialect.source)
    shape = document(dialect.yields).shape
    if isinstance(shape, Record):
        check_members(sheet, dialect.fields, shape, ("document", "fields"), dialect.tables)
    tested = {name for test in dialect.tests for name in test.expect.names}
    for name in dialect.fields:
        if name not in tested:
            place = ("document", "fields", name)
            sheet.find("mapping.field_never_tested", place, at_key=True, operation=dialect.name, name=name)
    return _in_order([*findings, *sheet.findings])


def _in_order(findings: list[Diagnostic]) -> list[Diagnostic]:
    """By place; of two findings at one place with one code the first counts."""
    kept: dict[tuple[object, ...], Diagnostic] = {}
    for finding in findings:
        kept.setdefault((finding.mark, finding.code, tuple(sorted(map(str, finding.values.items())))), finding)
    return sorted(kept.values(), key=lambda row: (row.mark, row.code))
