"""The file outside follows the log: seldom while commits keep coming, always after the last one."""

from __future__ import annotations

import secrets
from pathlib import Path

from gateway.crypto.ed25519 import Ed25519Suite
from gateway.messagelog.checkpoint import parse_checkpoint, sign_checkpoint
from gateway.messagelog.checkpoint_file import CheckpointFile
from gateway.messagelog.keeper import CheckpointKeeper

SIGNER = Ed25519Suite().generate(secrets.token_bytes)
NOTES = [sign_checkpoint("log.example/main", size, b"r" * 32, SIGNER) for size in range(1, 1001)]


class CountingFile(CheckpointFile):
    """Counts how often it is written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sizes: list[int] = []

    def advance(self, note: str, size: int) -> None:
        self.sizes.append(size)
        super().advance(note, size)


def test_a_thousand_commits_in_a_row_are_few_writings_and_the_last_one_stands(tmp_path: Path) -> None:
    file = CountingFile(tmp_path / "checkpoint")
    keeper = CheckpointKeeper(file)
    for size, note in enumerate(NOTES, 1):
        keeper.offer(note, size)
    keeper.sync()
    assert parse_checkpoint(file.path.read_text()).size == 1000
    keeper.close()
    assert file.sizes == sorted(set(file.sizes))
    assert len(file.sizes) < 500


def test_closing_writes_what_waits(tmp_path: Path) -> None:
    file = CountingFile(tmp_path / "checkpoint")
    keeper = CheckpointKeeper(file)
    for size, note in enumerate(NOTES[:20], 1):
        keeper.offer(note, size)
    keeper.close()
    assert parse_checkpoint(file.path.read_text()).size == 20


def test_each_call_of_sync_sees_what_was_offered_before_it(tmp_path: Path) -> None:
    file = CountingFile(tmp_path / "checkpoint")
    keeper = CheckpointKeeper(file)
    for size, note in enumerate(NOTES[:10], 1):
        keeper.offer(note, size)
        keeper.sync()
        assert parse_checkpoint(file.path.read_text()).size == size
    keeper.close()
    assert file.sizes == list(range(1, 11))


def test_the_last_note_is_written_without_anybody_asking(tmp_path: Path) -> None:
    file = CountingFile(tmp_path / "checkpoint")
    keeper = CheckpointKeeper(file)
    for size, note in enumerate(NOTES[:50], 1):
        keeper.offer(note, size)
    for _ in range(2_000):
        if 50 in file.sizes:
            break
        keeper._thread.join(0.01)
    assert file.sizes[-1] == 50
    keeper.close()
    assert file.sizes.count(50) == 1
