"""Values on their way through a mapping: nothing, texts, and unusable ones."""

from __future__ import annotations

from typing import Any, Final

from gateway.model.outcomes import FieldState


class Absent:
    """The one value that means: nothing is there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent()


class UnusableError(Exception):
    """A value that can't be used, with the state that its field gets. Never leaves the mapping engine.

    `where` is the path at which it stood, where it is a member of an object or a list.
    """

    def __init__(self, reason: str, state: FieldState = FieldState.UNEXPECTED, where: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.state = state
        self.where = where

    @property
    def note(self) -> str:
        """What is wrong, with its path where there is one."""
        return f"{self.where}: {self.reason}" if self.where else self.reason


def is_nothing(value: Any) -> bool:
    """Whether a value counts as nothing: null, blank, an empty list or object."""
    if value is None or value is ABSENT:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list | dict):
        return not value
    return False


def text_of(value: Any) -> str:
    """A scalar as the text that codes are compared with: JSON `0`, `"0"` and `<c>0</c>` are all `0`."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None or value is ABSENT:
        return ""
    return value.strip() if isinstance(value, str) else str(value)
