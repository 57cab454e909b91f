"""Bodies and results beside the log: committed to in the entry, sealed for the place they belong to, erasable.

A commitment is taken over a secret salt that is sealed together with the body. Beside an open salt, a body whose only
unknown is an identity number could be found by trying numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.crypto.bodies import CaseKey, Sealed
from gateway.crypto.digests import SALT_SIZE, commitment, same, sha256_hex
from gateway.crypto.suite import RandomBytes
from gateway.errors import GatewayError, Words
from gateway.messagelog.contracts import BodyRow, ResultRow

_SALTS: Final = 2 * SALT_SIZE


@dataclass(frozen=True, slots=True)
class Body:
    """A message: the bytes to keep, and the bytes as they travelled where secrets were cut out of the kept ones."""

    stored: bytes
    wire: bytes | None = None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The idempotency key of the request that asked for a result, and the digest of its document (hex)."""

    key: str
    document_digest: str


@dataclass(frozen=True, slots=True)
class Result:
    """The document of a verification, kept under the draft's `verification` id together with its entry."""

    document: bytes
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True)
class SaltedBody:
    """A body with its salts and commitments."""

    text: bytes
    commitments: Mapping[str, str]


def salt_body(body: Body, random_bytes: RandomBytes) -> SaltedBody:
    """Draw the salts and commit to the body, as it travelled (`wire`) and as it is kept (`stored`)."""
    salts = random_bytes(_SALTS)
    wire = body.stored if body.wire is None else body.wire
    commitments = {
        "wire": commitment(salts[:SALT_SIZE], wire).hex(),
        "stored": commitment(salts[SALT_SIZE:], body.stored).hex(),
    }
    return SaltedBody(salts + body.stored, commitments)


def seal_body(key: CaseKey, case: str, index: int, leaf: bytes, body: SaltedBody) -> BodyRow:
    """Seal a body for the entry with this leaf hash."""
    sealed = key.seal(_body_context(leaf), body.text)
    return BodyRow(index, case, sealed.nonce, sealed.ciphertext)


def open_body(key: CaseKey, leaf: bytes, row: BodyRow, commitments: Mapping[str, str]) -> bytes:
    """The kept bytes of a body, checked against the entry's commitment; raises `GatewayError` `log.integrity`."""
    text = key.open(_body_context(leaf), Sealed(row.nonce, row.ciphertext))
    salt, stored = text[SALT_SIZE:_SALTS], text[_SALTS:]
    if len(salt) != SALT_SIZE or not same(commitment(salt, stored).hex(), str(commitments.get("stored", ""))):
        raise GatewayError(
            "log.integrity",
            reason=Words("the body is not the one that the entry commits to", "正文不是条目所承诺的正文"),
        )
    return stored


def seal_result(key: CaseKey, row: ResultRow, document: bytes) -> ResultRow:
    """The row with the document sealed into it."""
    sealed = key.seal(_result_context(row), document)
    return ResultRow(
        row.id, row.index, row.case, row.item, row.caller, row.created, row.digest, sealed.nonce, sealed.ciphertext
    )


def open_result(key: CaseKey, row: ResultRow) -> bytes:
    """The document of a result, checked against its digest; raises `GatewayError` `log.integrity`."""
    document = key.open(_result_context(row), Sealed(row.nonce, row.ciphertext))
    if not same(sha256_hex(document), row.digest):
        raise GatewayError(
            "log.integrity",
            where=row.id,
            reason=Words("the result is not the one with this digest", "结果与其摘要不符"),
        )
    return document


def _body_context(leaf: bytes) -> bytes:
    return b"shuqiao/1/body/" + leaf


def _result_context(row: ResultRow) -> bytes:
    return f"shuqiao/1/result/{row.id}/{row.digest}".encode()
