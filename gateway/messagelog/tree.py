"""The hash tree over the log's entries (RFC 6962 section 2.1, RFC 9162 section 2.1): hashes, roots, proofs.

A node is named by its level (0: leaves) and its index within the level; it covers the leaves from
`index << level` up to `(index + 1) << level`. Only nodes that are complete exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from gateway.errors import GatewayError, Words

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

NodeLookup = Callable[[int, int], bytes]
"""Gives the hash of the complete node at a level and an index."""

_sha256 = hashlib.sha256


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over a zero byte and its bytes."""
    return _sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over the byte 1 and its children."""
    return _sha256(b"\1" + left + right).digest()


class CompactRange:
    """The complete subtrees from the left edge up to `size` leaves, largest first: all that appending needs."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"{size} leaves have {size.bit_count()} complete subtrees, not {len(self.peaks)}")

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right edge."""
        size, peaks = self.size, self.peaks
        while size & 1:
            leaf = _sha256(b"\1" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root hash of the tree with these leaves."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def copy(self) -> CompactRange:
        """An independent copy."""
        return CompactRange(self.size, self.peaks)


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The hash of a complete subtree over a power of two of node hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [_sha256(b"\1" + row[place] + row[place + 1]).digest() for place in range(0, len(row), 2)]
    return row[0]


def inclusion_proof(lookup: NodeLookup, index: int, size: int) -> list[bytes]:
    """The audit path of one leaf in the tree of `size` leaves, from the leaf's sibling up (RFC 9162 section 2.1.3.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    return _path(lookup, index, 0, size)


def consistency_proof(lookup: NodeLookup, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162 section 2.1.4.1).

    Raises:
        ValueError: the sizes are not in order.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} can't become one of {new}")
    if old in (0, new):
        return []
    return _consistency(lookup, old, 0, new, True)


def range_root(lookup: NodeLookup, start: int, stop: int) -> bytes:
    """The hash over leaves `start` up to `stop`, where `start` is a place at which a subtree of that size begins."""
    if start == stop:
        return EMPTY_ROOT
    level = (stop - start).bit_length() - 1
    width = 1 << level
    if stop - start == width:
        return lookup(level, start >> level)
    return node_hash(lookup(level, start >> level), range_root(lookup, start + width, stop))


def _split(width: int) -> int:
    """The largest power of two below the number of leaves."""
    return 1 << ((width - 1).bit_length() - 1)


def _path(lookup: NodeLookup, index: int, start: int, stop: int) -> list[bytes]:
    if stop - start == 1:
        return []
    middle = start + _split(stop - start)
    if index < middle:
        return [*_path(lookup, index, start, middle), range_root(lookup, middle, stop)]
    return [*_path(lookup, index, middle, stop), range_root(lookup, start, middle)]


def _consistency(lookup: NodeLookup, old: int, start: int, stop: int, known: bool) -> list[bytes]:
    if old == stop:
        return [] if known else [range_root(lookup, start, stop)]
    middle = start + _split(stop - start)
    if old <= middle:
        return [*_consistency(lookup, old, start, middle, known), range_root(lookup, middle, stop)]
    return [*_consistency(lookup, old, middle, stop, False), range_root(lookup, start, middle)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash stands at `index` in the tree with this size and root (RFC 9162 section 2.1.3.2).

    Raises:
        GatewayError: `proof.invalid` with the reason.
    """
    _well_formed(proof, leaf, root)
    if not 0 <= index < size:
        raise _invalid(f"index {index} lies outside a tree of {size} entries", f"序号 {index} 超出含 {size} 个条目的树")
    place, last, value = index, size - 1, leaf
    for part in proof:
        if last == 0:
            raise _invalid("it has too many hashes", "散列过多")
        if place & 1 or place == last:
            value = node_hash(part, value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node_hash(value, part)
        place, last = place >> 1, last >> 1
    if last:
        raise _invalid("it has too few hashes", "散列过少")
    if value != root:
        raise _invalid("the entry's hash does not lead to the root of the tree", "由条目的散列推不出树根")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the newer tree begins with the older one (RFC 9162 section 2.1.4.2).

    Raises:
        GatewayError: `proof.invalid` with the reason.
    """
    if not 0 <= old <= new:
        raise _invalid(
            f"a tree of {old} entries can't become one of {new}", f"{old} 个条目的树不能变为 {new} 个条目的树"
        )
    if old != new:  # between equal sizes nothing is hashed, the roots are only compared
        _well_formed(proof, old_root, new_root)
    if old in (0, new):
        _trivial(old, new, proof, old_root, new_root)
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise _invalid("it has too few hashes", "散列过少")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for part in path[1:]:
        if last == 0:
            raise _invalid("it has too many hashes", "散列过多")
        if place & 1 or place == last:
            before, after = node_hash(part, before), node_hash(part, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, part)
        place, last = place >> 1, last >> 1
    if last:
        raise _invalid("it has too few hashes", "散列过少")
    if before != old_root:
        raise _invalid("the hashes do not lead to the older root", "由散列推不出较早的树根")
    if after != new_root:
        raise _invalid("the hashes do not lead to the newer root", "由散列推不出较新的树根")


def _trivial(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    if proof:
        raise _invalid(
            "between these sizes nothing needs a proof, and it has hashes", "这两个大小之间无需证明，却含有散列"
        )
    if old == new and old_root != new_root:
        raise _invalid("the sizes are the same and the roots are not", "大小相同而树根不同")
    if old == 0 and old_root != EMPTY_ROOT:
        raise _invalid(
            "the older tree is empty and its root is not that of an empty tree", "较早的树为空，其树根却不是空树的根"
        )


def _well_formed(*groups: Sequence[bytes] | bytes) -> None:
    for group in groups:
        for value in (group,) if isinstance(group, bytes) else group:
            if len(value) != HASH_SIZE:
                raise _invalid(
                    f"a hash has {len(value)} bytes; {HASH_SIZE} are expected",
                    f"有一个散列为 {len(value)} 字节，应为 {HASH_SIZE} 字节",
                )


def _invalid(en: str, zh: str) -> GatewayError:
    return GatewayError("proof.invalid", reason=Words(en, zh))
