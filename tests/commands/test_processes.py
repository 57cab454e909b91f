"""Commands as processes: servers end cleanly, the demonstration leaves nothing behind, a closed pipe is no drama."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from shell import PLAIN, ROOT, finish, process, shuqiao

from gateway.model.outcomes import Outcome


def read_until(running: subprocess.Popen[bytes], word: str) -> str:
    """The lines of standard error up to the one with a word."""
    assert running.stderr is not None
    lines = []
    for line in running.stderr:
        lines.append(line.decode())
        if word in lines[-1]:
            return "".join(lines)
    raise AssertionError("".join(lines))


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_serve_tells_where_it_is_and_ends_cleanly(home: Path, order: signal.Signals) -> None:
    running = process("serve", "--port", "0", home=home)
    told = read_until(running, "caller window")
    url = told.partition("the gateway is up: ")[2].split()[0]
    with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
        assert answer.status == 200
    assert str(home / "sandbox-secrets" / "caller.hall") in told
    assert (home / "sandbox-secrets" / "caller.hall").read_text() not in told
    assert "http://127.0.0.1" in told.partition("sandbox registries (all")[2]
    running.send_signal(order)
    result = finish(running)
    assert result.status == 0
    assert "Traceback" not in result.err
    assert not result.out
    assert shuqiao("log", "verify", home=home).status == 0


def test_serve_says_that_its_port_is_taken(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = shuqiao("serve", "--port", taken.getsockname()[1], home=home)
    assert result.status == 2
    assert "gateway.port_in_use" in result.err


def test_the_sandbox_runs_in_the_foreground_until_told_to_stop(home: Path) -> None:
    running = process("sandbox", "--ports", "auto", home=home)
    read_until(running, "stop with Ctrl-C")
    running.send_signal(signal.SIGINT)
    result = finish(running)
    assert result.status == 0
    assert "population-hub" in result.out
    assert "Traceback" not in result.err


def test_a_reader_that_goes_away_is_no_fault(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    for words in (("log", "list"), ("log", "list", "--json"), ("catalog", "show")):
        running = process(*words, home=home, stdout=writing)
        _, err = running.communicate(timeout=60)
        assert running.returncode == 141, words
        assert b"Traceback" not in err
        assert b"Exception" not in err
    os.close(writing)


def test_a_locale_without_chinese_is_no_fault(home: Path) -> None:
    environment = {**PLAIN, "PYTHONIOENCODING": "ascii", "LANG": "C"}
    case = ROOT / "config" / "sample" / "cases" / "08-unavailable.xml"
    for words in (("verify", case), ("verify", case, "--json"), ("log", "list")):
        result = finish(process(*words, home=home, lang="zh", env=environment))
        assert result.status in (0, 3)
        assert "Traceback" not in result.err
    printed = finish(process("verify", case, "--json", home=home, env=environment))
    assert "申请表" in printed.out, "JSON is UTF-8 whatever the locale says"


def test_the_demonstration_shows_every_outcome_and_leaves_nothing_behind(tmp_path: Path) -> None:
    for attempt in range(2):
        running = process("demo", home=tmp_path / "demo", lang="zh", start_new_session=True)
        result = finish(running)
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)
        assert result.status == 0, result.err
        assert "Traceback" not in result.err
        for name in sorted(path.name for path in (ROOT / "config" / "sample" / "cases").glob("0*")):
            assert f"{name} · hall" in result.out
            assert f"{name} · hall" in result.err, "progress"
        assert "01-clean.json · window" in result.out
        assert "✓ 日志完整，未被改动" in result.out
        assert "当前检查点" in result.out
        assert ("首次启动" in result.err) == (attempt == 0)
    outcomes = {each for entry in shuqiao("log", "list", "--kind", "verification", "--json", home=tmp_path / "demo")
                .document["entries"] for each in (one["outcome"] for one in entry["outcomes"])}  # fmt: skip
    assert outcomes == {outcome.value for outcome in Outcome} - {"pending"}
    assert shuqiao("log", "verify", home=tmp_path / "demo").status == 0


def test_the_demonstration_asks_nobody_but_the_sandbox(own_config: Path, tmp_path: Path) -> None:
    text = (own_config / "gateway.yaml").read_text("utf-8").replace("sandbox: auto", "sandbox: off")
    (own_config / "gateway.yaml").write_text(text, "utf-8")
    result = shuqiao("demo", home=tmp_path / "demo", config=own_config)
    assert result.status == 2
    assert not (tmp_path / "demo").exists()
    assert shuqiao("sandbox", home=tmp_path / "x", config=own_config).status == 2


def test_the_program_runs_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "cli.py"), "catalog", "list", "--lang", "en"]
    done = subprocess.run(command, cwd=tmp_path, env=PLAIN, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "SETTLE_ORIGIN" in done.stdout
