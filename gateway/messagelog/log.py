"""The log's writer: one thread that takes what waits, signs it, and commits it as one batch.

Order of events for every batch: sign; take the store's single-writer lock; read the head, which another process may
have moved; write entries, tree and checkpoint in one transaction; commit durably; only then tell the waiting, and
hand the checkpoint to the file outside the database.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from gateway.crypto.keys import GatewayKeys
from gateway.crypto.suite import RandomBytes
from gateway.errors import GatewayError, Words
from gateway.messagelog.checkpoint import NoteKey, check_origin, parse_checkpoint, sign_checkpoint
from gateway.messagelog.checkpoint_file import CheckpointFile
from gateway.messagelog.contracts import CheckpointRow, Erasure, LogBatch, LogStore, LogTransaction
from gateway.messagelog.delivery import Appended, Outcome, Waiting, deliver
from gateway.messagelog.entry import EntryDraft, timestamp
from gateway.messagelog.keeper import CheckpointKeeper
from gateway.messagelog.opening import open_log, publish_verifier_key
from gateway.messagelog.preparing import Order, Prepared, Preparer, Rows
from gateway.messagelog.sealing import Body, Result
from gateway.messagelog.tiles import Frontier, catch_up, load_frontier

__all__ = ["Appended", "LogStore", "MessageLog"]

BATCH_LIMIT: Final = 160


class MessageLog:
    """An open log. `append` may be called from any thread, `append_async` from any event loop.

    Args:
        store: where entries are kept.
        keys: signing key, ring, vault and pepper.
        origin: the log's name in checkpoints (C2SP tlog-checkpoint).
        checkpoint_path: the checkpoint file outside the database.
        now: the clock; gives times with a zone.
        random_bytes: the source of randomness.
        key_path: where the log's public verifier key is kept for whoever checks proofs; None keeps it nowhere.
        adopt_checkpoint: write the checkpoint file anew where it is missing beside a log with entries.

    Raises:
        GatewayError: `log.integrity` where database and checkpoint file do not fit together, `log.checkpoint_missing`,
            `log.unwritable`, `storage.unavailable`, `configuration.bad_value` for an unusable origin.
    """

    def __init__(
        self, store: LogStore, keys: GatewayKeys, *, origin: str, checkpoint_path: Path, now: Callable[[], datetime],
        random_bytes: RandomBytes, key_path: Path | None = None, adopt_checkpoint: bool = False,
    ) -> None:  # fmt: skip
        check_origin(origin)
        self.origin = origin
        self.verifier_key = str(NoteKey(origin, keys.signer))
        self._store, self._signer, self._now = store, keys.signer, now
        self._preparer = Preparer(keys, random_bytes)
        file = CheckpointFile(checkpoint_path)
        self._number, frontier = open_log(store, keys, origin, file, adopt=adopt_checkpoint)
        self._frontier: Frontier | None = frontier
        if key_path is not None:
            publish_verifier_key(key_path, origin, keys.signer)
        self._keeper = CheckpointKeeper(file)
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="message-log", daemon=True)
        self._thread.start()

    def append(
        self, draft: EntryDraft, body: Body | None = None, result: Result | None = None, erasure: Erasure | None = None
    ) -> Future[Appended]:
        """Queue an entry; the future completes once the entry is durable.

        The future fails with `GatewayError`: `log.unwritable` where the entry could not be made durable (nothing of it
        is stored then), `log.integrity` where the stored tree does not fit its checkpoint, or
        `document.unexpected_value` where the draft holds what has no canonical form. It can't be cancelled: what was
        handed to the log is logged.
        """
        future: Future[Appended] = Future()
        future.set_running_or_notify_cancel()
        self._put(Waiting(Order(draft, timestamp(self._now()), body, result, erasure), future))
        return future

    async def append_async(
        self, draft: EntryDraft, body: Body | None = None, result: Result | None = None, erasure: Erasure | None = None
    ) -> Appended:
        """As `append`, for event loops. A caller that is cancelled stops waiting; its entry is logged all the same."""
        loop = asyncio.get_running_loop()
        task: asyncio.Future[Appended] = loop.create_future()
        order = Order(draft, timestamp(self._now()), body, result, erasure)
        self._put(Waiting(order, None, loop, task))
        return await task

    def sync(self) -> None:
        """Wait until the checkpoint file has caught up with what is durable; raises `GatewayError` `log.unwritable`."""
        self._keeper.sync()

    def close(self) -> None:
        """Finish what waits, then stop. Appending afterwards fails with `log.unwritable`."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        self._keeper.close()

    def _put(self, waiting: Waiting) -> None:
        with self._gate:
            if not self._closed:
                self._queue.put(waiting)
                return
        deliver([(waiting, GatewayError("log.unwritable", reason=Words("the log is closed", "日志已关闭")))])

    def _run(self) -> None:
        last = False
        while not last:
            signed, outcomes, last = self._gather()
            if signed:
                outcomes += self._commit(signed)
            deliver(outcomes)

    def _gather(self) -> tuple[list[tuple[Waiting, Prepared]], list[tuple[Waiting, Outcome]], bool]:
        """Sign what waits, and what comes in meanwhile; gives it, what could not be signed, and whether it is the end.

        Signing leaves the interpreter to the threads that append, so a batch grows while it is being signed.
        """
        signed: list[tuple[Waiting, Prepared]] = []
        failed: list[tuple[Waiting, Outcome]] = []
        waiting = self._queue.get()
        while waiting is not None:
            try:
                signed.append((waiting, self._preparer.sign(waiting.order)))
            except GatewayError as error:
                failed.append((waiting, error))
            except Exception as error:  # noqa: BLE001 - a draft with unforeseen content must not stop the writer
                failed.append((waiting, _unwritable(error)))
            if len(signed) + len(failed) == BATCH_LIMIT:
                return signed, failed, False
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return signed, failed, False
        return signed, failed, True

    def _commit(self, signed: Sequence[tuple[Waiting, Prepared]]) -> list[tuple[Waiting, Outcome]]:
        """Make a batch durable; gives what became of each entry."""
        try:
            self._keeper.check()
            with self._store.transaction() as tx:
                rows, row = self._write(tx, [prepared for _, prepared in signed])
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, and the writer goes on
            self._frontier = None
            self._preparer.doubt()
            known = isinstance(error, GatewayError) and error.code == "log.integrity"
            failure = error if isinstance(error, GatewayError) and known else _unwritable(error)
            return [(waiting, failure) for waiting, _ in signed]
        self._number = row.number
        self._preparer.durable(rows)
        self._keeper.offer(row.note, row.size)
        return [
            (waiting, Appended(index, one.leaf_hash, one.leaf, row.note))
            for index, ((waiting, _), one) in enumerate(zip(signed, rows.work, strict=True), row.size - len(signed))
        ]

    def _write(self, tx: LogTransaction, work: Sequence[Prepared]) -> tuple[Rows, CheckpointRow]:
        head = tx.head()
        if head is None:
            raise GatewayError(
                "log.integrity",
                reason=Words("the log's checkpoints are gone from the database", "数据库中已没有该日志的检查点"),
            )
        frontier = self._frontier_at(head, tx)
        rows = self._preparer.rows(work, frontier.size, tx)
        tiles = frontier.extend([one.leaf_hash for one in rows.work])
        note = sign_checkpoint(self.origin, frontier.size, frontier.range.root(), self._signer)
        row = CheckpointRow(head.number + 1, frontier.size, note)
        tx.write(
            LogBatch(
                rows.entries, tiles, row, rows.bodies, rows.results, rows.idempotency, rows.persons, rows.case_keys,
                rows.erasures,
            )
        )  # fmt: skip
        return rows, row

    def _frontier_at(self, head: CheckpointRow, tx: LogTransaction) -> Frontier:
        """The tree's right edge at the head; brought up to it where another process has appended."""
        if self._frontier is None or self._number != head.number:
            known, self._frontier = self._frontier, None
            found = catch_up(known, head.size, tx.tile) if known else load_frontier(head.size, tx.tile)
            if parse_checkpoint(head.note).root != found.range.root():
                raise GatewayError(
                    "log.integrity",
                    reason=Words(f"the tree does not fit checkpoint {head.number}", f"树与检查点 {head.number} 不符"),
                )
            self._preparer.doubt()
            self._frontier = found
        return self._frontier


def _unwritable(error: Exception) -> GatewayError:
    reason = error.words if isinstance(error, GatewayError) else f"{type(error).__name__}: {error}"
    failure = GatewayError("log.unwritable", reason=reason)
    failure.__cause__ = error
    return failure
