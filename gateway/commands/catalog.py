"""`shuqiao catalog`: items and materials as the gateway reads them, their check, and the import of foreign tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.access import read_policy
from gateway.assembly.release import names
from gateway.catalog import Catalog, import_catalog
from gateway.catalog.rendering import item_document
from gateway.commands.catalogviews import show_item, show_material
from gateway.commands.findings import findings_document, show_findings, status_of_findings
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, cell
from gateway.errors import Diagnostics, GatewayError, Words
from gateway.model.outcomes import ExitStatus


def listing(terminal: Terminal, place: Place, json: bool = False) -> int:
    """List the service items; raises `Diagnostics` where the catalog does not stand."""
    catalog = _catalog(place)
    if json:
        services = [{"key": key, **item_document(item)} for key, item in catalog.items.items()]
        terminal.document({"catalog": catalog.digest, "services": services})
        return ExitStatus.FINE
    pick = terminal.pick
    table = terminal.table(
        pick("事项", "item"), pick("名称", "title"), pick("基本编码", "basic code"), pick("材料", "materials"),
        pick("承诺时限", "promised within"),
    )  # fmt: skip
    for key, item in catalog.items.items():
        sample = pick("（样例编码）", " (sample)") if item.code_status == "sample" else ""
        limit = item.promised_limit or item.statutory_limit
        table.add_row(
            cell(key, "bold"), cell(terminal.of(item.title)), cell(item.basic_code + sample), str(len(item.materials)),
            cell(f"{limit.value} {limit.unit}" if limit else "–"),
        )  # fmt: skip
    terminal.show(table)
    return ExitStatus.FINE


def show(terminal: Terminal, place: Place, name: str = "", json: bool = False) -> int:
    """Show one service item or one material; the only item where no name is given.

    Raises:
        Diagnostics: the catalog does not stand.
        GatewayError: `request.not_found`, `usage.wrong` where a name is needed.
    """
    catalog = _catalog(place)
    if not name and len(catalog.items) == 1:
        name = next(iter(catalog.items))
    item = catalog.items.get(name) or next(
        (one for one in catalog.items.values() if name and one.basic_code == name), None
    )
    material = catalog.materials.get(name)
    if item is None and material is None:
        if not name:
            reason = Words("name an item or a material", "请指明事项或材料")
            raise GatewayError("usage.wrong", reason=reason)
        raise GatewayError("request.not_found", kind=Words("item or material", "事项或材料"), name=name)
    if json:
        terminal.document(
            _material_document(catalog, name) if item is None else {"key": item.key, **item_document(item)}
        )
    elif item is not None:
        show_item(terminal, catalog, item)
    elif material is not None:
        show_material(terminal, catalog, material)
    return ExitStatus.FINE


def check(terminal: Terminal, place: Place, json: bool = False) -> int:
    """Check configuration, catalog and grants as files; 2 where anything stops a start."""
    policy, findings = read_policy(place.folder, names(), place.home, place.environment)
    if json:
        counts = _counts(policy.catalog) if policy else {}
        terminal.document({"ok": not findings, **counts, "findings": findings_document(findings)})
        return status_of_findings(findings)
    show_findings(terminal, findings)
    if policy is not None:
        count = _counts(policy.catalog)
        items, materials, operations = count["services"], count["materials"], count["operations"]
        digest = policy.catalog.digest[:16]
        text = terminal.pick(
            f"✓ 目录完好：{items} 个事项、{materials} 种材料、{operations} 个操作，摘要 {digest}…",
            f"✓ the catalog stands: {items} items, {materials} materials, {operations} operations, digest {digest}…",
        )
        terminal.show(cell(text, "green"))
    return status_of_findings(findings)


def import_file(terminal: Terminal, place: Place, file: str, out: str = "") -> int:
    """Normalize one export of the national exchange tables into YAML.

    Args:
        terminal: YAML on standard output or in a file, findings on standard error.
        place: for the code tables of the configuration.
        file: the export, JSON.
        out: the file to write, which must not be there yet; standard output where empty.

    Returns:
        2 where no item could be imported, 0 else, also with rows set aside.

    Raises:
        GatewayError: `configuration.file_missing`, `configuration.unreadable`, `document.*`, `usage.exists`.
    """
    text, findings = import_catalog(Path(file), place.folder / "codes")
    for finding in findings:
        terminal.tell(finding.text("zh"), finding.text("en"), "yellow")
    if out:
        _write_new(place.working / out, out, text)
    else:
        terminal.raw(text)
    aside = sum(finding.code == "catalog.row_quarantined" for finding in findings)
    terminal.tell(
        f"已导入；{aside} 条记录被搁置，共 {len(findings)} 条提示",
        f"imported; {aside} rows set aside, {len(findings)} findings in all",
    )
    return ExitStatus.USAGE if "\nservices: {}" in text else ExitStatus.FINE


def _catalog(place: Place) -> Catalog:
    policy, findings = read_policy(place.folder, names(), place.home, place.environment)
    if policy is None:
        raise Diagnostics(findings)
    return policy.catalog


def _counts(catalog: Catalog) -> dict[str, int]:
    parts: dict[str, Sequence[Any] | Any] = {
        "services": catalog.items, "materials": catalog.materials, "operations": catalog.operations,
    }  # fmt: skip
    return {name: len(part) for name, part in parts.items()}


def _material_document(catalog: Catalog, code: str) -> dict[str, Any]:
    return {"code": code, **catalog.document["materials"][code]}


def _write_new(path: Path, shown: str, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise GatewayError("usage.exists", path=shown, hint="name another file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        words = Words(f"'{shown}' can't be written: {reason}", f"无法写入 '{shown}'：{reason}")
        raise GatewayError("usage.wrong", reason=words) from error
