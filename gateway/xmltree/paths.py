"""XPath 1.0: compiled once, checked for unknown names, results as plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from gateway.errors import GatewayError
from gateway.xmltree.elements import Element, Item, text_of

_AXES = frozenset(
    (
        "ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self", "following",
        "following-sibling", "namespace", "parent", "preceding", "preceding-sibling", "self",
    )
)  # fmt: skip
_FUNCTIONS = frozenset(
    (
        "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat", "starts-with",
        "contains", "substring-before", "substring-after", "substring", "string-length", "normalize-space",
        "translate", "boolean", "not", "true", "false", "lang", "number", "sum", "floor", "ceiling", "round",
        "comment", "text", "processing-instruction", "node",
    )
)  # fmt: skip
_LITERAL = re.compile(r""""[^"]*"|'[^']*'""")
_NAME = r"[^\W\d][\w.-]*"
_PREFIX = re.compile(rf"(?<![\w.:-])({_NAME})\s*:(?!:)\s*(?=[^\W\d]|\*)")
_CALL = re.compile(rf"(?<![\w.-])((?:{_NAME}:)?{_NAME})\s*\(")
_AXIS = re.compile(rf"(?<![\w.-])({_NAME})\s*::")
_OPERATORS = frozenset({"and", "or", "div", "mod"})


class PathError(GatewayError, ValueError):
    """An XPath that can't be used; `column` counts from 1, 0 means unknown."""

    def __init__(self, path: str, reason: str, column: int = 0) -> None:
        self.path, self.reason, self.column = path, reason, column
        super().__init__("xml.bad_path", path=path, reason=reason, column=column)


class XPath:
    """A compiled XPath 1.0 expression.

    Unknown functions, variables and prefixes are found here, not at the first document that reaches them.
    Raises `PathError`. Evaluated on an element, an absolute path starts at the top of that element's document.
    """

    __slots__ = ("_compiled", "expression", "prefixes")

    def __init__(self, expression: str, namespaces: Mapping[str, str] | None = None) -> None:
        self.expression = expression
        self.prefixes = _check_names(expression, namespaces or {})
        try:
            spaces = dict(namespaces) if namespaces else None
            self._compiled = etree.XPath(expression, namespaces=spaces, regexp=False, smart_strings=False)
        except etree.XPathSyntaxError as error:
            octets = max((entry.column for entry in error.error_log), default=0)  # the parser counts bytes
            column = len(expression.encode("utf-8")[:octets].decode("utf-8", "ignore")) + 1
            raise PathError(expression, f"it can't be read from column {column} on", column) from error
        except ValueError as error:
            raise PathError(expression, str(error)) from error

    def __repr__(self) -> str:
        return f"XPath({self.expression!r})"

    def items(self, element: Element) -> list[Item]:
        """Everything that the path yields, in document order; a boolean, number or string is a list of one."""
        try:
            found = self._compiled(element)
        except etree.XPathError as error:
            raise PathError(self.expression, str(error)) from error
        return _items(found)

    def found(self, element: Element) -> list[Item]:
        """The same, but nothing where the document has values that the path can't work with."""
        try:
            return _items(self._compiled(element))
        except etree.XPathError:
            return []

    def texts(self, element: Element) -> list[str]:
        """The same as texts: of an element everything written in it, of a boolean `true` or `false`."""
        return [text_of(item) for item in self.items(element)]

    def elements(self, element: Element) -> list[Element]:
        """Only the elements that the path yields."""
        return [item for item in self.items(element) if isinstance(item, etree._Element) and isinstance(item.tag, str)]


def _items(found: object) -> list[Item]:
    if not isinstance(found, list):
        return [_plain(found)]
    if len(found) == 1 and isinstance(found[0], etree._Element):  # nearly always, in a reply
        return found
    return [_plain(item) for item in found if not isinstance(item, tuple)]


def _plain(item: object) -> Item:
    if isinstance(item, (etree._Element, bool, float)):
        return item
    return str(item)


def _check_names(expression: str, namespaces: Mapping[str, str]) -> frozenset[str]:
    bare = _LITERAL.sub(lambda literal: " " * len(literal[0]), expression)
    if "$" in bare:
        raise PathError(expression, "variables are not known in paths", bare.index("$") + 1)
    for axis in _AXIS.finditer(bare):
        if axis[1] not in _AXES:
            raise PathError(expression, f"there is no axis '{axis[1]}'", axis.start(1) + 1)
    for call in _CALL.finditer(bare):
        if call[1] not in _FUNCTIONS and call[1] not in _OPERATORS:
            raise PathError(expression, f"there is no function '{call[1]}'", call.start(1) + 1)
    used = set()
    for prefix in _PREFIX.finditer(bare):
        if prefix[1] not in namespaces:
            raise PathError(expression, f"prefix '{prefix[1]}' is not declared", prefix.start(1) + 1)
        used.add(prefix[1])
    return frozenset(used)
