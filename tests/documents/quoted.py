"""What a document quotes: its sections, its fenced blocks, the commands in them, the files and words it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh.md")
LANGUAGES = {"README.md": "en", "README.zh.md": "zh"}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(r"\s+#\s*(?:exit status|退出状态)\s*(\d+)\s*$")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the line of the document where it begins."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """One command of a `sh` block and the exit status that the document promises."""

    text: str
    status: int


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(text: str) -> list[Block]:
    """All fenced blocks, from the top."""
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in _FENCE.finditer(text)
    ]  # fmt: skip


def prose(text: str) -> str:
    """The document without its fenced blocks."""
    return _FENCE.sub("", text)


def commands(block: Block) -> list[Command]:
    """The commands of a `sh` block; a line that ends with a backslash goes on."""
    found = []
    for line in block.text.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        promised = _STATUS.search(line)
        found.append(Command(_STATUS.sub("", line).strip(), int(promised[1]) if promised else 0))
    return found


def headings(text: str) -> list[int]:
    """The depth of each heading, in order: the shape of a document in any language."""
    return [len(found[1]) for found in re.finditer(r"^(#+) ", prose(text), re.MULTILINE)]


def code_words(text: str) -> list[str]:
    """Everything that the prose sets in backticks."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def links(text: str) -> list[str]:
    """The files that the prose links to."""
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)) if "://" not in target]


def tables(text: str) -> list[list[list[str]]]:
    """All tables: rows of cells without their head."""
    found: list[list[list[str]]] = []
    rows: list[list[str]] = []
    for line in [*prose(text).splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
        elif rows:
            found.append(rows[2:])
            rows = []
    return found
