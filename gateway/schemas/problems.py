"""What is wrong with a document, in words for people: the place, the reason, what was expected, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors import Words
from gateway.schemas.kinds import KINDS, LIMIT
from gateway.schemas.shapes import ListOf, MapOf, Record, Scalar, Shape
from gateway.schemas.vocabulary import suggest

_MOST_NAMED = 14
_NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `pointer` is a JSON pointer, or the path of an element for XML; `line` is 0 where it is unknown.

    The texts repeat no value of the document, so that they may be logged; a wrong code of a closed list is
    the exception.
    """

    pointer: str
    message: Words
    expected: Words = _NOTHING
    line: int = 0

    def document(self) -> dict[str, object]:
        """The finding as JSON."""
        found: dict[str, object] = {"pointer": self.pointer, "message": {"en": self.message.en, "zh": self.message.zh}}
        if self.expected.en:
            found["expected"] = {"en": self.expected.en, "zh": self.expected.zh}
        return {**found, "line": self.line} if self.line else found


def pointer(trail: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901); the whole document is the empty text."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in trail)


def unknown_member(place: str, name: str, record: Shape | None, line: int = 0) -> Problem:
    """A member that the schema does not have, with what may have been meant."""
    known = tuple(member.name for member in record.members) if isinstance(record, Record) else ()
    near = suggest(name, known)
    if near:
        expected = _meant(near)
    elif len(known) <= _MOST_NAMED:
        expected = Words(f"known here: {', '.join(known) or 'nothing'}", f"此处可用：{'、'.join(known) or '无'}")
    else:
        expected = Words("vocabulary.yaml lists the known names", "可用名称见 vocabulary.yaml")
    shown = name[:80]
    return Problem(place, Words(f"'{shown}' is not known here", f"此处没有成员 '{shown}'"), expected, line)


def missing_member(place: str, name: str, record: Shape | None, line: int = 0) -> Problem:
    """A required member that is not there."""
    member = record.member(name) if isinstance(record, Record) else None
    label = Words(f" ({member.en})", f"（{member.zh}）") if member and member.en else _NOTHING
    message = Words(f"'{name}' is missing{label.en}", f"缺少 '{name}'{label.zh}")
    return Problem(place, message, expectation(member.shape) if member else _NOTHING, line)


def wrong_value(place: str, shape: Shape | None, value: object = None, line: int = 0) -> Problem:
    """A value that is not what its place asks for."""
    wanted = expectation(shape) if shape else _NOTHING
    name = _name(place)
    if isinstance(shape, Scalar) and shape.values and isinstance(value, str) and 0 < len(value) <= 40:
        near = suggest(value, shape.values)
        if near:
            meant = _meant(near)
            wanted = Words(f"{meant.en} {wanted.en}", f"{meant.zh}{wanted.zh}")
        return Problem(place, Words(f"'{value}' is no value of '{name}'", f"'{name}' 没有值 '{value}'"), wanted, line)
    said = _said(value, shape)
    return Problem(place, Words(f"'{name}' is {said.en}", f"'{name}' {said.zh}"), wanted, line)


def wrong_key(place: str, key: str, shape: Scalar) -> Problem:
    """A key of a map that is not of the right form or not in its list."""
    near, wanted = suggest(key, shape.values), expectation(shape)
    message = Words(f"'{key[:80]}' can't be a key here", f"'{key[:80]}' 不能作为此处的键")
    return Problem(place, message, _meant(near) if near else wanted)


def _name(place: str) -> str:
    steps = place.rsplit("/", 2)
    if steps[-1].isdigit() and len(steps) > 2:
        return f"{steps[-2]}[{steps[-1]}]"
    return steps[-1] or "the document"


def expectation(shape: Shape) -> Words:
    """What belongs at a place."""
    if isinstance(shape, Record):
        return Words("an object", "对象")
    if isinstance(shape, ListOf):
        return Words(f"a list of {shape.item}", f"由 {shape.item} 组成的列表")
    if isinstance(shape, MapOf):
        return Words(f"an object with one entry for each {shape.item}", f"以 {shape.item} 为单位的对象")
    if shape.kind == "attribute":
        return Words("the name of an attribute of vocabulary.yaml", "vocabulary.yaml 中的属性名")
    if shape.values:
        return Words(f"one of {', '.join(shape.values)}", f"以下之一：{'、'.join(shape.values)}")
    kind = KINDS[shape.kind]
    return Words(kind.en, kind.zh)


def _said(value: object, shape: Shape | None) -> Words:
    if isinstance(value, bool):
        return Words("a boolean", "是布尔值")
    if isinstance(value, str):
        return _said_of_text(value, shape)
    if isinstance(value, (int, float)):
        numeric = isinstance(shape, Scalar) and shape.kind in ("number", "integer") and abs(value) > LIMIT
        return Words("too large", "过大") if numeric else Words("a number", "是数值")
    if isinstance(value, list):
        return Words(f"a list with {len(value)} items", f"是含 {len(value)} 项的列表")
    if isinstance(value, dict):
        return Words(f"an object with {len(value)} members", f"是含 {len(value)} 个成员的对象")
    return Words("null; leave it out where nothing is known", "为 null；不填时请省略")


def _said_of_text(value: str, shape: Shape | None) -> Words:
    if value == "":
        return Words("empty; leave it out where nothing is known", "为空；不填时请省略")
    if not isinstance(shape, Scalar):
        return Words("a text", "是文本")
    longest = KINDS[shape.kind].longest if shape.kind in KINDS else 0
    if longest and len(value) > longest:
        return Words(f"too long ({len(value)} characters)", f"过长（{len(value)} 字）")
    return Words("not of the right form", "格式不正确")


def _meant(near: Sequence[str]) -> Words:
    en = " or ".join(f"'{name}'" for name in near)
    return Words(f"did you mean {en}?", f"是否指 {'、'.join(f'“{name}”' for name in near)}？")
