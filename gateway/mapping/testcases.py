"""Tests that stand inside a mapping: given facts, the reply, and what must come out, compiled from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.yamlsource import Trail


@dataclass(frozen=True, slots=True)
class TestBody:
    """Where the bytes of a test stand: `body` in the file itself, else `file` beside it, else `recorded`.

    `tree` is a body that is written as JSON; `text` counts where there is none. A text is encoded in `encoding`; files
    are taken as they are.
    """

    __test__ = False

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    tree: Any = None
    file: str = ""
    recorded: str = ""
    encoding: str = ""
    trail: Trail = ()


@dataclass(frozen=True, slots=True)
class RequestExpectation:
    """What must be true of the request; empty members say nothing."""

    call: str = ""
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    http_headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    xml: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: tuple[str, ...] = ()
    same_as: TestBody | None = None
    trail: Trail = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come out. `lists` maps `absent`, `undisclosed`, `disputed`, `not_comparable`, `unexpected` to names."""

    request: RequestExpectation | None = None
    outcome: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    judged: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recognised: bool = True
    trail: Trail = ()

    @property
    def names(self) -> frozenset[str]:
        """Every field or judgement that it speaks about."""
        listed = (name for names in self.lists.values() for name in names)
        return frozenset((*self.fields, *self.judged, *listed))


@dataclass(frozen=True, slots=True)
class MappingTest:
    """One test. `replies` holds a reply for each operation that is asked; `document` is for source dialects."""

    name: str
    given: Mapping[str, Any]
    replies: Mapping[str, TestBody]
    expect: Expectation
    document: TestBody | None = None
    trail: Trail = ()
