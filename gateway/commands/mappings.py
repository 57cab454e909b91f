"""`shuqiao mappings`: check and test mappings of registries and dialects before anybody relies on them."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.access import read_policy
from gateway.adapter import Adapter, AdapterSettings, installed, load_adapters
from gateway.assembly.release import KnownSecrets, names, surroundings
from gateway.catalog import Catalog, read_catalog
from gateway.commands.findings import findings_document, show_findings, status_of_findings
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, cell
from gateway.config import Configuration, read_configuration
from gateway.errors import Diagnostic, Diagnostics, GatewayError, Words
from gateway.lint import check_registry, check_source
from gateway.mapping.dialects import load_dialect
from gateway.mapping.files import Surroundings, load_registry
from gateway.model.outcomes import ExitStatus
from gateway.workbench import TestReport, run_dialect_tests, run_tests
from gateway.workbench.testing import recordings_folder
from gateway.yamlsource import load

MAPPING = "mapping.yaml"


@dataclass(frozen=True, slots=True)
class Bench:
    """What mappings are read against, and which folders were asked about."""

    around: Surroundings
    openers: Mapping[str, Callable[[AdapterSettings], Adapter]]
    catalog: Catalog | None
    registries: tuple[Path, ...]
    sources: tuple[Path, ...]
    recordings: Path | None
    findings: tuple[Diagnostic, ...]
    """About configuration, catalog, grants and shared code tables."""
    secrets: Mapping[str, Container[str]]
    """The secrets that are known, by folder: only of the mappings that this deployment uses."""


def check(terminal: Terminal, place: Place, paths: Sequence[str] = (), json: bool = False, strict: bool = False) -> int:
    """Check mappings; without paths the whole release, as a start would.

    Args:
        terminal: where results go.
        place: the configuration whose catalog, code tables and protocols count.
        paths: mapping folders, their files, folders of them, or names of registries and dialects.
        json: one JSON document.
        strict: warnings count too.

    Returns:
        2 with errors (in strict checks with any finding), 0 else.

    Raises:
        GatewayError: `usage.file_missing`; Diagnostics: the catalog can't be read at all.
    """
    bench = _bench(place, paths)
    findings = list(bench.findings)
    if bench.catalog is None:
        raise Diagnostics(bench.findings)
    folders = (*bench.registries, *bench.sources)
    with terminal.progress("检查", "checking") as step:
        for position, folder in enumerate(folders):
            step(position, len(folders), folder.name)
            if folder in bench.registries:
                around = replace(bench.around, secrets=bench.secrets.get(folder.name))
                findings += check_registry(folder, bench.catalog, around, bench.openers, bench.recordings)
            else:
                findings += check_source(folder, bench.around)
    status = status_of_findings(findings, strict)
    if json:
        terminal.document({
            "ok": status == ExitStatus.FINE, "mappings": [str(folder) for folder in folders],
            "findings": findings_document(findings),
        })  # fmt: skip
        return status
    show_findings(terminal, findings)
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    text = terminal.pick(
        f"{len(folders)} 个映射：{errors} 处错误，{warnings} 处提醒",
        f"{len(folders)} mappings: {errors} errors, {warnings} warnings",
    )
    sign, style = ("✗", "red") if status else ("⚠", "yellow") if findings else ("✓", "green")
    terminal.show(cell(f"{sign} {text}", style))
    return status


def run_inner_tests(
    terminal: Terminal, place: Place, paths: Sequence[str] = (), json: bool = False, strict: bool = False
) -> int:
    """Run the tests that stand inside mappings; nothing is sent.

    Args:
        terminal: where results go.
        place: as in `check`.
        paths: as in `check`.
        json: one JSON document.
        strict: a skipped test counts as failed.

    Returns:
        2 where a test fails or a mapping can't be read, 0 else.

    Raises:
        GatewayError: `usage.file_missing`.
    """
    bench = _bench(place, paths)
    reports, broken = [], []
    folders = (*bench.registries, *bench.sources)
    with terminal.progress("测试", "testing") as step:
        for position, folder in enumerate(folders):
            step(position, len(folders), folder.name)
            report, findings = _tested(folder, bench)
            broken += findings
            reports += [report] if report else []
    failed = bool(broken) or any(not one.passed or (strict and one.count("skipped")) for one in reports)
    if json:
        terminal.document({
            "ok": not failed, "mappings": [one.document() for one in reports], "findings": findings_document(broken),
        })  # fmt: skip
    else:
        show_findings(terminal, broken)
        for one in reports:
            show_findings(terminal, one.failures)
        _show(terminal, reports)
    return ExitStatus.USAGE if failed else ExitStatus.FINE


def _tested(folder: Path, bench: Bench) -> tuple[TestReport | None, list[Diagnostic]]:
    if folder in bench.sources:
        dialect, findings = load_dialect(folder, bench.around)
        report = run_dialect_tests(dialect, bench.recordings) if dialect else None
    else:
        mapping, findings = load_registry(folder, bench.around)
        opener = bench.openers.get(mapping.endpoint.adapter) if mapping else None
        report = run_tests(mapping, opener, bench.recordings) if mapping and opener else None
    return report, [] if report else [finding for finding in findings if finding.severity == "error"]


def _show(terminal: Terminal, reports: Sequence[TestReport]) -> None:
    pick = terminal.pick
    words = {
        "operations": pick("操作", "operations"),
        "outcomes": pick("结果", "outcomes"),
        "fields": pick("字段", "fields"),
        "codes": pick("代码", "codes"),
    }
    table = terminal.table(
        pick("映射", "mapping"),
        (pick("通过", "passed"), {"justify": "right"}),
        (pick("失败", "failed"), {"justify": "right"}),
        (pick("跳过", "skipped"), {"justify": "right"}),
        pick("覆盖", "coverage"),
    )
    for one in reports:
        covered = "  ".join(f"{words.get(name, name)} {part}/{whole}" for name, (part, whole) in one.coverage.items())
        failed, skipped = one.count("failed"), one.count("skipped")
        table.add_row(
            cell(one.mapping, "bold"), cell(one.count("passed"), "green"), cell(failed, "red" if failed else "dim"),
            cell(skipped, "yellow" if skipped else "dim"), cell(covered),
        )  # fmt: skip
    terminal.show(table)


def _bench(place: Place, paths: Sequence[str]) -> Bench:
    reading = read_configuration(place.folder, place.home, place.environment)
    catalog, found = read_catalog(reading.catalog_sources, names())
    findings = list(reading.findings) + found
    if catalog is not None and reading.configuration is not None:
        findings = read_policy(place.folder, names(), place.home, place.environment)[1]
    allowed = frozenset(reading.configuration.gateway.adapters) & installed() if reading.configuration else installed()
    around, found = surroundings(place.folder, allowed)
    findings += found
    root = reading.configuration.mappings if reading.configuration else None
    registries, sources = _asked(place, paths, root)
    return Bench(
        around, load_adapters(allowed), catalog, registries, sources, recordings_folder(place.environment),
        () if paths and catalog is not None else tuple(findings), _secrets(reading.configuration, place),
    )  # fmt: skip


def _secrets(configuration: Configuration | None, place: Place) -> dict[str, Container[str]]:
    if configuration is None:
        return {}
    registries, environment = configuration.registries, place.world().environment
    return {
        registries.mapping_of(name): KnownSecrets(configuration, environment, name) for name in registries.registries
    }


def _asked(place: Place, paths: Sequence[str], root: Path | None) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The folders of registries and of source dialects that the paths name."""
    folders: list[Path] = []
    if not paths and root is not None:
        folders = _below(root)
    for path in paths:
        folders += _named(place, path, root)
    unique = list(dict.fromkeys(folder.resolve() if folder.is_symlink() else folder for folder in folders))
    sources = tuple(folder for folder in unique if _is_source(folder))
    return tuple(folder for folder in unique if folder not in sources), sources


def _named(place: Place, path: str, root: Path | None) -> list[Path]:
    given = place.working / path
    if given.name == MAPPING and given.is_file():
        return [given.parent]
    if given.is_dir():
        found = _below(given)
        if found:
            return found
        hint = Words(f"no {MAPPING} lies in '{path}'", f"'{path}' 中没有 {MAPPING}")
        raise GatewayError("usage.wrong", reason=hint)
    for part in ("registries", "sources"):
        if root is not None and (root / part / path / MAPPING).is_file():
            return [root / part / path]
    raise GatewayError("usage.file_missing", path=path)


def _below(folder: Path) -> list[Path]:
    """A mapping folder itself, or the mapping folders one or two levels below it."""
    if (folder / MAPPING).is_file():
        return [folder]
    found = {path.parent for pattern in (f"*/{MAPPING}", f"*/*/{MAPPING}") for path in folder.glob(pattern)}
    return sorted(found)


def _is_source(folder: Path) -> bool:
    """Whether a mapping folder holds a dialect: its file says `source`; a file that can't be read goes by its place."""
    try:
        content = load(folder / MAPPING).value
    except Diagnostics:
        content = None
    if isinstance(content, Mapping) and ("source" in content or "registry" in content):
        return "source" in content
    return folder.parent.name == "sources"
