"""Checkpoints: the log's origin, size and root as a signed note (C2SP signed-note and tlog-checkpoint)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from gateway.crypto.suite import Signer, Verifier
from gateway.crypto.suites import note_verifier
from gateway.errors import GatewayError, Words
from gateway.messagelog.tree import HASH_SIZE

MAX_SIZE: Final = 64 * 1024
_DASH: Final = "— "


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who signed, under which four-byte key id."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A parsed checkpoint. `text` is what the signatures cover, `note` the whole note."""

    origin: str
    size: int
    root: bytes
    text: str
    note: str
    signatures: tuple[NoteSignature, ...]

    def signed_by(self, key: NoteKey) -> bool:
        """Whether the key signed this note; a signature under its name and id that is wrong counts as none."""
        matching = [one for one in self.signatures if one.name == key.name and one.key_id == key.key_id]
        return bool(matching) and all(key.verifier.verify(self.text.encode(), one.signature) for one in matching)


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key with the name under which it signs notes."""

    name: str
    verifier: Verifier

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, signature type and key (C2SP signed-note)."""
        typed = bytes([self.verifier.note_type]) + self.verifier.public
        return hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]

    def __str__(self) -> str:
        typed = bytes([self.verifier.note_type]) + self.verifier.public
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(typed).decode()}"


def check_origin(origin: str) -> None:
    """Refuse an origin that can't be a key name (C2SP signed-note); raises `GatewayError` `configuration.bad_value`."""
    if not origin or "+" in origin or any(sign.isspace() or sign < " " for sign in origin):
        raise GatewayError(
            "configuration.bad_value", key="origin", reason=f"'{origin}' can't name a log",
            expected="a name without spaces and plus signs, such as log.example.gov.cn/main",
        )  # fmt: skip


def sign_checkpoint(origin: str, size: int, root: bytes, signer: Signer) -> str:
    """The signed note of a tree head."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    blob = NoteKey(origin, signer).key_id + signer.sign(text.encode())
    return f"{text}\n{_DASH}{origin} {base64.b64encode(blob).decode()}\n"


def parse_checkpoint(note: str) -> Checkpoint:
    """Read a checkpoint strictly; nothing is verified yet.

    Raises:
        GatewayError: `proof.invalid` with what is wrong with the note.
    """
    if len(note) > MAX_SIZE:
        raise _invalid(f"the checkpoint is longer than {MAX_SIZE} characters", f"检查点超过 {MAX_SIZE} 个字符")
    if any(sign < " " and sign != "\n" for sign in note):
        raise _invalid("the checkpoint holds control characters", "检查点含有控制字符")
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise _invalid(
            "the checkpoint lacks the empty line before its signatures, or the end of its last line",
            "检查点在签名之前缺少空行，或末行没有换行",
        )
    text += "\n"
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise _invalid(
            "the checkpoint should begin with three lines: origin, size, root hash",
            "检查点应以三行开头：日志名称、大小、根散列",
        )
    signatures = tuple(_signature(line) for line in tail.split("\n")[:-1])
    return Checkpoint(lines[0], _size(lines[1]), _root(lines[2]), text, note, signatures)


def verify_checkpoint(note: str, key: NoteKey) -> Checkpoint:
    """Read a checkpoint that this key signed for its own log; raises `GatewayError` `proof.invalid`."""
    checkpoint = parse_checkpoint(note)
    if checkpoint.origin != key.name:
        raise _invalid(
            f"the checkpoint is of '{checkpoint.origin}'; the key is for '{key.name}'",
            f"检查点属于 '{checkpoint.origin}'，而密钥属于 '{key.name}'",
        )
    if not checkpoint.signed_by(key):
        raise _invalid(
            f"the checkpoint carries no valid signature of {key.name}+{key.key_id.hex()}",
            f"检查点没有 {key.name}+{key.key_id.hex()} 的有效签名",
        )
    return checkpoint


def parse_note_key(text: str) -> NoteKey:
    """Read a verifier key `name+hash+base64`; raises `GatewayError` `proof.invalid`."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise _invalid("a verifier key looks like name+hash+key", "验证密钥的形式应为 name+hash+key")
    name, mark, encoded = parts
    try:
        typed = base64.b64decode(encoded, validate=True)
        key = NoteKey(name, note_verifier(typed[0], typed[1:]))
    except (ValueError, IndexError) as error:
        raise _invalid(
            "the last part of the verifier key is not the base64 of a public key", "验证密钥的末段不是公钥的 base64"
        ) from error
    if key.key_id.hex() != mark:
        raise _invalid(f"the verifier key is not the one with hash {mark[:40]}", f"验证密钥与其散列 {mark[:40]} 不符")
    return key


def _size(line: str) -> int:
    if not line.isascii() or not line.isdigit() or len(line) > 19 or (line[0] == "0" and line != "0"):
        raise _invalid(f"'{line[:40]}' is not a tree size", f"'{line[:40]}' 不是树的大小")
    return int(line)


def _root(line: str) -> bytes:
    root = decode(line)
    if len(root) != HASH_SIZE:
        raise _invalid(
            f"the root hash has {len(root)} bytes; {HASH_SIZE} are expected",
            f"根散列为 {len(root)} 字节，应为 {HASH_SIZE} 字节",
        )
    return root


def _signature(line: str) -> NoteSignature:
    name, gap, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not gap or not name or "+" in name or any(sign.isspace() for sign in name):
        raise _invalid(f"'{line[:60]}' is not a signature line", f"'{line[:60]}' 不是签名行")
    blob = decode(encoded)
    if len(blob) < 5:
        raise _invalid("a signature line is too short", "有一个签名行过短")
    return NoteSignature(name, blob[:4], blob[4:])


def decode(text: str) -> bytes:
    """Base64 with padding and without anything that a second spelling could hide in (RFC 4648 sections 3.5, 4)."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise _invalid(f"'{text[:40]}' is not base64", f"'{text[:40]}' 不是 base64") from error
    if base64.b64encode(data).decode() != text:
        raise _invalid(f"'{text[:40]}' is not canonical base64", f"'{text[:40]}' 不是规范的 base64")
    return data


def _invalid(en: str, zh: str) -> GatewayError:
    return GatewayError("proof.invalid", reason=Words(en, zh))
