"""Mappings made from plain values for one test, and replies read through them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.documents import read_document
from adapters.rest import RestAdapter
from adapters.soap import SoapAdapter
from gateway.errors import Diagnostic
from gateway.mapping.compiled import OperationMapping, RegistryMapping
from gateway.mapping.files import Surroundings, read_registry
from gateway.model.evidence import EvidenceResponse
from gateway.model.outcomes import FieldState
from gateway.model.wire import WireReply
from gateway.schemas import vocabulary
from gateway.yamlsource import parse

OPENERS = {"rest": RestAdapter, "soap": SoapAdapter}
FOUND = [{"found": {"status": 200}}]


def around() -> Surroundings:
    types = {name: attribute.type for name, attribute in vocabulary().attributes.items()}
    return Surroundings(types, frozenset(OPENERS))


def document(operations: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    endpoint = {
        "adapter": "rest",
        "url": "https://registry.example/base",
        "timezone": "Asia/Shanghai",
        "limits": {"timeout": "1s"},
        **parts.pop("endpoint", {}),
    }
    return {
        "grammar": 1,
        "registry": "probe",
        "title": {"zh": "试", "en": "Probe"},
        "endpoint": endpoint,
        "access": {"kind": "none"},
        **parts,
        "operations": operations,
    }


def read(content: Mapping[str, Any]) -> tuple[RegistryMapping | None, list[Diagnostic]]:
    return read_registry(parse(json.dumps(content, ensure_ascii=False), "probe.yaml"), None, around())


def compiled(content: Mapping[str, Any]) -> RegistryMapping:
    mapping, findings = read(content)
    assert mapping is not None, "\n".join(row.text() for row in findings)
    return mapping


def replying(reply: Mapping[str, Any], **parts: Any) -> OperationMapping:
    """An operation with this reply; JSON and one `found` rule where nothing else is said."""
    whole = {"format": "json", "outcomes": FOUND, **reply}
    soap = parts.get("endpoint", {}).get("adapter") == "soap"
    request: dict[str, Any] = {"body": {"ask": "x"}} if soap else {"call": "GET /ask"}
    return compiled(document({"ask": {"request": request, "reply": whole}}, **parts)).operations["ask"]


def asking(request: Mapping[str, Any], **parts: Any) -> RegistryMapping:
    """A mapping with the one operation `ask` that sends this."""
    reply = {"format": "json", "outcomes": FOUND}
    return compiled(document({"ask": {"request": request, "reply": reply}}, **parts))


def understood(
    operation: OperationMapping, body: Any, status: int = 200, headers: Any = (), **facts: Any
) -> EvidenceResponse:
    """What a reply means; a body that is neither text nor bytes is written as JSON."""
    if not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode("utf-8")
    reply = WireReply(status, tuple(headers), body)
    decoded = read_document(reply, operation.reply.form, operation.reply.encoding)
    return operation.understand(status, reply.header, decoded, facts)


def values(response: EvidenceResponse) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: field.value for name, field in response.fields.items() if field.state is FieldState.VALUE}


def states(response: EvidenceResponse) -> dict[str, str]:
    """The fields that have none, with their state."""
    return {name: field.state.value for name, field in response.fields.items() if field.state is not FieldState.VALUE}
