"""`shuqiao bench`: the benchmarks of a checkout; an installed wheel carries none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gateway.commands.place import Place
from gateway.commands.terminal import Terminal
from gateway.errors import GatewayError, Words

_CHECKOUT = Path(__file__).resolve().parents[2]


def run(terminal: Terminal, place: Place, json: bool = False, seconds: float = 4.0, rounds: int = 3) -> int:
    """Measure the gateway beside a bare client and print the ratios with their conditions.

    Args:
        terminal: where nothing but the benchmark itself writes.
        place: not looked at: a benchmark has a configuration and a state folder of its own.
        json: one JSON document on standard output.
        seconds: how long each side works in a round.
        rounds: how often both sides work in turn.

    Raises:
        GatewayError: `usage.wrong` where this is no checkout.
    """
    if not (_CHECKOUT / "bench" / "__main__.py").is_file():
        reason = Words("benchmarks are part of a checkout only", "基准测试只随源码提供")
        raise GatewayError("usage.wrong", reason=reason)
    command = [sys.executable, "-m", "bench", "--seconds", str(seconds), "--rounds", str(rounds)]
    arguments = [*command, "--json"] if json else command
    return subprocess.run(arguments, cwd=_CHECKOUT, check=False).returncode  # noqa: S603 - our own interpreter
