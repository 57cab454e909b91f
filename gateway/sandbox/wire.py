"""What passes between the line and a register of the sandbox: a question, what the register tells, and bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.sandbox.switches import OK, Switch

Trail = tuple[str | int, ...]
"""The way to one value in a document: keys and positions."""


class BadQuestion(Exception):  # noqa: N818  (a register's word for it, not an error of this program)
    """The question can't be read; its text says why, for the register's own parameter error."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One inbound HTTP request; header names are in lower case, a query parameter given twice keeps its first value."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            BadQuestion: not JSON.
        """
        return parse_json(self.body)


@dataclass(frozen=True, slots=True)
class Told:
    """What a register answers before anything goes wrong on the way: a document and who or what it is about."""

    document: Any
    subject: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the parts of an operation's answer stand, so that a switch can bend them.

    `unmapped` is a place and a code that no code table holds; `refusals` are the register's own refusals by switch.
    """

    rows: Trail
    not_found: Any
    unmapped: tuple[Trail, str]
    missing: Trail
    name: Trail | None
    refusals: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class Wire:
    """An outbound HTTP answer with exact bytes, and the switch that the line itself still has to play."""

    body: bytes = field(repr=False)
    media_type: str = "application/json; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    switch: Switch = OK


class Family(Protocol):
    """All registers that answer on one port."""

    async def answer(self, ask: Ask) -> Wire:
        """Answer one request; never raises for a bad one."""
        ...


@dataclass(frozen=True, slots=True)
class RestOperation:
    """One REST operation of a register: `name` is `<registry>.<operation>`."""

    name: str
    method: str
    path: str
    handle: Callable[[Ask], Told]
    shape: Shape


def parse_json(data: bytes | str) -> Any:
    """One JSON document.

    Raises:
        BadQuestion: not JSON, not UTF-8, or nested beyond what the parser takes.
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadQuestion("报文不是合法的JSON") from error


def text_at(document: Any, *trail: str, required: bool = True) -> str:
    """A text (or a number, as text) in a question.

    Raises:
        BadQuestion: it is missing or blank although required, or no text.
    """
    value = document
    for key in trail:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        if required:
            raise BadQuestion(f"缺少参数 {'.'.join(trail)}")
        return ""
    if not isinstance(value, str):
        raise BadQuestion(f"参数 {'.'.join(trail)} 应为文本")
    return value.strip()


def to_json(document: Any) -> bytes:
    """A document as the registers write it: UTF-8, no spaces, Chinese unescaped."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
