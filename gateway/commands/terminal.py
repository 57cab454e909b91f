"""The terminal: one language, results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, NoReturn, Protocol

from rich.box import ROUNDED
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from gateway.commands.wrapping import Flow
from gateway.errors import Diagnostics, GatewayError, Language
from gateway.model.catalog import Bilingual

WIDTH = 120
"""Columns of tables that go to a file or a pipe and have no width of their own."""

NARROWEST = 60
"""Columns below which nothing is squeezed further; the terminal wraps the lines."""

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class Step(Protocol):
    """Hears how far a long work is."""

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """So many of so many are done; `what` names the piece at work."""


def error_document(error: GatewayError) -> dict[str, Any]:
    """An error as JSON, in both languages."""
    document: dict[str, Any] = {
        "code": error.code, "where": error.where or None,
        "message": {"zh": error.kind.message("zh", error.values), "en": error.kind.message("en", error.values)},
        "hint": {"zh": error.advice("zh"), "en": error.advice("en")},
    }  # fmt: skip
    if isinstance(error, Diagnostics):
        document["findings"] = [finding.document() for finding in error.findings]
    return document


class _Console(Console):
    """A console that leaves it to the top level what becomes of a closed pipe."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def safe(text: object) -> str:
    """A text from outside as it may be shown: nothing in it moves the cursor, colours, or turns the line around."""
    return _UNSAFE.sub("\ufffd", str(text).replace("\t", " ").replace("\r\n", "\n"))


def cell(text: object, style: str = "") -> Text:
    """A text from outside as one cell or line."""
    return Flow(safe(text), style=style)


class Terminal:
    """Where a command speaks. `out` carries results, `err` progress and messages."""

    def __init__(
        self,
        language: Language = "en",
        out: IO[str] | None = None,
        err: IO[str] | None = None,
        width: int | None = None,
    ) -> None:
        self.language: Language = language
        self.out = _console(out or sys.stdout, width)
        self.err = _console(err or sys.stderr, width)

    def pick(self, zh: str, en: str) -> str:
        """One of two texts, in the terminal's language."""
        return zh if self.language == "zh" else en

    def of(self, text: Bilingual | Mapping[str, Any]) -> str:
        """A bilingual text in the terminal's language."""
        if isinstance(text, Bilingual):
            return self.pick(text.zh, text.en)
        return str(text.get(self.language) or text.get("en") or "")

    def show(self, *lines: object) -> None:
        """Put lines or tables on standard output."""
        for line in lines:
            self.out.print(line if isinstance(line, Text | Table) else cell(line), soft_wrap=isinstance(line, str))

    def tell(self, zh: str, en: str, style: str = "") -> None:
        """One message on standard error."""
        self.err.print(cell(self.pick(zh, en), style), soft_wrap=True)

    def problem(self, error: GatewayError, name: str = "") -> None:
        """An error on standard error; `name` is the file or thing that it is about."""
        text = Text(f"{safe(name)}: " if name else "", style="bold")
        text.append(safe(error.text(self.language)), style="red")
        self.err.print(text, soft_wrap=True)

    def document(self, value: object) -> None:
        """One JSON document on standard output, in UTF-8 whatever the locale says."""
        text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        self.raw(text)

    def raw(self, text: str) -> None:
        """A text for programs on standard output, unchanged."""
        stream = self.out.file
        stream.flush()
        buffer = getattr(stream, "buffer", None)
        if buffer is not None:
            buffer.write(text.encode("utf-8", "backslashreplace"))
            buffer.flush()
        else:
            stream.write(text)
            stream.flush()

    def table(
        self, *columns: str | tuple[str, dict[str, Any]], title: str = "", lines: bool = False, expand: bool = False
    ) -> Table:
        """A table; a column is its heading, or heading and options of rich."""
        table = Table(
            title=cell(title, "bold") if title else None, title_justify="left", show_lines=lines,
            header_style="bold", box=ROUNDED, expand=expand,
        )  # fmt: skip
        for column in columns:
            heading, options = (column, {}) if isinstance(column, str) else column
            table.add_column(heading, **{"overflow": "fold", **options})
        return table

    @contextmanager
    def progress(self, zh: str, en: str) -> Iterator[Step]:
        """Show how far a work is: a bar on a terminal, nothing elsewhere."""
        if not self.err.is_terminal:
            yield _silent
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                   TimeElapsedColumn(), TextColumn("{task.fields[what]}"))  # fmt: skip
        with Progress(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task(self.pick(zh, en), total=None, what="")

            def step(done: int, total: int, what: str = "") -> None:
                bar.update(task, completed=done, total=total, what=safe(what))

            yield step


def _silent(done: int, total: int, what: str = "") -> None:
    """Nobody watches."""


def _console(stream: IO[str], width: int | None) -> Console:
    columns = os.environ.get("COLUMNS", "")
    if width is None and columns.isdecimal() and int(columns) < NARROWEST:
        width = NARROWEST  # in fewer columns cells would lose what they hold, without a word
    if width is None and not stream.isatty() and not columns:
        width = WIDTH
    return _Console(file=stream, width=width, markup=False, emoji=False, highlight=False)
