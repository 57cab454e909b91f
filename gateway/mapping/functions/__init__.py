"""The closed list of value functions: each named after what is on the wire, typed, total, and documented."""

from __future__ import annotations

from gateway.mapping.functions.code import CODE
from gateway.mapping.functions.dates import DATE, DATETIME
from gateway.mapping.functions.kinds import Function, Scope, Step
from gateway.mapping.functions.numbers import NUMBER, SCORE
from gateway.mapping.functions.points import POINT
from gateway.mapping.functions.texts import TEXT_FUNCTIONS

__all__ = ["FUNCTIONS", "Function", "Scope", "Step"]

FUNCTIONS: dict[str, Function] = {
    function.name: function for function in (DATE, DATETIME, NUMBER, SCORE, CODE, POINT, *TEXT_FUNCTIONS)
}
