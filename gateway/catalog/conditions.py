"""Conditions of the catalog: a JMESPath over `{case, claims, findings}` and one test."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jmespath
from jmespath import exceptions
from jmespath.functions import Functions

from gateway.model.case import Case, Claims
from gateway.model.catalog import Condition
from gateway.model.finding import Finding

ROOTS = ("case", "claims", "findings")
TESTS = ("is", "is_not", "contains", "exists", "filled")
_FUNCTIONS: Mapping[str, Any] = Functions.FUNCTION_TABLE


class PathFault(ValueError):  # noqa: N818 - it is what it holds
    """What is wrong with a path, and at which character (from 0); `root` is set where the path begins wrongly."""

    def __init__(self, reason: str, column: int = 0, root: str = "") -> None:
        super().__init__(reason)
        self.column = column
        self.root = root


def case_view(case: Case, claims: Claims | None = None, findings: Iterable[Finding] = ()) -> Mapping[str, Any]:
    """What conditions look at: the canonical case, the claims of one material, and findings by material so far."""
    seen = {
        finding.material: {
            "outcome": str(finding.outcome),
            "of": finding.of,
            "flags": [str(flag) for flag in finding.flags],
            "evidence": dict(finding.evidence),
        }
        for finding in findings
    }
    return {"case": case.document, "claims": claims or {}, "findings": seen}


def holds(condition: Condition, view: Mapping[str, Any]) -> bool:
    """Whether one condition holds; a path that leads nowhere finds nothing, and nothing counts as the empty text."""
    try:
        found = _compiled(condition.path).search(view)
    except exceptions.JMESPathError:
        found = None
    values = list(found) if isinstance(found, list) else [] if found is None else [found]
    texts = [_text(value) for value in values] or [""]
    wanted = condition.expected
    if condition.test == "is":
        return any(text in wanted for text in texts)
    if condition.test == "is_not":
        return all(text not in wanted for text in texts)
    if condition.test == "contains":
        return any(part in text for text in texts for part in wanted)
    present = found is not None if condition.test == "exists" else any(_filled(value) for value in values)
    return present == (wanted == ("true",))


def all_hold(conditions: Iterable[Condition], view: Mapping[str, Any]) -> bool:
    """Whether all hold; true where there are none."""
    return all(holds(condition, view) for condition in conditions)


def check_path(path: str) -> None:
    """Check a condition's path before it is ever used.

    Raises:
        PathFault: for wrong syntax, a function that does not exist or is given too much or too little, or a path
            that begins with something else than `case`, `claims` or `findings`.
    """
    try:
        tree = _compiled(path).parsed
    except exceptions.EmptyExpressionError as error:
        raise PathFault("the path is empty") from error
    except exceptions.JMESPathError as error:
        reason = str(error).split("\n", 1)[0].split(": Parse error", 1)[0]
        raise PathFault(reason, getattr(error, "lex_position", None) or 0) from error
    for node in _nodes(tree):
        if node["type"] == "function_expression":
            _check_function(node, path)
    for root in _roots(tree):
        if root not in ROOTS:
            raise PathFault(f"unknown root '{root}'", max(path.find(root), 0), root)


@lru_cache(maxsize=1024)
def _compiled(path: str) -> Any:
    with warnings.catch_warnings():
        # A literal that is no JSON is an older spelling of a text: the library reads it, and warns where it is called.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return jmespath.compile(path)


def _check_function(node: Any, path: str) -> None:
    name = node["value"]
    column = max(path.find(f"{name}("), 0)
    known = _FUNCTIONS.get(name)
    if known is None:
        raise PathFault(f"there is no function '{name}'", column)
    signature = known["signature"]
    given, wanted = len(node["children"]), len(signature)
    many = bool(signature and signature[-1].get("variadic"))
    if given < wanted or (given > wanted and not many):
        raise PathFault(f"function '{name}' takes {wanted} values, not {given}", column)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _nodes(child)


def _roots(node: Any) -> Iterator[str]:
    """The names that are looked up in the view itself; inside projections and after dots the ground has changed."""
    kind, children = node["type"], node.get("children", [])
    if kind == "field":
        yield node["value"]
    elif kind in (
        "subexpression",
        "index_expression",
        "projection",
        "filter_projection",
        "value_projection",
        "pipe",
        "flatten",
    ):
        yield from _roots(children[0])
    elif kind in ("function_expression", "multi_select_list", "multi_select_dict", "key_val_pair", "not_expression",
                  "and_expression", "or_expression", "comparator"):  # fmt: skip
        for child in children:
            yield from _roots(child)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _filled(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], {})
