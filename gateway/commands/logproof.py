"""`shuqiao log prove` and `shuqiao log check-proof`: a proof of one entry, and its check without the gateway."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gateway.assembly.opening import KEYS
from gateway.commands.loglist import KINDS, summary
from gateway.commands.logreading import find, open_reading
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, cell
from gateway.crypto.keys import RING_FILE, read_ring
from gateway.errors import GatewayError, Words
from gateway.messagelog.checkpoint import NoteKey
from gateway.messagelog.offline import Checked, check_proof
from gateway.messagelog.proof import prove
from gateway.model.catalog import Bilingual
from gateway.model.outcomes import ExitStatus

MAX_PROOF = 2 * 1024 * 1024


def prove_exchange(terminal: Terminal, place: Place, id: str, out: str) -> int:
    """Write the proof that an exchange's last entry stands in the log (C2SP tlog-proof).

    Args:
        terminal: where messages go.
        place: configuration and state folder.
        id: of an exchange or a verification.
        out: the file to write; `-` for standard output.

    Raises:
        GatewayError: `log.unknown_exchange`, `log.integrity`, `usage.wrong` where the file can't be written.
    """
    configuration = place.configuration()
    with open_reading(configuration, place.world()) as reading:
        with reading.store.snapshot() as snapshot:
            row = find(snapshot, id)[-1]
            head = snapshot.head()
            if head is None:
                raise GatewayError(
                    "log.integrity", reason=Words("the database holds no checkpoint", "数据库中没有检查点")
                )
            text = prove(row.leaf, row.index, head.note, snapshot.tile).text()
        key = NoteKey(configuration.gateway.log.origin, reading.keys.signer)
    _write(terminal, text, out)
    terminal.tell(f"已证明条目 #{row.index}（检查点大小 {head.size}）。验证密钥：{key}",
                  f"proved entry #{row.index} under a checkpoint of {head.size}; its verifier key: {key}")  # fmt: skip
    return ExitStatus.FINE


def check_file(terminal: Terminal, place: Place, file: str, key: str = "", json: bool = False) -> int:
    """Check a proof file offline.

    Args:
        terminal: where results go.
        place: configuration and state folder; needed only without `key`.
        file: the proof; `-` for standard input.
        key: a file with the log's verifier key `name+hash+key`; without it the keys of the state folder count.
        json: one JSON document.

    Returns:
        0 where the proof holds, 4 where it does not.

    Raises:
        GatewayError: `usage.file_missing`, `usage.wrong`, `key.unreadable`.
    """
    from gateway.commands.verify import read_document

    text = read_document(file, MAX_PROOF).decode("utf-8", "replace")
    named = read_document(key, MAX_PROOF).decode("utf-8", "replace").strip() if key else ""
    try:
        checked = check_proof(text, named) if key else _check_ours(place, text)
    except GatewayError as error:
        if error.code != "proof.invalid":
            raise
        if json:
            reason = {language: error.kind.message(language, error.values) for language in ("zh", "en")}
            terminal.document({"valid": False, "error": {"code": error.code, "message": reason}})
        terminal.problem(error, file)
        return ExitStatus.INTEGRITY
    if json:
        terminal.document(_document(checked))
    else:
        _show(terminal, checked)
    return ExitStatus.FINE


def _check_ours(place: Place, text: str) -> Checked:
    """Check against the state folder's own keys, present and past."""
    configuration = place.configuration()
    origin = configuration.gateway.log.origin
    ring = read_ring(configuration.home / KEYS / RING_FILE)
    failure: GatewayError | None = None
    for verifier in ring.verifiers.values():
        try:
            return check_proof(text, str(NoteKey(origin, verifier)))
        except GatewayError as error:
            failure = error
    raise failure or GatewayError(
        "proof.invalid", reason=Words("there is no key to check it with", "没有可用于校验的密钥")
    )


def _document(checked: Checked) -> dict[str, Any]:
    return {
        "valid": True, "log": checked.origin, "size": checked.size, "root": checked.root.hex(), "index": checked.index,
        "leaf_hash": checked.leaf_hash.hex(), "signature": checked.signature, "entry": checked.entry,
    }  # fmt: skip


def _show(terminal: Terminal, checked: Checked) -> None:
    pick, entry = terminal.pick, checked.entry
    kind = str(entry.get("kind", ""))
    label = terminal.of(KINDS.get(kind, (Bilingual(kind, kind), ""))[0])
    terminal.show(
        cell(pick("✓ 证明成立", "✓ the proof holds"), "bold green"),
        cell(pick(f"日志 {checked.origin} 的条目 #{checked.index}，检查点覆盖 {checked.size} 个条目",
                  f"entry #{checked.index} of log {checked.origin}, under a checkpoint of {checked.size} entries")),
        cell(f"{entry.get('time')}  {label}  {entry.get('case', '')}  {entry.get('exchange', '')}"),
        cell(summary(terminal, {"kind": kind, **entry})),
    )  # fmt: skip
    if checked.signature is None:
        terminal.tell(
            "条目由较早的密钥签名；其在树中的位置仍受检查点保证",
            "the entry was signed with an older key; its place in the tree still vouches for it",
            "yellow",
        )


def _write(terminal: Terminal, text: str, out: str) -> None:
    if out == "-":
        terminal.raw(text)
        return
    try:
        Path(out).write_text(text, "utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        words = Words(f"'{out}' can't be written: {reason}", f"无法写入 '{out}'：{reason}")
        raise GatewayError("usage.wrong", reason=words) from error
