"""A place in a mapping file while it is read: typed access to its value, and findings with exact marks."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gateway.errors import Diagnostic
from gateway.yamlsource import Source, Trail

_TYPES = {
    "text": ("a text", "文本"),
    "number": ("a number", "数字"),
    "boolean": ("true or false", "true 或 false"),
    "map": ("a map of keys", "键值表"),
    "list": ("a list", "列表"),
    "null": ("nothing", "空"),
}


class Findings:
    """Collects what a reader finds; later findings at the same place are held back."""

    def __init__(self) -> None:
        self.rows: list[Diagnostic] = []

    def add(self, finding: Diagnostic) -> None:
        """Keep a finding unless the same stands there already."""
        if finding not in self.rows:
            self.rows.append(finding)

    @property
    def errors(self) -> list[Diagnostic]:
        """Those that stop a start."""
        return [row for row in self.rows if row.severity == "error"]


def suggestion(name: str, known: Iterable[str]) -> dict[str, Any]:
    """The values `suggestion` and `suggestion_zh` of a message: a near name, if there is one."""
    near = nearest(name, known)
    if not near:
        return {"suggestion": "", "suggestion_zh": ""}
    return {"suggestion": f"; did you mean '{near}'?", "suggestion_zh": f"，是否应为 '{near}'？"}


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like this one, or an empty text."""
    table = {candidate.lower(): candidate for candidate in known}
    matches = difflib.get_close_matches(name.lower(), table, n=1, cutoff=0.6)
    return table[matches[0]] if matches else ""


def kind_of(value: Any) -> str:
    """The YAML type of a plain value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else "map"


class Part:
    """One value of a mapping file with its place. Reading methods never raise: they find, and give a fallback."""

    __slots__ = ("findings", "source", "trail", "value")

    def __init__(self, source: Source, trail: Trail, value: Any, findings: Findings) -> None:
        self.source, self.trail, self.value, self.findings = source, trail, value, findings

    @property
    def name(self) -> str:
        """The key under which this part stands."""
        return str(self.trail[-1]) if self.trail else self.source.file

    @property
    def raw(self) -> str:
        """The value as it is written."""
        written = self.source.raw(self.trail)
        return written if written is not None else str(self.value)

    @property
    def kind(self) -> str:
        """The YAML type of the value."""
        return kind_of(self.value)

    def find(
        self, code: str, *, at_key: bool = False, shift: int = 0, near: tuple[str, ...] = (), **values: object
    ) -> None:
        """Add a finding at this place; `shift` moves into the value, `at_key` points at the key."""
        mark = self.source.mark(self.trail, key=at_key, shift=shift)
        self.findings.add(Diagnostic(mark, code, values, near))

    def find_unknown(self, code: str, name: str, known: Iterable[str], *, at_key: bool = False, **values: Any) -> None:
        """Add a finding about a name that is not known, with the nearest that is."""
        names = sorted(known)
        near = nearest(name, names)
        self.find(
            code,
            at_key=at_key,
            near=(near,) if near else (),
            name=name,
            known=", ".join(names),
            **suggestion(name, names),
            **values,
        )

    def child(self, key: str | int) -> Part:
        """The part under a key or position that is known to be there."""
        return Part(self.source, (*self.trail, key), self.value[key], self.findings)

    def get(self, key: str) -> Part | None:
        """The part under a key; None where it is missing."""
        return self.child(key) if isinstance(self.value, dict) and key in self.value else None

    def expect(self, kind: str) -> bool:
        """Whether the value has this YAML type; a finding where it has not."""
        if self.kind == kind:
            return True
        expected, expected_zh = _TYPES[kind]
        found, found_zh = _TYPES[self.kind]
        self.find(
            "mapping.wrong_type",
            key=self.name,
            expected=expected,
            expected_zh=expected_zh,
            found=found,
            found_zh=found_zh,
        )
        return False

    def keys(self, of: str, allowed: Sequence[str], required: Sequence[str] = ()) -> Mapping[str, Part]:
        """The members of a map whose keys are a closed list.

        Unknown keys are found with a near name, missing ones at the map's own place.
        """
        if not self.expect("map"):
            return {}
        members: dict[str, Part] = {}
        for key in self.value:
            part = self.child(key)
            if key in allowed:
                members[key] = part
            else:
                near = nearest(key, allowed)
                part.find(
                    "mapping.unknown_key",
                    at_key=True,
                    near=(near,) if near else (),
                    key=key,
                    of=of,
                    known=", ".join(allowed),
                    **suggestion(key, allowed),
                )
        for key in required:
            if key not in self.value and key not in self.misspelt(allowed):
                self.find("mapping.missing_key", key=key, of=of, advice="", advice_zh="")
        return members

    def misspelt(self, allowed: Sequence[str]) -> frozenset[str]:
        """The keys that unknown ones were probably meant to be: that they are missing is no news."""
        return frozenset(nearest(key, allowed) for key in self.value if key not in allowed)

    def entries(self) -> Iterator[tuple[str, Part]]:
        """The members of an open map."""
        if self.expect("map"):
            for key in self.value:
                yield key, self.child(key)

    def items(self) -> list[Part]:
        """The items of a list."""
        if not self.expect("list"):
            return []
        return [self.child(position) for position in range(len(self.value))]

    def many(self) -> list[Part]:
        """A list, or one item where a list of one is meant."""
        return self.items() if isinstance(self.value, list) else [self]

    def text(self, fallback: str = "") -> str:
        """A text."""
        return self.value if self.expect("text") else fallback

    def written(self) -> str:
        """A code: the value as it is written, quoted or not."""
        if self.kind in ("map", "list"):
            self.expect("text")
            return ""
        return self.raw

    def boolean(self, fallback: bool = False) -> bool:
        """True or false."""
        return self.value if self.expect("boolean") else fallback
