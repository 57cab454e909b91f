"""The only door to xmlschema: it explains what is wrong with an XML document that was already found invalid.

xmlschema is slow to import and to build, so both happen at the first invalid document, not before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from gateway.errors import Words
from gateway.schemas.kinds import KINDS
from gateway.schemas.problems import Problem, expectation, missing_member, unknown_member, wrong_key, wrong_value
from gateway.schemas.shapes import Document, ListOf, MapOf, Record, Scalar, Shape
from gateway.xmltree import Element, Violation, children, line_of, local_name, namespace, path_of, text_of

MOST_ELEMENTS: Final = 1_500
MOST_NAMES: Final = 32
"""Attributes or namespaces of one element."""


def explain(document: Document, path: Path, tree: Element, violations: Sequence[Violation], most: int) -> list[Problem]:
    """What is wrong with an invalid document, in its order; never empty.

    Args:
        document: the definition that the schema was written from.
        path: the XML Schema's file.
        tree: the root element of the document.
        violations: what the deciding validator said; used where no better words are found.
        most: at most so many problems.
    """
    if local_name(tree) != document.name or namespace(tree) != document.namespace:
        name = local_name(tree)
        message = Words(f"<{name}> is not the root of a {document.name}", f"<{name}> 不是{document.zh}的根元素")
        root = f'<{document.name} xmlns="{document.namespace}">'
        return [Problem(path_of(tree), message, Words(root, root), line_of(tree))]
    if _overgrown(tree):  # xmlschema's time grows faster than such a document
        said = violations[0]
        wrong = Words("not valid here; the document is too large to say more", "此处不符合规范；文档过大，不再逐项说明")
        return [Problem(said.path, wrong, line=said.line)]
    problems: list[Problem] = []
    for error in _schema(str(path)).iter_errors(tree):
        problems += _problems(error, document, tree)
        if len(problems) >= most:
            break
    if not problems:  # the two validators differ: the one that decides is quoted
        wrong = Words("not valid here", "此处不符合规范")
        problems = [Problem(said.path, wrong, Words(said.message, said.message), said.line) for said in violations]
    return list(dict.fromkeys(problems))[:most]


def _overgrown(tree: Element) -> bool:
    """Whether a document has far more elements, attributes or namespaces than any of ours."""
    for count, node in enumerate(tree.iter()):
        if count >= MOST_ELEMENTS or len(node.attrib) > MOST_NAMES or len(node.nsmap) > MOST_NAMES:
            return True
    return False


@cache
def _schema(path: str) -> Any:
    import xmlschema

    return xmlschema.XMLSchema10(path, allow="local", defuse="always")


def _problems(error: Any, document: Document, tree: Element) -> list[Problem]:
    element = error.elem if error.elem is not None and hasattr(error.elem, "iterancestors") else tree
    place, line = path_of(element), line_of(element)
    shape = _shape(document, element)
    found = _structure(element, shape, document.namespace, place)
    if found:
        return found
    if shape is None:
        return []  # inside an element that is unknown itself, which is said at its parent
    key = _key(element, document, place, line)
    if key:
        return [key]
    value = None if isinstance(shape, (Record, ListOf, MapOf)) else text_of(element)
    if value is None:
        reason = str(error.reason or "not valid here").split("\n", 1)[0]
        return [Problem(place, Words(reason, "此处不符合规范"), line=line)]
    return [wrong_value(place, shape, value, line)]


def _key(element: Element, document: Document, place: str, line: int) -> Problem | None:
    """What is wrong with the key of a map's item: missing, malformed, or used before."""
    parent = element.getparent()
    around = _shape(document, parent) if parent is not None else None
    if parent is None or not isinstance(around, MapOf):
        return None
    key = str(element.get("key", ""))
    if sum(child.get("key") == key for child in children(parent)) > 1:
        return Problem(place, Words(f"the key '{key[:80]}' stands twice", f"键 '{key[:80]}' 重复"), line=line)
    known = around.key.values
    good = key in known if known else re.fullmatch(KINDS[around.key.kind].pattern, key) is not None
    return None if good else replace(wrong_key(place, key, around.key), line=line)


def _structure(element: Element, shape: Shape | None, space: str, place: str) -> list[Problem]:
    """Unknown, repeated and missing members of one element, which both validators say in their own jargon only."""
    problems: list[Problem] = []
    if shape is not None and not isinstance(shape, Scalar) and _has_text(element):
        text = Words("there is text between the elements", "元素之间有文本")
        problems.append(Problem(place, text, expectation(shape), line_of(element)))
    if isinstance(shape, Record):
        seen: set[str] = set()
        for child in children(element):
            name = local_name(child)
            if shape.member(name) is None or namespace(child) != space:
                problems.append(unknown_member(path_of(child), name, shape, line_of(child)))
            elif name in seen:
                twice = Words(f"'{name}' stands twice", f"'{name}' 重复")
                problems.append(Problem(path_of(child), twice, line=line_of(child)))
            seen.add(name)
        problems += [
            missing_member(f"{place}/{member.name}", member.name, shape, line_of(element))
            for member in shape.members
            if member.required and member.name not in seen
        ]
    elif isinstance(shape, (ListOf, MapOf)):
        item = Words(f"only <{shape.item}> stands here", f"此处只能有 <{shape.item}>")
        for child in children(element):
            if local_name(child) != shape.item or namespace(child) != space:
                name = local_name(child)
                wrong = Words(f"<{name}> is not expected here", f"此处不应有 <{name}>")
                problems.append(Problem(path_of(child), wrong, item, line_of(child)))
    return problems


def _has_text(element: Element) -> bool:
    """Whether there is more than white space between the children."""
    pieces = [element.text, *(child.tail for child in element)]
    return any(piece and not piece.isspace() for piece in pieces)


def _shape(document: Document, element: Element) -> Shape | None:
    here: Shape | None = document.shape
    for node in [*reversed(list(element.iterancestors())), element][1:]:
        name = local_name(node)
        if isinstance(here, Record):
            member = here.member(name)
            here = member.shape if member else None
        elif isinstance(here, (ListOf, MapOf)) and name == here.item:
            here = here.shape
        else:
            return None
    return here
