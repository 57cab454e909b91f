"""The result as the shared `verification` document: what is stored, hashed into the log, and given to the caller."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gateway.catalog import Catalog
from gateway.messages import explain
from gateway.model.finding import CaseVerification, FieldFinding, Finding

_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def document_of(verification: CaseVerification, catalog: Catalog) -> dict[str, Any]:
    """One verification as plain values, without its receipt (which exists once the entry is in the log)."""
    return {
        "id": verification.id,
        "case": verification.case.number,
        "item": verification.case.item,
        "created_at": verification.created_at,
        "findings": [_finding(finding, catalog) for finding in verification.findings],
    }


def pack(document: Mapping[str, Any], salt: str) -> bytes:
    """The bytes that are kept. Their digest stands in the log in clear: without a salt, values could be guessed."""
    return json.dumps({"salt": salt, "verification": document}, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8"
    )


def unpack(data: bytes) -> dict[str, Any]:
    """The document of kept bytes."""
    document: dict[str, Any] = json.loads(data)["verification"]
    return document


def with_receipt(document: Mapping[str, Any], receipt: Mapping[str, Any]) -> dict[str, Any]:
    """The document as a caller gets it."""
    return {**document, "receipt": dict(receipt)}


def _finding(finding: Finding, catalog: Catalog) -> dict[str, Any]:
    title = catalog.material(finding.material).title
    error = finding.error
    return {
        "material": finding.material,
        "title": {"zh": title.zh, "en": title.en},
        "of": finding.of,
        "outcome": finding.outcome.value,
        "flags": [flag.value for flag in finding.flags],
        "fields": [_field(field) for field in finding.fields],
        "evidence": dict(finding.evidence),
        "exchanges": list(finding.exchanges),
        "error": None
        if error is None
        else {"code": error.code, "message": dict(error.message), "next_attempt": error.next_attempt or None},
        "notes": list(finding.notes),
    }


def _field(field: FieldFinding) -> dict[str, Any]:
    return {
        "field": field.field,
        "grade": field.grade.value,
        "reason": field.reason,
        "comparator": field.comparator,
        "required": field.required,
        "judged_by": field.judged_by,
        "declared": field.declared,
        "registry": field.registry,
        "exchange": field.exchange,
        "explain": {"zh": explain(field.reason, field.values, "zh"), "en": explain(field.reason, field.values, "en")},
    }


def outcomes_of(verification: CaseVerification) -> tuple[Mapping[str, Any], ...]:
    """What the log's entry says: outcomes, flags and grades by name, and no value."""
    return tuple(
        {
            "material": finding.material,
            "of": finding.of,
            "outcome": finding.outcome.value,
            **({"flags": [flag.value for flag in finding.flags]} if finding.flags else {}),
            **({"grades": {field.field: field.grade.value for field in finding.fields}} if finding.fields else {}),
        }
        for finding in verification.findings
    )


def received_of(verification: CaseVerification) -> tuple[str, ...]:
    """The names of all attributes that registries supplied for this case."""
    return tuple(sorted({name for finding in verification.findings for name in finding.evidence}))
