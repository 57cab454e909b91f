"""The log's entry: what a caller drafts, what the writer adds, reading it back, and the columns it is found by."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from gateway.crypto.keys import KeyRing
from gateway.errors import GatewayError, Words
from gateway.model.case import Operator, Organization
from gateway.model.evidence import Purpose

VERSION: Final = 1
CITIZEN_ID: Final = "citizen_id"
"""The kind of number that an operator is known by."""


class Kind(StrEnum):
    """What an entry tells of."""

    REQUEST = "request"
    RESPONSE = "response"
    FAILURE = "failure"
    DENIED = "denied"
    VERIFICATION = "verification"
    RELEASE = "release"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class PersonKey:
    """The number by which a person is known; it goes into a keyed hash and nowhere else."""

    id_type: str
    id_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What is to be logged. Whatever is empty or None is left out of the entry.

    `request_hash` is the leaf hash, in hex, of the request that a response or failure belongs to. `duration_ms` is in
    milliseconds, `length` in bytes, `status` an HTTP status. `outcomes` are objects with `material`, `of`, `outcome`,
    `flags`, `grades`. `disclosed` and `received` are names of attributes, never values. `details` must not hold
    personal data: entries are never erased.
    """

    kind: Kind
    exchange: str = ""
    attempt: int = 0
    case: str = ""
    person: PersonKey | None = None
    caller: str = ""
    operator: Operator | None = None
    organization: Organization | None = None
    registry: str = ""
    operation: str = ""
    purpose: Purpose | None = None
    disclosed: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    word: str = ""
    status: int | None = None
    length: int | None = None
    duration_ms: int | None = None
    error: str = ""
    outcomes: tuple[Mapping[str, Any], ...] = ()
    configuration: str = ""
    mapping: str = ""
    release: str = ""
    request_hash: str = ""
    verification: str = ""
    event: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Addition:
    """What the writer adds to a draft: time, references for persons, and digests of what is kept beside the entry."""

    time: str
    person_ref: str = ""
    operator_ref: str = ""
    commitments: Mapping[str, str] = field(default_factory=dict)
    result_digest: str = ""
    idempotency: str = ""


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and `Z`; raises `ValueError` for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def read_entry(leaf: bytes) -> dict[str, Any]:
    """The document of a leaf; raises `GatewayError` `log.integrity` where it is none."""
    try:
        document = json.loads(leaf)
    except (ValueError, RecursionError) as error:
        raise GatewayError(
            "log.integrity", reason=Words("an entry is not a JSON document", "有一个条目不是 JSON 文档")
        ) from error
    if not isinstance(document, dict):
        raise GatewayError("log.integrity", reason=Words("an entry is not an object", "有一个条目不是 JSON 对象"))
    return document


def signature_holds(document: Mapping[str, Any], leaf: bytes, ring: KeyRing) -> bool:
    """Whether a key of the ring signed exactly these bytes. Only canonical documents were ever signed."""
    text, suite, key = document.get("signature"), document.get("suite"), document.get("key")
    if not isinstance(text, str) or not isinstance(suite, str) or not isinstance(key, str):
        return False
    part = f',"signature":"{text}"'.encode("utf-8", "backslashreplace")
    if leaf.count(part) != 1:
        return False
    try:
        signature = base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return base64.b64encode(signature).decode() == text and ring.verify(suite, key, leaf.replace(part, b""), signature)


SEARCH_COLUMNS: Final = (
    "time", "kind", "exchange", "case_number", "caller", "operator_ref", "person_ref", "registry", "operation", "item",
    "error", "verification",
)  # fmt: skip


def search_columns(document: Mapping[str, Any]) -> dict[str, str | None]:
    """What a store keeps beside the leaf to find it by; each value repeats one of the signed document."""
    get = document.get
    operator, purpose = get("operator"), get("purpose")
    return {
        "time": get("time"), "kind": get("kind"), "exchange": get("exchange"), "case_number": get("case"),
        "caller": get("caller"), "operator_ref": operator.get("ref") if isinstance(operator, dict) else None,
        "person_ref": get("person_ref"), "registry": get("registry"), "operation": get("operation"),
        "item": purpose.get("item") if isinstance(purpose, dict) else None,
        "error": get("error"), "verification": get("verification"),
    }  # fmt: skip
