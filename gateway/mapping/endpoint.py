"""The endpoint of a registry: protocol, address, interface file, zone, opening hours, limits, TLS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.mapping.access import read_duration
from gateway.mapping.parts import Part

_RATE = re.compile(r"([1-9][0-9]*)/(second|minute|hour|day)")
_SIZE = re.compile(r"([1-9][0-9]*)(B|KiB|MiB|GiB)")
_UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_PERIODS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]|closed")
ENCODINGS = {"utf-8": "utf-8", "gb18030": "gb18030", "gb2312": "gb18030", "gbk": "gb18030"}
KEYS = (
    "adapter",
    "url",
    "wsdl",
    "port",
    "soap_version",
    "openapi",
    "schema_catalog",
    "corrections",
    "strict",
    "encoding",
    "timezone",
    "hours",
    "limits",
    "tls",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of a registry: seconds, attempts, calls at once, bytes, and calls per period."""

    timeout: float = 8.0
    attempts: int = 2
    concurrency: int = 8
    max_reply: int = 2 * 1024 * 1024
    rate: int = 0
    period: float = 1.0


@dataclass(frozen=True, slots=True)
class Correction:
    """One repair in a broken WSDL: XPath to attributes or texts, old and new value, number of places."""

    path: str
    was: str
    now: str
    times: int


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how a registry is asked. `zone` is for dates without a zone and for opening hours."""

    adapter: str
    url: str
    zone: ZoneInfo
    limits: Limits = field(default_factory=Limits)
    wsdl: str = ""
    port: str = ""
    soap_version: str = "1.1"
    openapi: str = ""
    schema_catalog: Mapping[str, str] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    strict: bool = False
    encoding: str = "utf-8"
    hours: Mapping[str, str] = field(default_factory=dict)
    client_certificate: str = ""
    trust: str = ""


def read_endpoint(part: Part, adapters: frozenset[str], folder: Path | None) -> Endpoint | None:
    """Read the endpoint; None where not even protocol and zone are known."""
    members = part.keys("endpoint", KEYS, ("adapter", "url", "timezone", "limits"))
    if not {"adapter", "timezone"} <= set(members):
        return None
    adapter = members["adapter"].text()
    if adapter not in adapters:
        members["adapter"].find_unknown("adapter.unknown", adapter, adapters)
        return None
    zone = _zone(members["timezone"])
    if zone is None:
        return None
    if adapter == "rest":
        for key in ("wsdl", "port", "soap_version", "corrections"):
            if key in members:
                members[key].find("mapping.key_of_other_adapter", at_key=True, key=key, other="soap", adapter="rest")
    tls = members["tls"].keys("tls", ("client_certificate", "trust")) if "tls" in members else {}
    return Endpoint(
        adapter=adapter,
        url=_url(members.get("url")),
        zone=zone,
        limits=_limits(members["limits"]) if "limits" in members else Limits(),
        wsdl=_file(members.get("wsdl"), folder),
        port=members["port"].text() if "port" in members else "",
        soap_version=_soap_version(members.get("soap_version")),
        openapi=_file(members.get("openapi"), folder),
        schema_catalog=_catalog(members.get("schema_catalog"), folder),
        corrections=_corrections(members.get("corrections")),
        strict=members["strict"].boolean() if "strict" in members else False,
        encoding=read_encoding(members.get("encoding")),
        hours=_hours(members.get("hours")),
        client_certificate=tls["client_certificate"].text() if "client_certificate" in tls else "",
        trust=tls["trust"].text() if "trust" in tls else "",
    )


def _zone(part: Part) -> ZoneInfo | None:
    name = part.text()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        part.find(
            "mapping.bad_value",
            key="timezone",
            reason=f"there is no zone '{name}'; for example Asia/Shanghai",
            reason_zh=f"没有时区 '{name}'，例如 Asia/Shanghai",
        )
        return None


def _url(part: Part | None) -> str:
    if part is None:
        return ""
    url = part.text()
    if url and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        part.find(
            "mapping.bad_value",
            key="url",
            reason="an address begins with http:// or https:// and has no query",
            reason_zh="地址应以 http:// 或 https:// 开头，且不含查询串",
        )
    return url.rstrip("/") if url.count("/") == 3 else url


def _file(part: Part | None, folder: Path | None) -> str:
    if part is None:
        return ""
    name = part.text()
    check_file(part, name, folder)
    return name


def check_file(part: Part, name: str, folder: Path | None) -> None:
    """A file of the mapping's folder must be there and may not lead out of it; recordings are test input only."""
    if not name or folder is None or name.startswith("recorded:"):
        return
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        part.find("mapping.file_outside", file=name)
    elif not target.is_file():
        part.find("mapping.file_missing", file=name)


def _soap_version(part: Part | None) -> str:
    if part is None:
        return "1.1"
    version = part.written()
    if version not in ("1.1", "1.2"):
        part.find("mapping.bad_value", key="soap_version", reason="1.1 or 1.2", reason_zh="应为 1.1 或 1.2")
        return "1.1"
    return version


def _catalog(part: Part | None, folder: Path | None) -> Mapping[str, str]:
    return {url: _file(member, folder) for url, member in part.entries()} if part is not None else {}


def _corrections(part: Part | None) -> tuple[Correction, ...]:
    found = []
    for item in part.items() if part is not None else ():
        keys = ("path", "was", "now", "times")
        members = item.keys("a correction", keys, keys)
        if len(members) == 4 and members["times"].expect("number"):
            found.append(
                Correction(
                    members["path"].text(),
                    members["was"].written(),
                    members["now"].written(),
                    int(members["times"].value),
                )
            )
    return tuple(found)


def read_encoding(part: Part | None) -> str:
    """`utf-8` or `gb18030`; `gb2312` and `gbk` are read as `gb18030`, of which they are subsets."""
    if part is None:
        return "utf-8"
    name = part.text().lower()
    if name not in ENCODINGS:
        part.find("mapping.bad_value", key="encoding", reason="utf-8 or gb18030", reason_zh="应为 utf-8 或 gb18030")
        return "utf-8"
    return ENCODINGS[name]


def _hours(part: Part | None) -> Mapping[str, str]:
    if part is None:
        return {}
    found = {}
    for name, member in part.keys("hours", ("workdays", "weekends", "holidays")).items():
        text = member.text()
        if not _HOURS.fullmatch(text):
            member.find("mapping.bad_unit", key=name, value=text, example="08:30-17:30")
        else:
            found[name] = text
    return found


def _limits(part: Part) -> Limits:
    members = part.keys("limits", ("timeout", "rate", "attempts", "concurrency", "max_reply"), ("timeout",))
    default = Limits()
    rate, period = _rate(members.get("rate"))
    return Limits(
        timeout=(read_duration(members["timeout"]) or default.timeout) if "timeout" in members else default.timeout,
        attempts=_count(members.get("attempts"), default.attempts),
        concurrency=_count(members.get("concurrency"), default.concurrency),
        max_reply=_size(members.get("max_reply"), default.max_reply),
        rate=rate,
        period=period,
    )


def _rate(part: Part | None) -> tuple[int, float]:
    if part is None:
        return 0, 1.0
    match = _RATE.fullmatch(part.written())
    if match is None:
        part.find("mapping.bad_unit", key="rate", value=part.written(), example="1000/hour")
        return 0, 1.0
    return int(match[1]), _PERIODS[match[2]]


def _size(part: Part | None, default: int) -> int:
    if part is None:
        return default
    match = _SIZE.fullmatch(part.written())
    if match is None:
        part.find("mapping.bad_unit", key="max_reply", value=part.written(), example="2MiB")
        return default
    return int(match[1]) * _UNITS[match[2]]


def _count(part: Part | None, default: int) -> int:
    if part is None:
        return default
    if not part.expect("number"):
        return default
    if not isinstance(part.value, int) or not 1 <= part.value <= 1000:
        part.find(
            "mapping.bad_value",
            key=part.name,
            reason="a whole number from 1 to 1000",
            reason_zh="应为 1 至 1000 的整数",
        )
        return default
    return part.value
