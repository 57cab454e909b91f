"""Checks the stored tree: entries against tiles, tiles against each other, and both against every signed checkpoint.

Two trees grow side by side, one over the entries' recomputed hashes, one over the stored tiles. Where they differ,
the next signed checkpoint tells which of them is right; the other is then brought in line, so that one change gives
one finding and not one for everything that comes after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.crypto.keys import KeyRing
from gateway.errors import GatewayError, Words
from gateway.messagelog.checkpoint import Checkpoint
from gateway.messagelog.contracts import CheckpointRow, LogReader
from gateway.messagelog.findings import Findings
from gateway.messagelog.opening import trusted
from gateway.messagelog.tiles import HEIGHT, WIDTH, split
from gateway.messagelog.tree import HASH_SIZE, CompactRange, subtree_root


@dataclass(frozen=True, slots=True)
class Place:
    """One leaf as found: the hash recomputed from a genuine entry (None: there is none), and the tile's hash."""

    index: int
    entry: bytes | None
    tile: bytes | None


class TreeCheck:
    """Fed with all leaves in order, by chunks of one tile."""

    def __init__(
        self, reader: LogReader, ring: KeyRing, origin: str, outside: Checkpoint | None, findings: Findings
    ) -> None:
        self._reader, self._ring, self._origin, self._outside, self._findings = reader, ring, origin, outside, findings
        self._entries = self._tiles = CompactRange()
        self._suspects: list[Place] = []
        self._broken = False
        self._signed = self._signed_checkpoints()
        self._next = next(self._signed, None)
        self._upper = UpperTiles(reader, findings)

    def start(self) -> None:
        """Compare checkpoints of the empty tree."""
        self._compare()

    def tile(self, index: int, count: int) -> list[bytes | None]:
        """The hashes of a leaf tile that should hold `count`; None for those that are missing."""
        stored = self._reader.tile(0, index)
        if stored is None:
            self._findings.add("tile_missing", level=0, tile=index)
        elif len(stored) != count * HASH_SIZE:
            self._findings.add("tile_changed", level=0, tile=index)
        hashes: list[bytes | None] = [part for part in split(stored or b"") if len(part) == HASH_SIZE]
        return (hashes + [None] * count)[:count]

    def feed(self, places: list[Place]) -> list[bytes]:
        """Take the leaves of one tile; gives the hash that each leaf most likely has."""
        likely = []
        for place in places:
            entry = place.entry or place.tile or b"\0" * HASH_SIZE
            tile = place.tile or entry
            if entry != tile and self._entries is self._tiles:
                self._tiles = self._entries.copy()
            if entry != tile:
                self._suspects.append(place)
            self._entries.append(entry)
            if self._tiles is not self._entries:
                self._tiles.append(tile)
            likely.append(tile)
            self._compare()
        if len(places) == WIDTH:
            self._upper.full([place.entry or place.tile or b"" for place in places], likely)
        return likely

    def finish(self, size: int) -> bytes:
        """Check what is left once all leaves are in; gives the root."""
        self._upper.finish(size)
        for level, index in self._reader.tile_names():
            count = size >> (HEIGHT * level) if 0 <= level < 8 else 0
            if not 0 <= index * WIDTH < count:
                self._findings.add("tile_inserted", level=level, tile=index)
        return self._entries.root()

    def _compare(self) -> None:
        size = self._entries.size
        while self._next is not None and self._next[1].size <= size:
            number, checkpoint = self._next
            self._next = next(self._signed, None)
            if checkpoint.size == size and not self._broken:
                self._decide(number, checkpoint)
        outside = self._outside
        if outside is None or outside.size != size or self._broken:
            return
        if outside.root not in (self._entries.root(), self._tiles.root()):
            self._findings.add("outside_differs", size=size)

    def _decide(self, number: int, checkpoint: Checkpoint) -> None:
        if self._entries.root() == checkpoint.root:
            for tile in sorted({place.index // WIDTH for place in self._suspects}):
                self._findings.add("tile_changed", level=0, tile=tile)
            self._tiles = self._entries
        elif self._tiles is not self._entries and self._tiles.root() == checkpoint.root:
            self._accuse_entries()
            self._entries = self._tiles
        else:
            self._accuse_entries()
            self._findings.add("checkpoint_differs", size=checkpoint.size, number=number)
            self._broken = True
        self._suspects = []

    def _accuse_entries(self) -> None:
        for place in self._suspects:
            self._findings.add("entry_replaced", place.index)

    def _signed_checkpoints(self) -> Iterator[tuple[int, Checkpoint]]:
        """The stored checkpoints that are genuine; the others are named."""
        expected, size = 0, 0
        for row in self._reader.checkpoints():
            for missing in range(expected, min(row.number, expected + WIDTH)):
                self._findings.add("checkpoint_missing", number=missing)
            expected = row.number + 1
            reason, checkpoint = self._read(row, size)
            if checkpoint is None:
                self._findings.add("checkpoint_changed", number=row.number, reason=reason)
                continue
            size = checkpoint.size
            yield row.number, checkpoint

    def _read(self, row: CheckpointRow, least: int) -> tuple[object, Checkpoint | None]:
        try:
            checkpoint = trusted(row.note, self._ring, self._origin)
        except GatewayError as error:
            return error.values["reason"], None
        if checkpoint.size != row.size:
            return Words(
                f"the note says {checkpoint.size} entries, its row {row.size}",
                f"签名文本称 {checkpoint.size} 个条目，所在行称 {row.size} 个",
            ), None
        if checkpoint.size < least:
            return Words(
                f"it covers {checkpoint.size} entries and stands after one of {least}",
                f"它覆盖 {checkpoint.size} 个条目，却排在覆盖 {least} 个条目的检查点之后",
            ), None
        return "", checkpoint


class UpperTiles:
    """Checks tiles above the leaves: each hash is the root of a full tile below."""

    def __init__(self, reader: LogReader, findings: Findings) -> None:
        self._reader, self._findings = reader, findings
        self._rows: dict[int, tuple[list[bytes], list[bytes]]] = {}
        self._stored: dict[int, tuple[int, list[bytes]]] = {}
        self._named: set[tuple[int, int]] = set()
        self._counts: dict[int, int] = {}

    def full(self, one: list[bytes], other: list[bytes], level: int = 1) -> None:
        """Take a full tile of the level below in both readings; either may be what the hash above was made from."""
        place = self._counts.get(level, 0)
        self._counts[level] = place + 1
        candidates = [subtree_root(one), subtree_root(other)] if one != other else [subtree_root(one)] * 2
        stored = self._hash(level, place)
        if stored not in candidates:
            self._name(level, place // WIDTH, "tile_missing" if stored is None else "tile_changed")
        row = self._rows.setdefault(level, ([], []))
        row[0].append(candidates[0])
        row[1].append(stored or candidates[1])
        if len(row[0]) == WIDTH:
            self._rows[level] = ([], [])
            self.full(row[0], row[1], level + 1)

    def finish(self, size: int) -> None:
        """Check the lengths of the tiles that are still filling."""
        for level in range(1, 8):
            count = size >> (HEIGHT * level)
            if not count:
                return
            stored = self._reader.tile(level, (count - 1) // WIDTH)
            expected = ((count - 1) % WIDTH + 1) * HASH_SIZE
            if stored is not None and len(stored) != expected:
                self._name(level, (count - 1) // WIDTH, "tile_changed")

    def _hash(self, level: int, place: int) -> bytes | None:
        tile = place // WIDTH
        if level not in self._stored or self._stored[level][0] != tile:
            self._stored[level] = tile, split(self._reader.tile(level, tile) or b"")
        hashes = self._stored[level][1]
        return hashes[place % WIDTH] if place % WIDTH < len(hashes) else None

    def _name(self, level: int, tile: int, kind: str) -> None:
        if (level, tile) not in self._named:
            self._named.add((level, tile))
            self._findings.add(kind, level=level, tile=tile)
