"""`shuqiao log verify|prove|check-proof`: whatever was changed is found with status 4, and proofs hold without us."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from shell import ROOT, shuqiao

DATABASE = "shuqiao.sqlite"


def change(home: Path, *statements: str) -> None:
    with sqlite3.connect(home / DATABASE) as database:
        for statement in statements:
            assert database.execute(statement).rowcount, statement
    database.close()


def test_a_sound_log(home: Path) -> None:
    result = shuqiao("log", "verify", home=home, lang="zh")
    assert result.status == 0
    assert "✓ 日志完整，未被改动" in result.out
    assert "\n  log.shuqiao.example/350100\n" in result.out, "the checkpoint"
    document = shuqiao("log", "verify", "--json", home=home).document
    assert document["sound"] is True
    assert document["checkpoint"] == (home / "log.checkpoint").read_text("utf-8")
    assert document["bodies_opened"] > 20


@pytest.mark.parametrize(
    ("statement", "kind", "words"),
    [
        (
            "UPDATE entries SET leaf = replace(leaf, 'SAMPLE-01', 'SAMPLE-99') WHERE idx = 3",
            "entry_changed",
            "条目 3 被改动",
        ),
        ("DELETE FROM entries WHERE idx = 5", "entry_missing", "条目 5 缺失"),
        ("UPDATE bodies SET ciphertext = zeroblob(40) WHERE idx = 2", "body_changed", "条目 2 的正文"),
        ("UPDATE entries SET caller = 'nobody' WHERE idx = 4", "column_changed", "条目 4 的检索列"),
        ("DELETE FROM results", "result_missing", "结果"),
    ],
)
def test_a_change_is_found_and_named(home: Path, statement: str, kind: str, words: str) -> None:
    change(home, statement)
    result = shuqiao("log", "verify", home=home, lang="zh")
    assert result.status == 4
    assert words in result.out
    assert "日志校验未通过" in result.out
    document = shuqiao("log", "verify", "--json", home=home)
    assert document.status == 4
    assert document.document["sound"] is False
    assert kind in document.document["counts"]


def test_an_older_copy_of_the_database_is_found_through_a_checkpoint_kept_elsewhere(home: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(home, old)
    shuqiao("log", "list", home=home)
    kept = home / "log.checkpoint"
    assert shuqiao("log", "verify", home=old).status == 0, "it fits its own checkpoint file"
    result = shuqiao("log", "verify", "--checkpoint", kept, "--json", home=old)
    assert result.status == 4
    assert "tail_cut" in result.document["counts"]
    missing = shuqiao("log", "verify", "--checkpoint", tmp_path / "none", home=old)
    assert missing.status == 2
    assert "usage.file_missing" in missing.err


def test_a_database_that_is_gone_beside_its_checkpoint_is_found(home: Path) -> None:
    (home / DATABASE).unlink()
    for words in (("verify",), ("list",)):
        result = shuqiao("log", *words, home=home)
        assert result.status == 4
        assert "log.integrity" in result.err
    assert not (home / DATABASE).exists(), "looking makes nothing"


def test_a_file_that_is_no_database_ends_in_one_line(home: Path) -> None:
    (home / DATABASE).write_bytes(os.urandom(8192))
    result = shuqiao("log", "verify", home=home)
    assert result.status == 4
    assert "log.integrity" in result.err
    assert len(result.err.splitlines()) == 1
    assert "Traceback" not in result.err


def test_keys_that_are_gone_are_not_made_anew(home: Path) -> None:
    shutil.rmtree(home / "keys")
    result = shuqiao("log", "verify", home=home)
    assert result.status == 2
    assert "key.unreadable" in result.err
    assert not (home / "keys").exists()


@pytest.fixture
def proof(home: Path, documents: list[dict[str, Any]], tmp_path: Path) -> Path:
    exchange = documents[0]["findings"][2]["exchanges"][-1]
    path = tmp_path / "proof.txt"
    result = shuqiao("log", "prove", exchange, "--out", path, home=home)
    assert result.status == 0
    assert "verifier key: log.shuqiao.example/350100+" in result.err
    (tmp_path / "key.txt").write_text(result.err.strip().rpartition("verifier key: ")[2] + "\n")
    return path


def test_a_proof_holds_without_the_gateway(home: Path, proof: Path, documents: list[dict[str, Any]]) -> None:
    key = proof.with_name("key.txt")
    assert proof.read_text().startswith("c2sp.org/tlog-proof@v1\nextra ")
    shutil.rmtree(home)
    result = shuqiao("log", "check-proof", proof, "--key", key, "--json", home=home, config=ROOT / "none")
    assert result.status == 0
    assert result.document["valid"] is True
    assert result.document["signature"] is True
    assert result.document["entry"]["kind"] == "response"
    assert result.document["entry"]["exchange"] == documents[0]["findings"][2]["exchanges"][-1]
    told = shuqiao("log", "check-proof", proof, "--key", key, lang="zh")
    assert "✓ 证明成立" in told.out


def test_a_proof_is_checked_with_the_own_keys_where_none_is_named(home: Path, proof: Path) -> None:
    assert shuqiao("log", "check-proof", proof, home=home).status == 0
    assert shuqiao("log", "check-proof", "-", home=home, stdin=proof.read_bytes()).status == 0


@pytest.mark.parametrize("break_it", [
    lambda text: text.replace("\nindex ", "\nindex 1", 1),
    lambda text: text.replace("extra ey", "extra ez", 1),
    lambda text: text[: len(text) // 2],
    lambda text: "",
    lambda text: "x" * 100,
])  # fmt: skip
def test_a_proof_that_was_changed_does_not_hold(home: Path, proof: Path, break_it: Any) -> None:
    changed = break_it(proof.read_text())
    assert changed != proof.read_text()
    proof.write_text(changed)
    for words in ((), ("--key", proof.with_name("key.txt"))):
        result = shuqiao("log", "check-proof", proof, *words, "--json", home=home)
        assert result.status == 4
        assert result.document["valid"] is False
        assert result.document["error"]["code"] == "proof.invalid"
        assert "proof.invalid" in result.err
        reason = result.document["error"]["message"]["zh"]
        told = shuqiao("log", "check-proof", proof, *words, home=home, lang="zh")
        assert f"proof.invalid: {reason}" in told.err
        assert not re.search(r"[a-z']+ [a-z']+", re.sub("'[^']*'", "", reason)), "no English prose"


def test_a_verification_is_proved_by_its_id(home: Path, documents: list[dict[str, Any]]) -> None:
    result = shuqiao("log", "prove", documents[0]["id"], "--out", "-", home=home)
    assert result.status == 0
    assert f"\nindex {documents[0]['receipt']['entry']}\n" in result.out


def test_what_can_not_be_proved_or_written(home: Path, documents: list[dict[str, Any]], tmp_path: Path) -> None:
    unknown = shuqiao("log", "prove", "0" * 32, "--out", tmp_path / "p", home=home)
    assert unknown.status == 2
    assert not (tmp_path / "p").exists()
    nowhere = shuqiao("log", "prove", documents[0]["id"], "--out", tmp_path / "none" / "p", home=home)
    assert nowhere.status == 2
    assert "can't be written" in nowhere.err
    missing = shuqiao("log", "check-proof", tmp_path / "none", home=home)
    assert missing.status == 2
