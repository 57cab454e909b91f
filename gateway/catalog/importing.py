"""Catalog import: from the columns of the national exchange tables to our catalog; bad rows are set aside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway import yamlsource
from gateway.catalog.exchange_rows import CodeTableFile, Quarantine, Row, material_entry, service_entry
from gateway.catalog.yamltext import yaml_text
from gateway.config.reading import read
from gateway.errors import Diagnostic, Diagnostics, GatewayError, Mark, Words
from gateway.jsontext import parse_json

MAX_BYTES = 64 * 1024**2
TABLES = (
    "exchange_task_type", "exchange_use_level", "exchange_server_type", "exchange_project_type", "exchange_limit_unit",
    "exchange_source_type", "exchange_need", "exchange_material_type", "flag",
)  # fmt: skip


def import_catalog(path: Path, codes: Path, profile: str = "zwfw-c0109") -> tuple[str, list[Diagnostic]]:
    """Normalize one export of the exchange tables.

    Args:
        path: JSON, UTF-8: `{"tasks": [...], "materials": [...], "code_status": "sample" | "assigned"}`, rows with the
            platform's column names as texts or numbers.
        codes: the folder of code tables (`config/codes`).
        profile: the profile that item codes must follow.

    Returns:
        The catalog as YAML text, and what was found: rows set aside, codes that no table holds, texts without English.
        Materials get the mode `manual`: an exchange table says nothing about operations.

    Raises:
        GatewayError: `configuration.file_missing`, `configuration.unreadable`, `document.*` where the file as a whole
            can't be read; `configuration.invalid` for a broken code table.
    """
    document = _document(path)
    tables = _tables(codes)
    run = _Run(path, tables, profile, _status(document))
    tasks = run.tasks(_rows(document, "tasks"))
    run.materials(_rows(document, "materials"), tasks)
    return run.result(), run.findings


class _Run:
    """One import: entries so far, and findings."""

    def __init__(self, path: Path, tables: Mapping[str, CodeTableFile], profile: str, status: str) -> None:
        self._path = path
        self._tables = tables
        self._profile = profile
        self._status = status
        self.findings: list[Diagnostic] = []
        self._services: dict[str, dict[str, Any]] = {}
        self._materials: dict[str, dict[str, Any]] = {}

    def tasks(self, rows: list[Any]) -> dict[str, str]:
        """Read the items; gives every code of an item → its key."""
        codes: dict[str, str] = {}
        for position, content in enumerate(rows):
            try:
                row = self._row("tasks", position, content)
                key, entry = service_entry(row, self._profile, self._status)
                if key in self._services:
                    raise Quarantine(
                        Words("an earlier row has the same catalog_code", "前面已有相同的基本编码"), "catalog_code"
                    )
            except Quarantine as reason:
                self._set_aside("tasks", position, content, "task_name", reason)
                continue
            self._services[key] = entry
            self.findings += row.findings
            for column in ("catalog_code", "task_code"):
                if row.text(column):
                    codes[row.text(column)] = key
        return codes

    def materials(self, rows: list[Any], tasks: Mapping[str, str]) -> None:
        """Read the materials, each into the item that it names, in the order of `order_num`."""
        found: list[tuple[str, float, int, str, dict[str, Any], dict[str, Any]]] = []
        for position, content in enumerate(rows):
            try:
                row = self._row("materials", position, content)
                key = tasks.get(row.text("task_code")) or tasks.get(row.text("catalog_code"))
                if key is None:
                    raise Quarantine(
                        Words(
                            "no imported item has its task_code or catalog_code",
                            "没有已导入的事项与其 task_code 或 catalog_code 对应",
                        ),
                        "task_code",
                    )
                order, entry, use = material_entry(row)
            except Quarantine as reason:
                self._set_aside("materials", position, content, "material_name", reason)
                continue
            self.findings += row.findings
            found.append((key, order, position, f"X{key[1:]}_{position + 1}", entry, use))
        for key, _, _, code, entry, use in sorted(found, key=lambda item: item[:3]):
            self._materials[code] = entry
            self._services[key].setdefault("materials", []).append({"material": code, **use})

    def result(self) -> str:
        """The YAML text; an item that has no material left is set aside as well."""
        for key in [key for key, entry in self._services.items() if not entry.get("materials")]:
            entry = self._services.pop(key)
            values = {
                "name": entry["title"]["zh"],
                "reason": Words("no material of it could be imported", "没有可导入的材料"),
            }
            self.findings.append(Diagnostic(Mark(f"{self._path}#/tasks"), "catalog.row_quarantined", values))
        used = {use["material"] for entry in self._services.values() for use in entry["materials"]}
        document: dict[str, Any] = {"catalog": f"import of {self._path.name}", "code_profile": self._profile}
        document["materials"] = {code: entry for code, entry in self._materials.items() if code in used}
        document["services"] = self._services
        count = _same_in_both({"materials": document["materials"], "services": document["services"]})
        if count:
            self.findings.append(Diagnostic(Mark(str(self._path)), "catalog.not_translated", {"count": count}))
        return yaml_text(document)

    def _row(self, group: str, position: int, content: Any) -> Row:
        if not isinstance(content, dict):
            raise Quarantine(Words("a row is an object of columns", "一条记录应为由列组成的对象"), "")
        return Row(content, Mark(f"{self._path}#/{group}/{position}"), self._tables)

    def _set_aside(self, group: str, position: int, content: Any, name: str, reason: Quarantine) -> None:
        shown = str(content.get(name) or "–")[:80] if isinstance(content, dict) else "–"
        shown = shown.encode("utf-8", "replace").decode()
        place = f"{self._path}#/{group}/{position}" + (f"/{reason.column}" if reason.column else "")
        values = {"name": shown, "reason": reason.words}
        self.findings.append(Diagnostic(Mark(place), "catalog.row_quarantined", values))


def _document(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise GatewayError("configuration.file_missing", where=str(path), path=str(path)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise GatewayError("configuration.unreadable", where=str(path), path=str(path), reason=reason) from error
    if len(data) > MAX_BYTES:
        raise GatewayError("document.too_large", where=str(path), size=len(data), limit=MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GatewayError("document.not_text", where=str(path), offset=error.start) from error
    document = parse_json(text)
    if not isinstance(document, dict):
        raise GatewayError(
            "document.unexpected_value",
            where=str(path),
            path="/",
            reason="an object with 'tasks' and 'materials' is expected",
        )
    return document


def _rows(document: Mapping[str, Any], name: str) -> list[Any]:
    rows = document.get(name)
    if not isinstance(rows, list):
        raise GatewayError(
            "document.unexpected_value", where=f"/{name}", path=f"/{name}", reason="a list of rows is expected"
        )
    return rows


def _status(document: Mapping[str, Any]) -> str:
    status = document.get("code_status", "assigned")
    if status not in ("sample", "assigned"):
        raise GatewayError(
            "document.unexpected_value",
            where="/code_status",
            path="/code_status",
            reason="'sample' or 'assigned' is expected",
        )
    return str(status)


def _tables(folder: Path) -> dict[str, CodeTableFile]:
    tables: dict[str, CodeTableFile] = {}
    findings: list[Diagnostic] = []
    for name in TABLES:
        try:
            table, found = read(yamlsource.load(folder / f"{name}.yaml"), CodeTableFile)
        except Diagnostics as error:
            findings += error.findings
            continue
        findings += found
        if table is not None:
            tables[name] = table
    if findings:
        raise Diagnostics(findings)
    return tables


def _same_in_both(value: Any) -> int:
    if isinstance(value, dict):
        own = 1 if set(value) == {"zh", "en"} and value["zh"] == value["en"] else 0
        return own + sum(_same_in_both(inner) for inner in value.values())
    return sum(_same_in_both(inner) for inner in value) if isinstance(value, list) else 0
