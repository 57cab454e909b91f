"""Writing XML without a library: element trees of ours as text, every value escaped; prepared pieces with holes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, overload

from gateway.model.wire import Element
from gateway.xmltree import escape_attribute, escape_text

T = TypeVar("T")
Texts: TypeAlias = Sequence[str | None]
"""What fills the holes of a tree, in order; None leaves the element or attribute out."""


class Hole(str):
    """A text that is not known while a tree is prepared: its letters are the position among the texts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A tree as pieces of text, written once: rendering is escaping the values and joining.

    `pieces` has an empty text where a value belongs; `holes` says where, which text, and how it is escaped.
    """

    pieces: tuple[str, ...]
    holes: tuple[tuple[int, int, Callable[[str], str]], ...]

    def fill(self, texts: Texts) -> str:
        """The text with its values.

        Raises:
            GatewayError: `document.unexpected_value` for a character that XML can't carry.
        """
        pieces = list(self.pieces)
        for place, position, escape in self.holes:
            text = texts[position] or ""
            # Letters and digits need no escaping: most values of a message are nothing else.
            pieces[place] = text if text.isalnum() else escape(text)
        return "".join(pieces)


class Filled(Sequence[Element]):
    """Elements and the texts in them, kept apart. Trees of the same `shape` differ in their texts only.

    To whoever does not care it is the sequence of the finished elements.
    """

    __slots__ = ("_build", "shape", "texts")

    def __init__(self, shape: Hashable, texts: Texts, build: Callable[[Texts], tuple[Element, ...]]) -> None:
        self.shape, self.texts, self._build = shape, texts, build

    def outline(self, start: int = 0) -> tuple[Element, ...]:
        """The elements with holes in place of all texts that are there; the first hole has the number `start`."""
        return self._build([Hole(start + position) if text else text for position, text in enumerate(self.texts)])

    @overload
    def __getitem__(self, index: int) -> Element: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Element, ...]: ...
    def __getitem__(self, index: int | slice) -> Element | tuple[Element, ...]:
        return self._build(self.texts)[index]

    def __iter__(self) -> Iterator[Element]:
        return iter(self._build(self.texts))

    def __len__(self) -> int:
        return len(self._build(self.texts))


class Shapes(dict[Hashable, T]):
    """What was prepared for a shape. A bounded number: facts that come and go must not fill the memory."""

    LIMIT = 256

    def keep(self, shape: Hashable, value: T) -> T:
        """Remember a value and give it back."""
        if len(self) >= self.LIMIT:
            self.clear()
        self[shape] = value
        return value


def prepare(elements: Iterable[Element], head: str = "") -> Prepared:
    """Elements as pieces with holes, after the text `head`.

    Raises:
        GatewayError: `document.unexpected_value` for a character that XML can't carry.
    """
    written: list[Any] = [head]
    for element in elements:
        _write(element, written)
    pieces: list[str] = []
    holes: list[tuple[int, int, Callable[[str], str]]] = []
    static: list[str] = []
    for piece in written:
        if isinstance(piece, str):
            static.append(piece)
            continue
        pieces += ["".join(static), ""]
        static.clear()
        holes.append((len(pieces) - 1, *piece))
    return Prepared((*pieces, "".join(static)), tuple(holes))


def write(element: Element) -> str:
    """One element and what it holds; prefixes are declared by whoever writes the root.

    Raises:
        GatewayError: `document.unexpected_value` for a character that XML can't carry.
    """
    pieces: list[Any] = []
    _write(element, pieces)
    return "".join(pieces)


def _write(element: Element, pieces: list[Any]) -> None:
    """Append texts, and for each hole its position and how its text is escaped."""
    pieces.append(f"<{element.name}")
    for name, value in element.attributes:
        pieces += (f' {name}="', _value(value, escape_attribute), '"')
    if element.nil:
        pieces.append(' xsi:nil="true"')
    if not element.children and not element.text:
        pieces.append("/>")
        return
    pieces.append(">")
    if element.text:
        pieces.append(_value(element.text, cdata if element.cdata else escape_text))
    for child in element.children:
        _write(child, pieces)
    pieces.append(f"</{element.name}>")


def _value(text: str, escape: Callable[[str], str]) -> Any:
    return (int(text), escape) if isinstance(text, Hole) else escape(text)


def cdata(text: str) -> str:
    """A text as a CDATA section; the one sequence that would end it is split over two."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def declarations(namespaces: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Namespace declarations as attributes, in the order given."""
    return tuple((f"xmlns:{prefix}" if prefix else "xmlns", uri) for prefix, uri in namespaces.items())
