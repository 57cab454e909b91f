"""Places in a mapping file that a cross check points at, and the references that stand in a piece of YAML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gateway.errors import Diagnostic
from gateway.mapping.parts import nearest, suggestion
from gateway.yamlsource import Source, Trail


class Sheet:
    """One mapping file under check: finds at trails, keeps each finding once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Diagnostic] = []

    def find(
        self,
        code: str,
        trail: Trail,
        *,
        at_key: bool = False,
        shift: int = 0,
        near: tuple[str, ...] = (),
        **values: Any,
    ) -> None:
        """Add a finding at a value or at its key; `shift` moves into the value."""
        row = Diagnostic(self.source.mark(trail, key=at_key, shift=shift), code, values, near)
        if row not in self.findings:
            self.findings.append(row)

    def unknown(self, code: str, trail: Trail, name: str, known: Iterable[str], *, at_key: bool = False) -> None:
        """Add a finding about a name that is not known, with the nearest that is."""
        names = sorted(known)
        near = nearest(name, names)
        self.find(
            code,
            trail,
            at_key=at_key,
            near=(near,) if near else (),
            name=name,
            known=", ".join(names),
            **suggestion(name, names),
        )

    def at(self, trail: Trail) -> Any:
        """The plain value at a trail; None where there is none."""
        value = self.source.value
        for step in trail:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def references(value: Any, trail: Trail) -> Iterator[tuple[str, Trail]]:
    """Every `$name` and `{$value: name}` below a value, with its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$value" and isinstance(inner, str):
                yield inner.removeprefix("$"), (*trail, key)
            else:
                yield from references(inner, (*trail, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from references(inner, (*trail, position))
    elif isinstance(value, str) and value.startswith("$") and not value.startswith("$$"):
        yield value[1:], trail
