"""An open gateway: what faces and commands call."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Any

from gateway.access import Callers
from gateway.assembly.release import Release
from gateway.config import Configuration
from gateway.crypto.keys import GatewayKeys
from gateway.errors import GatewayError, Who, Words
from gateway.messagelog.log import MessageLog
from gateway.messagelog.sealing import Idempotency
from gateway.model.case import Case
from gateway.normalize import Normalizer, open_document
from gateway.storage.results import Archive, Finished, Started, StoredResult
from gateway.storage.store import Store
from gateway.verification import Services, verify_case
from gateway.verification.rendering import unpack, with_receipt
from gateway.verification.verify import log_reading, log_refusal


@dataclass(frozen=True, slots=True)
class Gateway:
    """One open gateway. `created` names the keys and secrets that were made at this start."""

    release: Release
    services: Services
    normalizer: Normalizer
    archive: Archive
    store: Store
    log: MessageLog
    keys: GatewayKeys
    callers: Callers
    created: tuple[str, ...] = ()

    @property
    def configuration(self) -> Configuration:
        """The configuration in force."""
        return self.release.policy.configuration

    async def verify(
        self,
        data: bytes,
        caller: str,
        *,
        form: str = "",
        dialect: str = "",
        idempotency_key: str = "",
        encoding: str = "",
    ) -> dict[str, Any]:
        """One case, from bytes to the `verification` document with its receipt.

        Args:
            data: the document as it came.
            caller: id of the caller, who has proved who it is.
            form: `json` or `xml` where the sender said so.
            dialect: the source dialect where the sender said so; recognised otherwise.
            idempotency_key: with the same key the same document gives the stored answer.
            encoding: the document's encoding where the sender said so outside the document.

        Raises:
            GatewayError: a refusal (`document.*`, `case.*`, `access.*`, `request.idempotency_*`), which stands in the
                log; `log.unwritable`, `storage.unavailable`.
        """
        case = await self._case(data, caller, form, dialect, encoding)
        if not idempotency_key:
            return await verify_case(self.services, case, caller)
        given = Idempotency(idempotency_key, hashlib.sha256(data).hexdigest())
        started = await self._start(given, case, caller)
        if isinstance(started, Finished):
            stored = await asyncio.to_thread(self.verification, started.verification, caller)
            if stored is None:
                kind = Words("verification", "核验结果")
                raise GatewayError("request.not_found", kind=kind, name=started.verification)
            await log_reading(self.log, stored, caller, self.release.digest)
            return stored
        try:
            return await verify_case(self.services, case, caller, given)
        except BaseException:
            await asyncio.to_thread(self.archive.give_up, caller, given.key, started)
            raise

    async def _start(self, given: Idempotency, case: Case, caller: str) -> Started | Finished:
        try:
            return await asyncio.to_thread(self.archive.start, caller, given.key, given.document_digest)
        except GatewayError as error:
            if error.who is Who.CALLER:
                await log_refusal(self.log, error, caller, self.release.digest, case)
            raise

    async def _case(self, data: bytes, caller: str, form: str, dialect: str, encoding: str) -> Case:
        try:
            limit = self.configuration.gateway.server.max_body
            return self.normalizer.case(open_document(data, form=form, max_bytes=limit, encoding=encoding), dialect)
        except GatewayError as error:
            await log_refusal(self.log, error, caller, self.release.digest)
            raise

    def verification(self, name: str, caller: str | None = None) -> dict[str, Any] | None:
        """A stored result with its receipt; None where there is none, or it is another caller's.

        Raises:
            GatewayError: `log.integrity` where it was changed; `storage.unavailable`.
        """
        stored = self.archive.result(name, caller=caller)
        return None if stored is None else with_receipt(unpack(stored.document), self.receipt(stored))

    def receipt(self, stored: StoredResult) -> dict[str, Any]:
        """Where a result stands in the log: the same receipt as when it was first given."""
        with self.store.snapshot() as snapshot:
            entry = snapshot.entry(stored.index)
            checkpoint = snapshot.checkpoint_covering(stored.index)
        if entry is None or checkpoint is None:
            raise GatewayError(
                "log.integrity",
                reason=Words(f"the entry of verification {stored.id} is gone", f"核验 {stored.id} 的条目已不存在"),
            )
        return {
            "log": self.log.origin,
            "entry": stored.index,
            "leaf_hash": entry.leaf_hash.hex(),
            "checkpoint": checkpoint,
        }

    async def close(self) -> None:
        """Close connections, finish what the log has to write, close the database."""
        for line in self.services.exchanger.lines.values():
            await line.adapter.close()
        await asyncio.to_thread(self.log.close)
        self.store.close()
