"""Conditions: what a rule looks at in a reply or a row, and whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.mapping.facts import look_up, read_reference
from gateway.mapping.parts import Part
from gateway.mapping.paths import Format, Path, read_path, same
from gateway.mapping.values import is_nothing, text_of

PATH_TESTS = ("is", "is_not", "contains", "exists", "filled", "same_as")
_TRANSPORT = ("status", "content_type", "header", "text", "empty_body", "fault")


@dataclass(frozen=True, slots=True)
class ReplyView:
    """One reply as conditions see it. `root` is None where the body could not be read.

    `text` is the body before it is parsed; `fault` the words of a SOAP fault (None where there is none);
    `header` looks a header up, whatever its case. `seen` keeps what stood at the paths that were looked at: the rules
    of an operation mostly ask about the same one.
    """

    status: int
    header: Callable[[str], str]
    text: str
    root: Any
    fault: str | None = None
    seen: dict[str, list[Any]] = field(default_factory=dict, repr=False, compare=False)

    def values(self, path: Path) -> list[Any]:
        """Everything at a path, seen from the top."""
        found = self.seen.get(path.expression)
        if found is None:
            found = self.seen[path.expression] = path.values(self.root)
        return found


@dataclass(frozen=True, slots=True)
class Condition:
    """All parts that are set must hold."""

    status: frozenset[str] = frozenset()
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    empty_body: bool | None = None
    fault: tuple[str, ...] = ()
    path: Path | None = None
    test: str = ""
    expected: tuple[str, ...] = ()
    fact: str = ""
    written: str = field(default="", compare=False)
    path_only: bool = field(init=False, repr=False, compare=False)
    """Whether nothing but what stands at its path is looked at."""

    def __post_init__(self) -> None:
        transport = (self.status, self.content_type, self.headers, self.text, self.fault)
        only = self.path is not None and self.empty_body is None and not any(transport)
        object.__setattr__(self, "path_only", only)

    @property
    def needs_document(self) -> bool:
        """Whether it can hold for a body that was read only."""
        return self.path is not None or bool(self.fault)

    @property
    def looks_at_text(self) -> bool:
        """Whether it looks at the unparsed body."""
        return bool(self.text) or self.empty_body is not None

    def holds(self, view: ReplyView, facts: Mapping[str, Any]) -> bool:
        """Whether the whole condition holds for a reply."""
        if not self.path_only and not self._transport_holds(view):
            return False
        if self.path is None:
            return True
        if view.root is None:
            return False
        if self.test == "exists":
            return self.holds_at(view.root, facts)
        return self._values_hold(view.values(self.path), facts)

    def _transport_holds(self, view: ReplyView) -> bool:
        if self.status and str(view.status) not in self.status:
            return False
        if self.content_type and self.content_type.lower() not in view.header("content-type").lower():
            return False
        if any(value.lower() not in view.header(name).lower() for name, value in self.headers):
            return False
        if self.text and not any(piece in view.text for piece in self.text):
            return False
        if self.empty_body is not None and (not view.text.strip()) is not self.empty_body:
            return False
        return not self.fault or self._fault_holds(view.fault)

    def _fault_holds(self, fault: str | None) -> bool:
        return fault is not None and any(piece == "any" or piece in fault for piece in self.fault)

    def holds_at(self, node: Any, facts: Mapping[str, Any]) -> bool:
        """Whether the path's test holds, seen from a node."""
        path = self.path
        if path is None:
            return True
        if self.test == "exists":
            return path.there(node) is (self.expected == ("true",))
        return self._values_hold(path.values(node), facts)

    def _values_hold(self, values: list[Any], facts: Mapping[str, Any]) -> bool:
        if len(values) == 1 and self.test in ("is", "is_not") and type(values[0]) is str:
            return (values[0].strip() in self.expected) is (self.test == "is")
        if self.test == "filled":
            return any(not is_nothing(value) for value in values) is (self.expected == ("true",))
        if self.test == "same_as":
            fact = look_up(facts, self.fact)
            return not is_nothing(fact) and any(same(value, fact) for value in values)
        texts = [text_of(value) for value in values if not isinstance(value, dict | list)] or [""]
        if self.test == "contains":
            return any(piece in text for text in texts for piece in self.expected)
        found = any(text in self.expected for text in texts)
        return found if self.test == "is" else not found


def read_condition(
    part: Part, form: Format, namespaces: Mapping[str, str], known_facts: Any, *, row: bool = False
) -> Condition | None:
    """Read one condition. `row` conditions look at a path only, from a row."""
    allowed = ("path", *PATH_TESTS) if row else (*_TRANSPORT, "path", *PATH_TESTS)
    members = part.keys("a condition", allowed)
    if part.kind != "map":
        return None
    tests = [name for name in PATH_TESTS if name in members]
    if "path" not in members:
        for name in tests:
            members[name].find("mapping.condition_without_path", at_key=True, test=name)
        if tests:
            return None
        if not members:
            part.find("mapping.condition_empty")
            return None
    elif len(tests) != 1:
        members["path"].find(
            "mapping.condition_tests", at_key=True, tests=", ".join(f"'{test}'" for test in tests) or "none"
        )
        return None
    path = read_path(members["path"], form, namespaces, in_record=row) if "path" in members else None
    if "path" in members and path is None:
        return None
    expected, fact = _expected(members[tests[0]], tests[0], known_facts) if tests else ((), "")
    return Condition(
        status=frozenset(item.written() for item in members["status"].many()) if "status" in members else frozenset(),
        content_type=members["content_type"].text() if "content_type" in members else "",
        headers=tuple((name, value.written()) for name, value in members["header"].entries())
        if "header" in members
        else (),
        text=tuple(item.written() for item in members["text"].many()) if "text" in members else (),
        empty_body=members["empty_body"].boolean() if "empty_body" in members else None,
        fault=tuple(item.written() for item in members["fault"].many()) if "fault" in members else (),
        path=path,
        test=tests[0] if tests else "",
        expected=expected,
        fact=fact,
    )


def _expected(part: Part, test: str, known_facts: Any) -> tuple[tuple[str, ...], str]:
    if test in ("exists", "filled"):
        return ("true" if part.boolean(True) else "false",), ""
    if test == "same_as":
        reference = read_reference(part, known_facts)
        return (), reference or ""
    return tuple("" if item.kind == "null" else item.written() for item in part.many()), ""
