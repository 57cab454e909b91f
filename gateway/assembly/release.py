"""A release: configuration, catalog, grants, mappings and dialects, read and checked as one, with one digest."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.access import Policy, read_policy
from gateway.adapter import installed
from gateway.assessment import COMPARATORS
from gateway.canonical import digest
from gateway.catalog.loading import Names
from gateway.config import Configuration
from gateway.config.secrets import SANDBOX_SECRETS
from gateway.errors import Diagnostic, Diagnostics
from gateway.mapping.codes import CodeTable, read_table
from gateway.mapping.compiled import RegistryMapping
from gateway.mapping.dialects import Dialect, load_dialect
from gateway.mapping.files import Surroundings, load_registry
from gateway.mapping.parts import Findings, Part
from gateway.schemas import vocabulary
from gateway.yamlsource import load


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that a running gateway stands on. `digest` names it in every entry of the log."""

    policy: Policy
    mappings: Mapping[str, RegistryMapping]
    dialects: Mapping[str, Dialect]
    tables: Mapping[str, CodeTable]
    digest: str

    def secret_names(self) -> frozenset[str]:
        """The secrets that mappings read."""
        return frozenset(
            name.removeprefix("secret.")
            for mapping in self.mappings.values()
            for operation in mapping.operations.values()
            for name in operation.reads
            if name.startswith("secret.")
        )

    def sandbox_secret_names(self) -> frozenset[str]:
        """Secrets that the gateway makes for itself: of registries in the sandbox, and of the example's callers."""
        callers = self.policy.configuration.callers.callers.values()
        return frozenset({*SANDBOX_SECRETS, *(caller.key_secret for caller in callers if caller.key_secret)})

    def missing_secrets(self, environment: Mapping[str, str]) -> tuple[str, ...]:
        """The secrets that mappings read and that this deployment has not, sorted."""
        missing: set[str] = set()
        for registry, mapping in self.mappings.items():
            known = KnownSecrets(self.policy.configuration, environment, registry)
            read = (name for operation in mapping.operations.values() for name in operation.secrets)
            missing |= {name for name in (one.removeprefix("secret.") for one in read) if name not in known}
        return tuple(sorted(missing))


class KnownSecrets(Container[str]):
    """The names of the secrets that one registry may be shown: those configured, and in the sandbox its own."""

    def __init__(self, configuration: Configuration, environment: Mapping[str, str], registry: str) -> None:
        self._made = frozenset(SANDBOX_SECRETS if configuration.in_sandbox(registry) else ())
        self._secrets = configuration.secrets_of(registry, environment)

    def __contains__(self, name: object) -> bool:
        return name in self._made or name in self._secrets


def names() -> Names:
    """What the catalog may refer to."""
    predicates = [name for name, comparator in COMPARATORS.items() if comparator.predicate]
    return Names(vocabulary().attributes, COMPARATORS, predicates)


def surroundings(folder: Path, adapters: frozenset[str]) -> tuple[Surroundings, list[Diagnostic]]:
    """What mappings are read against: the vocabulary, shared code tables, protocols."""
    tables, findings = shared_tables(folder / "codes")
    types = {name: attribute.type for name, attribute in vocabulary().attributes.items()}
    return Surroundings(types, adapters, tables), findings


def shared_tables(folder: Path) -> tuple[dict[str, CodeTable], list[Diagnostic]]:
    """The code tables of `config/codes`, by the names of their files."""
    tables: dict[str, CodeTable] = {}
    findings = Findings()
    for path in sorted(folder.glob("*.yaml")):
        try:
            source = load(path)
        except Diagnostics as error:
            for finding in error.findings:
                findings.add(finding)
            continue
        table = read_table(Part(source, (), source.value, findings), path.stem)
        if table is not None:
            tables[path.stem] = table
    return tables, findings.rows


def read_release(
    folder: Path, home: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[Release | None, list[Diagnostic]]:
    """Read one configuration folder with everything it names. The release is None where a finding stops a start."""
    policy, findings = read_policy(folder, names(), home, environment)
    if policy is None:
        return None, findings
    configuration = policy.configuration
    around, found = surroundings(folder, installed() & frozenset(configuration.gateway.adapters))
    findings += found
    mappings: dict[str, RegistryMapping] = {}
    for name in configuration.registries.registries:
        mapping, found = load_registry(
            configuration.mappings / "registries" / configuration.registries.mapping_of(name), around
        )
        findings += found
        if mapping is not None:
            mappings[name] = mapping
    dialects: dict[str, Dialect] = {}
    for path in sorted(configuration.mappings.glob("sources/*/mapping.yaml")):
        dialect, found = load_dialect(path.parent, around)
        findings += found
        if dialect is not None:
            dialects[dialect.name] = dialect
    if any(finding.severity == "error" for finding in findings):
        return None, findings
    parts: dict[str, Any] = {
        "configuration": configuration.digest,
        "catalog": policy.catalog.digest,
        "mappings": {name: mapping.digest for name, mapping in mappings.items()},
        "dialects": {name: dialect.digest for name, dialect in dialects.items()},
    }
    return Release(policy, mappings, dialects, around.tables, digest(parts)), findings
