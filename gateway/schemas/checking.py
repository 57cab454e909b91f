"""Whether a document is valid: JSON Schema decides for JSON, XML Schema for XML; each validator is compiled once.

On the hot path only the compiled validators run. Words for people are made when something is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any

import jsonschema_rs

from gateway.errors import GatewayError, Words
from gateway.resources import schemas_dir
from gateway.schemas.codec import from_xml
from gateway.schemas.definitions import document
from gateway.schemas.explain import explain
from gateway.schemas.json_form import LONGEST_LIST
from gateway.schemas.problems import Problem, missing_member, pointer, unknown_member, wrong_key, wrong_value
from gateway.schemas.shapes import MapOf, Record, Shape, at
from gateway.schemas.vocabulary import vocabulary
from gateway.xmltree import Element, Schema

MOST_PROBLEMS = 50


def check(name: str, value: object) -> list[Problem]:
    """Everything that is wrong with a JSON document; empty where it is valid.

    Never raises for bad data, whatever it is. Raises `request.not_found` for an unknown document name.
    """
    validator = _validator(name)
    try:
        if validator.is_valid(value):
            return []
        overlong = _overlong(value)
        if overlong:
            return [overlong]
        errors = list(_some(validator.iter_errors(value)))
    except (ValueError, UnicodeEncodeError, RecursionError, OverflowError):
        return [
            Problem("", Words("this is not a JSON value", "不是 JSON 值"), Words("JSON in UTF-8", "UTF-8 编码的 JSON"))
        ]
    top = document(name).shape
    return list(islice((problem for error in errors for problem in _problems(error, top)), MOST_PROBLEMS))


def check_attribute(name: str, value: object) -> list[Problem]:
    """The same for the value of one attribute of the vocabulary; raises `KeyError` for an unknown one."""
    vocabulary().attribute(name)
    problems = check("evidence", {**_CARRIER, "fields": {name: value}})
    return [Problem(problem.pointer.removeprefix("/fields"), problem.message, problem.expected) for problem in problems]


_CARRIER = {"operation": "POP.BASE_INFO", "registry": "none", "word": "found"}


def check_xml(name: str, tree: Element) -> list[Problem]:
    """Everything that is wrong with an XML document; empty where it is valid.

    lxml decides; only when it says no, xmlschema is asked for a reason that people understand.
    """
    violations = _xml_schema(name).check(tree)
    if not violations:
        return []
    return explain(document(name), _xml_schema(name).path, tree, violations, MOST_PROBLEMS)


def require(name: str, value: object, where: str = "", *, code: str = "case.invalid") -> None:
    """Accept a valid JSON document.

    Raises:
        GatewayError: `code` with the first problem's place as `where`; all of them are in `values["problems"]`.
    """
    _refuse(check(name, value), where, code)


def require_xml(name: str, tree: Element, where: str = "", *, code: str = "case.invalid") -> dict[str, Any]:
    """Accept a valid XML document and give its JSON form; raises like `require`.

    The JSON Schema is asked too: it knows what XML Schema cannot say.
    """
    _refuse(check_xml(name, tree), where, code)
    value = from_xml(name, tree)
    require(name, value, where, code=code)
    return value


def _refuse(problems: Sequence[Problem], where: str, code: str) -> None:
    if not problems:
        return
    first = problems[0]
    place = f"{where}{first.pointer}" if where else first.pointer or "/"
    raise GatewayError(code, where=place, reason=first.message, expected=first.expected, problems=tuple(problems))


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    path = schemas_dir() / f"v{document(name).version}" / f"{name}.schema.json"
    return jsonschema_rs.Draft202012Validator(json.loads(path.read_bytes()))


@cache
def _xml_schema(name: str) -> Schema:
    return Schema(schemas_dir() / f"v{document(name).version}" / f"{name}.xsd")


def _some(errors: Iterable[Any]) -> Iterable[Any]:
    for count, error in enumerate(errors):
        if count == MOST_PROBLEMS:
            return
        yield error


def _overlong(value: object) -> Problem | None:
    """The first list or object with more members than any document has; to explain all of it takes seconds."""
    level: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while level:
        inner: list[tuple[tuple[str | int, ...], object]] = []
        for trail, node in level:
            if not isinstance(node, dict | list):
                continue
            if len(node) > LONGEST_LIST:
                words = Words(f"{len(node)} members are too many", f"含 {len(node)} 项，过多")
                return Problem(pointer(trail), words, Words(f"at most {LONGEST_LIST}", f"至多 {LONGEST_LIST} 项"))
            inner += [((*trail, key), child) for key, child in _children(node)]
        level = inner
    return None


def _children(node: dict[str, object] | list[object]) -> Iterable[tuple[str | int, object]]:
    return node.items() if isinstance(node, dict) else enumerate(node)


def _problems(error: Any, top: Shape) -> list[Problem]:
    trail, kind = error.instance_path, error.kind
    shape = at(top, trail)
    if kind.name == "additionalProperties" and isinstance(shape, Record):
        return [unknown_member(pointer([*trail, name]), name, shape) for name in kind.unexpected[:MOST_PROBLEMS]]
    if kind.name == "required":
        return [missing_member(pointer([*trail, kind.property]), kind.property, shape)]
    if kind.name == "minProperties":
        return [Problem(pointer(trail), Words("nothing is stated here", "此处未填写任何内容"))]
    if kind.name == "propertyNames" and isinstance(shape, MapOf):
        return [wrong_key(pointer([*trail, _key_of(error)]), _key_of(error), shape.key)]
    return [wrong_value(pointer(trail), shape, error.instance)]


def _key_of(error: Any) -> str:
    """The key that is wrong; the validator keeps it in the error of the key's own schema."""
    inner = getattr(error.kind, "error", None)
    return str(getattr(inner, "instance", ""))
