"""What the log needs of a store: the rows, the writer's transaction, and the reader of a snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from gateway.messagelog.tiles import TileRow


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A stored checkpoint: its number in the series (from 0, without gaps), the tree's size, and the signed note."""

    number: int
    size: int
    note: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One stored entry; `columns` repeat values of the leaf for searching."""

    index: int
    leaf_hash: bytes
    leaf: bytes
    columns: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class BodyRow:
    """The sealed body of the entry at `index`: 32 bytes salt of the wire, 32 bytes salt of the store, the bytes."""

    index: int
    case: str
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A sealed verification result; all but the ciphertext repeats values of the entry at `index`."""

    id: str
    index: int
    case: str
    item: str
    caller: str
    created: str
    digest: str
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class IdempotencyRow:
    """An idempotency key under its keyed name. `index` is -1 while the first request is at work."""

    name: bytes
    document: bytes
    verification: str
    index: int
    since: str
    owner: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """The erasable link between a keyed hash of a person's number and a random reference; `tag` vouches for it."""

    digest: bytes
    ref: str
    tag: bytes


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to be erased: bodies by ranges of entry indexes (end excluded), results by id, persons by reference."""

    bodies: tuple[tuple[int, int], ...] = ()
    results: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogBatch:
    """Everything that one transaction writes."""

    entries: Sequence[EntryRow]
    tiles: Sequence[TileRow]
    checkpoint: CheckpointRow
    bodies: Sequence[BodyRow] = ()
    results: Sequence[ResultRow] = ()
    idempotency: Sequence[IdempotencyRow] = ()
    persons: Sequence[PersonRow] = ()
    case_keys: Mapping[str, bytes] = field(default_factory=dict)
    erasures: Sequence[Erasure] = ()


class LogTransaction(Protocol):
    """The writer's view inside one transaction that holds the log's single-writer lock."""

    def head(self) -> CheckpointRow | None:
        """The newest checkpoint; None in a new store."""

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of one tile."""

    def person_refs(self, digests: Collection[bytes]) -> Mapping[bytes, str]:
        """The references of those persons that have one."""

    def wrapped_keys(self, cases: Collection[str]) -> Mapping[str, bytes]:
        """The wrapped data keys of those cases that have one."""

    def write(self, batch: LogBatch) -> None:
        """Put the batch down; it becomes durable with the transaction."""


class LogStore(Protocol):
    """A store that a log can be kept in."""

    def transaction(self) -> AbstractContextManager[LogTransaction]:
        """Take the single-writer lock; commit durably at the end, or undo everything on an exception.

        Raises:
            GatewayError: `storage.unavailable`, also from the end of the block where the commit fails.
        """


class LogReader(Protocol):
    """One unchanging snapshot of a stored log."""

    def damage(self) -> Sequence[str]:
        """What the database itself finds wrong with its file, for example an index that lacks a row."""

    def head(self) -> CheckpointRow | None:
        """The newest checkpoint."""

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of one tile."""

    def tile_names(self) -> Iterator[tuple[int, int]]:
        """Level and index of every stored tile."""

    def entries(self, start: int, stop: int) -> Sequence[EntryRow]:
        """Entries with these indexes, in order."""

    def stray_entries(self, size: int) -> Sequence[int]:
        """Indexes of entries outside 0 … size-1, at most 100."""

    def checkpoints(self) -> Iterator[CheckpointRow]:
        """All checkpoints in the order of their numbers."""

    def bodies(self, start: int, stop: int) -> Sequence[BodyRow]:
        """Bodies of the entries with these indexes."""

    def results(self, start: int, stop: int) -> Sequence[ResultRow]:
        """Results of the entries with these indexes."""

    def idempotency(self, start: int, stop: int) -> Sequence[IdempotencyRow]:
        """Idempotency keys whose result belongs to the entries with these indexes."""

    def persons(self) -> Iterator[PersonRow]:
        """All person rows."""

    def case_keys(self) -> Iterator[tuple[str, bytes]]:
        """All wrapped data keys by case."""

    def case_key(self, case: str) -> bytes | None:
        """The wrapped data key of one case."""
