"""YAML as this house reads it: a small, predictable part, with a place kept for every key and value.

No anchors, aliases, tags, merge keys or second documents; a key twice is an error; keys are texts as written; plain
values are booleans (`true`, `false`), `null`, or numbers without leading zeros, and everything else is text: `no`,
`0123`, `08:30` and `2026-11-24` are texts. All findings are collected, none hides another. The only door to PyYAML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from gateway.errors import Diagnostic, Diagnostics, Mark

Trail = tuple[str | int, ...]
"""The way from the top of a document to one value: keys and positions."""

MAX_DEPTH = 60
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_SPECIAL: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Loader(yaml.CSafeLoader):
    """The C parser; only its composer is used, so no constructor and no resolver of YAML 1.1 ever runs."""


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML document as plain values, with marks.

    `raws` holds each plain scalar as it is written (the text `0` beside the number 0): where a code is expected, the
    value counts as it stands.
    """

    file: str
    value: Any
    marks: Mapping[Trail, Mark] = field(repr=False)
    key_marks: Mapping[Trail, Mark] = field(repr=False)
    raws: Mapping[Trail, str] = field(repr=False)
    quoted: frozenset[Trail] = field(default=frozenset(), repr=False)

    def mark(self, trail: Trail = (), *, key: bool = False, shift: int = 0) -> Mark:
        """The place of a value (or of its key); of the nearest parent where the value itself is missing.

        `shift` moves the column into the value, for example to the character where a path is wrong.
        """
        table = self.key_marks if key else self.marks
        found = table.get(trail) or self.marks.get(trail)
        if found is None:
            return self.mark(trail[:-1]) if trail else Mark(self.file, 1, 1)
        if not shift:
            return found
        return Mark(found.file, found.line, found.column + shift + (1 if trail in self.quoted else 0))

    def raw(self, trail: Trail) -> str | None:
        """A scalar as it is written, without quotes; None for maps and lists."""
        return self.raws.get(trail)


def load(path: Path, *, name: str | None = None) -> Source:
    """Read one file.

    Args:
        path: the file, UTF-8 with or without a byte order mark.
        name: how the file is called in messages; its path where absent.

    Raises:
        Diagnostics: with every finding (`yaml.*`, `configuration.file_missing`, `configuration.unreadable`).
    """
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Diagnostics([Diagnostic(Mark(shown), "configuration.file_missing", {"path": shown})]) from None
    except OSError as error:
        values = {"path": shown, "reason": error.strerror or str(error)}
        raise Diagnostics([Diagnostic(Mark(shown), "configuration.unreadable", values)]) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        values = {"reason": f"byte 0x{data[error.start]:02x}"}
        raise Diagnostics([Diagnostic(Mark(shown, line, column), "yaml.not_utf8", values)]) from error
    return parse(text, shown)


def parse(text: str, file: str) -> Source:
    """Read one text; `file` is its name in messages.

    Raises:
        Diagnostics: with every finding.
    """
    walk = _Walk(file)
    walk.events(text)
    if walk.findings:
        raise Diagnostics(sorted(walk.findings, key=lambda finding: finding.mark))
    return Source(file, walk.result, walk.marks, walk.key_marks, walk.raws, frozenset(walk.quoted))


class _Walk:
    """Builds the value from the parser's events; the composer would resolve aliases before we see them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Diagnostic] = []
        self.marks: dict[Trail, Mark] = {}
        self.key_marks: dict[Trail, Mark] = {}
        self.raws: dict[Trail, str] = {}
        self.quoted: set[Trail] = set()
        self.result: Any = None
        self._stream: Any = None

    def events(self, text: str) -> None:
        """Parse the text and fill the tables."""
        documents = 0
        try:
            self._stream = yaml.parse(text, Loader=_Loader)
            for event in self._stream:
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents == 2:
                        self._find(event, "yaml.several_documents")
                elif isinstance(event, yaml.NodeEvent):
                    value = self._node(event, () if documents == 1 else (f"document {documents}",))
                    if documents == 1:
                        self.result = value
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Mark(self.file, mark.line + 1, mark.column + 1) if mark else Mark(self.file)
            reason = " ".join(part for part in (error.context, error.problem) if part)
            self.findings.append(Diagnostic(place, "yaml.syntax", {"reason": reason}))
        except yaml.YAMLError as error:
            self.findings.append(Diagnostic(Mark(self.file), "yaml.syntax", {"reason": str(error)}))
        if documents == 0 and not self.findings:
            self.findings.append(Diagnostic(Mark(self.file, 1, 1), "yaml.empty"))

    def _find(self, event: Any, code: str, **values: object) -> None:
        self.findings.append(Diagnostic(self._mark(event), code, dict(values)))

    def _mark(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, event: Any, trail: Trail) -> Any:
        if len(trail) > MAX_DEPTH:
            raise yaml.MarkedYAMLError(None, None, f"nested deeper than {MAX_DEPTH} levels", event.start_mark)
        self.marks[trail] = self._mark(event)
        if getattr(event, "anchor", None) is not None:
            self._find(event, "yaml.alias")
        if isinstance(event, yaml.AliasEvent):
            return None
        if event.tag is not None:
            self._find(event, "yaml.tag", tag=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, trail)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(trail)
        return self._mapping(trail)

    def _scalar(self, event: Any, trail: Trail) -> Any:
        self.raws[trail] = event.value
        if event.style:
            if event.style in ("'", '"'):
                self.quoted.add(trail)
            return event.value
        return plain(event.value)

    def _sequence(self, trail: Trail) -> list[Any]:
        items: list[Any] = []
        for event in self._stream:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, (*trail, len(items))))
        return items

    def _mapping(self, trail: Trail) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for event in self._stream:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, trail)
            inner = (*trail, key)
            first = self.key_marks.get(inner)
            if first is not None:
                self._find(event, "yaml.duplicate_key", key=key, first=first.line)
            else:
                self.key_marks[inner] = self._mark(event)
            if key == "<<":
                self._find(event, "yaml.alias")
            value = self._node(next(self._stream), inner)
            entries.setdefault(key, value)
        return entries

    def _key(self, event: Any, trail: Trail) -> str:
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None:
                self._find(event, "yaml.alias")
            if event.tag is not None:
                self._find(event, "yaml.tag", tag=event.tag)
            return str(event.value)
        self._find(event, "yaml.alias" if isinstance(event, yaml.AliasEvent) else "yaml.key_not_text")
        if not isinstance(event, yaml.AliasEvent):
            self._node(event, (*trail, "?"))
        return f"? {event.start_mark.line}"


def plain(text: str) -> Any:
    """The value of an unquoted scalar: boolean, null, number, or the text itself."""
    if text in _SPECIAL:
        return _SPECIAL[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    return float(text) if match.group(2) or match.group(3) else int(text)
