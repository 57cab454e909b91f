"""`shuqiao registries`: who answers what, and who can be reached; nothing is asked."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gateway.commands.place import Place, sandboxed
from gateway.commands.terminal import Terminal, cell
from gateway.directory import Registry, build_directory
from gateway.model.outcomes import ExitStatus

_PORTS = {"http": 80, "https": 443}
_TIMEOUT = 3.0


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of opening a connection; `milliseconds` is None where none could be opened."""

    host: str
    port: int
    milliseconds: int | None
    reason: str = ""


def listing(terminal: Terminal, place: Place, json: bool = False) -> int:
    """List the registries in force with their operations, limits and hours.

    Raises:
        Diagnostics: the configuration does not stand.
    """
    release = place.release(terminal)
    directory = build_directory(release.policy.configuration, release.mappings, {})
    if json:
        terminal.document({"registries": [_document(registry) for registry in directory.registries.values()]})
        return ExitStatus.FINE
    pick = terminal.pick
    table = terminal.table(
        pick("登记库", "registry"), pick("协议", "protocol"), pick("地址", "address"), pick("操作", "operations"),
        pick("限制", "limits"), lines=True,
    )  # fmt: skip
    for registry in directory.registries.values():
        limits = registry.endpoint.limits
        rate = f"{limits.rate}/{limits.period:g}s" if limits.rate else "–"
        name = cell(registry.name, "bold").append(
            "\n" + str(cell(terminal.of(registry.mapping.title))), style="not bold"
        )
        table.add_row(
            name, cell(registry.adapter), cell(registry.endpoint.url), cell("\n".join(registry.mapping.public)),
            cell(f"{limits.timeout:g}s × {limits.attempts}\n{rate}"),
        )  # fmt: skip
    terminal.show(table)
    return ExitStatus.FINE


def ping(terminal: Terminal, place: Place, json: bool = False) -> int:
    """Open a connection to every registry and close it again. No question is asked, so nothing has to be logged.

    Returns:
        3 where one could not be reached, 0 else.

    Raises:
        Diagnostics: the configuration does not stand.
        GatewayError: the sandbox can't be brought up.
    """
    world, release = place.world(), place.release(terminal)
    with sandboxed(release, world, terminal) as sandbox:
        directory = build_directory(release.policy.configuration, release.mappings, sandbox.urls if sandbox else {})
        reached: dict[str, Reached | None] = {}
        with terminal.progress("连接", "connecting") as step:
            for position, (name, registry) in enumerate(directory.registries.items()):
                step(position, len(directory.registries), name)
                reached[name] = None if registry.adapter == "replay" else reach(registry.endpoint.url)
    failed = any(one is not None and one.milliseconds is None for one in reached.values())
    if json:
        terminal.document({"registries": [_reached_document(name, one) for name, one in reached.items()]})
    else:
        _show(terminal, reached)
    return ExitStatus.UNDETERMINED if failed else ExitStatus.FINE


def reach(url: str, timeout: float = _TIMEOUT) -> Reached:
    """Open a TCP connection to the host of an address and close it; `timeout` in seconds."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    started = time.monotonic()
    try:
        with socket.create_connection((host, port), timeout):
            return Reached(host, port, round((time.monotonic() - started) * 1000))
    except (OSError, UnicodeError) as error:
        return Reached(host, port, None, getattr(error, "strerror", None) or str(error))


def _show(terminal: Terminal, reached: Mapping[str, Reached | None]) -> None:
    pick = terminal.pick
    table = terminal.table(pick("登记库", "registry"), pick("主机", "host"), pick("结果", "result"))
    for name, one in reached.items():
        if one is None:
            table.add_row(
                cell(name, "bold"), "–", cell(pick("录制应答，不联网", "recorded replies, no network"), "dim")
            )
        elif one.milliseconds is None:
            table.add_row(cell(name, "bold"), cell(f"{one.host}:{one.port}"), cell(f"✗ {one.reason}", "red"))
        else:
            text = pick(f"✓ 可连接（{one.milliseconds} 毫秒）", f"✓ reachable ({one.milliseconds} ms)")
            table.add_row(cell(name, "bold"), cell(f"{one.host}:{one.port}"), cell(text, "green"))
    terminal.show(table)


def _reached_document(name: str, one: Reached | None) -> dict[str, Any]:
    if one is None:
        return {"registry": name, "reachable": None, "reason": "replay"}
    return {"registry": name, "host": one.host, "port": one.port, "reachable": one.milliseconds is not None,
            "milliseconds": one.milliseconds, "reason": one.reason}  # fmt: skip


def _document(registry: Registry) -> dict[str, Any]:
    endpoint, limits = registry.endpoint, registry.endpoint.limits
    return {
        "name": registry.name, "title": {"zh": registry.mapping.title.zh, "en": registry.mapping.title.en},
        "adapter": registry.adapter, "url": endpoint.url, "mapping": registry.mapping.digest,
        "operations": {
            name: {"sends": list(operation.reads), "keeps": list(operation.writes)}
            for name, operation in registry.mapping.public.items()
        },
        "limits": {"timeout": limits.timeout, "attempts": limits.attempts, "concurrency": limits.concurrency,
                   "max_reply": limits.max_reply, "rate": limits.rate, "period": limits.period},
        "hours": dict(endpoint.hours),
    }  # fmt: skip
