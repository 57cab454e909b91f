"""What must hold between the parts of a catalog: names that exist, codes of the right shape, no contradictions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from gateway.catalog.entries import ComparisonEntry, MaterialEntry, OperationEntry, ServiceEntry, SourceEntry
from gateway.config.reading import candidates, shown, suggest, unknown_reference
from gateway.errors import Diagnostic, Words
from gateway.yamlsource import Source, Trail

_SHAPES: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "zwfw-c0109": {
        "basic_code": re.compile(r"[0-9]{12}"),
        "implementation_code": re.compile(r"[0-9A-Z]{31}"),
        "handling_item": re.compile(r"[0-9A-Z]{33}"),
    },
    "guide-2016": {
        "basic_code": re.compile(r"[0-9A-Za-z-]{1,10}"),
        "implementation_code": re.compile(r"[0-9A-Za-z-]{1,24}"),
        "handling_item": re.compile(r"[0-9A-Za-z-]{1,50}"),
    },
}
"""ZWFW C0109.1-2018 / GB/T 39554.1-2020, and GB/T 39046-2020 (guide of 2016)."""
_KINDS: Mapping[str, Words] = {
    "basic_code": Words("basic code", "基本编码"),
    "implementation_code": Words("implementation code", "实施编码"),
    "handling_item": Words("handling item code", "业务办理项编码"),
}
_ATTRIBUTE = Words("attribute", "属性")


def code_fits(profile: str, name: str, value: str) -> bool:
    """Whether a code has the shape of its profile; `name` is `basic_code`, `implementation_code` or `handling_item`."""
    return _SHAPES[profile][name].fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Place:
    """Where one entry stands."""

    source: Source
    trail: Trail

    def find(
        self, code: str, *below: str | int, on_key: bool = False, near: tuple[str, ...] = (), **values: object
    ) -> Diagnostic:
        """A finding at a place below this one, or at that place's key."""
        return Diagnostic(self.source.mark((*self.trail, *below), key=on_key), code, values, near)

    def unknown(self, name: str, kind: Words, known: Iterable[str], *below: str | int, key: bool = False) -> Diagnostic:
        """A finding about a name that refers to nothing."""
        return unknown_reference(self.source, (*self.trail, *below), name, kind=kind, known=known, key=key)

    def twice(self, kind: Words, name: str, first: Place) -> Diagnostic:
        """A finding about a second entry of one name."""
        mark = str(first.source.mark(first.trail, key=True))
        return Diagnostic(
            self.source.mark(self.trail, key=True), "configuration.twice", {"kind": kind, "name": name, "first": mark}
        )


class Checks:
    """All checks of one catalog; see `Names` for the lists."""

    def __init__(
        self, attributes: Collection[str], comparators: Collection[str], predicates: Collection[str],
        places: Mapping[tuple[str, str], Place],
    ) -> None:  # fmt: skip
        self._attributes = attributes
        self._comparators = comparators
        self._predicates = predicates
        self._places = places
        self._found: list[Diagnostic] = []

    def all(
        self, operations: Mapping[str, OperationEntry], materials: Mapping[str, MaterialEntry],
        services: Mapping[str, ServiceEntry], profile: str | None,
    ) -> list[Diagnostic]:  # fmt: skip
        """Every finding, in no particular order."""
        for code, operation in operations.items():
            self._operation(self._places["operations", code], operation)
        for code, material in materials.items():
            self._material(self._places["materials", code], code, material, operations)
        basic_codes: dict[str, Place] = {}
        for key, service in services.items():
            self._service(self._places["services", key], service, materials, profile, basic_codes)
        return self._found

    def _attribute(self, place: Place, name: str, *below: str | int, key: bool = False) -> bool:
        if not self._attributes or name in self._attributes:
            return True
        self._found.append(place.unknown(name, _ATTRIBUTE, self._attributes, *below, key=key))
        return False

    def _operation(self, place: Place, entry: OperationEntry) -> None:
        for name in entry.takes:
            self._attribute(place, name, "takes", name, key=True)
        for group in ("gives", "judges"):
            seen: set[str] = set()
            for position, name in enumerate(getattr(entry, group)):
                self._attribute(place, name, group, position)
                if name in seen:
                    first = Place(
                        place.source, (*place.trail, group, entry.gives.index(name) if group == "gives" else 0)
                    )
                    self._found.append(
                        Place(place.source, (*place.trail, group, position)).twice(_ATTRIBUTE, name, first)
                    )
                seen.add(name)

    def _material(
        self, place: Place, code: str, entry: MaterialEntry, operations: Mapping[str, OperationEntry]
    ) -> None:
        known = True
        available: set[str] = set()
        for position, source in enumerate(entry.sources):
            operation = operations.get(source.operation)
            if operation is None:
                known = False
                kind = Words("operation", "操作")
                self._found.append(place.unknown(source.operation, kind, operations, "sources", position, "operation"))
                continue
            available.update(operation.gives, operation.judges)
            self._given(place, source, operation, position)
        for name, comparison in entry.compare.items():
            self._comparison(place, name, comparison)
            if self._attribute(place, name, "compare", name, key=True) and known:
                self._is_available(place, code, name, available, "compare", name, key=True)
        for position, name in enumerate(entry.supplies):
            if self._attribute(place, name, "supplies", position) and known:
                self._is_available(place, code, name, available, "supplies", position)
        self._mode(place, code, entry)

    def _given(self, place: Place, source: SourceEntry, operation: OperationEntry, position: int) -> None:
        for name, value in source.given.items():
            if name not in operation.takes:
                self._found.append(place.find(
                    "catalog.not_taken", "sources", position, "given", name, on_key=True,
                    near=candidates(name, operation.takes), operation=source.operation, attribute=name,
                    suggestion=suggest(name, operation.takes), known=shown(sorted(operation.takes)),
                ))  # fmt: skip
            if value.startswith("$") and not value.startswith("$$"):
                self._attribute(place, value[1:], "sources", position, "given", name)

    def _is_available(
        self, place: Place, code: str, name: str, available: set[str], *below: str | int, key: bool = False
    ) -> None:
        if name not in available:
            self._found.append(place.find(
                "catalog.not_given", *below, on_key=key, near=candidates(name, available), material=code,
                attribute=name, suggestion=suggest(name, available), known=shown(sorted(available)),
            ))  # fmt: skip

    def _comparison(self, place: Place, name: str, entry: ComparisonEntry) -> None:
        if self._comparators and entry.by not in self._comparators:
            kind = Words("comparator", "比较器")
            self._found.append(place.unknown(entry.by, kind, self._comparators, "compare", name, "by"))
        if entry.claim is not None:
            self._attribute(place, entry.claim, "compare", name, "claim")
        if entry.by in self._predicates:
            for key, written in (("equals", entry.equals is not None), ("forms", entry.forms > 0)):
                if written:
                    self._found.append(
                        place.find(
                            "catalog.constant_needed", "compare", name, key, on_key=True, comparator=entry.by, key=key
                        )
                    )

    def _mode(self, place: Place, code: str, entry: MaterialEntry) -> None:
        reason: Words | None = None
        if entry.mode == "none" and entry.sources:
            reason = Words("nothing in the country holds it, so nothing can be asked", "国内没有数据源，无从查询")
        elif entry.mode in ("supply", "verify", "ecert") and not entry.sources:
            reason = Words("it needs a source that can be asked", "需要至少一个可查询的来源")
        if reason is not None:
            self._found.append(
                place.find("catalog.mode_sources", "mode", mode=entry.mode, material=code, reason=reason)
            )
        asked = entry.mode in ("supply", "verify", "ecert") and entry.sources
        if asked and not any(comparison.required for comparison in entry.compare.values()):
            self._found.append(place.find("catalog.nothing_required", "compare", on_key=True, material=code))

    def _service(
        self, place: Place, entry: ServiceEntry, materials: Mapping[str, MaterialEntry], profile: str | None,
        basic_codes: dict[str, Place],
    ) -> None:  # fmt: skip
        for name, shape in _SHAPES.get(profile or "", {}).items():
            value = getattr(entry, name)
            if value is not None and shape.fullmatch(value) is None:
                self._found.append(
                    place.find("catalog.code_invalid", name, value=value, kind=_KINDS[name], profile=profile)
                )
        here = Place(place.source, (*place.trail, "basic_code"))
        first = basic_codes.setdefault(entry.basic_code, here)
        if first is not here:
            self._found.append(here.twice(_KINDS["basic_code"], entry.basic_code, first))
        if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
            values = {"first": "valid_from", "a": entry.valid_from, "second": "valid_to", "b": entry.valid_to}
            mark = place.source.mark((*place.trail, "valid_to"))
            self._found.append(Diagnostic(mark, "configuration.order", values))
        seen: dict[tuple[str, str], Place] = {}
        for position, use in enumerate(entry.materials):
            if use.material not in materials:
                kind = Words("material", "材料")
                self._found.append(place.unknown(use.material, kind, materials, "materials", position, "material"))
            spot = Place(place.source, (*place.trail, "materials", position))
            earlier = seen.setdefault((use.material, use.of), spot)
            if earlier is not spot:
                self._found.append(spot.twice(Words("material", "材料"), f"{use.material} ({use.of})", earlier))
