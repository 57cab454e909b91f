"""Runs the benchmarks, prints ratios with their conditions: `python -m bench [--json] [--seconds S] [--rounds N]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from bench import load
from bench.parties import bare, canned, gateway
from gateway.storage.sqlite import open_sqlite
from gateway.storage.store import Store

CONNECTIONS = 64
THREADS = 4


def measure(seconds: float, rounds: int, workers: int) -> dict[str, Any]:
    """Both in turn, round by round, against the same canned registries."""
    bare_rates: list[float] = []
    loads: list[load.Load] = []
    with tempfile.TemporaryDirectory() as folder, canned() as registries:
        home = Path(folder)
        with gateway(registries, home, workers) as (port, key):
            uvloop.run(load.run(port, key, 1.0, CONNECTIONS, 1))
            for number in range(rounds):
                sys.stderr.write(f"round {number + 1} of {rounds}\n")
                bare_rates.append(bare(registries, seconds, THREADS))
                loads.append(uvloop.run(load.run(port, key, seconds, CONNECTIONS, (number + 1) * 10_000_000)))
        entries = count_entries(home / "var")
    return report(bare_rates, loads, entries, seconds, workers)


def report(
    bare_rates: list[float], loads: list[load.Load], entries: int, seconds: float, workers: int
) -> dict[str, Any]:
    """Ratios first, then what they were made of."""
    rates = [one.rate for one in loads]
    pairs = list(zip(rates, bare_rates, strict=True))
    middle = sorted(loads, key=lambda one: one.rate)[len(loads) // 2]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    return {
        "ratios": {"cases_per_second_vs_bare_client": round(ratio, 3)},
        "gateway": {
            "cases_per_second": round(statistics.median(rates), 1),
            "p50_ms": round(middle.percentile(0.5), 2),
            "p95_ms": round(middle.percentile(0.95), 2),
            "p99_ms": round(middle.percentile(0.99), 2),
            "errors": sum(one.errors for one in loads),
            "log_entries": entries,
        },
        "bare_client": {"cases_per_second": round(statistics.median(bare_rates), 1)},
        "rounds": [{"gateway": round(ours, 1), "bare_client": round(theirs, 1)} for ours, theirs in pairs],
        "conditions": {
            "case": "two materials: one question over SOAP (typed reply, 2.6 KB, 70 elements), one over REST "
            "(0.9 KB of JSON); "
            "sizes as the recorded registries of the tests have them",
            "gateway": f"{workers} processes; access, mapping, signatures, durable log (SQLite WAL FULL), encrypted "
            "bodies, receipts",
            "bare_client": f"zeep and requests, 2 processes of {THREADS} threads; no checks, no signing, no log",
            "connections": CONNECTIONS,
            "seconds_per_round": seconds,
            "rounds": len(pairs),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
    }


def count_entries(home: Path) -> int:
    """How many entries the run has left in the log."""
    store = Store(open_sqlite(home / "shuqiao.sqlite"))
    try:
        with store.snapshot() as snapshot:
            head = snapshot.head()
            return head.size if head else 0
    finally:
        store.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds a round and side (default 4)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--workers", type=int, default=2, help="gateway processes (default 2)")
    options = parser.parse_args()
    result = measure(options.seconds, options.rounds, options.workers)
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for name, ratio in result["ratios"].items():
        print(f"{name:40} {ratio:8.2f} x")
    for side in ("gateway", "bare_client"):
        for name, value in result[side].items():
            print(f"{side + '.' + name:40} {value:>8}")
    for name, value in result["conditions"].items():
        print(f"  {name}: {value}")


if __name__ == "__main__":
    main()
