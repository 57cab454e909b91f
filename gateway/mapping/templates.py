"""Templates of a request: the message itself, with facts where a dollar sign stands, as a tree of small nodes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gateway.errors import GatewayError
from gateway.mapping.facts import look_up
from gateway.mapping.functions import Step
from gateway.mapping.values import ABSENT, UnusableError, is_nothing, text_of
from gateway.model.wire import Element
from gateway.xmlwriting import Filled, Prepared, Shapes, Texts, prepare

Facts: TypeAlias = Mapping[str, Any]
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


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
        value = facts.get(self.name)
        if not self.steps and type(value) is str and value and not value.isspace():
            return value
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
        found = {}
        for name, node in self.entries:
            value = node.render(facts)
            if value is not ABSENT:
                found[name] = value
        return found


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
        return _JSON.encode(self.tree.render(facts))


@dataclass(frozen=True, slots=True)
class Nil:
    """`xsi:nil="true"`: what it writes is the element's matter."""

    def render(self, facts: Facts) -> Any:
        """Null where it is no element."""
        return None


@dataclass(frozen=True, slots=True)
class XmlText:
    """XML written into a string, escaped or in CDATA."""

    tree: Members
    cdata: bool = False
    declaration: bool = False
    _inner: ElementTree = field(init=False, repr=False, compare=False)
    _prepared: Shapes[Prepared] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_inner", ElementTree(self.tree))
        object.__setattr__(self, "_prepared", Shapes())

    def render(self, facts: Facts) -> Any:
        """The text of the tree's elements; CDATA is the outer element's matter."""
        filled = self._inner.fill(facts)
        prepared = self._prepared.get(filled.shape)
        if prepared is None:
            head = '<?xml version="1.0" encoding="UTF-8"?>' if self.declaration else ""
            prepared = self._prepared.keep(filled.shape, prepare(filled.outline(), head))
        return prepared.fill(filled.texts)


Node: TypeAlias = Constant | Fact | Members | Items | JsonText | XmlText | Nil


class ElementTree:
    """A map as XML elements: which of its leaves change from message to message, in the message's order."""

    __slots__ = ("_leaves", "_tree")

    def __init__(self, tree: Members) -> None:
        self._tree, self._leaves = tree, tuple(_leaves(tree))

    def fill(self, facts: Facts) -> Filled:
        """The elements for these facts; absent facts leave their element out.

        Raises:
            GatewayError: `document.unexpected_value` for a fact that has not the form its function needs.
        """
        texts: list[str | None] = []
        missing: list[tuple[int, str | None]] = []
        for leaf in self._leaves:
            value = leaf.render(facts)
            text = value.strip() if type(value) is str else None if value is ABSENT else text_of(value)
            if not text:
                missing.append((len(texts), text))
            texts.append(text)
        return Filled((self, *missing), texts, self._build)

    def _build(self, texts: Texts) -> tuple[Element, ...]:
        return _elements(self._tree, iter(texts))


def _fixed(name: str, node: Node) -> Element | None:
    """The element itself where it is the same in every message."""
    if isinstance(node, Nil):
        return Element(name, nil=True)
    return Element(name, text=text_of(node.value)) if isinstance(node, Constant) else None


def _each(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Items) else (node,)


def _leaves(tree: Members) -> Iterator[Node]:
    """What changes, in the order in which `_elements` takes the texts."""
    for name, node, fixed in tree.children:
        for each in _each(node) if fixed is None else ():
            if isinstance(each, Members):
                said = [inner for _, inner in each.attributes] + ([each.text] if each.text is not None else [])
                yield from (inner for inner in said if not isinstance(inner, Constant))
                yield from _leaves(each)
            elif _fixed(name, each) is None:
                yield each


def _elements(tree: Members, texts: Iterator[str | None]) -> tuple[Element, ...]:
    found: list[Element] = []
    for name, node, fixed in tree.children:
        for each in _each(node) if fixed is None else ():
            same = _fixed(name, each)
            if isinstance(each, Members):
                found.append(_parent(name, each, texts))
            elif same is not None:
                found.append(same)
            else:
                text = next(texts)
                if text is not None:
                    found.append(Element(name, text=text, cdata=isinstance(each, XmlText) and each.cdata))
        if fixed is not None:
            found.append(fixed)
    return tuple(found)


def _parent(name: str, tree: Members, texts: Iterator[str | None]) -> Element:
    attributes = [(key, _text(inner, texts)) for key, inner in tree.attributes]
    return Element(
        name,
        tuple((key, value) for key, value in attributes if value is not None),
        (_text(tree.text, texts) or "") if tree.text is not None else "",
        _elements(tree, texts),
    )


def _text(node: Node, texts: Iterator[str | None]) -> str | None:
    return text_of(node.value) if isinstance(node, Constant) else next(texts)


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
