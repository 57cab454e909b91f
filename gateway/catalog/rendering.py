"""The catalog as a document in the shape of the shared schema `catalog`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


def catalog_document(
    head: Mapping[str, Any],
    operations: Mapping[str, Operation],
    materials: Mapping[str, Material],
    items: Mapping[str, ServiceItem],
) -> dict[str, Any]:
    """The whole catalog; members of entries that are empty are left out, materials and services never."""
    parts: dict[str, dict[str, Any]] = {
        "operations": {code: _operation(operation) for code, operation in operations.items()},
        "materials": {code: _material(material) for code, material in materials.items()},
        "services": {key: item_document(item) for key, item in items.items()},
    }
    document: dict[str, Any] = {name: _text(value) for name, value in head.items()}
    return document | {name: entries for name, entries in parts.items() if entries or name != "operations"}


def item_document(item: ServiceItem) -> dict[str, Any]:
    """One service item."""
    return _filled({
        "title": _text(item.title),
        "basic_code": item.basic_code,
        "implementation_code": item.implementation_code,
        "handling_item": item.handling_item,
        "type_code": item.type_code,
        "code_status": item.code_status,
        "purpose": item.purpose,
        "legal_basis": [_text(basis) for basis in item.legal_basis],
        "applicants": list(item.applicants),
        "conditions": [_text(condition) for condition in item.conditions],
        "materials": [_use(use) for use in item.materials],
        "rules": list(item.rules),
        "statutory_limit": _limit(item.statutory_limit),
        "promised_limit": _limit(item.promised_limit),
        "valid_from": item.valid_from.isoformat() if item.valid_from else None,
        "valid_to": item.valid_to.isoformat() if item.valid_to else None,
        "parameters": dict(item.parameters),
        "details": dict(item.details),
    })  # fmt: skip


def _text(value: Any) -> Any:
    return {"zh": value.zh, "en": value.en} if isinstance(value, Bilingual) else value


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in members.items() if value not in (None, "", [], {}, 0, False) or name == "equals"
    }


def _operation(operation: Operation) -> dict[str, Any]:
    takes = {name: "required" if required else "optional" for name, required in operation.takes.items()}
    document = {"title": _text(operation.title), "takes": takes, "gives": list(operation.gives)}
    return {**document, "judges": list(operation.judges)} if operation.judges else document


def _material(material: Material) -> dict[str, Any]:
    return _filled({
        "title": _text(material.title),
        "doc_code": material.doc_code,
        "source_channel": material.source_channel,
        "mode": str(material.mode),
        "sources": [_source(source) for source in material.sources],
        "compare": {comparison.attribute: _comparison(comparison) for comparison in material.compare},
        "supplies": list(material.supplies),
        "period_days": material.period_days,
        "details": dict(material.details),
    })  # fmt: skip


def _source(source: Source) -> dict[str, Any]:
    given = {name: f"${claim}" for name, claim in source.given.items()}
    constants = {name: f"${value}" if value.startswith("$") else value for name, value in source.constants.items()}
    return _filled({
        "operation": source.operation, "registry": source.registry, "given": {**given, **constants},
        "when": _condition(source.when) if source.when else None,
    })  # fmt: skip


def _comparison(comparison: Comparison) -> dict[str, Any]:
    members = _filled({
        "by": comparison.by, "required": comparison.required, "claim": comparison.claim, "forms": comparison.forms,
        "options": dict(comparison.options),
    })  # fmt: skip
    return members if comparison.equals is None else {**members, "equals": comparison.equals}


def _condition(condition: Condition) -> dict[str, Any]:
    if condition.test in ("exists", "filled"):
        return {"path": condition.path, condition.test: condition.expected == ("true",)}
    return {"path": condition.path, condition.test: list(condition.expected)}


def _use(use: MaterialUse) -> dict[str, Any]:
    return _filled({
        "material": use.material, "of": use.of, "when": [_condition(condition) for condition in use.when],
        "copies": use.copies,
    })  # fmt: skip


def _limit(limit: TimeLimit | None) -> dict[str, Any] | None:
    return {"value": limit.value, "unit": limit.unit} if limit else None
