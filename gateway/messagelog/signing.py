"""Writes and signs the canonical document of an entry.

An entry has a fixed set of members, so their canonical order is known beforehand and the text is written straight
from the draft; only members of free form go through the general encoder. This runs for every entry: it costs a third
of building a document and sorting it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from typing import Any, Final

from gateway.canonical import MAX_INTEGER, canonical
from gateway.crypto.suite import Signer
from gateway.errors import GatewayError
from gateway.messagelog.entry import VERSION, Addition, EntryDraft
from gateway.model.case import Operator, Organization
from gateway.model.evidence import Purpose

_text: Final = encode_basestring
"""A JSON string as RFC 8785 section 3.2.2.2 writes it."""


def sign_entry(draft: EntryDraft, addition: Addition, signer: Signer) -> bytes:
    """The leaf: the canonical bytes of the signed document (RFC 8785).

    Raises:
        GatewayError: `document.unexpected_value` where a draft holds what has no canonical form.
    """
    # Canonical order puts `signature` between these two parts, so the document is written once for both purposes.
    try:
        low, high = _before(draft, addition, signer).encode(), _after(draft, addition, signer).encode()
    except UnicodeEncodeError as error:
        raise GatewayError(
            "document.unexpected_value", path="/", reason="half of a surrogate pair is not text"
        ) from error
    signature = base64.b64encode(signer.sign(low + b"," + high))
    return low + b',"signature":"' + signature + b'",' + high


def draft_columns(draft: EntryDraft, addition: Addition) -> dict[str, str | None]:
    """What `search_columns` gives for the document of this draft."""
    return {
        "time": addition.time or None, "kind": draft.kind.value, "exchange": draft.exchange or None,
        "case_number": draft.case or None, "caller": draft.caller or None,
        "operator_ref": (addition.operator_ref or None) if draft.operator else None,
        "person_ref": addition.person_ref or None, "registry": draft.registry or None,
        "operation": draft.operation or None, "item": (draft.purpose and draft.purpose.item) or None,
        "error": draft.error or None, "verification": draft.verification or None,
    }  # fmt: skip


def _before(draft: EntryDraft, addition: Addition, signer: Signer) -> str:
    """Everything that stands before the signature, in canonical order."""
    parts = [
        draft.attempt and f'"attempt":{_whole("attempt", draft.attempt)}',
        _member("caller", draft.caller), _member("case", draft.case),
        addition.commitments and f'"commitments":{_texts(addition.commitments)}',
        _member("configuration", draft.configuration), draft.details and _free("details", draft.details),
        draft.disclosed and f'"disclosed":{_list(draft.disclosed)}',
        draft.duration_ms is not None and f'"duration_ms":{_whole("duration_ms", draft.duration_ms)}',
        _member("error", draft.error), _member("event", draft.event), _member("exchange", draft.exchange),
        _member("idempotency", addition.idempotency), f'"key":{_text(signer.key_id)}',
        f'"kind":{_text(draft.kind.value)}',
        draft.length is not None and f'"length":{_whole("length", draft.length)}',
        _member("mapping", draft.mapping), _member("operation", draft.operation),
        draft.operator and _operator(draft.operator, addition.operator_ref),
        draft.organization and _organization(draft.organization),
        draft.outcomes and _free("outcomes", draft.outcomes), _member("person_ref", addition.person_ref),
        draft.purpose and _purpose(draft.purpose), draft.received and f'"received":{_list(draft.received)}',
        _member("registry", draft.registry), _member("release", draft.release),
        _member("request_hash", draft.request_hash), _member("result_digest", addition.result_digest),
    ]  # fmt: skip
    return "{" + ",".join([part for part in parts if part])


def _after(draft: EntryDraft, addition: Addition, signer: Signer) -> str:
    """Everything that stands after the signature, in canonical order."""
    parts = [
        draft.status is not None and f'"status":{_whole("status", draft.status)}', f'"suite":{_text(signer.suite)}',
        _member("time", addition.time), f'"v":{VERSION}', _member("verification", draft.verification),
        _member("word", draft.word),
    ]  # fmt: skip
    return ",".join([part for part in parts if part]) + "}"


def _member(name: str, value: str) -> str:
    return f'"{name}":{_text(value)}' if value else ""


def _whole(name: str, value: int) -> str:
    # Whatever is no plain number is left to the general encoder, which says what is wrong with it.
    if type(value) is not int or not 0 <= value <= MAX_INTEGER:
        return _free(name, value).partition(":")[2]
    return str(value)


def _free(name: str, value: Any) -> str:
    """A member of any form; its name travels along so that an error tells the whole path."""
    return canonical({name: value})[1:-1].decode()


def _list(values: Iterable[str]) -> str:
    return "[" + ",".join([_text(value) for value in values]) + "]"


def _texts(values: Mapping[str, str]) -> str:
    return "{" + ",".join([f"{_text(name)}:{_text(values[name])}" for name in sorted(values)]) + "}"


def _operator(operator: Operator, ref: str) -> str:
    tail = f',"ref":{_text(ref)}' if ref else ""
    return f'"operator":{{"name":{_text(operator.name)}{tail}}}'


def _organization(organization: Organization) -> str:
    return f'"organization":{{"name":{_text(organization.name)},"uscc":{_text(organization.uscc)}}}'


def _purpose(purpose: Purpose) -> str:
    parts = [
        _member("code", purpose.code), _member("grant", purpose.grant), _member("item", purpose.item),
        _member("legal_basis", purpose.legal_basis),
        purpose.materials and f'"materials":{_list(purpose.materials)}',
    ]  # fmt: skip
    text = ",".join([part for part in parts if part])
    return f'"purpose":{{{text}}}' if text else ""
