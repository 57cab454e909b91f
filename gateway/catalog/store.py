"""The catalog as the gateway asks it: items, materials, operations, and which materials a case needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gateway.catalog.conditions import all_hold, holds
from gateway.errors import GatewayError
from gateway.model.case import Case
from gateway.model.catalog import Bilingual, Material, MaterialUse, Operation, ServiceItem, Source


@dataclass(frozen=True, slots=True)
class Catalog:
    """All service items, materials and operations, checked against each other.

    `digest` is the SHA-256 (lower-case hex) of the canonical bytes of `document`, the catalog in the shape of the
    shared schema.
    """

    items: Mapping[str, ServiceItem]
    materials: Mapping[str, Material]
    operations: Mapping[str, Operation]
    document: Mapping[str, Any] = field(repr=False)
    digest: str
    profile: str = ""
    version: str = ""
    title: Bilingual = field(default_factory=lambda: Bilingual("", ""))

    def item(self, key: str, day: date | None = None) -> ServiceItem:
        """One service item, by its key or its basic code; on `day` it must be in force where one is given.

        Raises:
            GatewayError: `case.unknown_item`.
        """
        found = self.items.get(key) or next((item for item in self.items.values() if item.basic_code == key), None)
        if found is None or (day is not None and not _in_force(found, day)):
            raise GatewayError("case.unknown_item", where="/item/code", item=key, known=", ".join(sorted(self.items)))
        return found

    def material(self, code: str) -> Material:
        """One material.

        Raises:
            GatewayError: `request.not_found`.
        """
        found = self.materials.get(code)
        if found is None:
            raise GatewayError("request.not_found", kind="material", name=code)
        return found

    def operation(self, code: str) -> Operation:
        """One operation.

        Raises:
            GatewayError: `request.not_found`.
        """
        found = self.operations.get(code)
        if found is None:
            raise GatewayError("request.not_found", kind="operation", name=code)
        return found

    def uses(self, item: ServiceItem, view: Mapping[str, Any]) -> tuple[MaterialUse, ...]:
        """The materials that the item asks for in this case, in the item's order; `view` is `case_view(case)`."""
        return tuple(use for use in item.materials if all_hold(use.when, view))

    def sources(self, material: Material, view: Mapping[str, Any]) -> tuple[Source, ...]:
        """The sources of a material whose conditions hold; `view` carries the claims of the material's use."""
        return tuple(source for source in material.sources if source.when is None or holds(source.when, view))

    def check_materials(self, case: Case, item: ServiceItem) -> None:
        """Refuse a case that speaks about a material its item never asks for.

        Raises:
            GatewayError: `case.unknown_material`, at the JSON pointer of the first such material.
        """
        known = {use.material for use in item.materials}
        whose = {(use.material, use.of) for use in item.materials}
        for position, material in enumerate(case.materials):
            if material.code not in known or (material.of and (material.code, material.of) not in whose):
                name = f"{material.code} ({material.of})" if material.code in known else material.code
                member = "of" if material.code in known else "code"
                raise GatewayError(
                    "case.unknown_material", where=f"/materials/{position}/{member}", material=name,
                    item=item.key, known=", ".join(sorted(known)),
                )  # fmt: skip

    def operations_of(self, item: ServiceItem) -> frozenset[str]:
        """All operations that the item's materials may lead to."""
        return frozenset(
            source.operation for use in item.materials for source in self.materials[use.material].sources
        )  # fmt: skip


def _in_force(item: ServiceItem, day: date) -> bool:
    return (item.valid_from is None or item.valid_from <= day) and (item.valid_to is None or day <= item.valid_to)
