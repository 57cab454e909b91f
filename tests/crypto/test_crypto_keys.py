"""Key files: made once, never open to others, old public keys kept."""

from __future__ import annotations

import secrets
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.crypto.ed25519 import Ed25519Suite
from gateway.crypto.keys import PEPPER_FILE, RING_FILE, SIGNING_FILE, WRAPPING_FILE, open_keys, read_ring
from gateway.crypto.suites import find_suite
from gateway.errors import GatewayError

FILES = (SIGNING_FILE, WRAPPING_FILE, PEPPER_FILE)


def opened(folder: Path):
    return open_keys(folder, random_bytes=secrets.token_bytes)


def test_first_start_makes_three_secret_files_and_the_second_reads_them(tmp_path: Path) -> None:
    first, second = opened(tmp_path / "keys"), opened(tmp_path / "keys")
    assert first.created == FILES
    assert second.created == ()
    assert first.signer.public == second.signer.public
    assert first.pepper.person("a", "b") == second.pepper.person("a", "b")
    for name in FILES:
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600
    _, wrapped = first.vault.new_case_key("C-1")
    second.vault.unwrap("C-1", wrapped)


def test_starting_at_the_same_time_gives_one_set_of_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: opened(tmp_path / "keys"), range(8)))
    assert len({key.signer.public for key in keys}) == 1
    assert len({key.pepper.person("a", "b") for key in keys}) == 1
    assert sorted(name for key in keys for name in key.created) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, name: str) -> None:
    opened(tmp_path)
    (tmp_path / name).chmod(0o640)
    with pytest.raises(GatewayError) as caught:
        opened(tmp_path)
    assert caught.value.code == "key.open_to_others"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"not a key", b"AAAA\n"])
def test_a_broken_key_file_is_refused_and_left_alone(tmp_path: Path, name: str, content: bytes) -> None:
    opened(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GatewayError) as caught:
        opened(tmp_path)
    assert caught.value.code == "key.unreadable"
    assert (tmp_path / name).read_bytes() == content


def test_an_old_public_key_stays_in_the_ring_after_the_signing_key_was_replaced(tmp_path: Path) -> None:
    old = opened(tmp_path)
    signature = old.signer.sign(b"entry")
    (tmp_path / SIGNING_FILE).unlink()
    new = opened(tmp_path)
    assert new.signer.key_id != old.signer.key_id
    assert new.ring.verify("ed25519-sha256", old.signer.key_id, b"entry", signature)
    assert set(read_ring(tmp_path / RING_FILE).verifiers) == {old.signer.key_id, new.signer.key_id}


def test_a_ring_whose_key_does_not_have_its_name_is_refused(tmp_path: Path) -> None:
    opened(tmp_path)
    ring = tmp_path / RING_FILE
    suite, name, public = ring.read_text().split(" ")
    ring.write_text(f"{suite} {'0' * len(name)} {public}")
    with pytest.raises(GatewayError) as caught:
        opened(tmp_path)
    assert caught.value.code == "key.unreadable"


def test_an_unknown_suite_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(GatewayError) as caught:
        open_keys(tmp_path, random_bytes=secrets.token_bytes, suite="rot13-md5")
    assert caught.value.code == "suite.unknown"
    assert not list(tmp_path.iterdir())


def test_a_key_of_another_kind_is_not_taken_for_ed25519() -> None:
    # An X25519 key, made for this test.
    body = "MC4CAQAwBQYDK2VuBCIEIHB3bWtqbGtqbGtqbGtqbGtqbGtqbGtqbGtqbGtqbGtq"
    pem = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n".encode()
    with pytest.raises(ValueError, match="Ed25519"):
        Ed25519Suite().load(pem)


def test_the_signature_of_rfc_8032() -> None:
    # RFC 8032 section 7.1, test 2.
    secret = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    signer = find_suite("ed25519-sha256").generate(lambda _: secret)
    assert signer.public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = signer.sign(b"\x72")
    assert signature.hex().startswith("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da")
    assert signer.verify(b"\x72", signature)
    assert not signer.verify(b"\x73", signature)
    assert not signer.verify(b"\x72", signature[:-1])
    assert not signer.verify(b"\x72", b"")
