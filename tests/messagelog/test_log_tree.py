"""The tree: published vectors, a naive definition as oracle, tiles."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import GatewayError
from gateway.messagelog.tiles import Frontier, load_frontier, node_lookup
from gateway.messagelog.tree import (
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    range_root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "merkle" / "testdata"
FILES = sorted(VECTORS.rglob("*.json"))


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def holds(vector: dict) -> bool:
    proof = [raw(part) for part in vector["proof"] or []]
    try:
        if "leafIdx" in vector:
            root = raw(vector["root"])
            verify_inclusion(raw(vector["leafHash"]), vector["leafIdx"], vector["treeSize"], proof, root)
        else:
            verify_consistency(vector["size1"], vector["size2"], proof, raw(vector["root1"]), raw(vector["root2"]))
    except GatewayError as error:
        if error.code != "proof.invalid":
            raise
        return False
    return True


def test_all_published_vectors() -> None:
    assert len(FILES) == 196
    for path in FILES:
        vector = json.loads(path.read_text())
        assert holds(vector) != vector["wantErr"], path


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


class Tiles:
    """A tile store in memory, filled as the log's store is."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], bytes] = {}

    def take(self, rows) -> None:
        for row in rows:
            name = row.level, row.index
            assert (name not in self.rows) == row.fresh
            self.rows[name] = row.hashes

    def __call__(self, level: int, index: int) -> bytes | None:
        return self.rows.get((level, index))


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.data())
@settings(max_examples=40, deadline=None)
def test_random_batches_give_the_tree_of_the_definition_with_all_its_proofs(batches: list[int], data) -> None:
    leaves = leaves_of(sum(batches))
    tiles, frontier, size, roots = Tiles(), Frontier(0, ()), 0, {0: naive_root([])}
    for count in batches:
        tiles.take(frontier.extend(leaves[size : size + count]))
        size += count
        roots[size] = frontier.range.root()
        assert roots[size] == naive_root(leaves[:size])
        # Another process takes up the same tree from what is stored.
        frontier = load_frontier(size, tiles)
        assert frontier.range.root() == roots[size]
    lookup = node_lookup(tiles)
    for old, root in roots.items():
        assert range_root(lookup, 0, old) == root
        verify_consistency(old, size, consistency_proof(lookup, old, size), root, roots[size])
    for index in data.draw(st.lists(st.integers(0, size - 1), max_size=20)):
        verify_inclusion(leaves[index], index, size, inclusion_proof(lookup, index, size), roots[size])


def test_a_large_tree_crosses_into_the_third_level_of_tiles() -> None:
    count = 256 * 256 + 300
    leaves = leaves_of(count)
    tiles, frontier = Tiles(), Frontier(0, ())
    tiles.take(frontier.extend(leaves))
    assert {level for level, _ in tiles.rows} == {0, 1, 2}
    assert frontier.range.root() == naive_root(leaves)
    assert load_frontier(count, tiles).range.root() == naive_root(leaves)
    lookup = node_lookup(tiles)
    for index in (0, 255, 256, 65_535, 65_536, count - 1):
        verify_inclusion(leaves[index], index, count, inclusion_proof(lookup, index, count), frontier.range.root())


def test_asking_for_what_is_not_there() -> None:
    tiles, frontier = Tiles(), Frontier(0, ())
    tiles.take(frontier.extend(leaves_of(3)))
    lookup = node_lookup(tiles)
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(lookup, 3, 3)
    with pytest.raises(ValueError, match="can't become"):
        consistency_proof(lookup, 4, 3)
    with pytest.raises(ValueError, match="complete subtrees"):
        CompactRange(3, [b""])
    with pytest.raises(GatewayError):
        lookup(0, 3)
    with pytest.raises(GatewayError):
        load_frontier(4, tiles)
