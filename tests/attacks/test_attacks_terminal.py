"""The command line in bad company: closed streams, full disks, numbers out of range, places that can't be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from house import House, clean_case

from gateway.commands.terminal import NARROWEST, Terminal
from gateway.crypto.suites import find_suite
from gateway.errors import GatewayError
from gateway.messagelog.opening import publish_verifier_key

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "config" / "sample" / "cases" / "01-clean.json"


def run(words: str, redirect: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = f'"{sys.executable}" "{ROOT / "cli.py"}" --config "{ROOT / "config"}" --lang en {words} {redirect}'
    variables = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.run(["sh", "-c", command], env=variables, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("log list --after 99999999999999999999999", "request.bad_parameter"),
        ("log list --after -1", "request.bad_parameter"),
        ("serve --port 0 --workers -3", "request.bad_parameter"),
        ("serve --port 0 --workers 0", "request.bad_parameter"),
    ],
)
def test_a_number_out_of_range_is_a_matter_of_usage(tmp_path: Path, words: str, code: str) -> None:
    made = run(f"--home {tmp_path}/var verify {CASE}")
    assert made.returncode == 0
    told = run(f"--home {tmp_path}/var {words}")
    assert told.returncode == 2
    assert code in told.stderr
    assert "Traceback" not in told.stderr


def test_a_state_folder_that_can_not_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "inside"):
        told = run(f"--home {place} verify {CASE}")
        assert told.returncode == 3
        assert "storage.unavailable" in told.stderr
        assert "Traceback" not in told.stderr


@pytest.mark.parametrize("redirect", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_closed_stream_changes_no_verdict(tmp_path: Path, redirect: str) -> None:
    told = run(f"--home {tmp_path}/var verify {CASE}", redirect)
    assert told.returncode == 0, told.stderr
    assert run(f"--home {tmp_path}/var log verify").returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_standard_output_is_told_in_one_line(tmp_path: Path) -> None:
    assert run(f"--home {tmp_path}/var verify {CASE}").returncode == 0
    told = run(f"--home {tmp_path}/var log list --json", ">/dev/full")
    assert told.returncode == 74
    assert told.stderr.startswith("shuqiao: ")
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("columns", ["0", "1", "20"])
def test_no_width_swallows_what_is_told(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert Terminal("en").out.width == NARROWEST


def test_two_first_starts_at_once_publish_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one comes while the first one writes; neither takes the other's draft away."""
    place, signer = tmp_path / "log-key.pub", find_suite("ed25519-sha256").generate(lambda size: b"\x07" * size)
    replace = Path.replace

    def slowly(draft: Path, target: Path) -> Path:
        monkeypatch.setattr("os.getpid", lambda: 4711)
        monkeypatch.setattr(Path, "replace", replace)
        publish_verifier_key(place, "log.example/1", signer)
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", slowly)
    key = publish_verifier_key(place, "log.example/1", signer)
    assert place.read_text("utf-8") == f"{key}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["log-key.pub"]


@pytest.mark.parametrize("name", ["log-signing.pem", "body-wrapping.key", "person-pepper.key"])
def test_no_new_key_is_made_beside_an_old_log(tmp_path: Path, name: str) -> None:
    house = House(tmp_path)
    with house.sandbox() as sandbox:
        house.verify(sandbox, clean_case())
        key = house.home / "keys" / name
        kept = key.read_bytes()
        key.unlink()
        with pytest.raises(GatewayError) as refused:
            house.verify(sandbox, clean_case())
        assert refused.value.code == "key.missing"
        assert not key.exists()
        key.write_bytes(kept)
        key.chmod(0o600)
        assert house.check_log(sandbox).sound
