"""The place of a command: which configuration, which state folder; and opening a gateway there with its sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.errors import Diagnostics, GatewayError

if TYPE_CHECKING:
    from gateway.assembly import Release, World
    from gateway.commands.terminal import Terminal
    from gateway.config import Configuration
    from gateway.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Place:
    """What `--config` and `--home` named, the working folder, and the environment."""

    config: Path | None = None
    home: Path | None = None
    working: Path = Path()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The configuration folder in force; raises `GatewayError` `configuration.file_missing`."""
        from gateway.config.loading import find_folder

        folder = find_folder(self.config, self.working)
        if not folder.is_dir():
            raise GatewayError("configuration.file_missing", path=str(folder))
        return folder

    def world(self) -> World:
        """The machine's clocks and randomness with this environment."""
        from gateway.assembly import World

        return World(environment=self.environment)

    def configuration(self) -> Configuration:
        """The configuration files alone, for commands that need neither catalog nor mappings; raises `Diagnostics`."""
        from gateway.config import load_configuration

        return load_configuration(self.folder, self.home, self.environment)

    def release(self, terminal: Terminal) -> Release:
        """Everything that a gateway stands on; warnings are told.

        Raises:
            Diagnostics: with what stops a start.
        """
        from gateway.assembly import read_release

        release, findings = read_release(self.folder, self.home, self.environment)
        if release is None:
            raise Diagnostics([finding for finding in findings if finding.severity == "error"])
        for finding in findings:
            terminal.tell(finding.text("zh"), finding.text("en"), "yellow")
        return release


def prepare(release: Release, world: World, terminal: Terminal) -> dict[str, str]:
    """First start: make the state folder, keys and the sandbox's secrets, and say so; gives the sandbox's credentials.

    Raises:
        GatewayError: `key.*`, `secret.*`, `suite.unknown`.
    """
    from gateway.assembly.opening import KEYS, keys_of, prepare_home
    from gateway.config import make_generated
    from gateway.config.loading import GENERATED
    from gateway.sandbox import CREDENTIAL_NAMES

    configuration = release.policy.configuration
    made = list(prepare_home(release, world))
    keys = configuration.home / KEYS
    created = keys_of(configuration, world).created
    if created:
        names = ", ".join(created)
        terminal.tell(f"首次启动：已在 {keys} 生成密钥 {names}（权限 0600，请备份）",
                      f"first start: made the keys {names} in {keys} (mode 0600; back them up)")  # fmt: skip
    credentials: dict[str, str] = {}
    if configuration.gateway.sandbox != "off":
        folder = configuration.home / GENERATED
        made += make_generated(folder, CREDENTIAL_NAMES, world.random_bytes)
        secrets = configuration.secrets(world.environment)
        credentials = {name: secrets.value(name).reveal() for name in CREDENTIAL_NAMES}
        if made:
            terminal.tell(
                f"首次启动：已在 {folder} 生成沙箱与示例调用方的 {len(made)} 个密钥（权限 0600）",
                f"first start: made {len(made)} secrets of the sandbox and of the example's callers in {folder} "
                "(mode 0600)",
            )
    return credentials


@contextmanager
def sandboxed(release: Release, world: World, terminal: Terminal) -> Iterator[Sandbox | None]:
    """What stands ready before a gateway opens: keys, secrets, and with `sandbox: auto` the sandbox itself.

    Raises:
        GatewayError: as `prepare` and `gateway.sandbox.start_sandbox`.
    """
    credentials = prepare(release, world, terminal)
    if release.policy.configuration.gateway.sandbox != "auto":
        yield None
        return
    from gateway.sandbox import HOST, start_sandbox

    with start_sandbox("auto", secrets=credentials, now=world.now, random_bytes=world.random_bytes) as sandbox:
        ports = sorted(url.split(":")[2].split("/")[0] for url in sandbox.urls.values())
        terminal.tell(f"沙箱登记库已在 {HOST} 启动（端口 {', '.join(ports)}），随本命令结束而停止；数据均为虚构",
                      f"sandbox registries are up on {HOST} (ports {', '.join(ports)}) until this command ends; "
                      "all their data is synthetic", "dim")  # fmt: skip
        yield sandbox
