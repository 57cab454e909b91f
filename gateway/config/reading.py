"""From a YAML source to a typed, frozen model, with every error at once, each at its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from gateway.config.fields import WrittenFloat, WrittenInt, written
from gateway.errors import Diagnostic, Words
from gateway.yamlsource import Source, Trail

M = TypeVar("M", bound=BaseModel)

_TYPES: Mapping[str, Words] = {
    "string_type": Words("text", "文本"),
    "int_type": Words("a whole number", "整数"),
    "int_from_float": Words("a whole number", "整数"),
    "float_type": Words("a number", "数字"),
    "bool_type": Words("true or false", "true 或 false"),
    "dict_type": Words("a map of keys and values", "键值表"),
    "mapping_type": Words("a map of keys and values", "键值表"),
    "model_type": Words("a map of keys and values", "键值表"),
    "model_attributes_type": Words("a map of keys and values", "键值表"),
    "dataclass_type": Words("a map of keys and values", "键值表"),
    "tuple_type": Words("a list", "列表"),
    "list_type": Words("a list", "列表"),
}
_LIMITS: Mapping[str, tuple[str, str, str]] = {
    "greater_than": ("gt", "more than", "大于"),
    "greater_than_equal": ("ge", "at least", "不小于"),
    "less_than": ("lt", "less than", "小于"),
    "less_than_equal": ("le", "at most", "不大于"),
}


def read(
    source: Source, model: type[M], environment: Mapping[str, str] | None = None
) -> tuple[M | None, list[Diagnostic]]:
    """Read one file as `model`; None where there is an error, which then stands in the list.

    Args:
        source: the file with its marks.
        model: what the whole file should be.
        environment: variables for the fields that allow `${NAME}`; none where absent.
    """
    value = _with_writing(source.value, (), source)
    try:
        return model.model_validate(value, context={"environment": environment or {}}), []
    except ValidationError as error:
        details = [detail for detail in error.errors(include_url=False) if not _echo(detail)]
        found = [_diagnostic(detail, source, model) for detail in details]
        return None, sorted(found, key=lambda finding: finding.mark)


def suggest(name: str, known: Iterable[str]) -> Words | str:
    """`did you mean …?` for a name that is not in the list; the empty text where nothing resembles it."""
    close = candidates(name, known)
    return Words(f"; did you mean '{close[0]}'?", f"，是否指 '{close[0]}'？") if close else ""


def candidates(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that resemble this one, best first: those that it begins, then those that are spelt alike."""
    names = sorted(known)
    begun = [other for other in names if len(name) >= 3 and other.startswith(name)]
    alike = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    return tuple(dict.fromkeys([*begun, *alike]))[:3]


def unknown_reference(
    source: Source, trail: Trail, name: str, *, kind: Words, known: Iterable[str], key: bool = False
) -> Diagnostic:
    """The finding for a name that refers to nothing; `known` are the names that exist."""
    names = sorted(known)
    values = {
        "of": where(trail[:-1]) if trail else source.file, "kind": kind, "name": name,
        "suggestion": suggest(name, names), "known": shown(names, name),
    }  # fmt: skip
    mark = source.mark(trail, key=key)
    return Diagnostic(mark, "configuration.unknown_reference", values, candidates(name, names))


def where(trail: Trail) -> str | Words:
    """A place for people: keys joined by dots, positions in brackets; `the file` for the top."""
    text = ""
    for part in trail:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or Words("the file", "文件")


def shown(names: Iterable[str], name: str = "", limit: int = 24) -> str | Words:
    """A list of names for people; of a long one only those that are nearest to `name`, and how many there are."""
    listed = list(names)
    if len(listed) <= limit:
        return ", ".join(listed) or "–"
    near = ", ".join(difflib.get_close_matches(name, listed, n=6, cutoff=0.3) or listed[:6])
    return Words(f"{near} and {len(listed) - 6} more", f"{near} 等，共 {len(listed)} 项")


def _with_writing(value: Any, trail: Trail, source: Source) -> Any:
    if isinstance(value, dict):
        return {key: _with_writing(inner, (*trail, key), source) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_writing(inner, (*trail, position), source) for position, inner in enumerate(value)]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = WrittenInt(value) if isinstance(value, int) else WrittenFloat(value)
    number.raw = source.raw(trail) or str(value)
    return number


def _trail(location: tuple[int | str, ...], value: Any) -> tuple[Trail, bool]:
    """The part of pydantic's location that exists in the document, and whether the key itself is meant."""
    trail: list[str | int] = []
    for part in location:
        if part == "[key]":
            return tuple(trail), True
        in_list = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if in_list or (isinstance(value, dict) and part in value):
            value = value[part]
            trail.append(part)
    return tuple(trail), False


def _echo(detail: Any) -> bool:
    """A list counts as too short when its items are wrong; they have their own findings."""
    return bool(detail["type"] == "too_short" and detail["input"])


def _at(value: Any, trail: Trail) -> Any:
    for part in trail:
        value = value[part]
    return value


def _diagnostic(detail: Any, source: Source, model: type[BaseModel]) -> Diagnostic:
    kind, context = detail["type"], detail.get("ctx") or {}
    trail, on_key = _trail(detail["loc"], source.value)
    key = str(trail[-1]) if trail and isinstance(trail[-1], str) else where(trail)
    if kind == "extra_forbidden":
        known = sorted(_keys(_annotation(model, trail[:-1])))
        values = {"key": key, "of": where(trail[:-1]), "suggestion": suggest(str(key), known), "known": shown(known)}
        return Diagnostic(
            source.mark(trail, key=True), "configuration.unknown_key", values, candidates(str(key), known)
        )
    if kind == "missing":
        missing = str(detail["loc"][-1])
        return Diagnostic(source.mark(trail), "configuration.missing_key", {"key": missing, "of": where(trail)})
    if "." in kind:
        at = context.get("at", "")
        if at:
            trail, key = (*trail, at), at
        mark = source.mark(trail, key=on_key, shift=context.get("shift", 0))
        return Diagnostic(mark, kind, {"key": key, **context.get("values", {})})
    mark = source.mark(trail, key=on_key)
    value = _at(source.value, trail)
    if kind in _TYPES:
        return Diagnostic(
            mark, "configuration.wrong_type", {"key": key, "expected": _TYPES[kind], "found": _found(value)}
        )
    if kind == "literal_error":
        allowed = sorted(str(item) for item in get_args(_plain(_annotation(model, trail))))
        text = written(value) or str(_found(value))
        values = {"key": key, "value": text, "suggestion": suggest(text, allowed), "known": shown(allowed)}
        return Diagnostic(mark, "configuration.not_listed", values, candidates(text, allowed))
    if kind in _LIMITS:
        name, en, zh = _LIMITS[kind]
        limit = Words(f"{en} {context[name]}", f"{zh} {context[name]}")
        return Diagnostic(mark, "configuration.out_of_range", {"key": key, "value": source.raw(trail), "limit": limit})
    if kind in ("too_short", "string_too_short"):
        reason: object = Words("it may not be empty", "不能为空")
    else:
        reason = detail["msg"]
    return Diagnostic(mark, "configuration.bad_value", {"key": key, "reason": reason, "expected": ""})


def _found(value: Any) -> Words:
    if value is None:
        return Words("nothing", "空值")
    if isinstance(value, bool):
        return Words(str(value).lower(), str(value).lower())
    if isinstance(value, int | float):
        return Words(f"the number {value}", f"数字 {value}")
    if isinstance(value, str):
        return Words(f"the text '{value}'", f"文本 '{value}'")
    return Words("a list", "列表") if isinstance(value, list) else Words("a map of keys and values", "键值表")


def _plain(annotation: Any) -> Any:
    """An annotation without its wrappers (`Annotated`, `| None`)."""
    while True:
        origin = get_origin(annotation)
        if origin in (Union, UnionType):
            annotation = next(item for item in get_args(annotation) if item is not type(None))
        elif origin is not None and hasattr(annotation, "__metadata__"):
            annotation = get_args(annotation)[0]
        else:
            return annotation


def _annotation(model: Any, trail: Trail) -> Any:
    """What the model says about one place."""
    found: Any = model
    for part in trail:
        found = _plain(found)
        if isinstance(found, type) and issubclass(found, BaseModel):
            found = next((field.annotation for name, field in _fields(found) if name == part), None)
        elif get_origin(found) is not Literal:
            inner = get_args(found)
            found = (inner[-1] if isinstance(part, str) else inner[0]) if inner else None
    return _plain(found)


def _fields(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    """The keys of a model as they are written, with their fields."""
    return [(field.alias or name, field) for name, field in model.model_fields.items()]


def _keys(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [name for name, _ in _fields(annotation)]
    return []
