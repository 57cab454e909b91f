"""kill -9: what was asked and not answered is named, nothing else is amiss, and the log goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from house import House, clean_case, finding

from gateway.sandbox import Sandbox

HERE = Path(__file__).parent


def start(house: House, sandbox: Sandbox, folder: Path, times: int) -> subprocess.Popen[str]:
    """A gateway in a process of its own."""
    case = folder / "case.json"
    case.write_bytes(clean_case())
    arguments = [str(house.config), str(house.home), json.dumps(dict(sandbox.urls)), str(case), str(times)]
    return subprocess.Popen([sys.executable, str(HERE / "crashing.py"), *arguments], stdout=subprocess.PIPE, text=True)


def wait_until(condition: object, seconds: float = 20.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_killed_between_request_and_reply_the_open_exchange_is_named(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.sandbox({"population-hub.hukou": ["hang:60*1", "ok"]}) as sandbox:
        process = start(house, sandbox, tmp_path, 1)
        wait_until(lambda: sandbox.asked("population-hub.hukou") == 1 and sandbox.asked("realty.unit") == 1)
        time.sleep(0.7)  # every other question has its answer by now
        process.send_signal(signal.SIGKILL)
        process.communicate()
        report = house.check_log(sandbox)
        assert report.sound
        assert [one.kind for one in report.findings] == ["open_exchange"], report.findings
        assert report.findings[0].zh
        assert finding(house.verify(sandbox, clean_case())[0], "M17")["outcome"] == "supplied"
        after = house.check_log(sandbox)
        assert after.sound
        assert [one.kind for one in after.findings] == ["open_exchange"]


def test_killed_at_any_moment_the_log_verifies(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.sandbox() as sandbox:
        for pause in (0.0, 0.03, 0.08, 0.15, 0.3):
            process = start(house, sandbox, tmp_path, 1000)
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            report = house.check_log(sandbox)
            assert report.sound, report.findings
            assert {one.kind for one in report.findings} <= {"open_exchange"}
