"""`number` and `score`: digits with foreign marks as numbers, and similarity as a judgement."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.mapping.functions.kinds import Function, Scope, Step
from gateway.mapping.parts import Part
from gateway.mapping.values import UnusableError, text_of
from gateway.model.outcomes import Judgement

_DIGITS = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


def to_number(text: str) -> int | float:
    """A number from digits with a decimal point.

    Raises:
        UnusableError: the text is not a number.
    """
    if not _DIGITS.fullmatch(text) or len(text) > 40:
        raise UnusableError(f"'{text[:40]}' is not a number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UnusableError(f"'{text[:40]}' is not a number") from None
    return int(number) if number == number.to_integral_value() else float(number)


def _build_number(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    decimal, group, times = ".", "", 1
    if parameter is not None:
        members = parameter.keys("number", ("decimal", "group", "times"))
        decimal = members["decimal"].text(".") if "decimal" in members else "."
        group = members["group"].text() if "group" in members else ""
        if "times" in members and members["times"].expect("number"):
            times = members["times"].value
        if parameter.kind != "map":
            return None

    def read(value: Any) -> Any:
        if isinstance(value, bool):
            raise UnusableError("a boolean is not a number")
        text = text_of(value)
        if group:
            text = text.replace(group, "")
        if decimal != ".":
            text = text.replace(".", " ").replace(decimal, ".")
        found = to_number(text)
        product = Decimal(str(found)) * Decimal(str(times))
        return int(product) if product == product.to_integral_value() else float(product)

    def write(value: Any) -> Any:
        number = Decimal(str(to_number(text_of(value)))) / Decimal(str(times))
        text = f"{number.normalize():f}"
        return text.replace(".", decimal) if decimal != "." else text

    return Step("number", "text", "number", read, write)


def _build_score(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    if parameter is None or parameter.kind != "map":
        place.find(
            "mapping.function_parameter",
            function="score",
            reason="match_from and weak_from are needed",
            reason_zh="需要 match_from 与 weak_from",
            example="{score: {match_from: 0.95, weak_from: 0.7}}",
        )
        return None
    members = parameter.keys("score", ("match_from", "weak_from"), ("match_from", "weak_from"))
    bounds = [part.value for part in members.values() if part.expect("number")]
    if len(bounds) != 2:
        return None
    match_from, weak_from = members["match_from"].value, members["weak_from"].value

    def read(value: Any) -> Any:
        score = to_number(text_of(value))
        if score >= match_from:
            return Judgement.MATCH.value
        return Judgement.WEAK.value if score >= weak_from else Judgement.MISMATCH.value

    return Step("score", "text", "judgement", read)


NUMBER = Function(
    "number",
    "text",
    "number",
    True,
    ("digits as a number; foreign decimal and group marks, and a factor, can be said", "将数字文本转为数值"),
    "{path: regcap, as: {number: {times: 10000}}}",
    _build_number,
)
SCORE = Function(
    "score",
    "text",
    "judgement",
    False,
    ("a similarity as a judgement of the registry", "将相似度转为登记库的比对结论"),
    "{path: sim, as: {score: {match_from: 0.95, weak_from: 0.7}}}",
    _build_score,
)
