"""What a protocol must be able to do, and what it is told about one registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gateway.model.wire import Decoded, MessageTree, WireMessage, WireReply


@dataclass(frozen=True, slots=True)
class WsdlCorrection:
    """One repair of a broken WSDL: XPath to attributes or texts, old and new value, number of places."""

    path: str
    was: str
    now: str
    times: int


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """One registry as its protocol sees it.

    `timeout` is in seconds for one attempt as a whole, `max_reply` in bytes. `client_certificate` holds certificate and
    key as PEM, `trust` names a file of authorities; without it the system's are trusted.
    """

    registry: str
    url: str
    timeout: float = 8.0
    max_reply: int = 2 * 1024 * 1024
    concurrency: int = 8
    encoding: str = "utf-8"
    soap_version: str = "1.1"
    wsdl: Path | None = None
    port: str = ""
    schema_catalog: Mapping[str, Path] = field(default_factory=dict)
    corrections: tuple[WsdlCorrection, ...] = ()
    client_certificate: bytes = b""
    trust: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interface:
    """What an interface file says, as far as checks of names go; empty where there is no file."""

    calls: tuple[str, ...] = ()
    soap_version: str = ""


class Adapter(Protocol):
    """One protocol, opened for one registry. Only `send` touches the world; the rest is pure."""

    def encode(self, message: MessageTree) -> WireMessage:
        """The exact bytes of a message, with every header that will travel.

        Raises:
            GatewayError: the message can't be written in this protocol.
        """
        ...

    async def send(self, message: WireMessage) -> WireReply:
        """One attempt: these bytes, unchanged.

        Raises:
            GatewayError: `registry.connect`, `registry.tls`, `registry.timeout`, `registry.reply_too_large`,
                `registry.reply_broken`. Nothing else.
        """
        ...

    def decode(self, reply: WireReply, form: str, encoding: str) -> Decoded:
        """The reply as a document. Total: what can't be read has no root and says why."""
        ...

    def describe(self) -> Interface:
        """What the interface file says.

        Raises:
            Diagnostics, GatewayError: the file can't be used (`wsdl.*`, `adapter.interface_file`).
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
