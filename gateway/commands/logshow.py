"""`shuqiao log show`: everything that the log holds about one exchange, bodies included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from rich.text import Text

from gateway.commands.loglist import KINDS, local_time
from gateway.commands.logreading import LogReading, entry_document, find, open_reading
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, cell
from gateway.errors import GatewayError, Words
from gateway.identifiers import mask
from gateway.model.catalog import Bilingual

_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z])([1-9][0-9]{16}[0-9Xx]|[1-9][0-9]{14}|[A-Z]{1,2}[0-9]{7,8})(?![0-9A-Za-z])"
)
_HEADERS_ASIDE: Final = ("index", "time", "kind", "leaf_hash", "signature", "key", "suite", "v", "commitments")


def run(terminal: Terminal, place: Place, id: str, unmask: str = "", json: bool = False) -> int:
    """Show the entries of one exchange or verification, with the bodies that are kept.

    Args:
        terminal: where results go.
        place: configuration and state folder.
        id: the id, or the beginning of it that tables show.
        unmask: why numbers of persons must be readable; the reason stands in the log.
        json: one JSON document.

    Raises:
        GatewayError: `log.unknown_exchange`, `log.integrity`, `usage.wrong`, `storage.*`, `key.*`.
    """
    if _NUMBER.search(unmask):
        reason = Words("the reason goes into the log for good; leave numbers of persons out of it",
                       "理由将永久记入日志，请勿包含个人号码")  # fmt: skip
        raise GatewayError("usage.wrong", reason=reason)
    world = place.world()
    with open_reading(place.configuration(), world) as reading:
        with reading.store.snapshot() as snapshot:
            rows = find(snapshot, id)
        entries = [entry_document(row) for row in rows]
        name = str(entries[0]["exchange"] or entries[0].get("verification", ""))
        reading.note_reading("show", exchange=name, unmask=unmask)
        for entry in entries:
            entry["body"] = _body(reading, entry, masked=not unmask)
    if json:
        terminal.document({"exchange": name, "entries": entries})
    else:
        _show(terminal, name, entries, local_time(str(entries[0]["time"]), world.now()))
    return 0


def masked_text(text: str) -> str:
    """The text with the numbers of persons and documents starred."""
    return _NUMBER.sub(lambda found: mask(found[0], "number"), text)


def _body(reading: LogReading, entry: dict[str, Any], *, masked: bool) -> str | None:
    """The kept bytes as text; None where the entry has no body."""
    if not entry.get("commitments"):
        return None
    try:
        data = reading.archive.body(int(entry["index"]))
    except GatewayError as error:
        if error.code != "log.body_erased":
            raise
        return None
    text = _text(data)
    return masked_text(text) if masked else text


def _text(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "backslashreplace")


def _show(terminal: Terminal, name: str, entries: Sequence[dict[str, Any]], began: str) -> None:
    terminal.show(cell(f"{terminal.pick('交换', 'exchange')} {name}   {began}", "bold"))
    for entry in entries:
        label, style = KINDS.get(str(entry["kind"]), (Bilingual("?", "?"), ""))
        terminal.show(
            Text(""), cell(f"#{entry['index']} {terminal.of(label)}  {entry['time']}", f"bold {style}".strip())
        )
        for key, value in entry.items():
            if key not in _HEADERS_ASIDE and key != "body" and value not in (None, "", [], {}):
                line = cell(f"  {key}: ", "dim")
                terminal.out.print(line.append(_value(value), style="not dim"), soft_wrap=True)
        body = entry["body"]
        if body is not None:
            terminal.show(cell(f"  {terminal.pick('正文', 'body')}:", "dim"))
            for part in body.splitlines():
                terminal.show(f"    {part}")
        elif entry.get("commitments"):
            terminal.show(cell(terminal.pick("  正文已删除", "  the body was erased"), "yellow"))


def _value(value: Any) -> str:
    if isinstance(value, dict):
        text = "; ".join(f"{name}={_value(inner)}" for name, inner in value.items())
    elif isinstance(value, list):
        text = ", ".join(_value(inner) for inner in value)
    else:
        text = str(value)
    return str(cell(text))
