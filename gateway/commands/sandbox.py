"""`shuqiao sandbox`: the sandbox registries in the foreground, on their fixed ports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from gateway.commands.place import Place, prepare
from gateway.commands.terminal import Terminal, cell
from gateway.config.loading import GENERATED
from gateway.errors import GatewayError, Words
from gateway.model.outcomes import ExitStatus

if TYPE_CHECKING:
    from gateway.sandbox import Sandbox


def run(terminal: Terminal, place: Place, ports: Literal["fixed", "auto"] = "fixed") -> int:
    """Run the sandbox until it is told to stop.

    Args:
        terminal: where its table goes.
        place: configuration and state folder, whose generated secrets the sandbox asks for.
        ports: `fixed` (8461 to 8466) or `auto` (free ones).

    Raises:
        Diagnostics: the configuration does not stand.
        GatewayError: `gateway.port_in_use`, `secret.*`.
    """
    from gateway.sandbox import run as serve_registries

    world = place.world()
    release = place.release(terminal)
    if release.policy.configuration.gateway.sandbox == "off":
        reason = Words("this configuration has `sandbox: off`", "该配置为 `sandbox: off`")
        raise GatewayError("usage.wrong", reason=reason)
    credentials = prepare(release, world, terminal)
    home = release.policy.configuration.home

    def started(sandbox: Sandbox) -> None:
        show_registries(terminal, sandbox.urls)
        terminal.tell(
            f"凭据在 {home / GENERATED}；按 Ctrl-C 停止",
            f"credentials are in {home / GENERATED}; stop with Ctrl-C",
            "dim",
        )

    serve_registries(started, ports=ports, secrets=credentials, now=world.now, random_bytes=world.random_bytes)
    return ExitStatus.FINE


def show_registries(terminal: Terminal, urls: Mapping[str, str]) -> None:
    """The registries of a running sandbox and their addresses."""
    title = terminal.pick("沙箱登记库（数据均为虚构）", "sandbox registries (all data is synthetic)")
    table = terminal.table(terminal.pick("登记库", "registry"), terminal.pick("地址", "address"), title=title)
    for name, url in urls.items():
        table.add_row(cell(name, "bold"), cell(url))
    terminal.show(table)
