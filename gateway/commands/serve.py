"""`shuqiao serve`: the gateway over HTTP, with its sandbox where the configuration wants one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from gateway.assembly import Gateway, Release, open_gateway
from gateway.assembly.opening import KEYS
from gateway.commands.place import Place, sandboxed
from gateway.commands.sandbox import show_registries
from gateway.commands.terminal import Terminal
from gateway.config import Configuration
from gateway.config.loading import GENERATED
from gateway.errors import GatewayError, Words
from gateway.faces.rest import serve
from gateway.model.outcomes import ExitStatus

MOST_WORKERS = 64


def run(terminal: Terminal, place: Place, host: str = "", port: int | None = None, workers: int | None = None) -> int:
    """Serve until SIGINT or SIGTERM.

    Args:
        terminal: what people should know goes to standard error.
        place: configuration and state folder.
        host, port, workers: instead of what the configuration says.

    Raises:
        Diagnostics: the configuration does not stand.
        GatewayError: `gateway.*`, `key.*`, `secret.*`, `storage.*`, `log.*`.
    """
    world, release = place.world(), place.release(terminal)
    server = release.policy.configuration.gateway.server
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        reason = Words(f"1 to {MOST_WORKERS}", f"应为 1 至 {MOST_WORKERS}")
        raise GatewayError("request.bad_parameter", name="--workers", reason=reason)
    count = workers or server.workers
    with sandboxed(release, world, terminal) as sandbox:
        urls = sandbox.urls if sandbox else {}

        def started(url: str) -> None:
            if sandbox is not None:
                show_registries(Terminal(terminal.language, out=terminal.err.file), sandbox.urls)
            announce(terminal, release, url, count)

        factory = partial(opened, place.folder, place.home, urls, None if count > 1 else release)
        serve(factory, host or server.host, server.port if port is None else port, workers=count, started=started)
    terminal.tell("已停止", "stopped", "dim")
    return ExitStatus.FINE


def opened(folder: Path, home: Path | None, sandbox: dict[str, str], release: Release | None) -> Gateway:
    """Open a gateway in the process that serves; raises as `open_gateway`."""
    return open_gateway(folder, home, sandbox=sandbox, release=release)


def announce(terminal: Terminal, release: Release, url: str, workers: int) -> None:
    """Where the gateway is, which release it runs, and where keys are (never what they are)."""
    configuration = release.policy.configuration
    terminal.tell(
        f"网关已启动：{url}（进程数 {workers}），接口说明 {url}/docs",
        f"the gateway is up: {url} (workers: {workers}), its API: {url}/docs",
        "bold green",
    )
    terminal.tell(
        f"版本 {release.digest[:16]}…，日志 {configuration.gateway.log.origin}，密钥在 {configuration.home / KEYS}",
        f"release {release.digest[:16]}…, log {configuration.gateway.log.origin}, keys in {configuration.home / KEYS}",
    )
    for name, path in key_files_of_callers(configuration).items():
        terminal.tell(f"调用方 {name} 的接口密钥文件：{path}", f"API key of caller {name}: {path}")


def key_files_of_callers(configuration: Configuration) -> dict[str, Path]:
    """The files with the API keys that this gateway made for callers of the example."""
    found: dict[str, Path] = {}
    for name, caller in configuration.callers.callers.items():
        for folder in (configuration.secrets_folder, configuration.home / GENERATED):
            if caller.key_secret and (folder / caller.key_secret).is_file():
                found.setdefault(name, folder / caller.key_secret)
    return found
