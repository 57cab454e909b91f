"""A reply of a registry as the shared `evidence` document."""

from __future__ import annotations

from typing import Any

from gateway.model.evidence import EvidenceResponse
from gateway.model.outcomes import FieldState


def evidence_document(operation: str, registry: str, response: EvidenceResponse, exchange: str = "") -> dict[str, Any]:
    """The canonical form: values in `fields`, and why there is none in `missing`; empty parts are left out.

    The value of an uncertain field (disputed, not comparable) is not carried: nothing may be concluded from it.
    """
    states = response.fields.items()
    found: dict[str, Any] = {
        "operation": operation,
        "registry": registry,
        "exchange": exchange,
        "word": response.word.value,
        "reason": response.reason,
        "fields": {name: each.value for name, each in states if each.state is FieldState.VALUE},
        "missing": [
            {"field": name, "state": each.state.value, **({"note": each.note} if each.note else {})}
            for name, each in states
            if each.state is not FieldState.VALUE
        ],
        "judged": {name: judgement.value for name, judgement in response.judged.items()},
        "evidence": dict(response.evidence),
    }
    return {name: value for name, value in found.items() if value not in ("", {}, [])}
