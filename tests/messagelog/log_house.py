"""A log in a folder, as tests and their child processes use it. All persons and numbers are synthetic."""

from __future__ import annotations

import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from gateway.crypto.keys import open_keys
from gateway.messagelog.checkpoint_file import CheckpointFile
from gateway.messagelog.entry import EntryDraft, Kind, PersonKey
from gateway.messagelog.findings import Report
from gateway.messagelog.fsck import verify
from gateway.messagelog.log import Appended, MessageLog
from gateway.messagelog.sealing import Body, Idempotency, Result
from gateway.model.case import Operator, Organization
from gateway.model.evidence import Purpose
from gateway.storage.results import Archive
from gateway.storage.sqlite import open_sqlite
from gateway.storage.store import Store

ORIGIN = "log.example/main"
PERSON = PersonKey("citizen_id", "110101190001010009")
OPERATOR = Operator("经办人甲", "110101190002020005")
ORGANIZATION = Organization("示例市侨务办公室", "11440000MB2FAKE143")
PURPOSE = Purpose("SETTLE_ORIGIN", "p-1", ("M03", "M12"), "示例条例第一条", "g-1")


def draft(kind: Kind, exchange: str = "", **more: Any) -> EntryDraft:
    """An entry with everything that a real one has."""
    values: dict[str, Any] = {
        "exchange": exchange, "attempt": 1 if exchange else 0, "case": "C-1", "person": PERSON, "caller": "cli",
        "operator": OPERATOR, "organization": ORGANIZATION, "registry": "population",
        "operation": "population.identity", "purpose": PURPOSE, "configuration": "a" * 64, "mapping": "b" * 64,
    }  # fmt: skip
    return EntryDraft(kind, **{**values, **more})


class House:
    """One gateway's state folder."""

    opened: ClassVar[list[House]] = []

    def __init__(self, folder: Path, busy_seconds: float = 20.0) -> None:
        self.folder = folder
        self.database = folder / "gateway.db"
        self.checkpoint = folder / "checkpoint"
        self.keys = open_keys(folder / "keys", random_bytes=secrets.token_bytes)
        self.store = Store(open_sqlite(self.database, busy_seconds=busy_seconds))
        House.opened.append(self)
        self.archive = Archive(self.store, self.keys, now=self.now, random_bytes=secrets.token_bytes)

    @classmethod
    def close_all(cls) -> None:
        """Close what a test opened."""
        while cls.opened:
            cls.opened.pop().store.close()

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    def open_log(self, **more: Any) -> MessageLog:
        return MessageLog(
            self.store, self.keys, origin=ORIGIN, checkpoint_path=self.checkpoint, now=self.now,
            random_bytes=secrets.token_bytes, **more,
        )  # fmt: skip

    def verify(self, *, outside: bool = True, sealed: bool = True) -> Report:
        note = CheckpointFile(self.checkpoint).read() if outside else None
        with self.store.snapshot() as snapshot:
            return verify(
                snapshot, self.keys.ring, ORIGIN, note,
                vault=self.keys.vault if sealed else None, pepper=self.keys.pepper if sealed else None,
            )  # fmt: skip

    def change(self, statement: str, *values: object) -> int:
        """Change the database behind the gateway's back; gives how many rows were met."""
        self.store.close()
        connection = sqlite3.connect(self.database)
        with connection:
            count = connection.execute(statement, values).rowcount
        connection.close()
        return count

    def query(self, statement: str, *values: object) -> list[Any]:
        connection = sqlite3.connect(self.database)
        rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows


def exchange(log: MessageLog, name: str, *, secret: bytes = b"", **more: Any) -> tuple[Appended, Appended]:
    """A request and its response, with bodies; `secret` travels and is not kept."""
    wire = b"<ask id='110101190001010009'>" + secret + b"</ask>"
    body = Body(wire.replace(secret, b"***") if secret else wire, wire)
    asked = log.append(draft(Kind.REQUEST, name, disclosed=("name", "id_number"), **more), body).result(20)
    response = draft(
        Kind.RESPONSE, name, request_hash=asked.leaf_hash.hex(), status=200, length=21, duration_ms=12, word="found",
        received=("hukou_status",), **more,
    )  # fmt: skip
    return asked, log.append(response, Body(b"<answer>110101190001010009</answer>")).result(20)


def verification(log: MessageLog, name: str, key: str = "", **more: Any) -> Appended:
    """A verification entry with its result."""
    outcomes = (
        {"material": "M12", "of": "applicant", "outcome": "verified", "flags": [], "grades": {"name": "exact"}},
    )
    idempotency = Idempotency(key, "d" * 64) if key else None
    result = Result(f'{{"id":"{name}","evidence":"110101190001010009"}}'.encode(), idempotency)
    return log.append(draft(Kind.VERIFICATION, verification=name, outcomes=outcomes, **more), result=result).result(20)


def fill(log: MessageLog, exchanges: int = 4) -> None:
    """A small day: exchanges, a denial, a failure, an event and two results."""
    for number in range(exchanges):
        exchange(log, f"x{number:06d}", case=f"C-{number % 3}")
    log.append(draft(Kind.DENIED, "denied-1", error="access.no_grant")).result(20)
    asked = log.append(draft(Kind.REQUEST, "failed-1"), Body(b"ask")).result(20)
    log.append(draft(Kind.FAILURE, "failed-1", request_hash=asked.leaf_hash.hex(), error="registry.timeout")).result(20)
    log.append(EntryDraft(Kind.EVENT, event="login", caller="admin", details={"from": "127.0.0.1"})).result(20)
    verification(log, "v-1", key="key-1")
    verification(log, "v-2", case="C-2")
