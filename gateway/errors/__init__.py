"""Everything that can go wrong has a code: the error, the diagnostic, and the table of codes.

A code is never reused. The table is grouped by who must act: the caller, the administrator, the registry's
owner, or the operator of this gateway. Both languages stand beside each other so that neither can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from gateway.errors.administrator import ADMINISTRATOR
from gateway.errors.caller import CALLER
from gateway.errors.kinds import Code, Who, Words, find
from gateway.errors.mapping import MAPPING
from gateway.errors.operator import OPERATOR
from gateway.errors.registry import REGISTRY

__all__ = ["CODES", "Code", "Diagnostic", "Diagnostics", "GatewayError", "Language", "Mark", "Who", "Words"]

Language = Literal["en", "zh"]

CODES: dict[str, Code] = find(CALLER, ADMINISTRATOR, MAPPING, REGISTRY, OPERATOR)


class GatewayError(Exception):
    """An error with a stable code, a place, and advice.

    Args:
        code: a key of `CODES`; an unknown code is a bug and raises `KeyError` at once.
        where: the place in the input: `file:line:column`, a JSON pointer, an XPath, or empty.
        hint: advice for this one case, in English; the code's own advice is used where it is empty.
        values: what the code's texts name in braces.
    """

    def __init__(self, code: str, *, where: str = "", hint: str = "", **values: object) -> None:
        self.kind = CODES[code]
        self.code = code
        self.where = where
        self.values = values
        self._hint = hint
        super().__init__(self.text("en"))

    @property
    def who(self) -> Who:
        """Who must act."""
        return self.kind.who

    @property
    def message(self) -> str:
        """What went wrong, in English, without place and advice."""
        return self.kind.message("en", self.values)

    @property
    def words(self) -> Words:
        """What went wrong in both languages, as a value for the message of another error."""
        return Words(self.message, self.kind.message("zh", self.values))

    @property
    def hint(self) -> str:
        """What to do, in English."""
        return self.advice("en")

    def advice(self, language: Language) -> str:
        """What to do, in one language."""
        return (self._hint if language == "en" and self._hint else "") or self.kind.hint(language, self.values)

    def text(self, language: Language = "en") -> str:
        """One line for people: `where: code: message (hint)`."""
        place = f"{self.where}: " if self.where else ""
        hint = self.advice(language)
        advice = f" ({hint})" if hint and language == "en" else f"（{hint}）" if hint else ""
        return f"{place}{self.code}: {self.kind.message(language, self.values)}{advice}"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; line and column count from 1, 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of a static check, with its place."""

    mark: Mark
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Whether a gateway may start with it."""
        return CODES[self.code].severity

    def text(self, language: Language = "en") -> str:
        """`file:line:column: code: message (hint)` in one language."""
        return GatewayError(self.code, where=str(self.mark), **cast(dict[str, Any], self.values)).text(language)

    def document(self) -> dict[str, object]:
        """The finding as JSON, with both languages and the candidates."""
        kind = CODES[self.code]
        return {
            "file": self.mark.file, "line": self.mark.line, "column": self.mark.column,
            "code": self.code, "severity": kind.severity,
            "message": {"en": kind.message("en", self.values), "zh": kind.message("zh", self.values)},
            "hint": {"en": kind.hint("en", self.values), "zh": kind.hint("zh", self.values)},
            "candidates": list(self.candidates),
        }  # fmt: skip


class Diagnostics(GatewayError):  # noqa: N818 - it is what it holds
    """All findings of a check at once, raised where nothing can go on with them."""

    def __init__(self, findings: Iterable[Diagnostic]) -> None:
        self.findings: Sequence[Diagnostic] = tuple(findings)
        super().__init__("configuration.invalid", count=len(self.findings))

    def text(self, language: Language = "en") -> str:
        """Every finding on its own line."""
        return "\n".join(finding.text(language) for finding in self.findings)

    def __str__(self) -> str:
        return self.text("en")
