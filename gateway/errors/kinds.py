"""What a code is: who must act, both languages, advice, and how severe a static finding is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Who(StrEnum):
    """Who must act on an error."""

    CALLER = "caller"
    ADMINISTRATOR = "administrator"
    REGISTRY = "registry"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Words:
    """A value of a message that is itself a text for people; shown in the language of the message."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en


class _Lenient(dict[str, object]):
    """Values of a message; a value nobody gave must not hide the error that is being told."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True)
class Code:
    """One stable code with its texts; braces name values."""

    code: str
    who: Who
    en: str
    zh: str
    hint_en: str = ""
    hint_zh: str = ""
    severity: Literal["error", "warning"] = "error"

    def message(self, language: Literal["en", "zh"], values: Mapping[str, object]) -> str:
        """The message in one language."""
        return (self.en if language == "en" else self.zh).format_map(_in(language, values))

    def hint(self, language: Literal["en", "zh"], values: Mapping[str, object]) -> str:
        """The advice in one language; empty where there is none."""
        return (self.hint_en if language == "en" else self.hint_zh).format_map(_in(language, values))


def _in(language: Literal["en", "zh"], values: Mapping[str, object]) -> _Lenient:
    return _Lenient(
        {name: getattr(value, language) if isinstance(value, Words) else value for name, value in values.items()}
    )


def find(*groups: tuple[Code, ...]) -> dict[str, Code]:
    """Put the groups into one table; a code that stands twice is a bug."""
    table: dict[str, Code] = {}
    for group in groups:
        for code in group:
            if code.code in table:
                raise AssertionError(f"error code {code.code} stands twice")
            table[code.code] = code
    return table
