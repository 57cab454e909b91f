"""Opening the log for a reader: nothing is made that was not there, and looking is logged before anything is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from gateway.assembly import World, open_log_only
from gateway.assembly.opening import CHECKPOINT, DATABASE, KEYS
from gateway.commands.results import SHORT
from gateway.config import Configuration
from gateway.crypto.keys import RING_FILE, GatewayKeys
from gateway.errors import GatewayError, Words
from gateway.messagelog.checkpoint_file import CheckpointFile
from gateway.messagelog.contracts import EntryRow
from gateway.messagelog.entry import EntryDraft, Kind, read_entry, timestamp
from gateway.messagelog.log import MessageLog
from gateway.model.catalog import Bilingual
from gateway.storage.reading import MAX_PAGE, EntryFilter, Snapshot
from gateway.storage.results import Archive
from gateway.storage.store import Store

CALLER: Final = "cli"
_ID = re.compile(r"[0-9a-f]{16,64}")
_TIME_DIGITS = 12
_AROUND = timedelta(minutes=10)
_AGO = re.compile(r"([0-9]{1,6})(min|h|d)")
_UNITS = {"min": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class LogReading:
    """An open log, for reading."""

    configuration: Configuration
    keys: GatewayKeys
    store: Store
    world: World
    outside: str | None
    """The checkpoint file's text as it was before the database was opened."""

    @property
    def archive(self) -> Archive:
        """What is kept sealed beside the entries."""
        return Archive(self.store, self.keys, now=self.world.now, random_bytes=self.world.random_bytes)

    def note_reading(self, command: str, **details: Any) -> None:
        """Log that somebody reads the log: the command and the names of its filters, never a personal value.

        Raises:
            GatewayError: `log.unwritable`, `log.integrity`, `log.checkpoint_missing`: then nothing may be shown.
        """
        log = MessageLog(
            self.store, self.keys, origin=self.configuration.gateway.log.origin,
            checkpoint_path=self.configuration.home / CHECKPOINT, now=self.world.now,
            random_bytes=self.world.random_bytes,
        )  # fmt: skip
        try:
            told = {"command": command, **{name: value for name, value in details.items() if value}}
            draft = EntryDraft(
                Kind.EVENT, event="log.read", caller=CALLER, configuration=self.configuration.digest, details=told
            )
            log.append(draft).result()
        finally:
            log.close()


@contextmanager
def open_reading(configuration: Configuration, world: World) -> Iterator[LogReading]:
    """Open the log of a state folder.

    Raises:
        GatewayError: `usage.file_missing` where no gateway ever ran here; `log.integrity` where the database is gone
            and its checkpoint file is not; `key.*`, `storage.*`.
    """
    home = configuration.home
    database, keys = home / DATABASE, home / KEYS / RING_FILE
    outside = CheckpointFile(home / CHECKPOINT).read()
    if not database.is_file():
        if outside is not None:
            reason = Words(
                "the database is gone, and its checkpoint file is still there", "数据库已不存在，而检查点文件仍在"
            )
            raise GatewayError("log.integrity", where=str(database), reason=reason)
        raise GatewayError("usage.file_missing", path=database)
    if not keys.is_file():
        raise GatewayError("key.unreadable", path=keys, reason=Words("the file is missing", "文件不存在"))
    opened, store = open_log_only(configuration, world)
    try:
        yield LogReading(configuration, opened, store, world, outside)
    finally:
        store.close()


def entry_document(row: EntryRow) -> dict[str, Any]:
    """One entry as JSON: where it stands, then what it says."""
    document = read_entry(row.leaf)
    head = {
        "index": row.index, "time": document.pop("time", None), "kind": document.pop("kind", None),
        "exchange": document.pop("exchange", None),
    }  # fmt: skip
    return {**head, **document, "leaf_hash": row.leaf_hash.hex()}


def page(
    snapshot: Snapshot, wanted: EntryFilter, limit: int, after: int | None, newest_first: bool
) -> tuple[list[EntryRow], int | None]:
    """So many entries, and the index to go on after; None where there are no more."""
    found: list[EntryRow] = []
    while len(found) <= limit:
        part = snapshot.list_entries(
            wanted, after=after, limit=min(limit + 1 - len(found), MAX_PAGE), newest_first=newest_first
        )
        if not part:
            break
        found += part
        after = part[-1].index
    if len(found) <= limit:
        return found, None
    return found[:limit], found[limit - 1].index


def find(snapshot: Snapshot, name: str) -> list[EntryRow]:
    """The entries of an exchange or of a verification, by its id or by the beginning that tables show.

    Raises:
        GatewayError: `log.unknown_exchange`.
    """
    name = name.strip().lower()
    rows = snapshot.entries_of_exchange(name) or snapshot.list_entries(EntryFilter(verification=name)) if name else []
    if not rows and len(name) >= SHORT and _ID.fullmatch(name):
        full = _lengthen(snapshot, name)
        rows = (
            snapshot.entries_of_exchange(full) or snapshot.list_entries(EntryFilter(verification=full)) if full else []
        )
    if not rows:
        raise GatewayError("log.unknown_exchange", exchange=name)
    return rows


def _lengthen(snapshot: Snapshot, short: str) -> str:
    """The one id that begins so. An id begins with its time, so only entries around that time are looked at."""
    try:
        began = datetime.fromtimestamp(int(short[:_TIME_DIGITS], 16) / 1000, UTC)
        span = EntryFilter(since=timestamp(began - timedelta(seconds=1)), until=timestamp(began + _AROUND))
    except (ValueError, OverflowError, OSError):
        return ""
    names: set[str] = set()
    after: int | None = None
    while part := snapshot.list_entries(span, after=after, limit=MAX_PAGE):
        after = part[-1].index
        for row in part:
            for column in ("exchange", "verification"):
                value = row.columns.get(column)
                if value and value.startswith(short):
                    names.add(value)
        if names:
            break
    return names.pop() if len(names) == 1 else ""


def moment(text: str, name: str, now: datetime) -> str:
    """A time as people write it, as the log keeps it: `2026-11-24`, `2026-11-24T10:00`, `30min`, `2h`, `7d` (ago).

    A time without a zone is of the zone of `now`.

    Raises:
        GatewayError: `request.bad_parameter`.
    """
    if not text:
        return ""
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            return timestamp(now - timedelta(**{_UNITS[ago[2]]: int(ago[1])}))
        given = datetime.fromisoformat(text)
        return timestamp(given if given.tzinfo else given.replace(tzinfo=now.tzinfo))
    except (ValueError, OverflowError):
        reason = Words("write 2026-11-24, 2026-11-24T10:00 or 2h", "请写作 2026-11-24、2026-11-24T10:00 或 2h")
        raise GatewayError("request.bad_parameter", name=name, reason=reason) from None


def titles(configuration: Configuration) -> dict[str, Bilingual]:
    """Titles of materials, items and operations by their codes, as far as the catalog's files tell them."""
    found: dict[str, Bilingual] = {}
    for name, source in configuration.sources.items():
        if not name.startswith("catalog/") or not isinstance(source.value, Mapping):
            continue
        for part in ("operations", "materials", "services"):
            entries = source.value.get(part)
            for code, entry in entries.items() if isinstance(entries, Mapping) else ():
                title = entry.get("title") if isinstance(entry, Mapping) else None
                if isinstance(title, Mapping):
                    found[str(code)] = Bilingual(str(title.get("zh", code)), str(title.get("en", code)))
    return found
