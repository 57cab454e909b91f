"""`code`: a wire code as our value, by a table that says what an unlisted code means."""

from __future__ import annotations

from gateway.mapping.functions.kinds import Function, Scope, Step
from gateway.mapping.parts import Part, nearest


def _build_code(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    if parameter is None:
        place.find(
            "mapping.function_parameter",
            function="code",
            reason="name a table",
            reason_zh="请指明码表",
            example="{code: sex}",
        )
        return None
    name = parameter.text()
    if name not in scope.tables:
        if name:
            parameter.find_unknown("mapping.unknown_table", name, scope.tables)
            scope.used_tables.add(nearest(name, scope.tables))  # it was meant: that it is unused is no news
        return None
    scope.used_tables.add(name)
    table = scope.tables[name]
    kinds = {"boolean" if isinstance(value, bool) else "code" for value in table.values.values()}
    gives = "judgement" if table.judges else kinds.pop() if len(kinds) == 1 else "any"
    return Step("code", "text", gives, table.read, table.write if table.reversible else None, table)


CODE = Function(
    "code",
    "text",
    "code",
    True,
    ("a wire code as our value, by a table that says what an unlisted code means", "按码表将外部代码转为本系统的值"),
    "{path: sex, as: {code: sex}}",
    _build_code,
)
