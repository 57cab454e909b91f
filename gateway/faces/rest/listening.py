"""Listening sockets: bound before anything else is opened, so that a taken port is told first."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from gateway.errors import GatewayError

_BACKLOG: Final = 2048
_LAST_PORT: Final = 65535


def listen(host: str, port: int, count: int = 1) -> list[socket.socket]:
    """Sockets that listen on one address, one for each worker process; port 0 takes a free one.

    With several, the system spreads new connections over them (SO_REUSEPORT). Where it can't, all are one socket.

    Raises:
        GatewayError: `gateway.port_in_use`, `gateway.address`.
    """
    if not 0 <= port <= _LAST_PORT:  # the resolver would wrap it round without a word
        raise GatewayError("gateway.address", host=host, port=port, reason=f"ports go from 0 to {_LAST_PORT}")
    spread = count > 1 and hasattr(socket, "SO_REUSEPORT")
    bound: list[socket.socket] = []
    try:
        if spread and port:
            _bind(host, port, share=False).close()  # a shared socket would join another program's port unnoticed
        for _ in range(count if spread else 1):
            place = bound[0].getsockname()[1] if bound else port
            bound.append(_bind(host, place, share=spread))
        for each in bound:
            each.listen(_BACKLOG)
    except OSError as error:
        close_all(bound)
        if error.errno == errno.EADDRINUSE:
            raise GatewayError("gateway.port_in_use", port=port) from error
        raise GatewayError("gateway.address", host=host, port=port, reason=error.strerror or str(error)) from error
    return bound if spread else bound * count


def _bind(host: str, port: int, *, share: bool) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(address)
    except BaseException:
        made.close()
        raise
    return made


def url_of(bound: socket.socket, host: str) -> str:
    """The address as a caller on this machine or network writes it."""
    port = bound.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def close_all(sockets: Iterable[socket.socket]) -> None:
    """Close sockets, whatever state they are in."""
    for each in sockets:
        with suppress(OSError):
            each.close()
