"""Grants: caller × item × operations × fields, for a time, resting on a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.catalog.store import Catalog
from gateway.config.callers import GrantEntry, GrantsFile
from gateway.config.reading import unknown_reference
from gateway.errors import Diagnostic, Words
from gateway.yamlsource import Source


@dataclass(frozen=True, slots=True)
class Grant:
    """What one caller may ask for one item; `item` is the item's key, whatever code the file wrote.

    `fields` are the attributes that may be sent. Both days count.
    """

    id: str
    caller: str
    item: str
    operations: frozenset[str]
    fields: frozenset[str]
    valid_from: date
    valid_to: date
    document: str

    def valid_on(self, day: date) -> bool:
        """Whether the grant is in force on the day."""
        return self.valid_from <= day <= self.valid_to


Grants = tuple[Grant, ...]


def grants_of(file: GrantsFile, catalog: Catalog) -> Grants:
    """The grants of a checked configuration.

    Raises:
        GatewayError: `case.unknown_item`, `request.not_found` where the file was not checked with `check_grants`.
    """
    return tuple(_grant(entry, catalog) for entry in file.grants)


def check_grants(file: GrantsFile, source: Source, catalog: Catalog) -> list[Diagnostic]:
    """Names in grants that the catalog does not have: items, operations, fields that nothing takes."""
    findings = []
    for position, entry in enumerate(file.grants):
        here = ("grants", position)
        codes = {item.basic_code for item in catalog.items.values()}
        if entry.item not in catalog.items and entry.item not in codes:
            kind = Words("service item", "事项")
            findings.append(unknown_reference(source, (*here, "item"), entry.item, kind=kind, known=catalog.items))
        else:
            asked = catalog.operations_of(catalog.item(entry.item))
            findings += _names(
                source, here, "operations", entry.operations, Words("operation of the item", "事项操作"), asked
            )
        taken = {
            name for code in entry.operations if code in catalog.operations for name in catalog.operations[code].takes
        }
        findings += _names(
            source, here, "fields", entry.fields or (), Words("field of its operations", "操作字段"), taken
        )
    return findings


def _names(
    source: Source, here: tuple[str | int, ...], key: str, names: Iterable[str], kind: Words, known: Iterable[str]
) -> list[Diagnostic]:
    known = frozenset(known)
    return [
        unknown_reference(source, (*here, key, position), name, kind=kind, known=known)
        for position, name in enumerate(names)
        if name not in known
    ]


def _grant(entry: GrantEntry, catalog: Catalog) -> Grant:
    fields = frozenset(entry.fields or ())
    if entry.all_of_catalog:
        fields = frozenset(name for code in entry.operations for name in catalog.operation(code).takes)
    return Grant(
        entry.id, entry.caller, catalog.item(entry.item).key, frozenset(entry.operations), fields,
        entry.valid_from, entry.valid_to, entry.document,
    )  # fmt: skip
