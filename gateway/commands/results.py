"""How a verification looks on a terminal: a heading, a row a material, the receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gateway.commands.terminal import Terminal, cell
from gateway.errors import Language
from gateway.messages import FLAGS, GRADES, OUTCOMES, explain
from gateway.model.catalog import Bilingual
from gateway.model.outcomes import Flag, Grade, Outcome
from gateway.schemas import vocabulary

LOOKS: Mapping[str, tuple[str, str]] = {
    "supplied": ("✓", "green"),
    "verified": ("✓", "green"),
    "verified_with_variant": ("≈", "green"),
    "inconsistent": ("✗", "bold red"),
    "not_found": ("✗", "bold red"),
    "expired": ("✗", "bold red"),
    "revoked": ("✗", "bold red"),
    "forbidden": ("⊘", "bold red"),
    "insufficient": ("?", "yellow"),
    "unavailable": ("!", "magenta"),
    "pending": ("…", "magenta"),
    "manual_required": ("☐", "cyan"),
    "no_source": ("–", "dim"),
}
"""Sign and style of every outcome."""
MARKS: Mapping[str, tuple[str, str]] = {
    "exact": ("✓", "green"),
    "equivalent": ("✓", "green"),
    "variant": ("≈", "green"),
    "partial": ("~", "yellow"),
    "weak": ("~", "yellow"),
    "mismatch": ("✗", "red"),
    "not_comparable": ("?", "yellow"),
    "not_provided": ("–", "dim"),
}
"""Sign and style of every grade."""
SHORT = 16
"""Digits of an exchange id that a table shows: its time and the beginning of its random part."""


def attribute_label(name: str, language: Language) -> str:
    """What people call an attribute; the name itself where the vocabulary does not have it."""
    known = vocabulary().attributes.get(name)
    return name if known is None else known.zh if language == "zh" else known.en


def short_label(name: str, language: Language) -> str:
    """The label without what stands in brackets, for narrow places."""
    return re.split(r"\s*[（(]", attribute_label(name, language), maxsplit=1)[0]


def outcome_label(token: str, language: Language) -> str:
    """The label of an outcome, or the token where this release does not know it."""
    return _label(OUTCOMES.get(Outcome(token)) if token in set(Outcome) else None, token, language)


def show_verification(terminal: Terminal, document: Mapping[str, Any], source: str = "") -> None:
    """Print one verification document."""
    heading = Text(safe_join(document["case"], " · ", document["item"]), style="bold")
    heading.append(safe_join("   ", source), style="dim not bold")
    terminal.show(Text(""), heading, _counts(terminal, document["findings"]))
    terminal.show(findings_table(terminal, document["findings"]), receipt_line(terminal, document))


def findings_table(terminal: Terminal, findings: list[Mapping[str, Any]]) -> Table:
    """One row a material: outcome and flags, compared fields with grade and reason, exchanges.

    Materials about which there is nothing more to say than their outcome stand together at the end.
    """
    pick = terminal.pick
    table = terminal.table(
        ("", {"no_wrap": True, "style": "bold"}),
        (pick("材料", "material"), {"ratio": 20}),
        (pick("结果", "outcome"), {"ratio": 15}),
        (pick("比对字段（✱ 必需）、等级与理由", "compared fields (✱ required), grade and reason"), {"ratio": 50}),
        (pick("交换", "exchange"), {"no_wrap": True, "style": "dim"}),
        lines=True, expand=True,
    )  # fmt: skip
    bare: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        if _is_bare(finding):
            bare.setdefault(finding["outcome"], []).append(finding)
            continue
        exchanges = "\n".join(exchange[:SHORT] for exchange in finding["exchanges"])
        table.add_row(
            cell(finding["material"]), _material(terminal, finding), _outcome(finding, terminal.language),
            _fields(terminal, finding), cell(exchanges),
        )  # fmt: skip
    for group in bare.values():
        codes = "\n".join(finding["material"] for finding in group)
        titles = [safe_join(finding["material"], " ", terminal.of(finding["title"])) for finding in group]
        told = terminal.pick("；", "; ").join(titles)
        table.add_row(cell(codes), "", _outcome(group[0], terminal.language), cell(told, "dim"), "")
    return table


def receipt_line(terminal: Terminal, document: Mapping[str, Any]) -> Text:
    """Where the result stands in the log."""
    receipt, name = document["receipt"], document["id"]
    log, entry, leaf = receipt["log"], receipt["entry"], receipt["leaf_hash"][:16]
    text = terminal.pick(
        f"回执：日志 {log}，条目 {entry}，叶散列 {leaf}…，核验编号 {name}",
        f"receipt: log {log}, entry {entry}, leaf {leaf}…, verification {name}",
    )
    return cell(text, "dim")


def safe_join(*parts: object) -> str:
    """Texts from outside as one line."""
    return str(cell("".join(str(part) for part in parts)))


def _counts(terminal: Terminal, findings: list[Mapping[str, Any]]) -> Text:
    """How often each outcome occurs, in the order of the signs."""
    line = cell("")
    for token, (sign, style) in LOOKS.items():
        count = sum(finding["outcome"] == token for finding in findings)
        if count:
            text = f"{sign} {outcome_label(token, terminal.language)} {count}".replace(" ", "\u00a0")
            line.append(text, style=style).append("   ")
    return line


def _is_bare(finding: Mapping[str, Any]) -> bool:
    parts = ("fields", "exchanges", "error", "notes", "flags", "evidence")
    return not any(finding[part] for part in parts) and finding["of"] == "applicant"


def _material(terminal: Terminal, finding: Mapping[str, Any]) -> Text:
    text = cell(terminal.of(finding["title"]))
    if finding["of"] != "applicant":
        text.append(f"\n{terminal.pick('对象', 'of')}: {safe_join(finding['of'])}", style="dim")
    return text


def _outcome(finding: Mapping[str, Any], language: Language) -> Text:
    sign, style = LOOKS.get(finding["outcome"], ("?", ""))
    text = cell(f"{sign} {outcome_label(finding['outcome'], language)}", style=style)
    for flag in finding["flags"]:
        label = _label(FLAGS.get(Flag(flag)) if flag in set(Flag) else None, flag, language)
        text.append(f"\n⚑ {label}", style="not bold yellow")
    return text


def _fields(terminal: Terminal, finding: Mapping[str, Any]) -> Group:
    language = terminal.language
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for (grade, told), fields in _grouped(finding["fields"], language).items():
        grid.add_row(*_line(grade, told, fields, language))
    rest = cell("")
    error = finding["error"]
    if error:
        rest.append(
            safe_join("! ", error["code"], terminal.pick("：", ": "), terminal.of(error["message"]), "\n"), "magenta"
        )
        if error.get("next_attempt"):
            rest.append(safe_join(terminal.pick("下次尝试：", "next attempt: "), error["next_attempt"], "\n"), "dim")
    compared = {field["field"] for field in finding["fields"]}
    names = [short_label(name, language) for name in finding["evidence"] if name not in compared]
    if names:
        rest.append(
            safe_join(terminal.pick("另取得：", "also received: "), terminal.pick("、", ", ").join(names), "\n"), "dim"
        )
    for note in finding["notes"]:
        rest.append(safe_join("※ ", explain(note, {}, language), "\n"), "italic")
    rest.rstrip()
    return Group(*([grid] if grid.row_count else []), *([rest] if rest else []))


def _grouped(fields: list[Mapping[str, Any]], language: Language) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """Fields of one grade for one reason stand together."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for field in fields:
        told = "" if field["reason"] == "same" else field.get("explain", {}).get(language) or field["reason"]
        groups.setdefault((field["grade"], told), []).append(field)
    return groups


def _line(grade: str, told: str, fields: list[Mapping[str, Any]], language: Language) -> tuple[Text, Text]:
    sign, style = MARKS.get(grade, ("?", ""))
    names = [short_label(field["field"], language) + ("\u00a0✱" if field["required"] else "") for field in fields]
    text = cell(("、" if language == "zh" else ", ").join(names))
    label = _label(GRADES.get(Grade(grade)) if grade in set(Grade) else None, grade, language)
    text.append("  ").append(label, style=style)
    if told and told != label:
        text.append(safe_join("：" if language == "zh" else ": ", told))
    return Text(sign, style=style), text


def _label(text: Bilingual | None, token: str, language: Language) -> str:
    return safe_join(token) if text is None else text.zh if language == "zh" else text.en
