"""`shuqiao grants check`: who may ask what, and what about it will not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from gateway.access import Policy, read_policy
from gateway.access.grants import Grant
from gateway.assembly.release import names
from gateway.commands.findings import show_findings, status_of_findings
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, cell
from gateway.config import Secrets
from gateway.model.catalog import Bilingual

SOON = timedelta(days=30)
State = Literal["valid", "ends_soon", "over", "not_yet"]
_STATES: dict[State, tuple[Bilingual, str]] = {
    "valid": (Bilingual("有效", "valid"), "green"),
    "ends_soon": (Bilingual("即将到期", "ends soon"), "yellow"),
    "over": (Bilingual("已过期", "over"), "red"),
    "not_yet": (Bilingual("尚未生效", "not yet valid"), "yellow"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a grant or a caller that an administrator should see."""

    about: str
    zh: str
    en: str


def check(terminal: Terminal, place: Place, json: bool = False) -> int:
    """Check all grants against catalog, callers and the calendar day.

    Returns:
        2 where a grant names what does not exist, 0 else.
    """
    policy, findings = read_policy(place.folder, names(), place.home, place.environment)
    today = place.world().now().date()
    grants = policy.grants if policy else ()
    secrets = policy.configuration.secrets(place.environment) if policy else None
    notes = _notes(policy, grants, today, secrets) if policy and secrets else []
    if json:
        terminal.document({
            "grants": [_document(grant, today) for grant in grants],
            "notes": [{"about": note.about, "message": {"zh": note.zh, "en": note.en}} for note in notes],
            "findings": [finding.document() for finding in findings],
        })  # fmt: skip
        return status_of_findings(findings)
    show_findings(terminal, findings)
    if policy is not None:
        _show(terminal, grants, today)
    for note in notes:
        terminal.show(cell(f"⚠ {note.about}: {terminal.pick(note.zh, note.en)}", "yellow"))
    return status_of_findings(findings)


def state_of(grant: Grant, today: date) -> State:
    """Whether a grant counts today, and whether it soon will not."""
    if today < grant.valid_from:
        return "not_yet"
    if today > grant.valid_to:
        return "over"
    return "ends_soon" if grant.valid_to - today < SOON else "valid"


def _notes(policy: Policy, grants: Sequence[Grant], today: date, secrets: Secrets) -> list[Note]:
    notes = [
        Note(grant.id, f"{_STATES[state][0].zh}（{grant.valid_from} 至 {grant.valid_to}）",
             f"{_STATES[state][0].en} ({grant.valid_from} to {grant.valid_to})")
        for grant in grants if (state := state_of(grant, today)) != "valid"
    ]  # fmt: skip
    for name, caller in policy.configuration.callers.callers.items():
        if not any(grant.caller == name for grant in grants):
            notes.append(Note(name, "该调用方没有任何授权", "this caller has no grant at all"))
        made = policy.configuration.gateway.sandbox != "off"  # then a missing key is made at first start
        keyed = caller.key_sha256 or (caller.key_secret and (made or secrets.has(caller.key_secret)))
        if not keyed and name != "cli":
            notes.append(Note(name, "没有接口密钥，无法经网络调用", "has no API key and can't call over the network"))
    for grant in grants:
        item = policy.catalog.items[grant.item]
        missing = sorted(policy.catalog.operations_of(item) - grant.operations)
        if missing:
            listed = ", ".join(missing)
            notes.append(Note(grant.id, f"未授权 {listed}，相关材料将得到 forbidden",
                              f"does not cover {listed}; materials that need it end as forbidden"))  # fmt: skip
    return notes


def _show(terminal: Terminal, grants: Sequence[Grant], today: date) -> None:
    pick = terminal.pick
    table = terminal.table(
        pick("授权", "grant"), pick("调用方", "caller"), pick("事项", "item"), pick("操作", "operations"),
        pick("可送出字段", "fields that may be sent"), pick("有效期", "valid"), lines=True,
    )  # fmt: skip
    for grant in grants:
        label, style = _STATES[state_of(grant, today)]
        valid = cell(f"{terminal.of(label)}\n", style).append(f"{grant.valid_from}\n{grant.valid_to}", style="default")
        table.add_row(
            cell(grant.id, "bold"), cell(grant.caller), cell(grant.item), cell("\n".join(sorted(grant.operations))),
            cell(", ".join(sorted(grant.fields))), valid,
        )  # fmt: skip
    terminal.show(table)


def _document(grant: Grant, today: date) -> dict[str, Any]:
    return {
        "id": grant.id, "caller": grant.caller, "item": grant.item, "operations": sorted(grant.operations),
        "fields": sorted(grant.fields), "valid_from": grant.valid_from.isoformat(),
        "valid_to": grant.valid_to.isoformat(), "document": grant.document, "state": state_of(grant, today),
    }  # fmt: skip
