"""Text that wraps as Chinese does: between any two characters, but not before a closing mark or after an opening."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.measure import Measurement
from rich.text import Text

_NOT_BEFORE: Final = frozenset("，。、；：！？）》」』”’…%,.;:!?)]} \u00a0✱")
_NOT_AFTER: Final = frozenset("（《「『“‘([{\u00a0")
_BREAKING: Final = frozenset(" ,;/|")
_NARROWEST: Final = 8


class Flow(Text):
    """A text whose lines are full: to rich a Chinese sentence is one word, which it moves to a new line as a whole."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """The text as lines of at most `width` cells."""
        if no_wrap or self.no_wrap:
            return super().wrap(
                console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap
            )  # fmt: skip
        lines = Lines()
        for line in self.split("\n", allow_blank=True):
            for part in line.divide(breaks(line.plain, width)):
                part.rstrip()
                lines.append(part)
        return lines

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self.plain.splitlines()), default=0)
        return Measurement(min(widest, _NARROWEST), widest)


def breaks(text: str, width: int) -> list[int]:
    """Where a line of text is to be cut so that no part is wider than `width` cells (at least one character each)."""
    offsets: list[int] = []
    start, cells, chance = 0, 0, 0
    for place, sign in enumerate(text):
        wide = cell_len(sign)
        while cells + wide > width and place > start:
            cut = chance if chance > start else place
            offsets.append(cut)
            start, cells = cut, cell_len(text[cut:place])
        cells += wide
        if _may_break(text, place + 1):
            chance = place + 1
    return offsets


def _may_break(text: str, place: int) -> bool:
    if place >= len(text):
        return False
    before, after = text[place - 1], text[place]
    if after in _NOT_BEFORE or before in _NOT_AFTER:
        return before == " " and after != " "
    return before in _BREAKING or cell_len(before) > 1 or cell_len(after) > 1
