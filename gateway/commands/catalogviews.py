"""How a service item and a material look on a terminal."""

from __future__ import annotations

from rich.text import Text

from gateway.catalog import Catalog
from gateway.commands.results import attribute_label
from gateway.commands.terminal import Terminal, cell
from gateway.messages import label
from gateway.model.catalog import Comparison, Condition, Material, MaterialUse, ServiceItem, Source


def show_item(terminal: Terminal, catalog: Catalog, item: ServiceItem) -> None:
    """One service item with the materials that it asks for."""
    pick = terminal.pick
    sample = pick("（样例编码）", " (sample)") if item.code_status == "sample" else ""
    head = terminal.table(("", {"style": "bold", "no_wrap": True}), "")
    head.show_header, head.box = False, None
    rows = [
        (pick("名称", "title"), terminal.of(item.title)),
        (pick("基本编码", "basic code"), item.basic_code + sample),
        (pick("目的", "purpose"), item.purpose),
        (pick("依据", "legal basis"), "\n".join(terminal.of(basis) for basis in item.legal_basis)),
        (pick("条件", "conditions"), "\n".join(terminal.of(condition) for condition in item.conditions)),
        (pick("有效期", "in force"), f"{item.valid_from or '…'} – {item.valid_to or '…'}"),
    ]
    for name, text in rows:
        head.add_row(name, cell(text or "–"))
    table = terminal.table(
        (pick("材料", "material"), {"ratio": 5}),
        (pick("方式", "mode"), {"ratio": 3}),
        (pick("何时需要", "asked when"), {"ratio": 5}),
        (pick("来源操作", "source"), {"ratio": 4}),
        (pick("比对（✱ 必需）", "compared (✱ required)"), {"ratio": 6}),
        lines=True,
    )
    for use in item.materials:
        table.add_row(*_use_row(terminal, catalog, use))
    terminal.show(cell(item.key, "bold"), head, table)


def show_material(terminal: Terminal, catalog: Catalog, material: Material) -> None:
    """One material: its sources with what they take, and what is compared how."""
    pick = terminal.pick
    terminal.show(cell(f"{material.code} {terminal.of(material.title)} · {_mode(terminal, material)}", "bold"))
    if material.sources:
        table = terminal.table(
            pick("来源操作", "source"), pick("问题所用", "asked with"), pick("条件", "when"), lines=True
        )
        for source in material.sources:
            table.add_row(cell(_source(terminal, catalog, source)), cell(_given(catalog, source)),
                          cell(condition_text(source.when) if source.when else "–"))  # fmt: skip
        terminal.show(table)
    if material.compare:
        table = terminal.table(
            pick("字段", "field"), pick("比较方式", "by"), pick("申报值", "claim"), pick("必需", "required")
        )
        for comparison in material.compare:
            stated = "–" if comparison.equals is not None else comparison.stated
            table.add_row(cell(_attribute(terminal, comparison)), cell(_by(comparison)), cell(stated),
                          "✱" if comparison.required else "")  # fmt: skip
        terminal.show(table)
    users = [
        item.key for item in catalog.items.values() if any(use.material == material.code for use in item.materials)
    ]
    terminal.show(cell(pick("用于事项：", "used by: ") + ", ".join(users), "dim"))


def condition_text(condition: Condition) -> str:
    """A condition as the catalog's file would have it, on one line."""
    return f"{condition.path} {condition.test} {' | '.join(condition.expected)}"


def _use_row(terminal: Terminal, catalog: Catalog, use: MaterialUse) -> tuple[Text, ...]:
    material = catalog.material(use.material)
    name = cell(material.code, "bold").append(" " + str(cell(terminal.of(material.title))), style="not bold")
    if use.of != "applicant":
        name.append(f"\n{terminal.pick('对象', 'of')}: {use.of}", style="not bold dim")
    when = "\n".join(condition_text(condition) for condition in use.when)
    sources = "\n".join(dict.fromkeys(source.operation for source in material.sources))
    fields = [
        f"{attribute_label(one.attribute, terminal.language)}{' ✱' if one.required else ''}" for one in material.compare
    ]
    listed = terminal.pick("、", ", ").join(fields)
    return name, cell(_mode(terminal, material)), cell(when or "–", "dim"), cell(sources or "–"), cell(listed or "–")


def _mode(terminal: Terminal, material: Material) -> str:
    return label(material.mode, terminal.language)


def _source(terminal: Terminal, catalog: Catalog, source: Source) -> str:
    operation = catalog.operations.get(source.operation)
    title = terminal.of(operation.title) if operation else ""
    return f"{source.operation} {title}" + (f"\n@ {source.registry}" if source.registry else "")


def _given(catalog: Catalog, source: Source) -> str:
    operation = catalog.operations.get(source.operation)
    lines = []
    for name, required in (operation.takes if operation else {}).items():
        value = source.constants.get(name)
        claim = f"= {value}" if value is not None else f"← {source.given.get(name, name)}"
        lines.append(f"{name}{' ✱' if required else ''} {claim}")
    return "\n".join(lines)


def _attribute(terminal: Terminal, comparison: Comparison) -> str:
    return f"{comparison.attribute} {attribute_label(comparison.attribute, terminal.language)}"


def _by(comparison: Comparison) -> str:
    options = ", ".join(f"{name}={value}" for name, value in comparison.options.items())
    expected = "" if comparison.equals is None else f" = {comparison.equals}"
    return comparison.by + (f" ({options})" if options else "") + expected
