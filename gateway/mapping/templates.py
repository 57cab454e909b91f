"""Templates of a request: the message itself, with facts where a dollar sign stands, as a tree of small nodes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gateway.errors import GatewayError
from gateway.mapping.facts import look_up
from gateway.mapping.functions import Step
from gateway.mapping.values import ABSENT, UnusableError, is_nothing, text_of
from gateway.model.wire import Element
from gateway.xmlwriting import write

Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands in the mapping."""

    value: Any

    def render(self, facts: Facts) -> Any:
        """The value itself."""
        return self.value


@dataclass(frozen=True, slots=True)
class Fact:
    """One of our facts, in another form where `steps` say so."""

    name: str
    steps: tuple[Step, ...] = ()
    absent: str = "omit"

    def render(self, facts: Facts) -> Any:
        """The fact's value on the wire; ABSENT leaves its element, member or parameter out.

        Raises:
            GatewayError: `document.unexpected_value` for a fact that has not the form its function needs.
        """
        value = look_up(facts, self.name)
        if is_nothing(value):
            return {"omit": ABSENT, "empty": "", "null": None}[self.absent]
        try:
            for step in self.steps:
                value = step.write(value) if step.write is not None else value
        except UnusableError as error:
            raise GatewayError("document.unexpected_value", path=self.name, reason=error.note) from None
        return value


@dataclass(frozen=True, slots=True)
class Members:
    """A map: JSON object or XML element. What an element is made of is sorted once, not with every message."""

    entries: tuple[tuple[str, Node], ...]
    attributes: tuple[tuple[str, Node], ...] = field(init=False, repr=False, compare=False)
    text: Node | None = field(init=False, repr=False, compare=False)
    children: tuple[tuple[str, Node, Element | None], ...] = field(init=False, repr=False, compare=False)
    """Name, template, and the element itself where it is always the same."""

    def __post_init__(self) -> None:
        attributes = tuple((name[1:], node) for name, node in self.entries if name.startswith("@"))
        object.__setattr__(self, "attributes", attributes)
        object.__setattr__(self, "text", next((node for name, node in self.entries if name == "text()"), None))
        children = [entry for entry in self.entries if not entry[0].startswith("@") and entry[0] != "text()"]
        object.__setattr__(self, "children", tuple((name, node, _fixed(name, node)) for name, node in children))

    def render(self, facts: Facts) -> Any:
        """The members that are there."""
        found = ((name, node.render(facts)) for name, node in self.entries)
        return {name: value for name, value in found if value is not ABSENT}


@dataclass(frozen=True, slots=True)
class Items:
    """A list: JSON array, or an element that repeats."""

    items: tuple[Node, ...]

    def render(self, facts: Facts) -> Any:
        """The items that are there."""
        found = (node.render(facts) for node in self.items)
        return [value for value in found if value is not ABSENT]


@dataclass(frozen=True, slots=True)
class JsonText:
    """JSON written into a string."""

    tree: Node

    def render(self, facts: Facts) -> Any:
        """The text; without blanks, as the registries' own samples have it."""
        return json.dumps(self.tree.render(facts), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Nil:
    """`xsi:nil="true"`."""

    def render(self, facts: Facts) -> Any:
        """The mark that the writer knows."""
        return NIL


NIL = object()


@dataclass(frozen=True, slots=True)
class XmlText:
    """XML written into a string, escaped or in CDATA."""

    tree: Members
    cdata: bool = False
    declaration: bool = False

    def render(self, facts: Facts) -> Any:
        """The text of the tree's elements; CDATA is the outer element's matter."""
        head = '<?xml version="1.0" encoding="UTF-8"?>' if self.declaration else ""
        return head + "".join(write(element) for element in elements(self.tree, facts))


Node: TypeAlias = Constant | Fact | Members | Items | JsonText | XmlText | Nil


def _fixed(name: str, node: Node) -> Element | None:
    return Element(name, text=text_of(node.value)) if isinstance(node, Constant) else None


def elements(tree: Members, facts: Facts) -> tuple[Element, ...]:
    """The elements of a tree, children before their writing; absent facts leave their element out."""
    found: list[Element] = []
    for name, node, fixed in tree.children:
        if fixed is not None:
            found.append(fixed)
            continue
        for each in node.items if isinstance(node, Items) else (node,):
            element = _element(name, each, facts)
            if element is not None:
                found.append(element)
    return tuple(found)


def _element(name: str, node: Node, facts: Facts) -> Element | None:
    if not isinstance(node, Members):
        value = node.render(facts)
        if value is ABSENT:
            return None
        if value is NIL:
            return Element(name, nil=True)
        return Element(name, text=text_of(value), cdata=isinstance(node, XmlText) and node.cdata)
    attributes = [(key, inner.render(facts)) for key, inner in node.attributes]
    return Element(
        name,
        tuple((key, text_of(value)) for key, value in attributes if value is not ABSENT),
        text_of(node.text.render(facts)) if node.text is not None else "",
        elements(node, facts),
    )


def references(node: Node) -> tuple[str, ...]:
    """The names of all facts that a template reads, in the order of the message."""
    if isinstance(node, Fact):
        return (node.name,)
    if isinstance(node, Members):
        return tuple(name for _, inner in node.entries for name in references(inner))
    if isinstance(node, Items):
        return tuple(name for inner in node.items for name in references(inner))
    if isinstance(node, JsonText | XmlText):
        return references(node.tree)
    return ()
