"""A mapping, compiled: what an operation sends, what its replies mean, and what it discloses and keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.mapping.access import NO_ACCESS, Access
from gateway.mapping.codes import CodeTable
from gateway.mapping.endpoint import Endpoint
from gateway.mapping.reply import ReplyRules
from gateway.mapping.request import RequestTemplate
from gateway.mapping.testcases import MappingTest
from gateway.model.catalog import Bilingual
from gateway.model.evidence import EvidenceResponse
from gateway.model.wire import Decoded, MessageTree
from gateway.yamlsource import Source as YamlSource
from gateway.yamlsource import Trail


@dataclass(frozen=True, slots=True)
class OperationMapping:
    """One operation of one registry.

    `reads` are the facts that can leave (attributes, context, secrets), `writes` the attributes that are kept: the
    list of disclosed personal data. Private operations are steps of their own file.
    """

    name: str
    request: RequestTemplate
    reply: ReplyRules
    access: Access
    after: str = ""
    trail: Trail = ()
    tests: tuple[MappingTest, ...] = field(default=(), repr=False, compare=False)
    reads: tuple[str, ...] = field(init=False, compare=False)
    """Every fact that can leave with a request, the access kind's secrets last."""
    writes: tuple[str, ...] = field(init=False, compare=False)
    """Every attribute that is kept of a reply."""
    secrets: tuple[str, ...] = field(init=False, compare=False)
    """The secrets among `reads`."""

    def __post_init__(self) -> None:
        reads = tuple(dict.fromkeys((*self.request.reads, *self.access.reads)))
        object.__setattr__(self, "reads", reads)
        object.__setattr__(self, "writes", tuple(dict.fromkeys((*self.reply.fields, *self.reply.judged))))
        object.__setattr__(self, "secrets", tuple(name for name in reads if name.startswith("secret.")))

    @property
    def private(self) -> bool:
        """Whether it is a step of its own file only."""
        return not ("." in self.name and self.name.upper() == self.name)

    def message(self, facts: Mapping[str, Any]) -> MessageTree:
        """The message for these facts, with what the access kind adds."""
        return self.access.apply(self.request.render(facts), facts)

    def understand(
        self, status: int, header: Callable[[str], str], decoded: Decoded, facts: Mapping[str, Any]
    ) -> EvidenceResponse:
        """What a reply means. Total."""
        return self.reply.apply(status, header, decoded, facts)


@dataclass(frozen=True, slots=True)
class RegistryMapping:
    """One mapping file, compiled. `digest` is the SHA-256 of the file and of what lies beside it, in hex."""

    name: str
    title: Bilingual
    endpoint: Endpoint
    operations: Mapping[str, OperationMapping]
    tables: Mapping[str, CodeTable]
    digest: str
    folder: Path | None = None
    source: YamlSource | None = field(default=None, repr=False, compare=False)

    @property
    def logins(self) -> frozenset[str]:
        """The operations that get tickets for others."""
        return frozenset(operation.access.login for operation in self.operations.values() if operation.access.login)

    @property
    def public(self) -> Mapping[str, OperationMapping]:
        """The catalog's operations that this registry answers."""
        return {name: operation for name, operation in self.operations.items() if not operation.private}


__all__ = ["NO_ACCESS", "OperationMapping", "RegistryMapping"]
