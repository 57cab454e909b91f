"""The tables that comparators read: spellings of names above all, and registries' words for states and relations."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gateway.errors import GatewayError

StateMeaning = Literal["active", "expired", "revoked"]

_HAN_COLUMNS = ("simplified", "traditional")


@dataclass(frozen=True, slots=True)
class NameTables:
    """All tables, read once at start.

    `ambiguous`: simplified character to the characters it may stand for. `variants`: character to others under which
    the same person may be registered. `private_use`: code point of old systems to the character of today.
    `surnames`: Latin spelling (upper case, letters only) to the simplified surnames that are spelled so.
    `states`: a registry's word to `active`, `expired` or `revoked`. `relations`: a word to codes of GB/T 4761.
    """

    ambiguous: Mapping[str, frozenset[str]] = field(default_factory=dict)
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    private_use: Mapping[str, str] = field(default_factory=dict)
    surnames: Mapping[str, frozenset[str]] = field(default_factory=dict)
    states: Mapping[str, StateMeaning] = field(default_factory=dict)
    relations: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> NameTables:
        """Read the tables of one folder (as `config/codes`, names under `names/`).

        Raises:
            GatewayError: `configuration.file_missing`, `configuration.unreadable` or `catalog.row_invalid`.
        """
        names = folder / "names"
        return cls(
            ambiguous=_ambiguous(names / "ambiguous.csv"),
            variants=_variants(names / "variants.csv"),
            private_use=_private_use(names / "private_use.csv"),
            surnames=_surnames(names / "surname_romanization.csv"),
            states=_states(folder / "states.csv"),
            relations=_relations(folder / "relations.csv"),
        )


def _rows(path: Path, *columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their line numbers; lines that begin with `#` are comments."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise GatewayError("configuration.file_missing", path=path.name) from error
    except (OSError, UnicodeDecodeError) as error:
        raise GatewayError("configuration.unreadable", path=path.name, reason=error) from error
    kept = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    reader = csv.reader(line for _, line in kept)
    head = next(reader, [])
    missing = [column for column in columns if column not in head]
    if missing:
        raise _invalid(path, kept[0][0] if kept else 0, f"column {missing[0]}", f"columns: {', '.join(columns)}")
    for (number, _), cells in zip(kept[1:], reader, strict=False):
        if len(cells) != len(head):
            raise _invalid(path, number, f"{len(cells)} cells", f"{len(head)} cells")
        yield number, dict(zip(head, (cell.strip() for cell in cells), strict=True))


def _invalid(path: Path, line: int, reason: str, expected: str) -> GatewayError:
    return GatewayError("catalog.row_invalid", where=f"{path.name}:{line}", reason=reason, expected=expected)


def _ambiguous(path: Path) -> dict[str, frozenset[str]]:
    rows = _rows(path, "simplified", "may_stand_for")
    return {row["simplified"]: frozenset(row["may_stand_for"].split()) for _, row in rows}


def _variants(path: Path) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for number, row in _rows(path, "one", "other", "source"):
        one, other = row["one"], row["other"]
        if len(one) != 1 or len(other) != 1 or not row["source"]:
            raise _invalid(path, number, f"{one} {other}", "one character, one character, a source")
        table[one] = (*table.get(one, ()), other)
        table[other] = (*table.get(other, ()), one)
    return table


def _private_use(path: Path) -> dict[str, str]:
    table = {}
    for number, row in _rows(path, "private_use", "character"):
        try:
            old, new = (chr(int(row[column].removeprefix("U+"), 16)) for column in ("private_use", "character"))
        except (ValueError, OverflowError) as error:
            raise _invalid(path, number, str(error), "U+E863,U+4DAE") from error
        table[old] = new
    return table


def _surnames(path: Path) -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for _, row in _rows(path, *_HAN_COLUMNS, "pinyin"):
        for column, cell in row.items():
            if column in _HAN_COLUMNS:
                continue
            for spelling in cell.split():
                letters = "".join(sign for sign in spelling.upper() if sign.isalpha())
                table.setdefault(letters, set()).add(row["simplified"])
    return {spelling: frozenset(surnames) for spelling, surnames in table.items()}


def _states(path: Path) -> dict[str, StateMeaning]:
    table: dict[str, StateMeaning] = {}
    for number, row in _rows(path, "text", "meaning"):
        match row["meaning"]:
            case "active" | "expired" | "revoked" as meaning:
                table[row["text"].lower()] = meaning
            case other:
                raise _invalid(path, number, other, "active, expired, revoked")
    return table


def _relations(path: Path) -> dict[str, frozenset[str]]:
    return {row["text"]: frozenset(row["codes"].split()) for _, row in _rows(path, "text", "codes")}
