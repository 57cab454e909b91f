"""Checkpoints as signed notes: an example of the specification's ecosystem, strict reading, the file outside."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.ed25519 import Ed25519Suite
from gateway.errors import GatewayError
from gateway.messagelog.checkpoint import (
    NoteKey,
    check_origin,
    parse_checkpoint,
    parse_note_key,
    sign_checkpoint,
    verify_checkpoint,
)
from gateway.messagelog.checkpoint_file import CheckpointFile

ORIGIN = "log.example/main"
SIGNER = Ed25519Suite().generate(secrets.token_bytes)
KEY = NoteKey(ORIGIN, SIGNER)
NOTE = sign_checkpoint(ORIGIN, 7, b"r" * 32, SIGNER)


def test_a_note_signed_by_another_implementation_verifies() -> None:
    # The well-known public checkpoint database key of the Go project, with a note it signed at 2.
    key = parse_note_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    blob = base64.b64decode(signature)
    assert key.key_id == blob[:4]
    assert key.verifier.verify(text.encode(), blob[4:])


def test_what_was_signed_verifies_and_reads_back() -> None:
    checkpoint = verify_checkpoint(NOTE, parse_note_key(str(KEY)))
    assert (checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.note) == (ORIGIN, 7, b"r" * 32, NOTE)


def test_every_changed_character_is_found() -> None:
    for place, sign in enumerate(NOTE):
        changed = NOTE[:place] + ("A" if sign != "A" else "B") + NOTE[place + 1 :]
        with pytest.raises(GatewayError) as caught:
            verify_checkpoint(changed, KEY)
        assert caught.value.code == "proof.invalid"


@given(st.text())
def test_reading_any_text_gives_an_error_with_a_code(text: str) -> None:
    with pytest.raises(GatewayError) as caught:
        parse_checkpoint(text)
    assert caught.value.code == "proof.invalid"
    with pytest.raises(GatewayError) as caught:
        parse_note_key(text)
    assert caught.value.code in ("proof.invalid", "suite.unknown")


@pytest.mark.parametrize("size", ["07", "+7", "-1", "7 ", "٧", "1e3", "", "9" * 20])
def test_a_size_has_one_spelling(size: str) -> None:
    with pytest.raises(GatewayError):
        parse_checkpoint(NOTE.replace("\n7\n", f"\n{size}\n"))


def test_signatures_of_others_are_ignored_and_extension_lines_read() -> None:
    other = Ed25519Suite().generate(secrets.token_bytes)
    line = sign_checkpoint("witness.example", 7, b"r" * 32, other).splitlines()[-1]
    assert verify_checkpoint(f"{NOTE}{line}\n", KEY).size == 7
    with pytest.raises(GatewayError):
        verify_checkpoint(NOTE.replace(NOTE.splitlines()[-1], line), KEY)


def test_a_key_for_another_log_is_refused() -> None:
    with pytest.raises(GatewayError, match="is for"):
        verify_checkpoint(NOTE, NoteKey("other.example", SIGNER))


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb", "a\u3000b"])
def test_an_origin_must_be_usable_as_a_name(origin: str) -> None:
    with pytest.raises(GatewayError) as caught:
        check_origin(origin)
    assert caught.value.code == "configuration.bad_value"


def test_the_file_never_goes_backwards(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path / "checkpoint")
    assert file.read() is None
    for size in (1, 5, 3, 5):
        file.advance(sign_checkpoint(ORIGIN, size, b"r" * 32, SIGNER), size)
    assert parse_checkpoint(file.read() or "").size == 5


def test_a_file_that_is_no_checkpoint_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    path.write_text("something else")
    with pytest.raises(GatewayError) as caught:
        CheckpointFile(path).advance(NOTE, 7)
    assert caught.value.code == "log.integrity"
    assert path.read_text() == "something else"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GatewayError) as caught:
        CheckpointFile(tmp_path / "no" / "checkpoint").advance(NOTE, 7)
    assert caught.value.code == "log.unwritable"
