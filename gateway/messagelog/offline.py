"""Check a proof without the gateway: needs the proof file and the log's verifier key, nothing else.

Imports the errors, the tree, the note formats, the canonical form and the signature suites; no store, no writer.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.canonical import canonical
from gateway.errors import GatewayError, Words
from gateway.messagelog.checkpoint import Checkpoint, NoteKey, parse_checkpoint, parse_note_key, verify_checkpoint
from gateway.messagelog.proof import parse_proof
from gateway.messagelog.tree import leaf_hash, verify_inclusion


@dataclass(frozen=True, slots=True)
class Checked:
    """What a proof proves: this entry stands at this index of that log, under a checkpoint of this size and root.

    `signature` says whether the entry's own signature was made with one of the verifier keys; None where the
    entry was signed with another key, which its place in the tree still vouches for.
    """

    origin: str
    size: int
    root: bytes
    index: int
    leaf_hash: bytes
    entry: dict[str, Any]
    signature: bool | None


def check_proof(text: str, verifier_keys: str) -> Checked:
    """Check a proof file against the log's verifier keys `name+hash+base64`, one a line.

    Several lines are the keys that the log has had; any of them may have signed the checkpoint.

    Raises:
        GatewayError: `proof.invalid` with the reason, whatever the text is.

    Source: C2SP tlog-proof, section "Verifying a tlog proof".
    """
    keys = [parse_note_key(line) for line in verifier_keys.splitlines() if line.strip()]
    proof = parse_proof(text)
    if not proof.leaf:
        raise _invalid("it has no 'extra' line with the entry's bytes", "缺少载有条目字节的 'extra' 行")
    leaf = leaf_hash(proof.leaf)
    checkpoint = _checkpoint(proof.checkpoint, keys)
    verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    entry = _entry(proof.leaf)
    mine = [key for key in keys if key.verifier.key_id == entry.get("key")]
    signature = _signature(entry, mine[0]) if mine else None
    if signature is False:
        raise _invalid("the entry's own signature is wrong", "条目自身的签名不正确")
    return Checked(checkpoint.origin, checkpoint.size, checkpoint.root, proof.index, leaf, entry, signature)


def _checkpoint(note: str, keys: Sequence[NoteKey]) -> Checkpoint:
    if not keys:
        raise _invalid("there is no verifier key to check it with", "没有可用于校验的验证密钥")
    for key in keys[:-1]:
        if parse_checkpoint(note).signed_by(key):
            return verify_checkpoint(note, key)
    return verify_checkpoint(note, keys[-1])


def _entry(leaf: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(leaf)
        same = isinstance(entry, dict) and canonical(entry) == leaf
    except (ValueError, RecursionError, GatewayError) as error:
        raise _invalid("the entry is not a JSON document", "条目不是 JSON 文档") from error
    if not same:
        raise _invalid("the entry's bytes are not canonical", "条目的字节不是规范形式")
    return dict(entry)


def _signature(entry: dict[str, Any], key: NoteKey) -> bool:
    unsigned = {name: value for name, value in entry.items() if name != "signature"}
    try:
        signature = base64.b64decode(str(entry.get("signature", "")), validate=True)
    except ValueError:
        return False
    return entry.get("suite") == key.verifier.suite and key.verifier.verify(canonical(unsigned), signature)


def _invalid(en: str, zh: str) -> GatewayError:
    return GatewayError("proof.invalid", reason=Words(en, zh))
