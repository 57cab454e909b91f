"""Results of verifications, idempotency keys, and bodies, as the rest of the gateway sees them: opened and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update

from gateway.crypto.digests import same
from gateway.crypto.keys import GatewayKeys
from gateway.crypto.suite import RandomBytes
from gateway.errors import GatewayError, Words
from gateway.messagelog.contracts import ResultRow
from gateway.messagelog.entry import PersonKey, read_entry, timestamp
from gateway.messagelog.idempotency import document_name, key_name
from gateway.messagelog.proof import prove
from gateway.messagelog.sealing import open_body, open_result
from gateway.storage import tables
from gateway.storage.reading import EntryFilter, Snapshot
from gateway.storage.store import Store

STALE: Final = timedelta(minutes=2)
"""After this time a request that did not finish is taken for dead, and a repetition takes its place."""

_WORKING: Final = -1


@dataclass(frozen=True, slots=True)
class StoredResult:
    """One verification result; `document` is what was stored, `index` its entry in the log."""

    id: str
    index: int
    case: str
    item: str
    caller: str
    created: str
    digest: str
    document: bytes


@dataclass(frozen=True, slots=True)
class Started:
    """This request does the work; `owner` is needed to give up."""

    owner: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The work was done before, under this verification id."""

    verification: str


class Archive:
    """Opens what the log keeps sealed beside its entries."""

    def __init__(
        self, store: Store, keys: GatewayKeys, *, now: Callable[[], datetime], random_bytes: RandomBytes
    ) -> None:
        self._store, self._keys, self._now, self._random_bytes = store, keys, now, random_bytes

    def result(self, name: str, *, caller: str | None = None) -> StoredResult | None:
        """A result by id; None where there is none, or it is another caller's.

        Raises:
            GatewayError: `log.integrity` where it was changed; `storage.unavailable`.
        """
        with self._store.snapshot() as snapshot:
            row = snapshot.result(name)
            return None if row is None or caller not in (None, row.caller) else self._open(snapshot, row)

    def results_of(self, *, case: str, caller: str, limit: int = 100) -> list[StoredResult]:
        """The results of one caller's case, newest first; raises as `result`."""
        with self._store.snapshot() as snapshot:
            return [self._open(snapshot, row) for row in snapshot.results_of(case=case, caller=caller, limit=limit)]

    def body(self, index: int) -> bytes:
        """The body kept beside the entry at `index`, checked against the entry's commitment.

        Raises:
            GatewayError: `log.body_erased` where there is none; `log.integrity` where it was changed.
        """
        with self._store.snapshot() as snapshot:
            entry = snapshot.entry(index)
            row = next(iter(snapshot.bodies(index, index + 1)), None)
            wrapped = snapshot.case_key(row.case) if row else None
        if entry is None or row is None or wrapped is None:
            raise GatewayError("log.body_erased", where=str(index))
        commitments = read_entry(entry.leaf).get("commitments", {})
        return open_body(self._keys.vault.unwrap(row.case, wrapped), entry.leaf_hash, row, commitments)

    def prove(self, exchange: str) -> str:
        """The proof file of an exchange's last entry, under the newest checkpoint (C2SP tlog-proof).

        Raises:
            GatewayError: `log.unknown_exchange`; `log.integrity` where the stored tree has gaps.
        """
        with self._store.snapshot() as snapshot:
            last = snapshot.list_entries(EntryFilter(exchange=exchange), limit=1, newest_first=True) if exchange else []
            head = snapshot.head()
            if not last or head is None:
                raise GatewayError("log.unknown_exchange", exchange=exchange)
            return prove(last[0].leaf, last[0].index, head.note, snapshot.tile).text()

    def person_ref(self, person: PersonKey) -> str | None:
        """The reference under which a person stands in the log; None where nobody asked about the person."""
        with self._store.snapshot() as snapshot:
            return snapshot.person_ref(self._keys.pepper.person(person.id_type, person.id_number))

    def start(self, caller: str, key: str, document_digest: str, *, stale: timedelta = STALE) -> Started | Finished:
        """Begin work under an idempotency key, or hear that it is done.

        Args:
            caller: whose key it is.
            key: the key as the caller sent it.
            document_digest: SHA-256 of the canonical document, in hex.
            stale: after how long an unfinished request counts as dead.

        Raises:
            GatewayError: `request.idempotency_reused` for another document under the same key;
                `request.idempotency_busy` while the first request is at work; `storage.unavailable`.
        """
        pepper, table = self._keys.pepper, tables.idempotency
        name = key_name(pepper, caller, key)
        document = document_name(pepper, name, document_digest)
        now, owner = self._now(), self._random_bytes(16).hex()
        values = {"document": document, "verification": "", "idx": _WORKING, "since": timestamp(now), "owner": owner}
        with self._store.writing() as connection:
            row = connection.execute(select(table).where(table.c.name == name)).first()
            if row is None:
                connection.execute(insert(table), {"name": name, **values})
                return Started(owner)
            if not same(row.document, document):
                raise GatewayError("request.idempotency_reused")
            if row.idx >= 0:
                return Finished(row.verification)
            if row.since > timestamp(now - stale):
                raise GatewayError("request.idempotency_busy")
            connection.execute(update(table).where(table.c.name == name).values(values))
            return Started(owner)

    def give_up(self, caller: str, key: str, started: Started) -> None:
        """Free a key whose work failed, so that a repetition may try again; does nothing where it was taken over."""
        table = tables.idempotency
        name = key_name(self._keys.pepper, caller, key)
        with self._store.writing() as connection:
            mine = (table.c.name == name, table.c.owner == started.owner, table.c.idx < 0)
            connection.execute(delete(table).where(*mine))

    def forget_keys(self, before: datetime) -> int:
        """Drop idempotency keys older than a moment; gives how many. Results stay."""
        table = tables.idempotency
        with self._store.writing() as connection:
            return connection.execute(delete(table).where(table.c.since < timestamp(before))).rowcount

    def _open(self, snapshot: Snapshot, row: ResultRow) -> StoredResult:
        wrapped = snapshot.case_key(row.case)
        if wrapped is None:
            raise GatewayError(
                "log.integrity", where=row.id, reason=Words("the key of the case is gone", "办件的密钥已不存在")
            )
        document = open_result(self._keys.vault.unwrap(row.case, wrapped), row)
        return StoredResult(row.id, row.index, row.case, row.item, row.caller, row.created, row.digest, document)
