"""Code tables: what a registry's codes mean in our words, and what an unlisted one means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.mapping.parts import Part
from gateway.mapping.values import UnusableError, text_of
from gateway.model.outcomes import FieldState, Judgement

OTHERWISE = ("unexpected", "not_comparable")


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A table from wire codes to our values; `otherwise` is `unexpected`, `not_comparable`, or a value of ours."""

    name: str
    values: Mapping[str, Any]
    otherwise: str
    fallback: Any = None

    def read(self, value: Any) -> Any:
        """Our value for a wire code.

        Raises:
            UnusableError: unexpected (the administrator is alarmed) or not comparable, as the table says.
        """
        text = text_of(value)
        if text in self.values:
            return self.values[text]
        if self.otherwise == "code":
            return self.fallback
        state = FieldState.UNEXPECTED if self.otherwise == "unexpected" else FieldState.NOT_COMPARABLE
        raise UnusableError(f"code '{text[:40]}' is not in table '{self.name}'", state)

    def write(self, value: Any) -> Any:
        """The wire code for our value; the checker has seen to it that there is only one."""
        wanted = text_of(value)
        for code, ours in self.values.items():
            if text_of(ours) == wanted:
                return code
        raise UnusableError(f"table '{self.name}' has no code for '{wanted[:40]}'")

    @property
    def twice(self) -> str:
        """A value of ours that has several codes; empty where there is none."""
        seen: set[str] = set()
        for value in self.values.values():
            if text_of(value) in seen:
                return text_of(value)
            seen.add(text_of(value))
        return ""

    @property
    def reversible(self) -> bool:
        """Whether every value of ours has one code only."""
        return not self.twice

    @property
    def judges(self) -> bool:
        """Whether every value is a judgement, so that the table may stand in `judged`."""
        return bool(self.values) and all(value in set(Judgement) for value in self.values.values())


def read_table(part: Part, name: str) -> CodeTable | None:
    """Read one table; findings stand at their place, and None is given where it can't be used."""
    keys = ("values", "otherwise", "title", "source")
    members = part.keys(f"code table '{name}'", keys)
    if part.kind != "map":
        return None
    if "otherwise" not in members:
        if "otherwise" in part.misspelt(keys):
            return None
        part.find(
            "mapping.missing_key",
            key="otherwise",
            of=f"code table '{name}'",
            advice="say what an unlisted code means",
            advice_zh="请说明未列出的代码如何处理",
        )
        return None
    if "values" not in members:
        part.find("mapping.missing_key", key="values", of=f"code table '{name}'", advice="", advice_zh="")
        return None
    values: dict[str, Any] = {}
    for code, value in members["values"].entries():
        if value.kind in ("text", "boolean"):
            values[code] = value.value
        elif value.kind == "number":
            values[code] = value.raw
        else:
            value.expect("text")
    otherwise = members["otherwise"]
    if otherwise.kind == "map":
        fallback = otherwise.keys("otherwise", ("code",), ("code",)).get("code")
        return CodeTable(name, values, "code", fallback.raw if fallback else None)
    word = otherwise.text()
    if word and word not in OTHERWISE:
        otherwise.find(
            "mapping.bad_value",
            key="otherwise",
            reason=f"'{word}' is not one of {', '.join(OTHERWISE)}, {{code: …}}",
            reason_zh=f"'{word}' 不是 {'、'.join(OTHERWISE)}、{{code: …}} 之一",
        )
        return None
    return CodeTable(name, values, word)
