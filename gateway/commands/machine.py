"""What the doctor looks at on the machine itself: time zones, folders, disk, port; and how a look is told."""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.config import Configuration
from gateway.errors import GatewayError
from gateway.model.catalog import Bilingual

State = Literal["fine", "warning", "fault"]
ENOUGH_DISK: Final = 1024**3
"""Bytes below which the doctor warns."""
NOTHING: Final = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it is, and what to do where it is not well."""

    name: Bilingual
    state: State
    found: Bilingual
    advice: Bilingual = NOTHING


def time_zones() -> Check:
    """Whether zones of the registries can be read."""
    name = Bilingual("时区数据", "time zones")
    try:
        ZoneInfo("Asia/Shanghai")
    except (ZoneInfoNotFoundError, OSError):
        return Check(name, "fault", same("Asia/Shanghai –"), Bilingual("请安装 tzdata", "install tzdata"))
    return Check(name, "fine", same("Asia/Shanghai"))


def state_folder(configuration: Configuration) -> Check:
    """Whether others may write to the state folder."""
    name, home = Bilingual("状态目录", "state folder"), configuration.home
    if not home.exists():
        return Check(name, "fine", Bilingual(f"{home}（首次启动时创建）", f"{home} (made at first start)"))
    mode = home.stat().st_mode & 0o777
    if mode & 0o022:
        return Check(
            name,
            "warning",
            Bilingual(f"{home} 可被他人写入（{mode:04o}）", f"others may write to {home} ({mode:04o})"),
            same(f"chmod 700 {home}"),
        )
    return Check(name, "fine", same(f"{home} ({mode:04o})"))


def disk(configuration: Configuration) -> Check:
    """How much room there is for the log."""
    place = next(
        (folder for folder in (configuration.home, *configuration.home.absolute().parents) if folder.exists()),
        Path("/"),
    )
    free = shutil.disk_usage(place).free
    found = Bilingual(f"可用 {free / 1024**3:.1f} GiB", f"{free / 1024**3:.1f} GiB free")
    if free < ENOUGH_DISK:
        return Check(
            Bilingual("磁盘", "disk"),
            "warning",
            found,
            Bilingual("日志写不下时不再发送任何查询", "nothing is sent once the log can't be written"),
        )
    return Check(Bilingual("磁盘", "disk"), "fine", found)


def port(configuration: Configuration) -> Check:
    """Whether the configured port can be taken."""
    server, name = configuration.gateway.server, Bilingual("端口", "port")
    place = f"{server.host}:{server.port}"
    try:
        family, kind, *_, address = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as bound:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Check(
            name,
            "warning",
            Bilingual(f"{place} 不可用：{reason}", f"{place} can't be taken: {reason}"),
            Bilingual(
                "若网关正在运行则属正常；否则请改 server.port",
                "as it should be while a gateway runs; else change server.port",
            ),
        )
    return Check(name, "fine", Bilingual(f"{place} 空闲", f"{place} is free"))


def failed(name: Bilingual, error: GatewayError) -> Check:
    """A look that ended with an error."""
    values = error.values
    found = Bilingual(error.kind.message("zh", values), error.kind.message("en", values))
    return Check(name, "fault", found, Bilingual(error.advice("zh"), error.advice("en")))


def same(text: str) -> Bilingual:
    """A text that needs no translation."""
    return Bilingual(text, text)
