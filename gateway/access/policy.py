"""Configuration, catalog and grants, read and checked together: all findings of all files at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.access.grants import Grants, check_grants, grants_of
from gateway.catalog.loading import Names, read_catalog
from gateway.catalog.store import Catalog
from gateway.config.loading import Configuration, read_configuration
from gateway.errors import Diagnostic, Diagnostics


@dataclass(frozen=True, slots=True)
class Policy:
    """What the gateway may do and for whom."""

    configuration: Configuration
    catalog: Catalog
    grants: Grants


def load_policy(
    folder: Path, names: Names, home: Path | None = None, environment: Mapping[str, str] | None = None
) -> Policy:
    """Read and check one configuration folder with its catalog and grants.

    Args:
        folder: the configuration folder.
        names: attributes, comparators and predicates that the catalog may name.
        home: the state folder where the command line named one.
        environment: as in `load_configuration`.

    Raises:
        Diagnostics: with every finding of every file.
    """
    policy, findings = read_policy(folder, names, home, environment)
    if policy is None or findings:
        raise Diagnostics(findings)
    return policy


def read_policy(
    folder: Path, names: Names, home: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[Policy | None, list[Diagnostic]]:
    """As `load_policy`, but gives the findings back, so that more checks can add theirs."""
    reading = read_configuration(folder, home, environment)
    findings = list(reading.findings)
    catalog, found = read_catalog(reading.catalog_sources, names)
    findings += found
    if catalog is not None and reading.grants is not None:
        findings += check_grants(reading.grants, reading.sources["grants.yaml"], catalog)
    findings.sort(key=lambda finding: finding.mark)
    if reading.configuration is None or catalog is None or findings:
        return None, findings
    return Policy(reading.configuration, catalog, grants_of(reading.configuration.grants, catalog)), findings
