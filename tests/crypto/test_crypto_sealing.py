"""Encryption at rest, commitments, keyed digests and API keys."""

from __future__ import annotations

import hashlib
import hmac
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.bodies import Sealed, Vault
from gateway.crypto.digests import Pepper, api_key_prefix, commitment, hash_api_key, new_api_key, same
from gateway.errors import GatewayError

KEY = bytes(range(32))


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@given(st.binary(max_size=200), st.text(max_size=10))
def test_what_is_sealed_opens_again(text: bytes, case: str) -> None:
    case = case.encode("utf-8", "replace").decode()
    vault = Vault(KEY, secrets.token_bytes)
    key, wrapped = vault.new_case_key(case)
    sealed = key.seal(b"here", text)
    assert vault.unwrap(case, wrapped).open(b"here", sealed) == text


def test_a_change_of_any_byte_or_place_is_found() -> None:
    vault = Vault(KEY, secrets.token_bytes)
    key, wrapped = vault.new_case_key("C-1")
    sealed = key.seal(b"here", b"a body")
    bad = [(b"there", sealed), (b"here", Sealed(sealed.nonce, b"")), (b"here", Sealed(b"", sealed.ciphertext))]
    bad += [
        (b"here", Sealed(sealed.nonce, flipped(sealed.ciphertext, place))) for place in range(len(sealed.ciphertext))
    ]
    bad += [(b"here", Sealed(flipped(sealed.nonce, place), sealed.ciphertext)) for place in range(12)]
    for context, changed in bad:
        with pytest.raises(GatewayError) as caught:
            key.open(context, changed)
        assert caught.value.code == "log.integrity"
    for case, blob in [
        ("C-2", wrapped),
        ("C-1", b""),
        *(("C-1", flipped(wrapped, place)) for place in range(len(wrapped))),
    ]:
        with pytest.raises(GatewayError):
            vault.unwrap(case, blob)


def test_two_seals_of_the_same_text_differ() -> None:
    key, _ = Vault(KEY, secrets.token_bytes).new_case_key("C-1")
    assert key.seal(b"", b"x") != key.seal(b"", b"x")


def test_keys_of_a_wrong_length_are_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Vault(b"short", secrets.token_bytes)
    with pytest.raises(ValueError, match="32"):
        Pepper(b"short")
    with pytest.raises(ValueError, match="32"):
        commitment(b"short", b"")


def test_a_person_is_a_keyed_hash_and_tags_do_not_run_together() -> None:
    pepper = Pepper(KEY)
    assert pepper.person("citizen_id", "1") == hmac.new(KEY, b"citizen_id|1", hashlib.sha256).digest()
    assert pepper.tag("x", b"ab", b"c") != pepper.tag("x", b"a", b"bc")
    assert pepper.tag("x", b"a") != pepper.tag("y", b"a")
    assert commitment(KEY, b"b") == hashlib.sha256(KEY + b"b").digest()


def test_an_api_key_is_found_by_its_prefix_and_known_by_its_hash() -> None:
    key = new_api_key(secrets.token_bytes)
    assert api_key_prefix(key.text) == key.prefix
    assert same(hash_api_key(key.text), key.hash)
    assert not same(hash_api_key(key.text + "x"), key.hash)
    assert key.text not in (key.hash, key.prefix)


@pytest.mark.parametrize(
    "text", ["", "sq_", "sq_12345678", "sq_12345678_", "sq_1234567g_abc", "xx_12345678_abc", "sq_123_abc", "键"]
)
def test_what_is_no_api_key_has_no_prefix(text: str) -> None:
    assert api_key_prefix(text) == ""
