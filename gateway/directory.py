"""The registries of this deployment and the operations that each of them answers, as configured."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.adapter import AdapterSettings, WsdlCorrection
from gateway.config import Configuration, Secrets
from gateway.config.registries import RegistryEntry, at_sandbox
from gateway.errors import GatewayError
from gateway.mapping.compiled import OperationMapping, RegistryMapping
from gateway.mapping.endpoint import Endpoint, Limits


@dataclass(frozen=True, slots=True)
class Registry:
    """One registry in force: its mapping, and the endpoint with what the deployment changes about it."""

    name: str
    mapping: RegistryMapping
    endpoint: Endpoint
    recordings: Path | None = None

    @property
    def adapter(self) -> str:
        """The protocol that carries its messages; `replay` where replies are recorded."""
        return "replay" if self.recordings is not None else self.endpoint.adapter

    def operation(self, code: str) -> OperationMapping:
        """The mapping of one operation, also of a private step; `KeyError` for one that is not there."""
        return self.mapping.operations[code]


@dataclass(frozen=True, slots=True)
class Directory:
    """All registries in force, and who answers what."""

    registries: Mapping[str, Registry]

    def holders(self, operation: str) -> tuple[str, ...]:
        """The registries that answer an operation, in the order of the configuration."""
        return tuple(name for name, registry in self.registries.items() if operation in registry.mapping.public)

    def choose(self, operation: str, named: str = "") -> Registry:
        """The registry to be asked.

        Raises:
            GatewayError: `registry.not_configured` where none answers, or several do and the catalog names none.
        """
        holders = self.holders(operation)
        if named:
            holders = tuple(name for name in holders if name == named)
        if len(holders) != 1:
            raise GatewayError("registry.not_configured", operation=operation, holders=", ".join(holders) or "–")
        return self.registries[holders[0]]


def build_directory(
    configuration: Configuration, mappings: Mapping[str, RegistryMapping], sandbox: Mapping[str, str]
) -> Directory:
    """Put mappings and configuration together.

    Args:
        configuration: with `registries.yaml`.
        mappings: compiled mappings by the registry's name in the configuration.
        sandbox: addresses of the running sandbox by its registries' names; empty where none runs.
    """
    found = {}
    for name, entry in configuration.registries.registries.items():
        mapping = mappings[name]
        recordings = configuration.folder / entry.recordings if entry.recordings else None
        found[name] = Registry(name, mapping, _endpoint(mapping.endpoint, entry, sandbox), recordings)
    return Directory(found)


def _endpoint(endpoint: Endpoint, entry: RegistryEntry, sandbox: Mapping[str, str]) -> Endpoint:
    changed = endpoint
    if entry.url is not None:
        changed = dataclasses.replace(changed, url=entry.url)
    if entry.sandbox and entry.sandbox in sandbox:
        changed = dataclasses.replace(changed, url=at_sandbox(changed.url, sandbox[entry.sandbox]).rstrip("/"))
    if entry.limits is not None:
        changed = dataclasses.replace(changed, limits=_limits(changed.limits, entry))
    if entry.hours is not None:
        given = {kind: getattr(entry.hours, kind) for kind in entry.hours.model_fields_set}
        hours = {kind: "closed" if span is None else str(span) for kind, span in given.items()}
        changed = dataclasses.replace(changed, hours={**changed.hours, **hours})
    if entry.tls is not None:
        certificate = (
            f"$secret.{entry.tls.client_certificate}" if entry.tls.client_certificate else changed.client_certificate
        )
        changed = dataclasses.replace(changed, trust=entry.tls.trust or changed.trust, client_certificate=certificate)
    return changed


def _limits(limits: Limits, entry: RegistryEntry) -> Limits:
    given = entry.limits
    if given is None:
        return limits
    return Limits(
        timeout=given.timeout or limits.timeout,
        attempts=given.attempts or limits.attempts,
        concurrency=given.concurrency or limits.concurrency,
        max_reply=given.max_reply or limits.max_reply,
        rate=given.rate.count if given.rate else limits.rate,
        period=given.rate.seconds if given.rate else limits.period,
    )


def adapter_settings(registry: Registry, configuration: Configuration, secrets: Secrets) -> AdapterSettings:
    """What the protocol of a registry is told.

    Raises:
        GatewayError: `secret.*` where the client certificate is missing.
    """
    endpoint, folder = registry.endpoint, registry.mapping.folder or Path()
    certificate = b""
    if endpoint.client_certificate:
        name = endpoint.client_certificate.removeprefix("$secret.").removeprefix("secret.")
        certificate = secrets.value(name).reveal().encode("utf-8")
    trust = None
    if endpoint.trust:
        beside = folder / endpoint.trust
        trust = beside if beside.is_file() else configuration.folder / endpoint.trust
    return AdapterSettings(
        registry=registry.name,
        url=endpoint.url,
        timeout=endpoint.limits.timeout,
        max_reply=endpoint.limits.max_reply,
        concurrency=endpoint.limits.concurrency,
        encoding=endpoint.encoding,
        soap_version=endpoint.soap_version,
        wsdl=folder / endpoint.wsdl if endpoint.wsdl else None,
        port=endpoint.port,
        schema_catalog={url: folder / file for url, file in endpoint.schema_catalog.items()},
        corrections=tuple(WsdlCorrection(row.path, row.was, row.now, row.times) for row in endpoint.corrections),
        client_certificate=certificate,
        trust=trust,
        options={
            "protocol": endpoint.adapter,
            "recordings": str(registry.recordings or ""),
            "folder": str(registry.mapping.folder or ""),
        },
    )
