"""The load: a fixed number of connections, each sending the next case when the last one is answered."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What came out: cases, seconds, latencies in milliseconds (sorted), and answers that were not 200."""

    cases: int
    seconds: float
    latencies: list[float]
    errors: int

    @property
    def rate(self) -> float:
        """Cases per second."""
        return self.cases / self.seconds

    def percentile(self, share: float) -> float:
        """A latency in milliseconds."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))] if self.latencies else 0.0


def case(number: int) -> bytes:
    """A synthetic case."""
    return json.dumps({
        "number": f"BENCH-{number}", "item": {"code": "BENCH"}, "submitted_at": "2026-11-24T10:00:00+08:00",
        "organization": {"name": "示例市侨务办公室", "uscc": "11440000MB2FAKE143", "division_code": "350100"},
        "operator": {"name": "经办人甲", "id_number": "440106196503120016"},
        "applicant": {"name": "陈大文", "id_number": "350102198807041239", "sex_code": "1", "birth_date": "1988-07-04",
                      "last_division_code": "350102"},
        "materials": [],
    }, ensure_ascii=False).encode()  # fmt: skip


async def connection(port: int, key: str, until: float, first: int, step: int, latencies: list[float]) -> int:
    """One connection until the time is over; gives the number of answers that were not 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        "POST /v1/verifications HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\n"
    )
    number, errors = first, 0
    while time.monotonic() < until:
        body = case(number)
        number += step
        started = time.monotonic()
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        lower = answer.lower()
        at = lower.find(b"content-length:")
        await reader.readexactly(int(lower[at + 15 : lower.find(b"\r\n", at)]))
        latencies.append((time.monotonic() - started) * 1000)
        errors += answer[9:12] != b"200"
    writer.close()
    return errors


async def run(port: int, key: str, seconds: float, connections: int, first: int) -> Load:
    """Load the gateway for some seconds."""
    latencies: list[float] = []
    started = time.monotonic()
    errors = await asyncio.gather(*(
        connection(port, key, started + seconds, first + place, connections, latencies) for place in range(connections)
    ))  # fmt: skip
    return Load(len(latencies), time.monotonic() - started, sorted(latencies), sum(errors))
