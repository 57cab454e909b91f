"""The request of an operation, compiled: it knows which facts it reads, and writes the message from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from gateway.errors import GatewayError
from gateway.mapping.templates import ElementTree, Facts, Members, Node, references
from gateway.mapping.values import ABSENT, is_nothing, text_of
from gateway.model.wire import MessageTree

BRACES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """A request with holes. `reads` names every fact that can leave the house with it."""

    call: str
    path: Mapping[str, Node]
    query: Members
    headers: Members
    body_kind: str
    body: Node | None
    soap_action: str
    soap_header: Members | None
    service_id: str
    namespaces: Mapping[str, str]
    soap_version: str
    encoding: str
    reads: tuple[str, ...]
    _pieces: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _body_tree: ElementTree | None = field(init=False, repr=False, compare=False)
    _header_tree: ElementTree | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        split = BRACES.split(self.call) if self.path else [self.call]
        xml = self.body_kind in ("xml", "soap") and isinstance(self.body, Members)
        object.__setattr__(self, "_pieces", tuple(split[::2]))
        object.__setattr__(self, "_names", tuple(split[1::2]))
        object.__setattr__(self, "_body_tree", ElementTree(self.body) if xml else None)  # type: ignore[arg-type]
        header = ElementTree(self.soap_header) if self.soap_header is not None else None
        object.__setattr__(self, "_header_tree", header)

    def render(self, facts: Facts) -> MessageTree:
        """The message for these facts. Pure: time and ids are facts too.

        Raises:
            GatewayError: `document.unexpected_value` where a fact can't be written, or the address lacks one.
        """
        values = tuple(self._address_value(name, facts) for name in self._names) if self._names else ()
        return MessageTree(
            call=self._call(values) if values else self.call,
            query=pairs(self.query.render(facts)) if self.query.entries else (),
            headers=pairs(self.headers.render(facts)) if self.headers.entries else (),
            body_kind=self.body_kind,
            body=self._body(facts),
            soap_action=self.soap_action,
            soap_header=self._header_tree.fill(facts) if self._header_tree is not None else (),
            soap_version=self.soap_version,
            namespaces=self.namespaces,
            encoding=self.encoding,
            call_pieces=self._pieces,
            call_values=values,
        )

    def _call(self, values: tuple[str, ...]) -> str:
        first, *others = self._pieces
        return first + "".join(value + piece for value, piece in zip(values, others, strict=True))

    def _address_value(self, name: str, facts: Facts) -> str:
        node = self.path.get(name)
        value = node.render(facts) if node is not None else ABSENT
        if is_nothing(value):
            raise GatewayError("document.unexpected_value", path=name, reason="the address needs this fact")
        text = text_of(value)
        if text in (".", ".."):  # a step up or nowhere: the message would go to another address
            raise GatewayError("document.unexpected_value", path=name, reason=f"'{text}' can't stand in an address")
        try:
            return quote(text, safe="")
        except UnicodeEncodeError as error:
            reason = f"U+{ord(error.object[error.start]):04X} can't stand in an address"
            raise GatewayError("document.unexpected_value", path=name, reason=reason) from error

    def _body(self, facts: Facts) -> Any:
        if self._body_tree is not None:
            return self._body_tree.fill(facts)
        if self.body is None:
            return None
        value = self.body.render(facts)
        return pairs(value) if self.body_kind == "form" else value


def pairs(values: Any) -> tuple[tuple[str, str], ...]:
    """Parameters or headers as pairs of texts; a list repeats its name."""
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        for item in value if isinstance(value, list) else (value,):
            found.append((name, text_of(item)))  # noqa: PERF401 - two loops read better
    return tuple(found)


def all_references(parts: list[Node | None]) -> tuple[str, ...]:
    """The facts that several templates read, each once, in order."""
    names = (name for part in parts if part is not None for name in references(part))
    return tuple(dict.fromkeys(names))
