"""Several processes on one port and one log: they share the work, survive a death, and end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from faces_house import ROOT, until
from house import House, clean_case

from gateway.faces.rest.listening import close_all, listen

SCRIPT = Path(__file__).with_name("serve_here.py")


def command(house: House, workers: int, factory: str = "real", port: str = "0") -> list[str]:
    return [sys.executable, str(SCRIPT), factory, str(house.config), str(house.home), str(workers), port]


@contextmanager
def running(house: House, workers: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command(house, workers), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), process.communicate(timeout=20)[1]
        yield process, url
    finally:
        process.terminate()
        process.communicate(timeout=60)


def workers_of(process: subprocess.Popen[str]) -> set[int]:
    """The live worker processes of a parent (those that were spawned to run a target)."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            stat = (place / "stat").read_text().rpartition(")")[2].split()
            line = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if int(stat[1]) == process.pid and stat[0] != "Z" and b"spawn_main" in line:
            found.add(int(place.name))
    return found


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def post(house: House, url: str, number: int) -> int:
    key = house.release.policy.configuration.secrets({}).value("caller.hall").reveal()
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"workers-{number}"}
    return requests.post(url + "/v1/verifications", data=clean_case(), headers=headers, timeout=60).status_code


@linux
def test_two_workers_one_port_one_log(tmp_path: Path) -> None:
    house = House(tmp_path)
    with running(house, 2) as (process, url):
        before = workers_of(process)
        assert len(before) == 2
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda number: post(house, url, number), range(16))) == {200}
        port = url.rpartition(":")[2]
        second = subprocess.run(
            command(house, 2, port=port), capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False, timeout=60,
        )  # fmt: skip
        assert second.returncode == 2
        assert "gateway.port_in_use" in second.stderr

        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        assert until(lambda: len(workers_of(process) - {victim}) == 2, 60), "a dead worker is replaced"
        assert {post(house, url, number) for number in range(16, 24)} == {200}

        last = workers_of(process)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")
        assert not any(Path(f"/proc/{each}").exists() for each in last)
    with house.sandbox() as sandbox:
        report = house.check_log(sandbox)
    assert report.sound


@linux
def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    with running(House(tmp_path), 2) as (process, _):
        left = workers_of(process)
        process.kill()
        assert len(left) == 2
        assert until(lambda: not any(Path(f"/proc/{each}").exists() for each in left), 60)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_gateway_that_can_not_be_opened_ends_the_program(tmp_path: Path, workers: int) -> None:
    done = subprocess.run(
        command(House(tmp_path), workers, "broken"), capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "the disk is gone" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_process_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with running(House(tmp_path), 1) as (process, url):
        assert requests.get(url + "/readyz", timeout=10).status_code == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")


def test_each_worker_has_a_socket_of_its_own_on_one_port() -> None:
    sockets = listen("127.0.0.1", 0, 3)
    try:
        assert len({each.getsockname()[1] for each in sockets}) == 1
        assert len({each.fileno() for each in sockets}) == 3
    finally:
        close_all(sockets)
