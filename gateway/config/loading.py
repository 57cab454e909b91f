"""Reads a whole configuration folder: all files, all findings at once, one frozen result with its digest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from gateway import yamlsource
from gateway.canonical import digest
from gateway.config.calendar import CalendarFile
from gateway.config.callers import CallersFile, GrantsFile
from gateway.config.reading import read, unknown_reference
from gateway.config.registries import RegistriesFile
from gateway.config.secrets import Secrets
from gateway.config.settings import GatewayFile
from gateway.errors import Diagnostic, Diagnostics, GatewayError, Mark, Words
from gateway.resources import config_dir, mappings_dir
from gateway.yamlsource import Source

M = TypeVar("M", bound=BaseModel)

FILES: Mapping[str, type[BaseModel]] = {
    "gateway.yaml": GatewayFile,
    "registries.yaml": RegistriesFile,
    "callers.yaml": CallersFile,
    "grants.yaml": GrantsFile,
    "calendar.yaml": CalendarFile,
}
PARTS = ("catalog", "codes")
"""Folders whose files count for the digest and are read by other rooms."""
GENERATED = "sandbox-secrets"
"""Folder in the state folder with the secrets that the gateway made for its own sandbox."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that an administrator configured, checked.

    `digest` is the SHA-256 (lower-case hex) over the canonical JSON of all effective files; `sources` are the YAML
    files by their path below `folder`, with marks, for checks that need more than one room.
    """

    folder: Path
    home: Path
    secrets_folder: Path
    mappings: Path
    gateway: GatewayFile
    registries: RegistriesFile
    callers: CallersFile
    grants: GrantsFile
    calendar: CalendarFile
    digest: str
    sources: Mapping[str, Source] = field(repr=False)

    def secrets(self, environment: Mapping[str, str]) -> Secrets:
        """The secrets of this configuration; generated ones count only while a sandbox is configured."""
        generated = self.home / GENERATED if self.gateway.sandbox != "off" else None
        return Secrets(environment, self.secrets_folder, generated)

    def in_sandbox(self, registry: str) -> bool:
        """Whether the sandbox stands in for this registry."""
        return self.gateway.sandbox != "off" and self.registries.registries[registry].sandbox is not None

    def secrets_of(self, registry: str, environment: Mapping[str, str]) -> Secrets:
        """The secrets for one registry: what was made for the sandbox is never shown to a real one."""
        generated = self.home / GENERATED if self.in_sandbox(registry) else None
        return Secrets(environment, self.secrets_folder, generated)


def find_folder(named: Path | None, working: Path) -> Path:
    """The folder in force: the one named, else `config` in the working folder, else the packaged example."""
    if named is not None:
        return named
    return working / "config" if (working / "config").is_dir() else config_dir()


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a folder: the configuration where it is whole, and what could be read in any case."""

    configuration: Configuration | None
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    grants: GrantsFile | None

    @property
    def catalog_sources(self) -> tuple[Source, ...]:
        """The files of the catalog, in the order of their names."""
        return tuple(source for name, source in sorted(self.sources.items()) if name.startswith("catalog/"))


def load_configuration(
    folder: Path, home: Path | None = None, environment: Mapping[str, str] | None = None
) -> Configuration:
    """Read and check one configuration folder.

    Args:
        folder: as `find_folder` gives it.
        home: the state folder where the command line named one.
        environment: variables for `${NAME}` and `SHUQIAO_HOME`; the process's own where absent.

    Raises:
        Diagnostics: with every finding of every file.
    """
    reading = read_configuration(folder, home, environment)
    if reading.configuration is None or reading.findings:
        raise Diagnostics(reading.findings)
    return reading.configuration


def read_configuration(folder: Path, home: Path | None = None, environment: Mapping[str, str] | None = None) -> Reading:
    """As `load_configuration`, but gives the findings back, so that more checks can add theirs."""
    variables = os.environ if environment is None else environment
    sources, findings = _sources(folder)
    parts: dict[str, Any] = {}
    for name, model in FILES.items():
        if name in sources:
            parts[name], found = read(sources[name], model, variables)
            findings += found
    mappings = _mappings_folder(folder, parts.get("gateway.yaml"), sources, findings)
    findings += _references(sources, parts, mappings)
    findings.sort(key=lambda finding: finding.mark)
    configuration = None
    if mappings is not None and all(parts.get(name) is not None for name in FILES):
        configuration = _configuration(folder, home, variables, mappings, parts, sources)
    return Reading(configuration, tuple(findings), sources, parts.get("grants.yaml"))


def _configuration(
    folder: Path, home: Path | None, variables: Mapping[str, str], mappings: Path, parts: Mapping[str, Any],
    sources: Mapping[str, Source],
) -> Configuration:  # fmt: skip
    settings: GatewayFile = parts["gateway.yaml"]
    state = home or Path(variables.get("SHUQIAO_HOME") or settings.home)
    secrets = Path(settings.secrets) if settings.secrets else state / "secrets"
    return Configuration(
        folder, state, secrets, mappings, settings, parts["registries.yaml"], parts["callers.yaml"],
        parts["grants.yaml"], parts["calendar.yaml"], _digest(folder, sources, parts), sources,
    )  # fmt: skip


def _sources(folder: Path) -> tuple[dict[str, Source], list[Diagnostic]]:
    paths = [folder / name for name in FILES]
    for part in PARTS:
        paths += sorted((folder / part).rglob("*.yaml"))
    sources: dict[str, Source] = {}
    findings: list[Diagnostic] = []
    for path in paths:
        try:
            sources[path.relative_to(folder).as_posix()] = yamlsource.load(path)
        except Diagnostics as error:
            findings += error.findings
    if not (folder / "catalog").is_dir() or not any((folder / "catalog").rglob("*.yaml")):
        place = str(folder / "catalog")
        findings.append(Diagnostic(Mark(place), "configuration.file_missing", {"path": f"{place}/*.yaml"}))
    return sources, findings


def _mappings_folder(
    folder: Path, settings: GatewayFile | None, sources: Mapping[str, Source], findings: list[Diagnostic]
) -> Path | None:
    beside = folder.parent / "mappings"
    if settings is not None and settings.mappings is not None:
        named = folder / settings.mappings
        if not named.is_dir():
            mark = sources["gateway.yaml"].mark(("mappings",))
            findings.append(Diagnostic(mark, "configuration.file_missing", {"path": str(named)}))
            return None
        return named
    if beside.is_dir():
        return beside
    try:
        return mappings_dir()
    except GatewayError as error:
        findings.append(Diagnostic(Mark(str(folder)), error.code, error.values))
        return None


def _references(sources: Mapping[str, Source], parts: Mapping[str, Any], mappings: Path | None) -> list[Diagnostic]:
    findings: list[Diagnostic] = []
    registries: RegistriesFile | None = parts.get("registries.yaml")
    if registries is not None and mappings is not None:
        known = sorted(path.parent.name for path in mappings.glob("registries/*/mapping.yaml"))
        for name, entry in registries.registries.items():
            if registries.mapping_of(name) not in known:
                trail = ("registries", name, "mapping") if entry.mapping else ("registries", name)
                kind = Words("mapping folder", "映射目录")
                findings.append(
                    unknown_reference(
                        sources["registries.yaml"],
                        trail,
                        registries.mapping_of(name),
                        kind=kind,
                        known=known,
                        key=not entry.mapping,
                    )
                )
    callers: CallersFile | None = parts.get("callers.yaml")
    grants: GrantsFile | None = parts.get("grants.yaml")
    if grants is not None:
        findings += _grants(sources["grants.yaml"], grants, callers)
    return findings


def _grants(source: Source, grants: GrantsFile, callers: CallersFile | None) -> list[Diagnostic]:
    findings: list[Diagnostic] = []
    seen: dict[str, int] = {}
    for position, grant in enumerate(grants.grants):
        if grant.id in seen:
            first = str(source.mark(("grants", seen[grant.id], "id")))
            values = {"kind": Words("grant", "授权"), "name": grant.id, "first": first}
            findings.append(Diagnostic(source.mark(("grants", position, "id")), "configuration.twice", values))
        seen.setdefault(grant.id, position)
        if callers is not None and grant.caller not in callers.callers:
            kind = Words("caller", "调用方")
            trail = ("grants", position, "caller")
            findings.append(unknown_reference(source, trail, grant.caller, kind=kind, known=callers.callers))
    return findings


def _digest(folder: Path, sources: Mapping[str, Source], parts: Mapping[str, Any]) -> str:
    """Effective files: defaults and variables of the environment are in it, comments and layout are not."""
    document: dict[str, Any] = {}
    for name, source in sources.items():
        document[name] = parts[name].model_dump(mode="json") if name in parts else source.value
    for path in sorted((folder / "codes").rglob("*.csv")):
        document[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digest(document, floats=True)
