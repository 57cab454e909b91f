"""Real processes: two writers on one file, and processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from log_house import House, draft

from gateway.messagelog.checkpoint import parse_checkpoint
from gateway.messagelog.entry import Kind

HERE = Path(__file__).parent
START = f"""
import sys
sys.path[:0] = [{str(HERE.parents[1])!r}, {str(HERE)!r}]
from pathlib import Path
from log_house import House, draft, exchange
from gateway.messagelog.entry import Kind
from gateway.messagelog.sealing import Body
house = House(Path(sys.argv[1]))
log = house.open_log()
print("ready", flush=True)
"""

APPEND_A_THOUSAND = (
    START
    + """
sys.stdin.readline()
mark = sys.argv[2]
drafts = [draft(Kind.DENIED, f"{mark}-{number}", case=f"C-{number % 7}") for number in range(1000)]
futures = [log.append(one, Body(b"b")) for one in drafts]
for future in futures:
    future.result(60)
log.close()
"""
)

ASK_AND_WAIT = (
    START
    + """
exchange(log, "whole")
log.append(draft(Kind.REQUEST, "torn"), Body(b"ask")).result(20)
print("sent", flush=True)
sys.stdin.readline()
"""
)

HOLD = (
    START
    + """
with house.store.transaction() as tx:
    print("held", flush=True)
    sys.stdin.readline()
"""
)

APPEND_FOREVER = (
    START
    + """
number = 0
while True:
    futures = [log.append(draft(Kind.DENIED, f"d-{number + extra}"), Body(b"b" * 500)) for extra in range(40)]
    number += 40
    for future in futures:
        future.result(20)
    print(number, flush=True)
"""
)


def start(script: str, folder: Path, *more: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder), *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)


def test_two_processes_append_a_thousand_entries_each_to_one_tree(tmp_path: Path) -> None:
    processes = [start(APPEND_A_THOUSAND, tmp_path, mark) for mark in ("a", "b")]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    house = House(tmp_path)
    report = house.verify()
    with house.store.snapshot() as snapshot:
        names = [row.columns["exchange"] for row in snapshot.entries(0, 2000)]
    house.store.close()
    assert report.counts == {}
    assert report.size == 2000
    assert parse_checkpoint(house.checkpoint.read_text()).size == 2000
    for mark in ("a", "b"):
        # Each writer's entries stand in the order in which it handed them in.
        assert [name for name in names if name and name.startswith(mark)] == [
            f"{mark}-{number}" for number in range(1000)
        ]


def test_processes_that_start_together_in_an_empty_folder_all_open_the_log(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", START + "log.close()", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, b"ready\n"), err
    house = House(tmp_path)
    assert house.verify().counts == {}
    house.store.close()


def test_a_kill_between_request_and_reply_leaves_one_open_exchange_and_nothing_else(tmp_path: Path) -> None:
    process = start(ASK_AND_WAIT, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "sent\n"
    kill(process)
    house = House(tmp_path)
    report = house.verify()
    assert report.sound
    assert report.counts == {"open_exchange": 1}
    assert "torn" in report.findings[0].en
    house.open_log().close()
    assert house.verify().counts == {"open_exchange": 1}
    house.store.close()


@pytest.mark.parametrize("batches", [1, 7, 20])
def test_a_kill_in_the_middle_of_heavy_appending_leaves_a_log_that_verifies(tmp_path: Path, batches: int) -> None:
    process = start(APPEND_FOREVER, tmp_path)
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(batches)][-1]
    kill(process)
    house = House(tmp_path)
    report = house.verify()
    assert report.counts == {}
    assert report.size >= acknowledged
    assert parse_checkpoint(house.checkpoint.read_text()).size <= report.size
    log = house.open_log()
    log.close()
    assert parse_checkpoint(house.checkpoint.read_text()).size == report.size
    house.store.close()


def test_a_writer_that_is_killed_inside_its_turn_lets_the_next_one_in(tmp_path: Path) -> None:
    house = House(tmp_path)
    log = house.open_log()
    log.append(draft(Kind.DENIED, "before")).result(20)
    process = start(HOLD, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    waiting = [log.append(draft(Kind.DENIED, f"waits-{number}")) for number in range(3)]
    assert not any(future.done() for future in waiting)
    kill(process)
    assert [future.result(20).index for future in waiting] == [1, 2, 3]
    log.close()
    assert house.verify().counts == {}
    house.store.close()


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    house = House(tmp_path)
    log = house.open_log()
    log.append(draft(Kind.DENIED, "before")).result(20)
    process = start(HOLD, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    assert house.verify().size == 1
    kill(process)
    log.close()
    house.store.close()
