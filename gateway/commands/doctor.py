"""`shuqiao doctor`: whether this machine and this configuration can carry a gateway, with advice where not."""

from __future__ import annotations

import platform
import sqlite3
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gateway.adapter import installed
from gateway.assembly import Release, World, read_release
from gateway.assembly.opening import DATABASE, KEYS
from gateway.commands.keys import key_files
from gateway.commands.logreading import open_reading
from gateway.commands.machine import NOTHING, Check, State, disk, failed, port, same, state_folder, time_zones
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, cell
from gateway.config import Configuration
from gateway.crypto.suites import find_suite
from gateway.errors import GatewayError
from gateway.messagelog.checkpoint import parse_checkpoint
from gateway.model.catalog import Bilingual
from gateway.model.outcomes import ExitStatus

SIGNS: Final[dict[State, tuple[str, str]]] = {"fine": ("✓", "green"), "warning": ("⚠", "yellow"), "fault": ("✗", "red")}
OLDEST_PYTHON: Final = (3, 11)
OLDEST_SQLITE: Final = (3, 35, 0)


def run(terminal: Terminal, place: Place, json: bool = False) -> int:
    """Look at everything; 2 where anything stops a start, 0 else."""
    checks = list(examine(place))
    fault = any(check.state == "fault" for check in checks)
    if json:
        terminal.document({"ok": not fault, "checks": [_document(check) for check in checks]})
    else:
        _show(terminal, checks)
    return ExitStatus.USAGE if fault else ExitStatus.FINE


def examine(place: Place) -> Iterator[Check]:
    """All checks, one after the other; none raises."""
    yield _python()
    yield _sqlite()
    yield Check(Bilingual("OpenSSL", "OpenSSL"), "fine", same(ssl.OPENSSL_VERSION))
    yield time_zones()
    try:
        release, findings = read_release(place.folder, place.home, place.environment)
    except GatewayError as error:
        yield failed(Bilingual("配置", "configuration"), error)
        return
    name = Bilingual("配置", "configuration")
    if release is None:
        count = len([one for one in findings if one.severity == "error"])
        found = Bilingual(f"{place.folder}：{count} 处错误", f"{place.folder}: {count} errors")
        first = findings[0]
        yield Check(
            name,
            "fault",
            found,
            Bilingual(
                f"运行 shuqiao mappings check；首个：{first.text('zh')}",
                f"run shuqiao mappings check; the first: {first.text('en')}",
            ),
        )
        return
    text = f"{place.folder} · {release.digest[:16]}…"
    yield Check(name, "warning" if findings else "fine", same(text))
    yield from _of_release(release, place.environment)


def _of_release(release: Release, environment: Mapping[str, str]) -> Iterator[Check]:
    configuration = release.policy.configuration
    looks: tuple[Callable[[Configuration], Check], ...] = (
        _suite,
        _adapters,
        state_folder,
        disk,
        _keys,
        _secrets_folder,
        _log,
        port,
    )
    for look in looks:
        yield look(configuration)
    yield _secrets(release, environment)


def _python() -> Check:
    fine = sys.version_info[:2] >= OLDEST_PYTHON
    advice = NOTHING if fine else Bilingual("请安装 Python 3.11 或更新版本", "install Python 3.11 or newer")
    return Check(Bilingual("Python", "Python"), "fine" if fine else "fault", same(platform.python_version()), advice)


def _sqlite() -> Check:
    fine = sqlite3.sqlite_version_info >= OLDEST_SQLITE
    advice = NOTHING if fine else Bilingual("请更新 Python 所带的 SQLite", "update the SQLite that Python comes with")
    return Check(Bilingual("SQLite", "SQLite"), "fine" if fine else "fault", same(sqlite3.sqlite_version), advice)


def _suite(configuration: Configuration) -> Check:
    name, suite = Bilingual("签名套件", "signature suite"), configuration.gateway.log.suite
    try:
        find_suite(suite)
    except GatewayError as error:
        return failed(name, error)
    return Check(name, "fine", same(suite))


def _adapters(configuration: Configuration) -> Check:
    name, wanted = Bilingual("协议适配器", "adapters"), configuration.gateway.adapters
    missing = sorted(set(wanted) - installed())
    if missing:
        listed = ", ".join(missing)
        return Check(
            name,
            "fault",
            Bilingual(f"未安装：{listed}", f"not installed: {listed}"),
            Bilingual("请重新安装本产品或所缺的包", "install this product again, or the package that is missing"),
        )
    return Check(name, "fine", same(", ".join(wanted)))


def _keys(configuration: Configuration) -> Check:
    name, folder = Bilingual("密钥", "keys"), configuration.home / KEYS
    files = key_files(folder, None)
    exposed = [file.name for file in files if file.exposed]
    if exposed:
        listed = " ".join(str(folder / file) for file in exposed)
        return Check(
            name,
            "fault",
            Bilingual("他人可读：" + ", ".join(exposed), "others may read: " + ", ".join(exposed)),
            same(f"chmod 600 {listed}"),
        )
    missing = [file.name for file in files if file.mode is None]
    if missing and (configuration.home / DATABASE).exists():
        listed = ", ".join(missing)
        return Check(
            name,
            "fault",
            Bilingual(f"缺少 {listed}，而数据库已存在", f"{listed} missing, and there is a database"),
            Bilingual("请从备份恢复；切勿重新生成", "restore them from a backup; never make them anew"),
        )
    if missing:
        return Check(name, "fine", Bilingual("首次启动时生成", "made at first start"))
    return Check(name, "fine", Bilingual(f"{len(files)} 个文件，权限正确", f"{len(files)} files with the right modes"))


def _secrets_folder(configuration: Configuration) -> Check:
    name, folder = Bilingual("登记库密钥", "registries' secrets"), configuration.secrets_folder
    files = [path for path in sorted(folder.glob("*")) if path.is_file()]
    exposed = [path for path in files if path.stat().st_mode & 0o077]
    if exposed:
        listed = " ".join(str(path) for path in exposed)
        return Check(
            name,
            "fault",
            Bilingual(f"{len(exposed)} 个文件他人可读", f"others may read {len(exposed)} files"),
            same(f"chmod 600 {listed}"),
        )
    return Check(name, "fine", same(str(folder)))


def _secrets(release: Release, environment: Mapping[str, str]) -> Check:
    """Whether every secret that a mapping reads is there; those of the sandbox make themselves."""
    name, configuration = Bilingual("映射所需密钥", "secrets of mappings"), release.policy.configuration
    missing = release.missing_secrets(environment)
    if missing:
        listed = ", ".join(missing)
        folder = configuration.secrets_folder
        advice = Bilingual(
            f"放入 {folder}（权限 0600），或设置 SHUQIAO_SECRET_…",
            f"put them into {folder} (mode 0600), or set SHUQIAO_SECRET_…",
        )
        return Check(name, "fault", Bilingual(f"缺少 {listed}", f"missing: {listed}"), advice)
    sandbox = configuration.gateway.sandbox
    count = len(release.secret_names())
    return Check(name, "fine", Bilingual(f"{count} 个（沙箱：{sandbox}）", f"{count} (sandbox: {sandbox})"))


def _log(configuration: Configuration) -> Check:
    name, database = Bilingual("消息日志", "message log"), configuration.home / DATABASE
    if not database.is_file():
        return Check(name, "fine", Bilingual("尚无记录", "nothing logged yet"))
    try:
        with open_reading(configuration, World(environment={})) as reading, reading.store.snapshot() as snapshot:
            head, outside = snapshot.head(), reading.outside
            kept = parse_checkpoint(outside).size if outside is not None else None
    except GatewayError as error:
        return failed(name, error)
    size = head.size if head else 0
    if kept is None or kept > size:
        found = Bilingual(f"{size} 个条目，与检查点文件不符", f"{size} entries, which the checkpoint file does not fit")
        return Check(name, "fault", found, Bilingual("运行 shuqiao log verify", "run shuqiao log verify"))
    return Check(name, "fine", Bilingual(f"{size} 个条目", f"{size} entries"))


def _show(terminal: Terminal, checks: list[Check]) -> None:
    pick = terminal.pick
    table = terminal.table("", pick("检查", "check"), pick("现状", "found"), pick("建议", "advice"))
    for check in checks:
        sign, style = SIGNS[check.state]
        table.add_row(
            cell(sign, style),
            cell(terminal.of(check.name), "bold"),
            cell(terminal.of(check.found)),
            cell(terminal.of(check.advice), "cyan"),
        )
    terminal.show(table)


def _document(check: Check) -> dict[str, object]:
    return {"check": check.name.en, "state": check.state, "found": {"zh": check.found.zh, "en": check.found.en},
            "advice": {"zh": check.advice.zh, "en": check.advice.en}}  # fmt: skip
