"""The tree as it is kept: tiles of 256 hashes (C2SP tlog-tiles, height 8), the last of each level still filling.

Tile `(t, n)` holds the node hashes of level `8 * t` from index `256 * n` on. What lies between these levels is
computed from them. Appending changes one tile a level, so its cost does not grow with the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from gateway.errors import GatewayError, Words
from gateway.messagelog.tree import HASH_SIZE, CompactRange, NodeLookup, subtree_root

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT

TileLookup = Callable[[int, int], bytes | None]
"""Gives the hashes of a tile, one after the other, or None where it is missing."""


@dataclass(frozen=True, slots=True)
class TileRow:
    """One tile; `fresh` says that it was not stored before."""

    level: int
    index: int
    hashes: bytes
    fresh: bool = False


class Frontier:
    """The right edge of the tree: the compact range and, for each level of tiles, the one that is still filling."""

    def __init__(self, size: int, rows: Iterable[bytes]) -> None:
        """Take up the tree at `size` leaves; `rows` are the hashes of the filling tile of each level, lowest first."""
        self._rows = [bytearray(row) for row in rows]
        peaks: list[bytes] = []
        for level, row in enumerate(self._rows):
            count = (size >> (HEIGHT * level)) % WIDTH
            if len(row) != count * HASH_SIZE:
                raise GatewayError(
                    "log.integrity",
                    reason=Words(
                        f"tile level {level} has {len(row)} bytes at size {size}",
                        f"大小为 {size} 时，第 {level} 层分块有 {len(row)} 字节",
                    ),
                )
            peaks[:0] = _peaks(row, count)
        self.range = CompactRange(size, peaks)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self.range.size

    def extend(self, leaves: Iterable[bytes]) -> list[TileRow]:
        """Add leaf hashes; gives the tiles that changed, each once, as they are to be stored."""
        start, changed = self.size, {}
        for leaf in leaves:
            level, value = 0, leaf
            self.range.append(leaf)
            while True:
                if level == len(self._rows):
                    self._rows.append(bytearray())
                row = self._rows[level]
                row += value
                index = ((self.size >> (HEIGHT * level)) - 1) // WIDTH
                if len(row) < WIDTH * HASH_SIZE:
                    changed[level, index] = row
                    break
                changed[level, index] = row
                self._rows[level] = bytearray()
                value, level = subtree_root(split(bytes(row))), level + 1
        return [
            TileRow(level, index, bytes(row), fresh=(start >> (HEIGHT * level)) <= index * WIDTH)
            for (level, index), row in changed.items()
        ]


def load_frontier(size: int, tile: TileLookup) -> Frontier:
    """Read the right edge of a stored tree; raises `GatewayError` `log.integrity` where a tile is missing or short."""
    rows = []
    level = 0
    while size >> (HEIGHT * level):
        count = size >> (HEIGHT * level)
        filling = count % WIDTH
        hashes = (tile(level, count // WIDTH) or b"") if filling else b""
        rows.append(hashes)
        level += 1
    return Frontier(size, rows)


def catch_up(frontier: Frontier, size: int, tile: TileLookup) -> Frontier:
    """The right edge after others have appended up to `size`: what they added is read, or everything if that is less.

    Raises:
        GatewayError: `log.integrity` where a tile is missing or short. The root is for the caller to compare.
    """
    start = frontier.size
    if not start <= size <= start + WIDTH:
        return load_frontier(size, tile)
    leaves: list[bytes] = []
    for index in range(start // WIDTH, -(-size // WIDTH)):
        first = index * WIDTH
        leaves += split((tile(0, index) or b"")[max(start - first, 0) * HASH_SIZE : (size - first) * HASH_SIZE])
    if len(leaves) != size - start:
        raise GatewayError(
            "log.integrity",
            reason=Words(
                f"tiles hold {len(leaves)} of the {size - start} newest entries",
                f"最新的 {size - start} 个条目中，分块只有 {len(leaves)} 个",
            ),
        )
    frontier.extend(leaves)
    return frontier


def node_lookup(tile: TileLookup) -> NodeLookup:
    """Look nodes up in stored tiles, each read once; a missing one raises `GatewayError` `log.integrity`."""
    seen: dict[tuple[int, int], bytes] = {}

    def lookup(level: int, index: int) -> bytes:
        tile_level, within = divmod(level, HEIGHT)
        first = index << within
        name = tile_level, first // WIDTH
        if name not in seen:
            seen[name] = tile(*name) or b""
        start = (first % WIDTH) * HASH_SIZE
        part = seen[name][start : start + (HASH_SIZE << within)]
        if len(part) != HASH_SIZE << within:
            raise GatewayError(
                "log.integrity",
                reason=Words(f"tile {name[0]}/{name[1]} is missing or short", f"分块 {name[0]}/{name[1]} 缺失或不完整"),
            )
        return subtree_root(split(part))

    return lookup


def split(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [hashes[place : place + HASH_SIZE] for place in range(0, len(hashes), HASH_SIZE)]


def _peaks(row: bytearray, count: int) -> list[bytes]:
    """The complete subtrees within one filling tile, largest first."""
    hashes, peaks, start = split(bytes(row)), [], 0
    for height in reversed(range(HEIGHT)):
        if count >> height & 1:
            peaks.append(subtree_root(hashes[start : start + (1 << height)]))
            start += 1 << height
    return peaks
