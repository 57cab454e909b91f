"""Opening a log: a new one gets its first checkpoint; an old one must fit its checkpoint file before anything is added.

Appending to a database that lost its tail would sign a second history. So a log does not open then.
"""

from __future__ import annotations

import os
from pathlib import Path

from gateway.crypto.keys import GatewayKeys, KeyRing
from gateway.crypto.suite import Signer
from gateway.errors import GatewayError, Words
from gateway.messagelog.checkpoint import Checkpoint, NoteKey, parse_checkpoint, sign_checkpoint
from gateway.messagelog.checkpoint_file import CheckpointFile
from gateway.messagelog.contracts import CheckpointRow, LogBatch, LogStore, LogTransaction
from gateway.messagelog.tiles import Frontier, load_frontier, node_lookup
from gateway.messagelog.tree import EMPTY_ROOT, range_root


def open_log(
    store: LogStore, keys: GatewayKeys, origin: str, file: CheckpointFile, *, adopt: bool
) -> tuple[int, Frontier]:
    """The number of the newest checkpoint and the tree's right edge, after checking them against the checkpoint file.

    Raises:
        GatewayError: `log.integrity`, `log.checkpoint_missing`, `log.unwritable`, `storage.unavailable`.
    """
    # The file is read first: whatever another process appends meanwhile can only make the database larger than it.
    outside = file.read()
    with store.transaction() as tx:
        head = tx.head() or _begin(tx, keys, origin)
        checkpoint = trusted(head.note, keys.ring, origin)
        frontier = load_frontier(head.size, tx.tile)
        if checkpoint.size != head.size or frontier.range.root() != checkpoint.root:
            raise GatewayError(
                "log.integrity",
                reason=Words(
                    f"the stored tree does not fit checkpoint {head.number}", f"存储的树与检查点 {head.number} 不符"
                ),
            )
        if outside is None and head.size and not adopt:
            raise GatewayError("log.checkpoint_missing", path=file.path)
        if outside is not None:
            _compare(trusted(outside, keys.ring, origin), head, tx)
    file.advance(head.note, head.size)
    return head.number, frontier


def trusted(note: str, ring: KeyRing, origin: str) -> Checkpoint:
    """A checkpoint of this log that one of our keys signed; raises `GatewayError` `log.integrity`."""
    try:
        checkpoint = parse_checkpoint(note)
    except GatewayError as error:
        raise GatewayError("log.integrity", reason=error.values["reason"]) from error
    if checkpoint.origin != origin:
        raise GatewayError(
            "log.integrity",
            reason=Words(
                f"the checkpoint is of '{checkpoint.origin}', not of '{origin}'",
                f"检查点属于 '{checkpoint.origin}'，而不属于 '{origin}'",
            ),
        )
    if not any(checkpoint.signed_by(NoteKey(origin, verifier)) for verifier in ring.verifiers.values()):
        raise GatewayError(
            "log.integrity",
            reason=Words(
                f"the checkpoint of size {checkpoint.size} has no signature of ours",
                f"大小为 {checkpoint.size} 的检查点没有本网关的签名",
            ),
        )
    return checkpoint


def publish_verifier_key(path: Path, origin: str, signer: Signer) -> str:
    """Put the log's verifier key (C2SP signed-note) into its public file, beside those it had before.

    Returns:
        The key as text, `name+hash+base64`.

    Raises:
        GatewayError: `key.unreadable` where the file can't be written.
    """
    key = str(NoteKey(origin, signer))
    try:
        known = path.read_text("utf-8").splitlines() if path.exists() else []
        if key not in known:
            temporary = path.with_name(f".{path.name}.{os.getpid()}")
            temporary.write_text("".join(f"{line}\n" for line in (*known, key)), "utf-8")
            temporary.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise GatewayError("key.unreadable", path=path, reason=error) from error
    return key


def _begin(tx: LogTransaction, keys: GatewayKeys, origin: str) -> CheckpointRow:
    row = CheckpointRow(0, 0, sign_checkpoint(origin, 0, EMPTY_ROOT, keys.signer))
    tx.write(LogBatch((), (), row))
    return row


def _compare(outside: Checkpoint, head: CheckpointRow, tx: LogTransaction) -> None:
    if outside.size > head.size:
        reason = Words(
            f"the checkpoint file covers {outside.size} entries and the database holds {head.size}: its end is gone",
            f"检查点文件覆盖 {outside.size} 个条目，数据库仅有 {head.size} 个：尾部已丢失",
        )
        raise GatewayError("log.integrity", reason=reason)
    if range_root(node_lookup(tx.tile), 0, outside.size) != outside.root:
        raise GatewayError(
            "log.integrity",
            reason=Words(
                f"the first {outside.size} entries are not those that the checkpoint file covers",
                f"前 {outside.size} 个条目与检查点文件所覆盖的不同",
            ),
        )
