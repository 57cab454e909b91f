"""A gateway in the foreground, as a program of its own: `serve_here.py FACTORY CONFIG HOME WORKERS PORT`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from gateway.assembly import Gateway, open_gateway
from gateway.errors import GatewayError
from gateway.faces.rest import serve


def broken() -> Gateway:
    """A gateway that can't be opened."""
    raise GatewayError("storage.unavailable", reason="the disk is gone")


def main(factory: str, config: str, home: str, workers: str, port: str) -> int:
    """Serve until told to stop; the address goes to standard output."""
    chosen = broken if factory == "broken" else partial(open_gateway, Path(config), Path(home))
    try:
        serve(chosen, "127.0.0.1", int(port), workers=int(workers), grace=5, started=lambda url: print(url, flush=True))
    except GatewayError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
