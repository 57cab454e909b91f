"""XML Schema 1.0 validation from local files only."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import unquote

from lxml import etree

from gateway.errors import GatewayError
from gateway.xmltree.elements import Element
from gateway.xmltree.read import MAX_BYTES, parse

_XSD = "http://www.w3.org/2001/XMLSchema"


@dataclass(frozen=True, slots=True)
class Violation:
    """What a schema finds wrong: line, path of the element, the validator's own words (they may quote values)."""

    line: int
    path: str
    message: str


class Schema:
    """An XML Schema 1.0 from a file and the files beside it; nothing is ever fetched.

    Raises `adapter.interface_file` where the file can't be used or reaches outside its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        _check_locations(path, path.parent.resolve(), set())
        try:
            self._schema = etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True, load_dtd=False)))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
            raise _unusable(path, str(error)) from error

    def check(self, tree: Element) -> list[Violation]:
        """Everything the schema finds wrong with a document; empty where it is valid."""
        with self._lock:  # the log of errors belongs to the schema, not to the call
            if self._schema.validate(tree):
                return []
            log = cast("Iterable[etree._LogEntry]", self._schema.error_log)
            return [Violation(entry.line, entry.path or "", entry.message) for entry in log]


def _unusable(path: Path, reason: str) -> GatewayError:
    return GatewayError("adapter.interface_file", path=str(path), reason=reason)


def _check_locations(path: Path, folder: Path, seen: set[Path]) -> None:
    """Every include and import, followed: only files of this folder, none with a DOCTYPE."""
    if path.resolve() in seen:
        return
    seen.add(path.resolve())
    try:
        root = parse(path.read_bytes(), max_bytes=16 * MAX_BYTES)
    except OSError as error:
        raise _unusable(path, error.strerror or "it can't be read") from error
    for reference in _references(root):
        location = str(reference.get("schemaLocation", ""))
        if not location:
            continue
        target = (path.parent / unquote(location)).resolve()
        if ":" in location or not target.is_relative_to(folder):
            raise _unusable(path, f"it names '{location}', which is not a file of its folder")
        _check_locations(target, folder, seen)


def _references(root: Element) -> Sequence[Element]:
    return [child for tag in ("import", "include", "redefine") for child in root.iter(f"{{{_XSD}}}{tag}")]
