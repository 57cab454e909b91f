"""What is kept of a reply, against the vocabulary, what the catalog's operation gives, and who uses it."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.catalog import Catalog
from gateway.lint.places import Sheet
from gateway.lint.shapes import check_shape
from gateway.mapping.codes import CodeTable
from gateway.mapping.compiled import OperationMapping, RegistryMapping
from gateway.mapping.parts import nearest
from gateway.model.catalog import Operation
from gateway.model.outcomes import Judgement
from gateway.schemas import Vocabulary

_ALWAYS_USED = frozenset({"death_flag"})
"""A death decides about any material (BLUEPRINT section 4)."""


def check_replies(sheet: Sheet, mapping: RegistryMapping, catalog: Catalog, words: Vocabulary) -> None:
    """Check every operation of the catalog; private steps keep what they like."""
    for name, operation in mapping.public.items():
        entry = catalog.operations.get(name)
        if entry is None:
            sheet.unknown("mapping.unknown_operation", ("operations", name), name, catalog.operations, at_key=True)
        _check_fields(sheet, operation, words, mapping.tables)
        if entry is not None:
            _check_given(sheet, name, entry, catalog, words)
    for name, operation in mapping.operations.items():
        _check_judged(sheet, name, operation, mapping.tables)


def _check_fields(
    sheet: Sheet, operation: OperationMapping, words: Vocabulary, tables: Mapping[str, CodeTable]
) -> None:
    for group in ("fields", "judged"):
        trail = ("operations", operation.name, "reply", group)
        for name in sheet.at(trail) or ():
            if name not in words:
                sheet.unknown("mapping.unknown_attribute", (*trail, name), name, words.attributes, at_key=True)
    for name, source in operation.reply.fields.items():
        if name in words:
            attribute = words.attribute(name)
            place = ("operations", operation.name, "reply", "fields", name)
            check_shape(sheet, name, source, attribute.shape, attribute.type, place, tables)


def _check_given(sheet: Sheet, name: str, entry: Operation, catalog: Catalog, words: Vocabulary) -> None:
    reply = ("operations", name, "reply")
    kept = {"fields": list(sheet.at((*reply, "fields")) or ()), "judged": list(sheet.at((*reply, "judged")) or ())}
    shared = list(sheet.at(("shared", "reply", "judged")) or ())
    used = _used(name, catalog)
    for group, allowed in (("fields", entry.gives), ("judged", entry.judges)):
        for attribute in kept[group]:
            if attribute not in words:
                continue
            place = (*reply, group, attribute)
            if attribute not in allowed:
                sheet.find("mapping.field_not_asked", place, at_key=True, operation=name, name=attribute)
            elif group == "fields" and words.attribute(attribute).personal and attribute not in used:
                sheet.find("mapping.field_unused", place, at_key=True, name=attribute)
        meant = {nearest(attribute, allowed) for attribute in kept[group] if attribute not in words}
        for attribute in allowed:
            if attribute not in kept[group] and attribute not in shared and attribute not in meant:
                sheet.find("mapping.attribute_missing", reply, at_key=True, operation=name, name=attribute)


def _used(operation: str, catalog: Catalog) -> frozenset[str]:
    """The attributes that some material compares or is supplied with where it asks this operation."""
    used = set(_ALWAYS_USED)
    for material in catalog.materials.values():
        if any(source.operation == operation for source in material.sources):
            used |= {comparison.attribute for comparison in material.compare}
            used |= set(material.supplies)
    return frozenset(used)


def _check_judged(sheet: Sheet, name: str, operation: OperationMapping, tables: Mapping[str, CodeTable]) -> None:
    for attribute, source in operation.reply.judged.items():
        table = source.steps[-1].codes if source.steps else None
        if table is None:
            continue
        for code, value in table.values.items():
            if value in set(Judgement):
                continue
            own = tables.get(table.name) is table
            place = ("codes", table.name, "values", code) if own else ("operations", name, "reply", "judged", attribute)
            sheet.find("mapping.judgement_value", place, value=value)
