"""Entries written straight from drafts are the canonical bytes of their documents."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical import MAX_INTEGER, canonical
from gateway.crypto.ed25519 import Ed25519Suite
from gateway.crypto.keys import KeyRing
from gateway.errors import GatewayError
from gateway.messagelog.entry import Addition, EntryDraft, Kind, read_entry, search_columns, signature_holds
from gateway.messagelog.signing import draft_columns, sign_entry
from gateway.model.case import Operator, Organization
from gateway.model.evidence import Purpose

SIGNER = Ed25519Suite().generate(secrets.token_bytes)
RING = KeyRing({SIGNER.key_id: SIGNER})

texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.lists(texts, max_size=3).map(tuple)
wholes = st.none() | st.integers(0, MAX_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
free = st.dictionaries(texts, values, max_size=3)

drafts = st.builds(
    EntryDraft, st.sampled_from(Kind), exchange=texts, attempt=st.integers(0, 9), case=texts, caller=texts,
    operator=st.none() | st.builds(Operator, texts, texts),
    organization=st.none() | st.builds(Organization, texts, texts),
    registry=texts, operation=texts, purpose=st.none() | st.builds(Purpose, texts, texts, names, texts, texts),
    disclosed=names, received=names, word=texts, status=wholes, length=wholes, duration_ms=wholes, error=texts,
    outcomes=st.lists(free, max_size=2).map(tuple), configuration=texts, mapping=texts, release=texts,
    request_hash=texts, verification=texts, event=texts, details=free,
)  # fmt: skip
additions = st.builds(
    Addition, texts, texts, texts, st.dictionaries(st.sampled_from(["wire", "stored"]), texts), texts, texts
)


@given(drafts, additions)
def test_every_leaf_is_canonical_signed_and_found_by_its_columns(draft: EntryDraft, addition: Addition) -> None:
    leaf = sign_entry(draft, addition, SIGNER)
    document = read_entry(leaf)
    assert canonical(document) == leaf
    assert signature_holds(document, leaf, RING)
    assert draft_columns(draft, addition) == search_columns(document)


@given(drafts, additions)
def test_a_leaf_says_what_the_draft_says_and_leaves_out_what_is_empty(draft: EntryDraft, addition: Addition) -> None:
    document = read_entry(sign_entry(draft, addition, SIGNER))
    expected = {
        name: getattr(draft, name)
        for name in (
            "exchange", "case", "caller", "registry", "operation", "word", "status", "length", "duration_ms", "error",
            "configuration", "mapping", "release", "request_hash", "verification", "event", "attempt",
        )
    }  # fmt: skip
    for name, value in expected.items():
        told = value not in ("", None) and not (name == "attempt" and value == 0)
        assert document.get(name) == (value if told else None)
        assert (name in document) is told
    assert document.get("disclosed", []) == list(draft.disclosed)
    assert document.get("details", {}) == draft.details
    assert document.get("outcomes", []) == list(draft.outcomes)
    assert document["suite"] == "ed25519-sha256"
    assert document["kind"] == draft.kind.value


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"details": {"fraction": 0.5}}, "/details/fraction"),
        ({"status": 0.5}, "/status"),
        ({"length": 2**60}, "/length"),
        ({"outcomes": ({"grades": object()},)}, "/outcomes/0/grades"),
        ({"word": "\ud800"}, "/"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(more: dict[str, Any], path: str) -> None:
    with pytest.raises(GatewayError) as caught:
        sign_entry(EntryDraft(Kind.EVENT, **more), Addition("2026-01-01T00:00:00.000000Z"), SIGNER)
    assert caught.value.code == "document.unexpected_value"
    assert caught.value.values["path"] == path
