"""Opening a gateway: keys, database, log, protocols, and the lines to registries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gateway.access import Callers
from gateway.adapter import Adapter, load_adapters
from gateway.assembly.gateway import Gateway
from gateway.assembly.release import Release, read_release
from gateway.assembly.world import World
from gateway.assessment import NameTables
from gateway.config import Configuration, make_generated
from gateway.config.loading import GENERATED
from gateway.config.secrets import variable
from gateway.crypto.keys import PEPPER_FILE, SIGNING_FILE, WRAPPING_FILE, GatewayKeys, open_keys
from gateway.directory import Directory, adapter_settings, build_directory
from gateway.errors import Diagnostics, GatewayError
from gateway.exchange import Exchanger, Line
from gateway.messagelog.log import MessageLog
from gateway.normalize import Normalizer
from gateway.storage.results import Archive
from gateway.storage.sqlite import open_sqlite
from gateway.storage.store import Store
from gateway.verification import Services

DATABASE = "shuqiao.sqlite"
CHECKPOINT = "log.checkpoint"
KEYS = "keys"
PUBLIC_KEY = "log-key.pub"


def open_gateway(
    folder: Path,
    home: Path | None = None,
    *,
    sandbox: Mapping[str, str] | None = None,
    world: World | None = None,
    release: Release | None = None,
) -> Gateway:
    """Open a gateway on one configuration folder.

    Args:
        folder: the configuration folder.
        home: the state folder where the command line named one.
        sandbox: addresses of a running sandbox by its registries' names.
        world: clocks, randomness and environment; the machine's own where absent.
        release: where the folder was read already.

    Raises:
        Diagnostics: the configuration has findings that stop a start.
        GatewayError: `key.*`, `suite.unknown`, `storage.*`, `log.*`, `adapter.*`, `wsdl.*`, `secret.*`.
    """
    world = world or World()
    release = release or load_release(folder, home, world)
    missing = release.missing_secrets(world.environment)
    if missing:
        raise GatewayError("secret.missing", name=missing[0], variable=variable(missing[0]))
    made = prepare_home(release, world)
    keys, store, log = _open_log(release.policy.configuration, world)
    try:
        return _build(release, world, keys, store, log, sandbox or {}, made)
    except BaseException:
        log.close()
        store.close()
        raise


def _build(
    release: Release, world: World, keys: GatewayKeys, store: Store, log: MessageLog, sandbox: Mapping[str, str],
    made: tuple[str, ...],
) -> Gateway:  # fmt: skip
    """Put everything together on an open log."""
    configuration = release.policy.configuration
    secrets = configuration.secrets(world.environment)
    directory = build_directory(configuration, release.mappings, sandbox)
    lines = _lines(directory, configuration, world)
    verification = configuration.gateway.verification
    services = Services(
        catalog=release.policy.catalog, directory=directory, grants=release.policy.grants,
        exchanger=Exchanger(lines, release.policy.catalog, log, release.digest, world.now, world.new_id),
        log=log, tables=NameTables.load(configuration.folder / "codes"),
        parameters=lambda division: _parameters(configuration, division), rounds=verification.rounds,
        seconds=verification.deadline, configuration=release.digest, now=world.now, clock=world.clock,
        new_id=world.new_id,
    )  # fmt: skip
    return Gateway(
        release=release, services=services, normalizer=Normalizer(release.dialects), store=store, log=log, keys=keys,
        archive=Archive(store, keys, now=world.now, random_bytes=world.random_bytes),
        callers=Callers(configuration.callers, secrets), created=(*keys.created, *made),
    )  # fmt: skip


def load_release(folder: Path, home: Path | None, world: World) -> Release:
    """Read a configuration folder; raises `Diagnostics` with everything that stops a start."""
    release, findings = read_release(folder, home, world.environment)
    if release is None:
        raise Diagnostics([finding for finding in findings if finding.severity == "error"])
    return release


def prepare_home(release: Release, world: World) -> tuple[str, ...]:
    """Make the state folder, and the secrets of the sandbox at first start; gives the names of what was made."""
    configuration = release.policy.configuration
    _make_home(configuration.home)
    if configuration.gateway.sandbox == "off":
        return ()
    return make_generated(configuration.home / GENERATED, release.sandbox_secret_names(), world.random_bytes)


def _make_home(home: Path) -> None:
    """The state folder, for this user alone; one that is there already keeps its mode, its secrets have their own."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise GatewayError("storage.unavailable", where=str(home), reason=error.strerror or str(error)) from error


def keys_of(configuration: Configuration, world: World) -> GatewayKeys:
    """The gateway's keys; made at first start, and never beside a log that was written with others.

    Raises:
        GatewayError: `key.missing`, and as `open_keys`.
    """
    home, database = configuration.home, configuration.home / DATABASE
    if database.is_file() and database.stat().st_size:
        for name in (SIGNING_FILE, WRAPPING_FILE, PEPPER_FILE):
            if not (home / KEYS / name).exists():
                raise GatewayError("key.missing", path=home / KEYS / name)
    return open_keys(home / KEYS, random_bytes=world.random_bytes, suite=configuration.gateway.log.suite)


def _open_log(configuration: Configuration, world: World) -> tuple[GatewayKeys, Store, MessageLog]:
    home = configuration.home
    _make_home(home)
    keys = keys_of(configuration, world)
    store = Store(open_sqlite(home / DATABASE))
    try:
        log = MessageLog(
            store,
            keys,
            origin=configuration.gateway.log.origin,
            checkpoint_path=home / CHECKPOINT,
            now=world.now,
            random_bytes=world.random_bytes,
            key_path=home / PUBLIC_KEY,
        )
    except BaseException:
        store.close()
        raise
    return keys, store, log


def open_log_only(configuration: Configuration, world: World | None = None) -> tuple[GatewayKeys, Store]:
    """Keys and store for reading the log, without appending; raises as `open_gateway`."""
    world = world or World()
    keys = keys_of(configuration, world)
    return keys, Store(open_sqlite(configuration.home / DATABASE))


def _lines(directory: Directory, configuration: Configuration, world: World) -> dict[str, Line]:
    protocols = load_adapters(configuration.gateway.adapters)
    lines = {}
    for name, registry in directory.registries.items():
        secrets = configuration.secrets_of(name, world.environment)
        settings = adapter_settings(registry, configuration, secrets)
        adapter: Adapter = protocols[registry.adapter](settings)
        lines[name] = Line(registry, adapter, configuration.calendar, world.clock, world.now, secrets)
    return lines


def _parameters(configuration: Configuration, division: str) -> Mapping[str, object]:
    """The rules of the office's province, as options of comparators."""
    rule = configuration.gateway.presence_rule(division or configuration.gateway.region)
    return {"presence": rule.options()} if rule is not None else {}
