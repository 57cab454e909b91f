"""The sandbox's data: YAML files read into records, checked with places, and read again when a file changes."""

from __future__ import annotations

import threading
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from gateway.errors import Diagnostic, Diagnostics
from gateway.sandbox.records import (
    Address,
    Company,
    Dishonest,
    Household,
    Hukou,
    Movements,
    Person,
    TravelDocument,
    Trouble,
    Unit,
)
from gateway.sandbox.switches import SWITCHES
from gateway.yamlsource import Source, Trail, load

FILES: Mapping[str, type] = {
    "persons": Person,
    "hukou": Hukou,
    "households": Household,
    "documents": TravelDocument,
    "movements": Movements,
    "units": Unit,
    "companies": Company,
    "dishonest": Dishonest,
    "addresses": Address,
    "troubles": Trouble,
}
"""Each data file `<name>.yaml` and what a record of it is."""

_KINDS: Mapping[Any, tuple[tuple[type, ...], str]] = {
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
}


@dataclass(frozen=True, slots=True)
class Data:
    """Everything the registers know, at one moment."""

    persons: Mapping[str, Person]
    hukou: Mapping[str, Hukou]
    households: tuple[Household, ...]
    documents: Mapping[tuple[str, str], TravelDocument]
    movements: Mapping[str, Movements]
    units: tuple[Unit, ...]
    companies: Mapping[str, Company]
    dishonest: tuple[Dishonest, ...]
    addresses: tuple[Address, ...]
    troubles: Mapping[tuple[str, str], str]


def packaged_data() -> Path:
    """The folder of data that travels with the package."""
    return Path(str(resources.files("gateway.sandbox"))) / "data"


class Store:
    """The data of one folder; a changed file is seen by the next question."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp = self._stamps()
        self._data = read_data(folder)

    def data(self) -> Data:
        """The records as the files stand now.

        Raises:
            Diagnostics: a file was changed into something that can't be read.
        """
        stamp = self._stamps()
        with self._lock:
            if stamp != self._stamp:
                self._data = read_data(self._folder)
                self._stamp = stamp
            return self._data

    def trouble(self, operation: str, subject: str) -> str:
        """The switch that a subject always meets at this operation; empty where none."""
        return self.data().troubles.get((operation, subject), "")

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        found = []
        for name in FILES:
            try:
                status = (self._folder / f"{name}.yaml").stat()
            except OSError:
                found.append((0, 0))
            else:
                found.append((status.st_mtime_ns, status.st_size))
        return tuple(found)


def read_data(folder: Path) -> Data:
    """Read and check every file of a folder.

    Raises:
        Diagnostics: with every finding of every file: missing, unreadable, not marked synthetic, or a wrong record.
    """
    findings: list[Diagnostic] = []
    read: dict[str, tuple[Any, ...]] = {}
    for name, kind in FILES.items():
        try:
            read[name] = _records(load(folder / f"{name}.yaml", name=f"{name}.yaml"), kind, findings)
        except Diagnostics as error:
            findings += error.findings
    if findings:
        raise Diagnostics(findings)
    return Data(
        persons={row.id_number: row for row in read["persons"]},
        hukou={row.id_number: row for row in read["hukou"]},
        households=read["households"],
        documents={(row.kind, row.number): row for row in read["documents"]},
        movements={row.id_number: row for row in read["movements"]},
        units=read["units"],
        companies={row.uscc: row for row in read["companies"]},
        dishonest=read["dishonest"],
        addresses=read["addresses"],
        troubles={(row.operation, row.subject): row.switch for row in read["troubles"]},
    )


def _records(source: Source, kind: type, findings: list[Diagnostic]) -> tuple[Any, ...]:
    reader = _Reader(source, findings)
    top = source.value
    if not isinstance(top, dict) or top.get("synthetic") is not True:
        reader.find((), "configuration.missing_key", of=source.file, key="synthetic: true")
        return ()
    rows = top.get("records")
    if not isinstance(rows, list):
        reader.find(("records",), "configuration.wrong_type", key="records", expected="a list", found=_said(rows))
        return ()
    found = [reader.record(("records", place), row, kind) for place, row in enumerate(rows)]
    if kind is Trouble:
        for place, row in enumerate(found):
            if row is not None and row.switch.split(":")[0].split("*")[0] not in SWITCHES:
                reader.find(("records", place, "switch"), "configuration.bad_value", key="switch",
                            reason=f"'{row.switch}' is not a switch", expected=", ".join(SWITCHES))  # fmt: skip
    return tuple(row for row in found if row is not None)


class _Reader:
    """Turns YAML values into records by the types of their fields."""

    def __init__(self, source: Source, findings: list[Diagnostic]) -> None:
        self._source = source
        self._findings = findings

    def find(self, trail: Trail, code: str, **values: object) -> None:
        """Note one finding."""
        self._findings.append(Diagnostic(self._source.mark(trail), code, dict(values)))

    def record(self, trail: Trail, value: Any, kind: Any) -> Any:
        """One record; None, with findings, where it is wrong."""
        if not isinstance(value, dict):
            self.find(trail, "configuration.wrong_type", key=trail[-1], expected="a map", found=_said(value))
            return None
        before = len(self._findings)
        known = {each.name: each for each in fields(kind)}
        hints = typing.get_type_hints(kind)
        for key in value:
            if key not in known:
                self.find((*trail, key), "configuration.unknown_key", of=kind.__name__, key=key, suggestion="",
                          known=", ".join(known))  # fmt: skip
        taken = {}
        for key, each in known.items():
            if key in value:
                taken[key] = self._value((*trail, key), value[key], hints[key])
            elif each.default is MISSING:
                self.find(trail, "configuration.missing_key", of=kind.__name__, key=key)
        return kind(**taken) if len(self._findings) == before else None

    def _value(self, trail: Trail, value: Any, hint: Any) -> Any:
        if isinstance(hint, types.UnionType):
            return None if value is None else self._value(trail, value, typing.get_args(hint)[0])
        if typing.get_origin(hint) is tuple:
            if isinstance(value, list):
                inner = typing.get_args(hint)[0]
                return tuple(self._value((*trail, place), each, inner) for place, each in enumerate(value))
            self.find(trail, "configuration.wrong_type", key=trail[-1], expected="a list", found=_said(value))
            return ()
        if is_dataclass(hint):
            return self.record(trail, value, hint)
        if hint is str:  # digits without quotes are a text here, as they are written
            if not isinstance(value, dict | list):
                return self._source.raw(trail) or ""
            return self._wrong(trail, "a text", value)
        allowed, said = _KINDS[hint]
        if isinstance(value, allowed) and (hint is bool or not isinstance(value, bool)):
            return value
        return self._wrong(trail, said, value)

    def _wrong(self, trail: Trail, expected: str, value: Any) -> None:
        self.find(trail, "configuration.wrong_type", key=trail[-1], expected=expected, found=_said(value))


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    return "a map" if isinstance(value, dict) else "a list" if isinstance(value, list) else f"'{value}'"
