"""`shuqiao log explain`: the story of one exchange in words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.commands.loglist import disclosed, local_time
from gateway.commands.logreading import entry_document, find, open_reading, titles
from gateway.commands.place import Place
from gateway.commands.results import attribute_label, outcome_label
from gateway.commands.terminal import Terminal, cell
from gateway.config import Configuration
from gateway.errors import CODES, Language
from gateway.messagelog.checkpoint import parse_checkpoint
from gateway.model.catalog import Bilingual
from gateway.storage.reading import EntryFilter, Snapshot

Line = tuple[Bilingual, Bilingual]
"""A heading and what is told under it."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Knows what codes mean: titles of the catalog, callers, and the reader's clock."""

    titles: Mapping[str, Bilingual]
    callers: Mapping[str, Bilingual]
    now: datetime

    def code(self, code: str, language: Language) -> str:
        """A code with its title."""
        title = self.titles.get(code)
        text = (title.zh if language == "zh" else title.en) if title else ""
        return f"{code} {text}".strip()

    def both(self, zh: str, en: str) -> Bilingual:
        """A text in both languages, without anything that moves a terminal's cursor."""
        return Bilingual(str(cell(zh)), str(cell(en)))

    def time(self, entry: Mapping[str, Any]) -> str:
        """When an entry was made, in the reader's zone."""
        return local_time(str(entry["time"]), self.now)

    def names(self, names: Sequence[str]) -> Bilingual:
        """Attributes by their labels; context facts as they are."""
        if not names:
            return Bilingual("无", "none")
        zh, en = (attribute_label(name, "zh") for name in names), (attribute_label(name, "en") for name in names)
        return Bilingual("、".join(zh), ", ".join(en))


def run(terminal: Terminal, place: Place, id: str, json: bool = False) -> int:
    """Tell one exchange (or one verification).

    Args:
        terminal: where results go.
        place: configuration and state folder.
        id: the id, or the beginning of it that tables show.
        json: one JSON document with the story in both languages.

    Raises:
        GatewayError: `log.unknown_exchange`, `log.integrity`, `storage.*`, `key.*`.
    """
    world, configuration = place.world(), place.configuration()
    with open_reading(configuration, world) as reading:
        with reading.store.snapshot() as snapshot:
            entries = [entry_document(row) for row in find(snapshot, id)]
            verdict = _verdict(snapshot, entries)
            head = snapshot.head()
        name = str(entries[0]["exchange"] or entries[0].get("verification", ""))
        reading.note_reading("explain", exchange=name)
    teller = Teller(titles(configuration), _callers(configuration), world.now())
    lines = story(teller, entries, verdict)
    lines.append(_proof(teller, name, entries, parse_checkpoint(head.note).size if head else 0))
    if json:
        told = {language: [[getattr(part, language) for part in line] for line in lines] for language in ("zh", "en")}
        terminal.document({"exchange": name, "story": told, "entries": entries, "verification": verdict})
        return 0
    subject = Bilingual("交换", "exchange") if entries[0]["exchange"] else Bilingual("核验", "verification")
    terminal.show(cell(f"{terminal.of(subject)} {name}", "bold"))
    table = terminal.table(("", {"style": "bold", "no_wrap": True}), "")
    table.show_header, table.box = False, None
    for heading, text in lines:
        table.add_row(terminal.of(heading), cell(terminal.of(text)))
    terminal.show(table)
    return 0


def story(teller: Teller, entries: Sequence[Mapping[str, Any]], verdict: Mapping[str, Any] | None) -> list[Line]:
    """Who asked, for what, what was sent, what came back, what was concluded."""
    first = entries[0]
    lines = [_who(teller, first), *_why(teller, first)]
    for entry in entries:
        line = _TOLD.get(str(entry["kind"]))
        if line is not None:
            lines.append(line(teller, entry))
    if verdict is not None and verdict["index"] not in {entry["index"] for entry in entries}:
        wanted = first.get("purpose", {}).get("materials", ())
        lines.append(_concluded(teller, verdict, wanted))
    return lines


def _who(teller: Teller, entry: Mapping[str, Any]) -> Line:
    caller = str(entry.get("caller", "–"))
    title = teller.callers.get(caller, Bilingual(caller, caller))
    operator, office = entry.get("operator", {}), entry.get("organization", {})
    zh = [f"{title.zh}（{caller}）"]
    en = [f"{title.en} ({caller})"]
    if operator:
        zh.append(f"经办人 {operator.get('name')}")
        en.append(f"operator {operator.get('name')}")
    if office:
        zh.append(f"{office.get('name')}（{office.get('uscc')}）")
        en.append(f"{office.get('name')} ({office.get('uscc')})")
    return Bilingual("谁", "who"), teller.both("，".join(zh), ", ".join(en))


def _why(teller: Teller, entry: Mapping[str, Any]) -> list[Line]:
    purpose = entry.get("purpose", {})
    lines: list[Line] = []
    if entry.get("case"):
        text = str(entry["case"])
        item = str(purpose.get("item", ""))
        lines.append((Bilingual("办件", "case"), teller.both(
            f"{text}，事项 {teller.code(item, 'zh')}", f"{text}, service item {teller.code(item, 'en')}")))  # fmt: skip
    materials = purpose.get("materials", ())
    if materials and entry["kind"] != "verification":
        lines.append((Bilingual("目的", "purpose"), teller.both(
            "核验材料 " + "、".join(teller.code(code, "zh") for code in materials),
            "to verify " + ", ".join(teller.code(code, "en") for code in materials))))  # fmt: skip
    basis = [str(purpose.get(name, "")) for name in ("legal_basis", "grant")]
    if any(basis):
        lines.append(
            (Bilingual("依据", "basis"), teller.both(f"{basis[0]}；授权 {basis[1]}", f"{basis[0]}; grant {basis[1]}"))
        )
    return lines


def _sent(teller: Teller, entry: Mapping[str, Any]) -> Line:
    names = Bilingual(disclosed(entry, "zh"), disclosed(entry, "en"))
    attempt = int(entry.get("attempt", 1))
    again_zh, again_en = (f"（第 {attempt} 次尝试）", f" (attempt {attempt})") if attempt > 1 else ("", "")
    time, registry, operation = teller.time(entry), entry.get("registry"), str(entry.get("operation"))
    zh = f"{time}{again_zh} 向登记库 {registry} 询问 {teller.code(operation, 'zh')}，送出：{names.zh}"
    en = f"{time}{again_en} asked registry {registry} {teller.code(operation, 'en')}; what left: {names.en}"
    return Bilingual("送出", "sent"), teller.both(zh, en)


def _came(teller: Teller, entry: Mapping[str, Any]) -> Line:
    parts = f"HTTP {entry.get('status')}", entry.get("length"), entry.get("duration_ms")
    return Bilingual("收到", "received"), teller.both(
        f"{teller.time(entry)} {parts[0]}，{parts[1]} 字节，用时 {parts[2]} 毫秒；先入日志，后解读",
        f"{teller.time(entry)} {parts[0]}, {parts[1]} bytes after {parts[2]} ms; logged before anybody read it",
    )


def _failed(teller: Teller, entry: Mapping[str, Any]) -> Line:
    zh, en = _error(entry)
    spent = entry.get("duration_ms")
    after_zh, after_en = (
        (f"，用时 {spent} 毫秒", f" after {spent} ms") if spent is not None else ("，未发送", "; nothing was sent")
    )
    return Bilingual("失败", "failed"), teller.both(
        f"{teller.time(entry)} {zh}{after_zh}", f"{teller.time(entry)} {en}{after_en}"
    )


def _denied(teller: Teller, entry: Mapping[str, Any]) -> Line:
    zh, en = _error(entry)
    return Bilingual("拒绝", "denied"), teller.both(
        f"{teller.time(entry)} {zh}；未发送任何内容", f"{teller.time(entry)} {en}; nothing was sent")  # fmt: skip


def _event(teller: Teller, entry: Mapping[str, Any]) -> Line:
    names = teller.names(entry.get("details", {}).get("fields", ()))
    text = f"{entry.get('event')} {entry.get('word', '')}".strip()
    return Bilingual("事件", "event"), teller.both(f"{text}；字段：{names.zh}", f"{text}; fields: {names.en}")


def _concluded(teller: Teller, entry: Mapping[str, Any], wanted: Sequence[str] = ()) -> Line:
    zh, en = [], []
    for one in entry.get("outcomes", ()):
        material, outcome = str(one.get("material", "")), str(one.get("outcome", ""))
        if not wanted or material in wanted:
            zh.append(f"{teller.code(material, 'zh')}：{outcome_label(outcome, 'zh')}")
            en.append(f"{teller.code(material, 'en')}: {outcome_label(outcome, 'en')}")
    place = f"#{entry['index']}", entry.get("verification", "")
    return Bilingual("结论", "concluded"), teller.both(
        f"{'；'.join(zh)}（核验 {place[1]}，条目 {place[0]}）",
        f"{'; '.join(en)} (verification {place[1]}, entry {place[0]})",
    )


_TOLD = {"request": _sent, "response": _came, "failure": _failed, "denied": _denied, "event": _event,
         "verification": _concluded}  # fmt: skip


def _error(entry: Mapping[str, Any]) -> tuple[str, str]:
    code = str(entry.get("error", ""))
    known = CODES.get(code)
    if known is None:
        return code, code
    return f"{code}：{known.message('zh', {})}", f"{code}: {known.message('en', {})}"


def _proof(teller: Teller, name: str, entries: Sequence[Mapping[str, Any]], size: int) -> Line:
    first, last = entries[0]["index"], entries[-1]["index"]
    zh, en = (f"#{first}–#{last}", f"entries #{first}–#{last}") if first != last else (f"#{first}", f"entry #{first}")
    return Bilingual("证明", "proof"), teller.both(
        f"条目 {zh}，检查点覆盖 {size} 个条目；导出证明：shuqiao log prove {name} --out FILE",
        f"{en} under a checkpoint of {size}; export it: shuqiao log prove {name} --out FILE",
    )


def _verdict(snapshot: Snapshot, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The verification that the exchange served: the first of its case that came after it."""
    case = str(entries[0].get("case", ""))
    if not case:
        return None
    wanted = EntryFilter(case=case, kind="verification", caller=str(entries[0].get("caller", "")))
    rows = snapshot.list_entries(wanted, after=entries[0]["index"] - 1, limit=1)
    return entry_document(rows[0]) if rows else None


def _callers(configuration: Configuration) -> dict[str, Bilingual]:
    return {name: Bilingual(entry.title.zh, entry.title.en) for name, entry in configuration.callers.callers.items()}
