"""The kinds of plain values: what each is in JSON Schema, in XML Schema, and in words.

The patterns are written in the part of the syntax that both languages read alike (no anchors, no shorthand classes), so
that a value is valid in both or in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][48]|[13579][26]|[2468]0)00)"
_MONTH = "(0[1-9]|1[0-2])"
_MONTH_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
DAY = f"({_YEAR}-{_MONTH_DAY}|{_LEAP}-02-29)"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
_ZONE = r"(Z|[+\-](0[0-9]|1[0-3]):[0-5][0-9]|[+\-]14:00)"

LIMIT = 1_000_000_000_000_000
"""No number of a document is larger than this (10^15), so that no reader loses digits."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `base` and `pattern` are of XML Schema, `json` is the type in JSON (empty: any); lengths in characters.

    `in_json` replaces the pattern in JSON, which can hold characters that never reach an XML document.
    """

    name: str
    zh: str
    en: str
    base: str = "xs:string"
    pattern: str = ""
    shortest: int = 0
    longest: int = 0
    json: str = "string"
    in_json: str = ""

    def json_schema(self) -> dict[str, Any]:
        """The kind as a JSON Schema."""
        if self.json == "":
            return {}
        schema: dict[str, Any] = {"type": self.json}
        if self.json in ("number", "integer"):
            return {**schema, "minimum": -LIMIT, "maximum": LIMIT}
        if self.json != "string":
            return schema
        if self.shortest:
            schema["minLength"] = self.shortest
        if self.longest:
            schema["maxLength"] = self.longest
        pattern = self.in_json or self.pattern
        return {**schema, "pattern": f"^({pattern})$" if pattern else WRITABLE}


WRITABLE = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]*$"
"""Texts that XML can carry too."""

_NUMBER = r"-?[0-9]{1,16}(\.[0-9]{1,40})?([eE][+\-]?[0-9]{1,3})?"

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("text", "非空文本（至多 10000 字）", "a text of 1 to 10,000 characters", shortest=1, longest=10_000),
        Kind("note", "文本（可为空）", "a text, which may be empty", longest=100_000),
        Kind(
            "date",
            "日期，如 1988-07-04；只知一部分时写作 1988-07 或 1988",
            "a date such as 1988-07-04; 1988-07 or 1988 where only a part is known",
            pattern=f"{DAY}|{_YEAR}(-{_MONTH})?",
        ),
        Kind("day", "完整日期，如 2026-11-24", "a full date such as 2026-11-24", pattern=DAY),
        Kind(
            "datetime",
            "带时区的时间，如 2026-11-24T10:00:00+08:00",
            "a time with its zone such as 2026-11-24T10:00:00+08:00",
            pattern=f"{DAY}T{_TIME}{_ZONE}",
        ),
        Kind("number", "数值", "a number", base="xs:double", pattern=_NUMBER, json="number"),
        Kind("integer", "整数", "a whole number", base="xs:integer", pattern="-?[0-9]{1,16}", json="integer"),
        Kind("boolean", "true 或 false", "true or false", base="xs:boolean", pattern="true|false", json="boolean"),
        Kind(
            "code",
            "不含空白的代码（至多 120 字符）",
            "a code without blanks, at most 120 characters",
            pattern="[^ \t\n\r]{1,120}",
            in_json="[^\u0000-\u0020\ufffe\uffff]{1,120}",
        ),
        Kind(
            "word",
            "小写字母、数字和下划线组成的词",
            "a word of lower-case letters, digits and underscores",
            pattern="[a-z][a-z0-9_]{0,79}",
        ),
        Kind(
            "dotted",
            "带点的错误代码，如 registry.timeout",
            "a dotted code such as registry.timeout",
            pattern=r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+",
        ),
        Kind(
            "operation",
            "操作代码，如 POP.BASE_INFO",
            "the code of an operation such as POP.BASE_INFO",
            pattern=r"[A-Z][A-Z0-9]*(\.[A-Z][A-Z0-9_]*)+",
        ),
        Kind("hash", "64 位小写十六进制摘要", "64 lower-case hexadecimal digits", pattern="[0-9a-f]{64}"),
        Kind("json", "任意 JSON 值（在 XML 中写作 JSON 文本）", "any JSON value (in XML its JSON text)", json=""),
        Kind(
            "scalars",
            "一个值或一组值（在 XML 中写作 JSON 文本）",
            "one plain value or a list of them (in XML its JSON text)",
            json="",
        ),
    )
}

SCALARS: dict[str, Any] = {
    "type": ["string", "number", "boolean", "array"],
    "items": {"type": ["string", "number", "boolean"]},
}
