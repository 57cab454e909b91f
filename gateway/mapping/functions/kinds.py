"""What a value function is: its types, its direction, and how it is compiled from its parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from gateway.mapping.codes import CodeTable
from gateway.mapping.parts import Part

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a function may know while it is compiled: the endpoint's zone and the code tables."""

    zone: ZoneInfo
    tables: Mapping[str, CodeTable]
    used_tables: set[str]


@dataclass(frozen=True, slots=True)
class Step:
    """A compiled function: `read` for replies, `write` for requests (None where it only reads).

    Both raise `UnusableError` for a value they can't take, and may give ABSENT. `codes` is the table of a `code`.
    """

    name: str
    takes: str
    gives: str
    read: Convert
    write: Convert | None = None
    codes: CodeTable | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One value function with its documentation.

    `takes` and `gives` are types: text, number, boolean, date, datetime, list, point, code, judgement, any. `build`
    gets the parameter (None where there is none) and finds what is wrong with it; it returns None where it did.
    """

    name: str
    takes: str
    gives: str
    in_requests: bool
    doc: tuple[str, str]
    example: str
    build: Callable[[Part, Part | None, Scope], Step | None]
