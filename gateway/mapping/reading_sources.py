"""Reading sources and value functions from YAML: `path`, `as`, `absent`, `blank`, `first_of`, `each`, `fields` …"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.mapping.conditions import Condition, read_condition
from gateway.mapping.facts import KnownFacts
from gateway.mapping.functions import FUNCTIONS, Scope, Step
from gateway.mapping.parts import Part, suggestion
from gateway.mapping.paths import Format, Path, read_path
from gateway.mapping.sources import Source

_LEADS = ("path", "document", "constant", "first_of", "each", "fields")
_KEYS = (*_LEADS, "as", "absent", "blank", "precision", "undisclosed_when", "disputed_when", "keep")
_ABSENT = ("not_provided", "undisclosed", "unexpected")
_TEXTS = frozenset({"text", "code", "any"})
_SCALARS = _TEXTS | {"number", "boolean", "date", "datetime"}
_NUMERIC = frozenset({"date", "datetime", "number", "score", "code"})


@dataclass(frozen=True, slots=True)
class Context:
    """What is known while a reply is read: format, namespaces, functions' scope, facts."""

    form: Format
    namespaces: Mapping[str, str]
    scope: Scope
    facts: KnownFacts
    in_record: bool = False

    def within(self) -> Context:
        """The same, inside a record or row."""
        return Context(self.form, self.namespaces, self.scope, self.facts, in_record=True)


def read_steps(part: Part | None, scope: Scope, *, request: bool = False) -> tuple[Step, ...]:
    """Compile the functions of an `as`; a wrong one is found and left out."""
    steps: list[Step] = []
    for item in part.many() if part is not None else ():
        step = _read_step(item, scope, request=request)
        if step is None:
            continue
        if steps and step.takes not in ("any", "list") and not request and not _follows(step, steps[-1]):
            item.find("mapping.function_order", name=step.name, wants=step.takes, gives=steps[-1].gives)
        if step.takes == "list" and steps:
            item.find("mapping.function_order", name=step.name, wants="list", gives=steps[-1].gives)
        steps.append(step)
    return tuple(steps)


def _follows(step: Step, before: Step) -> bool:
    """Whether a function can work on what the one before it gives (MAPPING section 6)."""
    if step.name == "text":
        return before.gives in _SCALARS
    return before.gives in (_TEXTS | {"number"} if step.name in _NUMERIC else _TEXTS)


def _read_step(item: Part, scope: Scope, *, request: bool) -> Step | None:
    parameter: Part | None = None
    if item.kind == "map":
        names = list(item.value)
        if len(names) != 1:
            item.find(
                "mapping.bad_value",
                key="as",
                reason="one function an item; write a list for several",
                reason_zh="每项一个函数；多个函数请写成列表",
            )
            return None
        name, parameter = names[0], item.child(names[0])
    else:
        name = item.text()
    function = FUNCTIONS.get(name)
    if function is None:
        if name:
            item.find("mapping.unknown_function", name=name, known=", ".join(FUNCTIONS), **suggestion(name, FUNCTIONS))
        return None
    if request and not function.in_requests:
        item.find("mapping.function_direction", name=name)
        return None
    step = function.build(item, parameter, scope)
    if step is not None and request and step.write is None:
        item.find("mapping.code_not_reversible", value=step.codes.twice if step.codes is not None else name)
        return None
    return step


def read_source(part: Part, context: Context) -> Source | None:
    """Compile one source; None where it can't be used."""
    if part.kind != "map":
        path = read_path(part, context.form, context.namespaces, in_record=context.in_record)
        return Source(path=path, gives="text") if path is not None else None
    members = part.keys("a source", _KEYS)
    leads = [name for name in _LEADS if name in members]
    if leads not in (
        ["path"],
        ["document"],
        ["constant"],
        ["first_of"],
        ["each"],
        ["fields"],
        ["path", "fields"],
        ["each", "fields"],
    ):
        part.find("mapping.source_kinds", known=", ".join(_LEADS), found=", ".join(leads) or "none")
        return None
    steps = read_steps(members.get("as"), context.scope)
    whole = "as" not in members or len(steps) == len(members["as"].many())
    shared: dict[str, Any] = {
        "steps": steps,
        "absent": _absent(members.get("absent")),
        "blank": frozenset(item.written() for item in members["blank"].many()) if "blank" in members else frozenset(),
        "precision": read_source(members["precision"], context) if "precision" in members else None,
        "undisclosed_when": _condition(members.get("undisclosed_when"), context),
        "disputed_when": _condition(members.get("disputed_when"), context),
        "gives": "any" if not whole else steps[-1].gives if steps else "text",
    }
    if "each" in members:
        return _read_each(members, context, shared)
    if "fields" in members:
        return _read_object(members, context, shared)
    if "first_of" in members:
        inner = tuple(
            source for item in members["first_of"].items() if (source := read_source(item, context)) is not None
        )
        gives = steps[-1].gives if steps else (inner[0].gives if inner else "any")
        return Source(first_of=inner, **{**shared, "gives": gives})
    if "constant" in members:
        constant = members["constant"]
        kind = {"boolean": "boolean", "number": "number"}.get(constant.kind, "code")
        return Source(constant=constant.value, **{**shared, "gives": steps[-1].gives if steps else kind})
    top = Context(context.form, context.namespaces, context.scope, context.facts) if "document" in members else context
    lead = "document" if "document" in members else "path"
    path = read_path(members[lead], top.form, top.namespaces, in_record=top.in_record)
    if path is None:
        return None
    return Source(document=path, **shared) if lead == "document" else Source(path=path, **shared)


def _absent(part: Part | None) -> str:
    if part is None:
        return "not_provided"
    word = part.text("not_provided")
    if word not in _ABSENT:
        part.find(
            "mapping.bad_value",
            key="absent",
            reason=f"one of {', '.join(_ABSENT)}",
            reason_zh=f"应为 {'、'.join(_ABSENT)} 之一",
        )
        return "not_provided"
    return word


def _condition(part: Part | None, context: Context) -> Condition | None:
    if part is None:
        return None
    return read_condition(part, context.form, context.namespaces, context.facts, row=True)


def read_keep(part: Part | None, context: Context) -> tuple[Condition, ...]:
    """The conditions of a `keep`; one of them must hold for a row to stay."""
    found = [_condition(item, context) for item in part.many()] if part is not None else []
    return tuple(condition for condition in found if condition is not None)


def _read_each(members: Mapping[str, Part], context: Context, shared: dict[str, Any]) -> Source | None:
    lead = members["each"]
    from_top = lead.kind == "map"
    place = lead.keys("each", ("document",), ("document",)).get("document") if from_top else lead
    if place is None:
        return None
    path = read_path(place, context.form, context.namespaces, in_record=context.in_record and not from_top)
    if path is None:
        return None
    fields = read_fields(members["fields"], context.within()) if "fields" in members else None
    return Source(
        each=path,
        each_from_top=from_top,
        fields=fields,
        keep=read_keep(members.get("keep"), context.within()),
        **{**shared, "gives": "list"},
    )


def _read_object(members: Mapping[str, Part], context: Context, shared: dict[str, Any]) -> Source:
    path: Path | None = None
    inner = context
    if "path" in members:
        path = read_path(members["path"], context.form, context.namespaces, in_record=context.in_record)
        inner = context.within()
    return Source(path=path, fields=read_fields(members["fields"], inner), **{**shared, "gives": "object"})


def read_fields(part: Part, context: Context) -> Mapping[str, Source]:
    """Compile a map of field names to sources."""
    found = {name: read_source(member, context) for name, member in part.entries()}
    return {name: source for name, source in found.items() if source is not None}
