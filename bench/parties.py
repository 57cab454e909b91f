"""Who takes part in a benchmark: canned registries, the gateway, the bare client, each in processes of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

HERE = Path(__file__).parent
ROOT = HERE.parent


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def canned() -> Iterator[str]:
    """The canned registries' address."""
    command = [sys.executable, "-m", "bench.canned"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.communicate()


@contextlib.contextmanager
def gateway(registries: str, home: Path, workers: int) -> Iterator[tuple[int, str]]:
    """A running gateway with everything on: its port and a caller's key."""
    port, key, config = free_port(), secrets.token_hex(24), home / "config"
    shutil.copytree(HERE / "config", config)
    shutil.copytree(HERE / "mappings", home / "mappings")
    shutil.copytree(ROOT / "config" / "codes", config / "codes", dirs_exist_ok=True)
    shutil.copy(ROOT / "config" / "calendar.yaml", config / "calendar.yaml")
    settings = (config / "gateway.yaml").read_text("utf-8")
    (config / "gateway.yaml").write_text(settings.replace("workers: 2", f"workers: {workers}"), "utf-8")
    environment = os.environ | {
        "BENCH_PORT": str(port),
        "BENCH_REGISTRIES": registries,
        "SHUQIAO_SECRET_CALLER_BENCH": key,
        "SHUQIAO_SECRET_BENCH_USER": "user",
        "SHUQIAO_SECRET_BENCH_PASSWORD": "password",
        "SHUQIAO_SECRET_BENCH_KEY": "key",
    }
    command = [sys.executable, str(ROOT / "cli.py"), "--config", str(config), "--home", str(home / "var"), "serve"]
    said = home / "serve.log"
    with said.open("w") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", process, said)
            yield port, key
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(url: str, process: subprocess.Popen[bytes], said: Path) -> None:
    """Wait until the gateway answers; end with what it said where it does not."""
    for _ in range(200):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urlopen(url, timeout=1):
            return
        time.sleep(0.1)
    sys.exit(f"the gateway did not start:\n{said.read_text('utf-8')}")


def bare(registries: str, seconds: float, threads: int) -> float:
    """Cases per second of the bare client in two processes."""
    command = [sys.executable, "-m", "bench.bare", registries, str(seconds), str(threads)]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    lines = [process.communicate()[0].split() for process in processes]
    return sum(int(line[0]) / float(line[1]) for line in lines)
