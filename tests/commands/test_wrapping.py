"""Lines of Chinese are full, marks stand where they may, and no text from outside steers the terminal."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gateway.commands.terminal import Terminal, cell, safe
from gateway.commands.wrapping import breaks


def parts(text: str, width: int) -> list[str]:
    places = [0, *breaks(text, width), len(text)]
    return [text[start:stop] for start, stop in pairwise(places)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("居留证明的领事认证", 8, ["居留证明", "的领事认", "证"]),
        ("M11 居留证明", 9, ["M11 居留", "证明"]),
        ("要求九十日，共三十日", 10, ["要求九十", "日，共三十", "日"]),
        ("one two three", 8, ["one two ", "three"]),
        ("姓名\u00a0✱、性别", 6, ["姓", "名\u00a0✱、", "性别"]),
        ("", 5, [""]),
        ("abc", 1, ["a", "b", "c"]),
    ],
)
def test_where_lines_end(text: str, width: int, expected: list[str]) -> None:
    assert parts(text, width) == expected


@given(st.text(alphabet="中文，。（）ab 12", max_size=60), st.integers(2, 30))
def test_nothing_is_lost_and_nothing_is_wider(text: str, width: int) -> None:
    found = parts(text, width)
    assert "".join(found) == text
    assert all(cell_len(part.rstrip()) <= width for part in found)


@given(st.text(max_size=40))
def test_a_text_from_outside_never_steers_the_terminal(text: str) -> None:
    stream = io.StringIO()
    Terminal("en", out=stream, err=io.StringIO(), width=60).show(cell(text), text)
    assert not set(stream.getvalue()) & {"\x1b", "\r", "\x07", "\x08", "\x9b", "\u202e", "\u2066", "\ufeff"}


def test_markup_of_a_document_stays_text() -> None:
    assert safe("a\x1b[31mb\tc\r\n") == "a\ufffd[31mb c\n"
    stream = io.StringIO()
    Terminal("en", out=stream, err=stream, width=60).show(cell("[red]x[/red] :smile:"))
    assert stream.getvalue() == "[red]x[/red] :smile:\n"
