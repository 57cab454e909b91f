"""Whether what a reply means is as expected: outcome, fields, judgements, evidence, and lists of names."""

from __future__ import annotations

from collections.abc import Callable

from gateway.mapping.testcases import Expectation
from gateway.model.evidence import EvidenceResponse, FieldValue
from gateway.model.outcomes import FieldState, Judgement
from gateway.workbench.comparing import agrees, shown

Differ = Callable[..., None]


def check_response(expect: Expectation, response: EvidenceResponse, differ: Differ) -> None:
    """Compare a response with what a test says of it; nothing more is looked at where the outcome differs."""
    if expect.outcome and response.word != expect.outcome:
        reason = f" ({response.reason})" if response.reason else ""
        differ("outcome", found=f"{response.word}{reason}", expected=expect.outcome)
        return
    for name, wanted in expect.fields.items():
        field = response.fields.get(name)
        if field is None or field.state is not FieldState.VALUE or not agrees(wanted, field.value):
            differ("fields", name, found=_state(field), expected=shown(wanted))
    for name, wanted in expect.judged.items():
        judged = response.judged.get(name)
        if judged != wanted:
            why = response.unusable.get(name)
            differ("judged", name, found=_state(why) if why else str(judged or "not judged"), expected=wanted)
    for name, wanted in expect.evidence.items():
        if response.evidence.get(name) != wanted:
            differ("evidence", name, found=shown(response.evidence.get(name, "nothing")), expected=wanted)
    for state, names in expect.lists.items():
        for place, name in enumerate(names):
            if not _in_state(name, state, response):
                found = _state(response.unusable.get(name) or response.fields.get(name))
                differ(state, place, found=found, expected=f"{name} {state}")


def _in_state(name: str, state: str, response: EvidenceResponse) -> bool:
    field, why = response.fields.get(name), response.unusable.get(name)
    if state == "not_comparable" and why is None and response.judged.get(name) is Judgement.NOT_COMPARABLE:
        return True
    if state == "absent" and field is None and name not in response.judged:
        return True
    return any(value is not None and value.state == state for value in (field, why))


def _state(field: FieldValue | None) -> str:
    if field is None:
        return "not read by this mapping"
    if field.state is FieldState.VALUE:
        return shown(field.value)
    return f"{field.state.value}{f' ({field.note})' if field.note else ''}"
