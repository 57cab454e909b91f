"""Verification of a whole stored log: recomputes everything from the entries' bytes and names what does not fit.

Imports neither the writer nor the storage. It reads one snapshot, so it may run beside a writing gateway; the
checkpoint file has to be read before the snapshot is taken, or a log that just grew would look cut.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from gateway.crypto.bodies import Vault
from gateway.crypto.digests import Pepper
from gateway.crypto.keys import KeyRing
from gateway.errors import GatewayError
from gateway.messagelog.checkpoint import Checkpoint
from gateway.messagelog.contentcheck import ContentCheck
from gateway.messagelog.contracts import CheckpointRow, EntryRow, LogReader
from gateway.messagelog.entry import read_entry, signature_holds
from gateway.messagelog.findings import Findings, Report
from gateway.messagelog.opening import trusted
from gateway.messagelog.tiles import WIDTH
from gateway.messagelog.tree import EMPTY_ROOT, leaf_hash
from gateway.messagelog.treecheck import Place, TreeCheck

Progress = Callable[[int, int], None]
"""Called now and then with the number of entries done and the number of all."""


def verify(
    reader: LogReader, ring: KeyRing, origin: str, checkpoint_text: str | None, *, vault: Vault | None = None,
    pepper: Pepper | None = None, progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Verify a log.

    Args:
        reader: a snapshot of the stored log.
        ring: the public keys that entries and checkpoints may be signed with.
        origin: the log's name.
        checkpoint_text: the checkpoint file outside the database, read before the snapshot; None where it is missing.
        vault: opens bodies and results; without it their commitments stay unchecked.
        pepper: checks person rows and idempotency keys; without it they stay unchecked.
        progress: hears how far it is.

    A store that can't be read to its end is a finding too.
    """
    findings = Findings()
    walk = _Walk(reader, ring, origin, findings, ContentCheck(reader, vault, pepper, findings))
    try:
        walk.run(checkpoint_text, progress)
    except GatewayError as error:
        if error.code != "storage.unavailable":
            raise
        findings.add("unreadable", reason=error.words)
    opened = walk.content.bodies_opened
    return Report(origin, walk.size, walk.root, tuple(findings.told), dict(findings.counts), opened)


@dataclass(slots=True)
class _Walk:
    """One pass over the log, with what it knows so far."""

    reader: LogReader
    ring: KeyRing
    origin: str
    findings: Findings
    content: ContentCheck
    size: int = 0
    root: bytes = EMPTY_ROOT

    def run(self, checkpoint_text: str | None, progress: Progress | None) -> None:
        """Check everything in the order of the entries."""
        for reason in self.reader.damage():
            self.findings.add("database_damaged", reason=reason)
        head = self.reader.head()
        if head is None:
            self.findings.add("head_missing")
        self.size = size = self._signed_size(head)
        outside = _outside(checkpoint_text, self.ring, self.origin, size, self.findings)
        tree = TreeCheck(self.reader, self.ring, self.origin, outside, self.findings)
        tree.start()
        self.content.start()
        with ThreadPoolExecutor(_workers(), "log-verify") as pool:
            for start in range(0, size, WIDTH):
                self._chunk(start, min(start + WIDTH, size), tree, pool)
                if progress is not None:
                    progress(min(start + WIDTH, size), size)
        self.root = tree.finish(size)
        for index in self.reader.stray_entries(size):
            self.findings.add("entry_inserted", index)
        self.content.finish(size)

    def _signed_size(self, head: CheckpointRow | None) -> int:
        """How far the newest genuine checkpoint reaches; a row's own word for it is not trusted."""
        if head is None:
            return 0
        size = self._genuine_size(head.note)
        if size is None:
            size = max((self._genuine_size(row.note) or 0 for row in self.reader.checkpoints()), default=0)
        return size

    def _genuine_size(self, note: str) -> int | None:
        try:
            return trusted(note, self.ring, self.origin).size
        except GatewayError:
            return None

    def _chunk(self, start: int, stop: int, tree: TreeCheck, pool: ThreadPoolExecutor) -> None:
        rows = {row.index: row for row in self.reader.entries(start, stop)}
        genuine = _genuine(list(rows.values()), self.ring, pool)
        places, good = [], []
        for index, tile in enumerate(tree.tile(start // WIDTH, stop - start), start):
            row, document = rows.get(index), genuine.get(index)
            computed = None
            if row is None:
                self.findings.add("entry_missing", index)
            elif document is None:
                self.findings.add("entry_changed", index)
            else:
                computed = leaf_hash(row.leaf)
                if computed != row.leaf_hash:
                    self.findings.add("leaf_hash_changed", index)
                good.append((EntryRow(index, computed, row.leaf, row.columns), document))
            if computed is None and tile is not None:
                self.content.distrust(tile)
            places.append(Place(index, computed, tile))
        tree.feed(places)
        self.content.feed(start, stop, good)


def _outside(text: str | None, ring: KeyRing, origin: str, size: int, findings: Findings) -> Checkpoint | None:
    if text is None:
        findings.add("outside_missing")
        return None
    try:
        outside = trusted(text, ring, origin)
    except GatewayError as error:
        findings.add("outside_changed", reason=error.values["reason"])
        return None
    if outside.size > size:
        findings.add("tail_cut", outside=outside.size, size=size)
    return outside


def _genuine(rows: Sequence[EntryRow], ring: KeyRing, pool: ThreadPoolExecutor) -> dict[int, Mapping[str, Any]]:
    """The documents of those entries whose signature holds. Checking signatures leaves the interpreter's lock."""
    width = -(-len(rows) // _workers()) or 1
    parts = [rows[place : place + width] for place in range(0, len(rows), width)]
    found: dict[int, Mapping[str, Any]] = {}
    for part in pool.map(lambda some: [(row.index, _document(row, ring)) for row in some], parts):
        found.update((index, document) for index, document in part if document is not None)
    return found


def _document(row: EntryRow, ring: KeyRing) -> Mapping[str, Any] | None:
    try:
        document = read_entry(row.leaf)
    except GatewayError:
        return None
    return document if signature_holds(document, row.leaf, ring) else None


def _workers() -> int:
    return min(4, os.cpu_count() or 1)
