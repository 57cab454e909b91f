"""The request of an operation, compiled: it knows which facts it reads, and writes the message from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gateway.errors import GatewayError
from gateway.mapping.templates import Facts, Members, Node, elements, references
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

    def render(self, facts: Facts) -> MessageTree:
        """The message for these facts. Pure: time and ids are facts too.

        Raises:
            GatewayError: `document.unexpected_value` where a fact can't be written, or the address lacks one.
        """
        return MessageTree(
            call=self._call(facts),
            query=pairs(self.query.render(facts)),
            headers=pairs(self.headers.render(facts)),
            body_kind=self.body_kind,
            body=self._body(facts),
            soap_action=self.soap_action,
            soap_header=elements(self.soap_header, facts) if self.soap_header is not None else (),
            soap_version=self.soap_version,
            namespaces=self.namespaces,
            encoding=self.encoding,
        )

    def _call(self, facts: Facts) -> str:
        def fill(match: re.Match[str]) -> str:
            node = self.path.get(match[1])
            value = node.render(facts) if node is not None else ABSENT
            if is_nothing(value):
                raise GatewayError("document.unexpected_value", path=match[1], reason="the address needs this fact")
            text = text_of(value)
            if text in (".", ".."):  # a step up or nowhere: the message would go to another address
                raise GatewayError(
                    "document.unexpected_value", path=match[1], reason=f"'{text}' can't stand in an address"
                )
            return quote(text, safe="")

        return BRACES.sub(fill, self.call) if self.path else self.call

    def _body(self, facts: Facts) -> Any:
        if self.body is None:
            return None
        if self.body_kind in ("xml", "soap") and isinstance(self.body, Members):
            return elements(self.body, facts)
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
