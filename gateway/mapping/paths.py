"""Paths into replies and documents: JMESPath for JSON, XPath for XML, compiled once and kept to a checkable subset."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import jmespath
import jmespath.exceptions

from gateway.mapping.parts import Part, suggestion
from gateway.mapping.values import ABSENT, text_of
from gateway.xmltree import Element, PathError, XPath, content, make
from gateway.xmltree import text_of as item_text

Format = Literal["json", "xml"]

JMESPATH_FUNCTIONS = frozenset(
    [
        "length",
        "keys",
        "values",
        "contains",
        "starts_with",
        "ends_with",
        "to_string",
        "not_null",
        "join",
        "min_by",
        "max_by",
        "sort_by",
    ]
)
XPATH_FUNCTIONS = frozenset(
    [
        "contains",
        "starts-with",
        "not",
        "count",
        "normalize-space",
        "last",
        "local-name",
        "string",
        "boolean",
        "text",
        "node",
        "position",
    ]
)
_MEMBERS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_XPATH_CALL = re.compile(r"(?<![\w.:-])([a-z][\w-]*)\s*\(")
_PROBE = make("probe")
_LITERAL = re.compile(r""""[^"]*"|'[^']*'""")


class Path:
    """A compiled path; `raw` gives what stands there: a JSON value (None where nothing), or a list of XML items."""

    __slots__ = ("expression", "format", "prefixes", "raw")

    def __init__(
        self, expression: str, form: Format, search: Callable[[Any], Any], prefixes: frozenset[str] = frozenset()
    ) -> None:
        self.expression, self.format, self.raw, self.prefixes = expression, form, search, prefixes

    def values(self, node: Any) -> list[Any]:
        """Everything at the path as a list of values; JSON null and missing members are not there."""
        found = self.raw(node)
        if self.format == "xml":
            return [scalar(item) for item in found]
        if found is None:
            return []
        return list(found) if isinstance(found, list) else [found]

    def nodes(self, node: Any) -> list[Any]:
        """Everything at the path as nodes that further paths may start from."""
        found = self.raw(node)
        if found is None:
            return []
        return list(found) if isinstance(found, list) else [found]

    def there(self, node: Any) -> bool:
        """Whether an element, attribute or member is there, even empty."""
        found = self.raw(node)
        if self.format == "xml":
            return any(item is not False for item in found)
        if _MEMBERS.fullmatch(self.expression):
            return found is not None
        # What a projection or a comparison yields is a list of hits or a truth, not a member that stands there.
        return bool(found) if isinstance(found, list | bool) else found is not None


def scalar(item: Any) -> Any:
    """An XML item as a text; ABSENT for `xsi:nil`. JSON values pass unchanged."""
    if isinstance(item, Element):
        text = content(item)
        return ABSENT if text is None else text.strip()
    if isinstance(item, float) and not isinstance(item, bool):
        return item_text(item)
    return item


def members(expression: str) -> Callable[[Any], Any]:
    """Plain member access for a JMESPath of names and dots only: measured ten times as fast as the interpreter."""
    names = expression.split(".")
    if len(names) == 1:
        name = names[0]
        return lambda node: node.get(name) if isinstance(node, dict) else None

    def search(node: Any) -> Any:
        for name in names:
            if not isinstance(node, dict):
                return None
            node = node.get(name)
        return node

    return search


def compile_json(expression: str) -> Path:
    """Compile a JMESPath.

    Raises:
        jmespath.exceptions.JMESPathError: it can't be read.
    """
    if _MEMBERS.fullmatch(expression):
        return Path(expression, "json", members(expression))
    compiled = jmespath.compile(expression)

    def search(node: Any) -> Any:
        try:
            return compiled.search(node)
        except jmespath.exceptions.JMESPathError:
            return None  # a function met a type it does not take: nothing is there

    return Path(expression, "json", search)


def read_path(part: Part, form: Format, namespaces: Mapping[str, str], *, in_record: bool = False) -> Path | None:
    """Compile the path that stands at a part; findings point at the character."""
    expression = part.text() if part.expect("text") else ""
    if not expression:
        if part.kind == "text":
            part.find("mapping.bad_path", reason="the path is empty", column=1)
        return None
    if form == "json":
        return _read_json(part, expression)
    return _read_xml(part, expression, namespaces, in_record=in_record)


def _read_json(part: Part, expression: str) -> Path | None:
    if expression.startswith("/") or "::" in expression or "/@" in expression:
        part.find("mapping.wrong_path_language", language="XPath", format="json")
        return None
    try:
        path = compile_json(expression)
    except jmespath.exceptions.JMESPathError as error:
        column = int(getattr(error, "lex_position", 0) or 0)
        part.find(
            "mapping.bad_path",
            shift=max(0, min(column, len(expression))),
            reason=_jmespath_reason(error),
            column=column + 1,
        )
        return None
    for function in _called(getattr(jmespath.compile(expression), "parsed", {})):
        if function not in JMESPATH_FUNCTIONS:
            part.find(
                "mapping.path_function",
                shift=max(0, expression.find(f"{function}(")),
                function=function,
                known=", ".join(sorted(JMESPATH_FUNCTIONS)),
            )
            return None
    return path


def _jmespath_reason(error: jmespath.exceptions.JMESPathError) -> str:
    if isinstance(error, jmespath.exceptions.IncompleteExpressionError):
        return "the path ends too early"
    token = getattr(error, "token_value", None)
    return f"'{token}' does not fit here" if token else "the path can't be read"


def _called(node: Any) -> list[str]:
    if not isinstance(node, dict):
        return []
    names = [str(node.get("value"))] if node.get("type") == "function_expression" else []
    return names + [name for child in node.get("children", []) for name in _called(child)]


def _read_xml(part: Part, expression: str, namespaces: Mapping[str, str], *, in_record: bool) -> Path | None:
    if "[?" in expression or "[]" in expression:
        part.find("mapping.wrong_path_language", language="JMESPath", format="xml")
        return None
    if in_record and expression.startswith("/"):
        part.find("mapping.absolute_path_in_record")
        return None
    bare = _LITERAL.sub(lambda literal: " " * len(literal[0]), expression)
    for call in _XPATH_CALL.finditer(bare):
        if call[1] not in XPATH_FUNCTIONS and call[1] not in ("and", "or"):
            part.find(
                "mapping.path_function", shift=call.start(1), function=call[1], known=", ".join(sorted(XPATH_FUNCTIONS))
            )
            return None
    try:
        compiled = XPath(expression, namespaces)
        compiled.items(_PROBE)  # types that do not fit show at the first document, whatever it holds
    except PathError as error:
        match = re.fullmatch(r"prefix '(.*)' is not declared", error.reason)
        shift = max(0, error.column - 1)
        if match:
            part.find("mapping.unknown_prefix", shift=shift, prefix=match[1], **suggestion(match[1], namespaces))
        else:
            part.find("mapping.bad_path", shift=shift, reason=error.reason, column=error.column)
        return None

    return Path(expression, "xml", compiled.found, compiled.prefixes)


def same(left: Any, right: Any) -> bool:
    """Whether two scalars are the same as texts, whatever the letter case."""
    return text_of(left).casefold() == text_of(right).casefold()
