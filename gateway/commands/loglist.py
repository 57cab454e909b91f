"""`shuqiao log list`: entries by what is known about them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gateway.commands.logreading import LogReading, entry_document, moment, open_reading, page
from gateway.commands.place import Place
from gateway.commands.results import SHORT, attribute_label, outcome_label
from gateway.commands.terminal import Terminal, cell
from gateway.errors import GatewayError, Language, Words
from gateway.identifiers import is_citizen_id
from gateway.messagelog.contracts import EntryRow
from gateway.messagelog.entry import Kind, PersonKey
from gateway.model.catalog import Bilingual
from gateway.storage.reading import EntryFilter

KINDS: Final[Mapping[str, tuple[Bilingual, str]]] = {
    "request": (Bilingual("请求", "request"), ""),
    "response": (Bilingual("应答", "response"), "green"),
    "failure": (Bilingual("失败", "failure"), "magenta"),
    "denied": (Bilingual("拒绝", "denied"), "red"),
    "verification": (Bilingual("核验", "verification"), "cyan"),
    "release": (Bilingual("版本", "release"), "blue"),
    "event": (Bilingual("事件", "event"), "dim"),
}
"""Label and style of every kind of entry."""
CONTEXT: Final[Mapping[str, Bilingual]] = {
    "operator.id_number": Bilingual("经办人号码", "the operator's number"),
    "operator.name": Bilingual("经办人姓名", "the operator's name"),
    "organization.uscc": Bilingual("单位代码", "the office's code"),
    "organization.name": Bilingual("单位名称", "the office's name"),
    "item.code": Bilingual("事项编码", "code of the item"),
    "item.name": Bilingual("事项名称", "name of the item"),
    "purpose.code": Bilingual("用途代码", "purpose"),
    "purpose.legal_basis": Bilingual("法律依据", "legal basis"),
    "case.number": Bilingual("办件编号", "number of the case"),
}
"""Labels of the facts that are no attributes: who asks, and what for."""
_NOBODY: Final = "-"


def run(
    terminal: Terminal,
    place: Place,
    case: str = "",
    person: str = "",
    kind: str = "",
    caller: str = "",
    registry: str = "",
    operation: str = "",
    since: str = "",
    until: str = "",
    limit: int = 100,
    after: int | None = None,
    newest_first: bool = False,
    json: bool = False,
) -> int:
    """List entries.

    Args:
        terminal: where results go.
        place: configuration and state folder.
        case, kind, caller, registry, operation: values that an entry must have.
        person: a number; entries about its holder are found through a keyed hash. `-` reads it from standard input.
        since, until: times as `logreading.moment` reads them; `until` is excluded.
        limit: at most so many entries.
        after: the index of the last entry of the page before.
        newest_first: the newest entry first.
        json: one JSON document.

    Raises:
        GatewayError: `request.bad_parameter`, `log.*`, `storage.*`, `key.*`.
    """
    _check_page(limit, after)
    world = place.world()
    now = world.now()
    filters = {
        "case": case, "kind": kind, "caller": caller, "registry": registry, "operation": operation,
        "since": moment(since, "--since", now), "until": moment(until, "--until", now),
    }  # fmt: skip
    if kind and kind not in set(Kind):
        raise GatewayError("request.bad_parameter", name="--kind", reason=", ".join(Kind))
    with open_reading(place.configuration(), world) as reading:
        ref = _person(reading, person)
        names = sorted(name for name, value in {**filters, "person": person}.items() if value)
        reading.note_reading("list", filters=names)
        if ref == _NOBODY:
            rows, following = list[EntryRow](), None
        else:
            with reading.store.snapshot() as snapshot:
                rows, following = page(snapshot, EntryFilter(person_ref=ref, **filters), limit, after, newest_first)
    entries = [entry_document(row) for row in rows]
    if json:
        terminal.document({"entries": entries, "next": following})
        return 0
    _show(terminal, entries, now)
    if following is not None:
        terminal.tell(f"还有更多条目：加上 --after {following}", f"there are more: add --after {following}", "dim")
    return 0


def _check_page(limit: int, after: int | None) -> None:
    if after is not None and not 0 <= after < 2**63:
        raise GatewayError("request.bad_parameter", name="--after", reason=Words("0 or more", "应不小于 0"))
    if limit < 1:
        raise GatewayError("request.bad_parameter", name="--limit", reason=Words("1 or more", "应不小于 1"))


def _person(reading: LogReading, number: str) -> str:
    """The reference of the person with this number; `-` where nobody asked about such a person."""
    if not number:
        return ""
    if number == "-":
        number = sys.stdin.readline(1000)
    number = number.strip().upper()
    kinds = ("citizen_id", "document", "organization")
    for kind in kinds if is_citizen_id(number) else (*kinds[1:], kinds[0]):
        ref = reading.archive.person_ref(PersonKey(kind, number))
        if ref is not None:
            return ref
    return _NOBODY


def _show(terminal: Terminal, entries: list[dict[str, Any]], now: datetime) -> None:
    if not entries:
        terminal.tell("没有符合条件的条目", "no entry fits")
        return
    pick = terminal.pick
    table = terminal.table(
        ("#", {"justify": "right"}),
        pick("时间", "time"),
        pick("类别", "kind"),
        (pick("交换", "exchange"), {"no_wrap": True}),
        pick("办件", "case"),
        pick("调用方", "caller"),
        pick("登记库·操作", "registry · operation"),
        pick("说明", "what"),
    )
    for entry in entries:
        label, style = KINDS.get(str(entry["kind"]), (Bilingual(str(entry["kind"]), str(entry["kind"])), ""))
        where = " · ".join(str(entry[name]) for name in ("registry", "operation") if entry.get(name))
        table.add_row(
            str(entry["index"]),
            cell(local_time(str(entry["time"]), now)),
            cell(terminal.of(label), style),
            cell(str(entry["exchange"] or "")[:SHORT], "dim"),
            cell(entry.get("case", "")),
            cell(entry.get("caller", "")),
            cell(where),
            cell(summary(terminal, entry)),
        )
    terminal.show(table)


def local_time(text: str, now: datetime) -> str:
    """A time of the log in the reader's zone, to the second; as it is where it can't be read."""
    try:
        return datetime.fromisoformat(text).astimezone(now.tzinfo).isoformat(" ", "seconds")[:19]
    except ValueError:
        return text


def summary(terminal: Terminal, entry: Mapping[str, Any]) -> str:
    """What an entry says, in a few words."""
    pick, kind = terminal.pick, entry["kind"]
    if kind == "request":
        return pick("送出 ", "sent ") + disclosed(entry, terminal.language)
    if kind == "response":
        return f"HTTP {entry.get('status')} · {entry.get('length')} B · {entry.get('duration_ms')} ms"
    if kind in ("failure", "denied"):
        return str(entry.get("error", ""))
    if kind == "verification":
        counts = Counter(str(one.get("outcome")) for one in entry.get("outcomes", ()))
        labels = (f"{outcome_label(token, terminal.language)} {count}" for token, count in counts.most_common())
        return pick("，", ", ").join(labels)
    details = entry.get("details", {})
    words = [str(entry.get("event") or entry.get("release") or ""), str(entry.get("word", ""))]
    words += [f"{name}={_short(value)}" for name, value in details.items()]
    return " ".join(word for word in words if word)


def disclosed(entry: Mapping[str, Any], language: Language) -> str:
    """What left with a request, by the labels of the facts; a fact without a label by its name."""
    names = [str(name) for name in entry.get("disclosed", ())]
    labels = [_context(name, language) or attribute_label(name, language) for name in names]
    if not labels:
        return "无" if language == "zh" else "nothing"
    return ("、" if language == "zh" else ", ").join(labels)


def _context(name: str, language: Language) -> str:
    known = CONTEXT.get(name)
    return "" if known is None else known.zh if language == "zh" else known.en


def _short(value: Any) -> str:
    return ",".join(str(each) for each in value) if isinstance(value, list) else str(value)
