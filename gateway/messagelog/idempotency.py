"""Keyed names of idempotency keys: neither key nor document digest stands in the database in clear."""

from __future__ import annotations

from gateway.crypto.digests import Pepper
from gateway.messagelog.contracts import IdempotencyRow
from gateway.messagelog.sealing import Idempotency


def key_name(pepper: Pepper, caller: str, key: str) -> bytes:
    """What stands for a caller's key."""
    return pepper.tag("idempotency-key", caller.encode(), key.encode())


def document_name(pepper: Pepper, name: bytes, document_digest: str) -> bytes:
    """What stands for the document that was sent under a key."""
    return pepper.tag("idempotency-document", name, document_digest.encode())


def entry_tag(pepper: Pepper, row: IdempotencyRow) -> str:
    """What a verification entry says about the key it was asked under, in hex."""
    return pepper.tag("idempotency-entry", row.name, row.document, row.verification.encode()).hex()


def finished_row(
    pepper: Pepper, caller: str, given: Idempotency, verification: str, index: int, since: str
) -> IdempotencyRow:
    """The row of a key whose result stands in the log at `index`."""
    name = key_name(pepper, caller, given.key)
    return IdempotencyRow(name, document_name(pepper, name, given.document_digest), verification, index, since, "")
