"""The bare client: zeep and requests, the same calls, no checks, no signing, no log; one process with threads."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import requests
import zeep
from zeep.transports import Transport

WSDL = Path(__file__).parent / "mappings" / "registries" / "bench-population" / "population.wsdl"
HEAD = {
    "requestId": "6f1c2c0e9a4b4b0f8d3a5f0e7b1c2d3e", "operatorId": "440106196503120016", "operatorName": "经办人甲",
    "unitCode": "11440000MB2FAKE143", "business": "压测事项", "user": "user", "password": "password",
}  # fmt: skip


def work(address: str, until: float, done: list[float]) -> None:
    """One thread: case after case until the time is over."""
    session = requests.Session()
    session.trust_env = False
    client = zeep.Client(str(WSDL), transport=Transport(session=session))
    service = client.create_service("{http://population.example/1}Population", f"{address}/population")
    question = {"requestId": "1", "purpose": "BENCH", "data": {"xm": "陈大文", "zjhm": "350102198807041239"}}
    while time.monotonic() < until:
        started = time.monotonic()
        service.GetPerson(head=HEAD, idNumber="350102198807041239", name="陈大文")
        session.post(f"{address}/hub/hukou", json=question, headers={"X-Key": "key"}, timeout=8).json()
        done.append(time.monotonic() - started)


def main(address: str, seconds: float, threads: int) -> None:
    """Work for some seconds and print cases and seconds."""
    done: list[float] = []
    warm: list[float] = []
    work(address, time.monotonic() + 0.3, warm)
    started = time.monotonic()
    workers = [threading.Thread(target=work, args=(address, started + seconds, done)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(len(done), time.monotonic() - started, *sorted(f"{value * 1000:.2f}" for value in done[:1]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
