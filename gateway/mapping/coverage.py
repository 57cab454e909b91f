"""What the tests of a mapping cover. Only what an expectation names counts, not what a reply merely filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.mapping.compiled import OperationMapping, RegistryMapping
from gateway.mapping.sources import Source
from gateway.mapping.values import text_of
from gateway.model.outcomes import ReplyWord

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Pairs of operation and outcome or field, pairs of table and wire code: all there are, and those not tested."""

    operations: tuple[str, ...]
    untested_operations: tuple[str, ...]
    outcomes: tuple[Pair, ...]
    untested_outcomes: tuple[Pair, ...]
    fields: tuple[Pair, ...]
    untested_fields: tuple[Pair, ...]
    codes: tuple[Pair, ...]
    untested_codes: tuple[Pair, ...]

    @property
    def counts(self) -> Mapping[str, tuple[int, int]]:
        """How many are tested, of how many."""
        rows = {
            "operations": (self.operations, self.untested_operations),
            "outcomes": (self.outcomes, self.untested_outcomes),
            "fields": (self.fields, self.untested_fields),
            "codes": (self.codes, self.untested_codes),
        }
        return {name: (len(whole) - len(rest), len(whole)) for name, (whole, rest) in rows.items()}


def coverage(mapping: RegistryMapping) -> Coverage:
    """Look at the expectations of all tests of a file; tables shared by several files are not counted."""
    operations = mapping.operations.values()
    ended = {(operation.name, test.expect.outcome) for operation in operations for test in operation.tests}
    words = {outcome for _, outcome in ended}
    outcomes = [(operation.name, word) for operation in operations for word in _outcomes(operation)]
    named = {
        (operation.name, name) for operation in operations for test in operation.tests for name in test.expect.names
    }
    fields = [(operation.name, name) for operation in operations for name in operation.writes]
    codes, untested = _codes(mapping)
    tested = [operation for operation in operations if operation.tests]
    return Coverage(
        tuple(mapping.operations),
        tuple(operation.name for operation in operations if not operation.tests),
        tuple(outcomes),
        # A rule that the file shares is tested once for all; a success is every operation's own.
        tuple(pair for pair in outcomes if pair not in ended and (pair[1] not in words or pair[1] == ReplyWord.FOUND)),
        tuple(fields),
        tuple(pair for pair in fields if pair not in named and any(pair[0] == one.name for one in tested)),
        codes,
        untested,
    )


def _outcomes(operation: OperationMapping) -> list[str]:
    return list(dict.fromkeys(rule.word.value for rule in operation.reply.rules))


def _codes(mapping: RegistryMapping) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    seen: dict[str, set[str]] = {}
    for operation in mapping.operations.values():
        for name, source in (*operation.reply.fields.items(), *operation.reply.judged.items()):
            expected = [
                text
                for test in operation.tests
                for text in _expected(test.expect.fields.get(name), test.expect.judged.get(name))
            ]
            for table in _tables(source):
                seen.setdefault(table, set()).update(expected)
    rows = [
        ((table.name, code), text_of(value) in seen[table.name])
        for table in mapping.tables.values()
        if table.name in seen
        for code, value in table.values.items()
    ]
    return tuple(pair for pair, _ in rows), tuple(pair for pair, done in rows if not done)


def _expected(*groups: Any) -> Iterator[str]:
    for group in groups:
        if isinstance(group, Mapping):
            yield from _expected(*group.values())
        elif isinstance(group, list):
            yield from _expected(*group)
        else:
            yield text_of(group)


def _tables(source: Source) -> Iterator[str]:
    yield from (step.codes.name for step in source.steps if step.codes is not None)
    inner = (*source.first_of, *(source.fields or {}).values())
    for part in (*inner, *((source.precision,) if source.precision is not None else ())):
        yield from _tables(part)
