"""Functions on texts: text, filled, join, split, between, slice, strip_prefix, pad, collapse_spaces, upper, lower."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.mapping.functions.kinds import Function, Scope, Step
from gateway.mapping.parts import Part
from gateway.mapping.values import ABSENT, is_nothing, text_of

Build = Callable[[Part, Part | None, Scope], Step | None]


def _plain(name: str, convert: Callable[[str], str]) -> Build:
    """A function without parameter that reads and writes the same way."""

    def build(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
        if parameter is not None:
            _wrong(parameter, name, "it has no parameter", "没有参数", name)
            return None

        def both(value: Any) -> Any:
            return convert(text_of(value))

        return Step(name, "text", "text", both, both)

    return build


def _wrong(part: Part, function: str, reason: str, reason_zh: str, example: str) -> None:
    part.find("mapping.function_parameter", function=function, reason=reason, reason_zh=reason_zh, example=example)


def _filled(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    return Step("filled", "any", "boolean", lambda value: not is_nothing(value))


def _join(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    separator = parameter.text() if parameter is not None else ""

    def both(value: Any) -> Any:
        parts = value if isinstance(value, list) else [value]
        if any(is_nothing(part) for part in parts):
            return ABSENT
        return separator.join(text_of(part) for part in parts)

    return Step("join", "list", "text", both, both)


def _split(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    members = parameter.keys("split", ("by", "take"), ("by", "take")) if parameter else {}
    if len(members) != 2 or not members["take"].expect("number") or not members["by"].text():
        _wrong(parameter or place, "split", "by and take are needed", "需要 by 与 take", '{split: {by: ",", take: 1}}')
        return None
    by, take = members["by"].value, members["take"].value
    if not isinstance(take, int) or take == 0:
        _wrong(
            members["take"],
            "split",
            "take counts from 1, or from -1 at the end",
            "take 从 1 起计，-1 为最后一段",
            '{split: {by: ",", take: 1}}',
        )
        return None

    def read(value: Any) -> Any:
        parts = text_of(value).split(by)
        position = take - 1 if take > 0 else take
        return parts[position].strip() if -len(parts) <= position < len(parts) else ABSENT

    return Step("split", "text", "text", read)


def _between(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    marks = [item.text() for item in parameter.items()] if parameter and parameter.kind == "list" else []
    if len(marks) != 2 or not all(marks):
        _wrong(parameter or place, "between", "two marks are needed", "需要两个标记", '{between: ["(", ")"]}')
        return None
    first, last = marks

    def read(value: Any) -> Any:
        _, found, rest = text_of(value).partition(first)
        inside, closed, _ = rest.partition(last)
        return inside.strip() if found and closed else ABSENT

    return Step("between", "text", "text", read)


def _slice(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    bounds = [item.value for item in parameter.items()] if parameter and parameter.kind == "list" else []
    if len(bounds) != 2 or not all(isinstance(bound, int) and bound > 0 for bound in bounds) or bounds[0] > bounds[1]:
        _wrong(
            parameter or place,
            "slice",
            "first and last position are needed, counted from 1",
            "需要首尾位置，从 1 起计",
            "{slice: [1, 6]}",
        )
        return None
    first, last = bounds

    def both(value: Any) -> Any:
        return text_of(value)[first - 1 : last] or ABSENT

    return Step("slice", "text", "text", both, both)


def _strip_prefix(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    if parameter is None or parameter.kind in ("map", "list"):
        _wrong(parameter or place, "strip_prefix", "name the prefix", "请写明前缀", '{strip_prefix: "156"}')
        return None
    prefix = parameter.raw
    return Step("strip_prefix", "text", "text", lambda value: text_of(value).removeprefix(prefix))


def _pad(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    members = parameter.keys("pad", ("to", "with"), ("to", "with")) if parameter else {}
    if len(members) != 2 or not isinstance(members["to"].value, int) or len(members["with"].raw) != 1:
        _wrong(
            parameter or place,
            "pad",
            "a width and one character are needed",
            "需要宽度与一个字符",
            '{pad: {to: 8, with: "0"}}',
        )
        return None
    width, filler = members["to"].value, members["with"].raw

    def both(value: Any) -> Any:
        return text_of(value).rjust(width, filler)

    return Step("pad", "text", "text", both, both)


def _row(
    name: str, gives: str, in_requests: bool, en: str, zh: str, example: str, build: Build, takes: str = "text"
) -> Function:
    return Function(name, takes, gives, in_requests, (en, zh), example, build)


TEXT_FUNCTIONS: tuple[Function, ...] = (
    _row(
        "text",
        "text",
        True,
        "a number or boolean as text",
        "将数字或布尔值转为文本",
        "{path: no, as: text}",
        _plain("text", str),
    ),
    _row(
        "filled",
        "boolean",
        False,
        "whether anything is there",
        "是否有值",
        "{path: overlijden, as: filled}",
        _filled,
        "any",
    ),
    _row(
        "join",
        "text",
        True,
        "a list as one text; absent when one part is absent",
        "将列表连接为文本",
        '{join: "-"}',
        _join,
        "list",
    ),
    _row("split", "text", False, "one part of a text", "取文本的一段", '{split: {by: ",", take: 1}}', _split),
    _row(
        "between",
        "text",
        False,
        "what stands between two marks",
        "取两个标记之间的文本",
        '{between: ["(", ")"]}',
        _between,
    ),
    _row(
        "slice", "text", True, "positions first to last, both included", "取第几至第几个字符", "{slice: [1, 6]}", _slice
    ),
    _row(
        "strip_prefix", "text", False, "the text without a prefix", "去掉前缀", '{strip_prefix: "156"}', _strip_prefix
    ),
    _row("pad", "text", True, "filled up on the left", "左侧补齐", '{pad: {to: 8, with: "0"}}', _pad),
    _row(
        "collapse_spaces",
        "text",
        True,
        "runs of blanks as one blank",
        "合并连续空白",
        "{path: naam, as: collapse_spaces}",
        _plain("collapse_spaces", lambda text: " ".join(text.split())),
    ),
    _row("upper", "text", True, "upper-case letters", "转为大写", "{path: id, as: upper}", _plain("upper", str.upper)),
    _row("lower", "text", True, "lower-case letters", "转为小写", "{path: id, as: lower}", _plain("lower", str.lower)),
)
