"""A gateway of its own process, to be killed: verifies the clean case against a sandbox that runs elsewhere."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from gateway.assembly import World, open_gateway


async def main(config: Path, home: Path, urls: dict[str, str], document: bytes, times: int) -> None:
    """Verify the case again and again."""
    gateway = open_gateway(config, home, sandbox=urls, world=World(environment={}))
    print("open", flush=True)
    for _ in range(times):
        await gateway.verify(document, "cli")
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(
        main(
            Path(sys.argv[1]),
            Path(sys.argv[2]),
            json.loads(sys.argv[3]),
            Path(sys.argv[4]).read_bytes(),
            int(sys.argv[5]),
        )
    )
