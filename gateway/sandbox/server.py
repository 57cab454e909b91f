"""Bringing the sandbox up and down: ports, credentials, registers, and the two ways to run it."""

from __future__ import annotations

import secrets as system_randomness
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Literal, Self

from gateway.errors import GatewayError
from gateway.sandbox import geography, keyed_registers, population_hub
from gateway.sandbox.credentials import complete_credentials
from gateway.sandbox.line import Line
from gateway.sandbox.rest_family import RestFamily
from gateway.sandbox.store import Store, packaged_data
from gateway.sandbox.switches import Script
from gateway.sandbox.wire import Family, RestOperation, Told

HOST = "127.0.0.1"
PORTS: Mapping[str, int] = {
    "population": 8461,
    "population-hub": 8462,
    "realty": 8463,
    "legal-person": 8464,
    "credit": 8465,
    "geo": 8466,
}
"""Each register and the port it has unless told otherwise."""

Ports = Literal["fixed", "auto"] | Mapping[str, int]


def _system_clock() -> datetime:
    return datetime.now(UTC).astimezone()


class Sandbox:
    """Running registers; a context manager.

    Attributes:
        urls: the address of each register by its name, as a mapping's `endpoint.url` would have it.
        secrets: the credentials its callers need, by name.
    """

    def __init__(self, urls: Mapping[str, str], secrets: Mapping[str, str], script: Script, stop: Callable[[], None]):
        self.urls = dict(urls)
        self.secrets = dict(secrets)
        self._script = script
        self._stop = stop

    def behave(self, operation: str, *switches: str) -> None:
        """Give one operation (`<register>.<operation>`) a new list of switches; none at all: all is well again.

        Raises:
            GatewayError: `configuration.unknown_reference` or `configuration.bad_value`.
        """
        self._script.behave(operation, *switches)

    def asked(self, operation: str) -> int:
        """How often an operation was asked so far."""
        return self._script.asked(operation)

    def stop(self) -> None:
        """Stop answering, within a second; a second call does nothing."""
        self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_sandbox(
    ports: Ports = "auto",
    data: Path | None = None,
    *,
    secrets: Mapping[str, str] | None = None,
    behaviours: Mapping[str, Iterable[str]] | None = None,
    now: Callable[[], datetime] = _system_clock,
    random_bytes: Callable[[int], bytes] = system_randomness.token_bytes,
) -> Sandbox:
    """Bring the registers up in a thread of their own, on loopback only; they answer when this returns.

    Args:
        ports: `fixed` for those of `PORTS`, `auto` for free ones, or some ports by register (the rest is free).
        data: the folder of data files; those of the package where absent. A changed file is seen at once.
        secrets: the credentials by name; made new where absent.
        behaviours: switches by operation, see `switches`.
        now: the registers' clock, with a zone.
        random_bytes: for credentials and session tokens.

    Raises:
        GatewayError: `gateway.port_in_use`, a wrong register, operation or switch, or an incomplete set of secrets.
        Diagnostics: the data can't be read.
    """
    from gateway.sandbox.listener import Listener  # the web server is loaded only where a sandbox runs

    credentials = complete_credentials(secrets, random_bytes)
    store = Store(data or packaged_data())
    rest = _rest_registers(store, credentials, now, random_bytes)
    names = [each.name for operations, _ in rest.values() for each in operations]
    sockets = _bind(ports)
    try:
        urls = {name: f"http://{HOST}:{bound.getsockname()[1]}" for name, bound in sockets.items()}
        script, population = _soap_register(urls["population"], store, names, credentials, now, behaviours or {})
        urls["population"] += "/wsproxy/gk"
        families: dict[str, Family] = {"population": population}
        for name, (operations, malformed) in rest.items():
            families[name] = RestFamily(operations, malformed, script)
        line = Line({bound.getsockname()[1]: families[name] for name, bound in sockets.items()})
        listener = Listener(line, list(sockets.values()))
        listener.start()
    except BaseException:
        _close(sockets.values())
        raise
    return Sandbox(urls, credentials, script, listener.stop)


def run(started: Callable[[Sandbox], None], **options: Any) -> None:
    """Run the registers until the process is told to stop (SIGINT or SIGTERM); prints nothing.

    Args:
        started: called once with the running sandbox.
        options: as for `start_sandbox`; the ports are the fixed ones unless told otherwise.

    Raises:
        GatewayError: as `start_sandbox`.
    """
    told = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        told.set()

    kept = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        with start_sandbox(**({"ports": "fixed"} | options)) as sandbox:
            started(sandbox)
            told.wait()
    finally:
        for each, before in kept.items():
            signal.signal(each, before)


def _rest_registers(
    store: Store,
    credentials: Mapping[str, str],
    now: Callable[[], datetime],
    random_bytes: Callable[[int], bytes],
) -> dict[str, tuple[list[RestOperation], Callable[[str], Told]]]:
    hub = population_hub.PopulationHub(store, credentials, now, random_bytes)
    keyed = keyed_registers
    return {
        "population-hub": (hub.operations(), population_hub.malformed),
        "realty": (keyed.realty(store, credentials["realty.key"]), keyed.realty_malformed),
        "legal-person": (keyed.legal_person(store, credentials["legal.key"]), keyed.legal_malformed),
        "credit": (keyed.credit(store, credentials["credit.key"]), keyed.credit_malformed),
        "geo": (geography.geography(store, credentials["tianditu.key"]), geography.malformed),
    }


def _soap_register(
    url: str,
    store: Store,
    rest_names: list[str],
    credentials: Mapping[str, str],
    now: Callable[[], datetime],
    behaviours: Mapping[str, Iterable[str]],
) -> tuple[Script, Family]:
    from gateway.sandbox.population_soap import SOAP_OPERATIONS, PopulationSoap  # spyne is loaded only here

    script = Script((*SOAP_OPERATIONS, *rest_names), store.trouble, behaviours)
    return script, PopulationSoap(url, store, script, credentials, now)


def _bind(ports: Ports) -> dict[str, socket.socket]:
    """One bound socket a register.

    Raises:
        GatewayError: `gateway.port_in_use`, or `configuration.unknown_reference` for a register nobody knows.
    """
    wanted: Mapping[str, int] = PORTS if ports == "fixed" else {} if isinstance(ports, str) else ports
    for name in wanted:
        if name not in PORTS:
            known = ", ".join(PORTS)
            raise GatewayError("configuration.unknown_reference", of="sandbox", kind="registry", name=name,
                               suggestion="", known=known)  # fmt: skip
    bound: dict[str, socket.socket] = {}
    for name in PORTS:
        each = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound[name] = each
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            each.bind((HOST, wanted.get(name, 0)))
            each.listen(256)
        except (OSError, OverflowError) as error:
            _close(bound.values())
            raise GatewayError("gateway.port_in_use", port=wanted.get(name, 0)) from error
    return bound


def _close(sockets: Iterable[socket.socket]) -> None:
    for each in sockets:
        with suppress(OSError):
            each.close()
