"""Proof files: one entry with its path to a checkpoint, as text that anybody can check (C2SP tlog-proof).

The entry's bytes travel in the `extra` line. It is not authenticated by itself; a checker recomputes the leaf
from these very bytes, so they prove themselves or the proof fails.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from gateway.errors import GatewayError, Words
from gateway.messagelog.checkpoint import decode, parse_checkpoint
from gateway.messagelog.tiles import TileLookup, node_lookup
from gateway.messagelog.tree import HASH_SIZE, inclusion_proof

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_SIZE: Final = 1024 * 1024
MAX_HASHES: Final = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """A parsed proof; nothing in it is verified yet."""

    leaf: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """The proof file."""
        extra = [f"extra {base64.b64encode(self.leaf).decode()}"] if self.leaf else []
        hashes = [base64.b64encode(value).decode() for value in self.hashes]
        return "\n".join([HEADER, *extra, f"index {self.index}", *hashes, "", self.checkpoint])


def prove(leaf: bytes, index: int, checkpoint: str, tile: TileLookup) -> Proof:
    """Make the proof that the entry with these bytes stands at `index` under a checkpoint of the same log.

    Raises:
        GatewayError: `log.integrity` where a stored tile is missing; `proof.invalid` where the checkpoint is older.
    """
    size = parse_checkpoint(checkpoint).size
    if index >= size:
        raise _invalid(
            f"the checkpoint covers {size} entries; entry {index} is newer",
            f"检查点覆盖 {size} 个条目，条目 {index} 在其之后",
        )
    return Proof(leaf, index, tuple(inclusion_proof(node_lookup(tile), index, size)), checkpoint)


def parse_proof(text: str) -> Proof:
    """Read a proof file strictly; raises `GatewayError` `proof.invalid` with the line that is wrong."""
    if len(text) > MAX_SIZE:
        raise _invalid(f"it is longer than {MAX_SIZE} characters", f"文件超过 {MAX_SIZE} 个字符")
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != HEADER or not gap:
        raise _invalid(
            f"it should begin with '{HEADER}' and have an empty line before the checkpoint",
            f"文件应以 '{HEADER}' 开头，且检查点之前应有一个空行",
        )
    rest = lines[1:]
    leaf = b""
    if rest and rest[0].startswith("extra "):
        leaf = decode(rest.pop(0).removeprefix("extra "))
    if not rest or not rest[0].startswith("index "):
        raise _invalid("the line 'index N' is missing", "缺少 'index N' 行")
    number = rest.pop(0).removeprefix("index ")
    if not (number.isascii() and number.isdigit()) or len(number) > 19 or (number[0] == "0" and number != "0"):
        raise _invalid(f"'{number[:40]}' is not an index", f"'{number[:40]}' 不是条目序号")
    hashes = tuple(decode(line) for line in rest)
    if len(hashes) > MAX_HASHES or any(len(value) != HASH_SIZE for value in hashes):
        raise _invalid(
            f"it should have at most {MAX_HASHES} hashes of {HASH_SIZE} bytes",
            f"散列应不超过 {MAX_HASHES} 个，每个 {HASH_SIZE} 字节",
        )
    return Proof(leaf, int(number), hashes, checkpoint)


def _invalid(en: str, zh: str) -> GatewayError:
    return GatewayError("proof.invalid", reason=Words(en, zh))
