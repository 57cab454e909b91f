"""`shuqiao keys list`: which keys and secrets this gateway has, never what they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from gateway.assembly.opening import KEYS
from gateway.commands.loglist import local_time
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, cell
from gateway.config.loading import GENERATED
from gateway.crypto.keys import PEPPER_FILE, RING_FILE, SIGNING_FILE, WRAPPING_FILE, KeyRing, read_ring
from gateway.crypto.suites import find_suite
from gateway.errors import GatewayError
from gateway.messagelog.checkpoint import NoteKey
from gateway.model.catalog import Bilingual
from gateway.model.outcomes import ExitStatus

PURPOSES: dict[str, Bilingual] = {
    SIGNING_FILE: Bilingual("日志签名", "signs the log"),
    WRAPPING_FILE: Bilingual("封装正文密钥", "wraps the keys of bodies"),
    PEPPER_FILE: Bilingual("人员标识散列", "hashes numbers of persons"),
    RING_FILE: Bilingual("历次签名公钥", "public signing keys, present and past"),
}
PUBLIC = frozenset({RING_FILE})


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One file of the state folder: its name, what it is for, its mode, and when it was made."""

    name: str
    purpose: Bilingual
    mode: int | None
    made: datetime | None

    @property
    def exposed(self) -> bool:
        """Whether others on this machine may read a secret file."""
        return self.mode is not None and self.name not in PUBLIC and bool(self.mode & 0o077)


def listing(terminal: Terminal, place: Place, json: bool = False) -> int:
    """List keys, verifier keys and the names of secrets; makes nothing.

    Raises:
        Diagnostics: the configuration does not stand.
        GatewayError: `key.unreadable`.
    """
    configuration, now = place.configuration(), place.world().now()
    folder = configuration.home / KEYS
    files = key_files(folder, now.tzinfo)
    ring = read_ring(folder / RING_FILE) if (folder / RING_FILE).is_file() else KeyRing({})
    active = _active(folder, configuration.gateway.log.suite)
    origin = configuration.gateway.log.origin
    verifiers = [
        {"key": name, "suite": verifier.suite, "active": name == active, "verifier_key": str(NoteKey(origin, verifier))}
        for name, verifier in ring.verifiers.items()
    ]
    names = configuration.secrets(place.environment).names()
    if json:
        terminal.document({"folder": str(folder), "keys": [_document(file) for file in files], "verifiers": verifiers,
                           "secrets": list(names)})  # fmt: skip
        return ExitStatus.FINE
    if all(file.mode is None for file in files):
        terminal.tell(
            f"{folder} 中还没有密钥；首次启动时生成", f"there are no keys in {folder} yet; they are made at first start"
        )
        return ExitStatus.FINE
    _show(terminal, folder, files, now)
    for one in verifiers:
        state = terminal.pick("在用", "in use") if one["active"] else terminal.pick("旧", "past")
        terminal.show(cell(f"{one['suite']} {one['key']} [{state}]", "bold"), cell(f"  {one['verifier_key']}"))
    generated = configuration.home / GENERATED
    told = terminal.pick(
        f"密钥值（{configuration.secrets_folder}、{generated}）：",
        f"secrets ({configuration.secrets_folder}, {generated}): ",
    )
    terminal.show(cell(told + (", ".join(names) or "–")))
    return ExitStatus.FINE


def key_files(folder: Path, zone: tzinfo | None) -> list[KeyFile]:
    """The key files of a state folder; mode and time are None for one that is not there."""
    found = []
    for name, purpose in PURPOSES.items():
        try:
            status = (folder / name).stat()
            found.append(KeyFile(name, purpose, status.st_mode & 0o777, datetime.fromtimestamp(status.st_mtime, zone)))
        except OSError:
            found.append(KeyFile(name, purpose, None, None))
    return found


def _active(folder: Path, suite: str) -> str:
    try:
        return find_suite(suite).load((folder / SIGNING_FILE).read_bytes()).key_id
    except (OSError, ValueError, GatewayError):
        return ""


def _show(terminal: Terminal, folder: Path, files: list[KeyFile], now: datetime) -> None:
    pick = terminal.pick
    table = terminal.table(
        pick("文件", "file"), pick("用途", "purpose"), pick("权限", "mode"), pick("生成时间", "made"), title=str(folder)
    )
    for file in files:
        mode = "–" if file.mode is None else f"{file.mode:04o}"
        made = local_time(file.made.isoformat(), now) if file.made else "–"
        table.add_row(
            cell(file.name, "bold"), cell(terminal.of(file.purpose)), cell(mode, "red" if file.exposed else ""), made
        )
    terminal.show(table)


def _document(file: KeyFile) -> dict[str, Any]:
    return {"file": file.name, "purpose": {"zh": file.purpose.zh, "en": file.purpose.en},
            "mode": None if file.mode is None else f"{file.mode:04o}",
            "made": file.made.isoformat(timespec="seconds") if file.made else None}  # fmt: skip
