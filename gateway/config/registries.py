"""What stands in `registries.yaml`: which mappings are in force, and what a deployment changes about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self
from urllib.parse import urlsplit, urlunsplit

from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, model_validator

from gateway.config.fields import (
    Count,
    Duration,
    EnvText,
    Hours,
    Name,
    Part,
    RateLimit,
    Size,
    Url,
    form,
    refuse,
)
from gateway.errors import Words


def _no_way_out(value: str) -> str:
    if value.startswith("/") or "\\" in value or ".." in value.split("/"):
        reason = Words("the path may not leave the folder", "路径不得越出该目录")
        raise refuse("configuration.bad_value", reason=reason, expected="")
    return value


def _bare(value: str) -> str:
    return value.removeprefix("$secret.")


SecretReference = Annotated[
    str, form(r"\$secret\.[a-z0-9_]+(\.[a-z0-9_]+)*", "a secret", "密钥引用", "$secret.cpr.cert"), AfterValidator(_bare)
]  # fmt: skip
"""Written `$secret.name`; the value is the bare name."""


class OpeningHours(Part):
    """When the registry answers, by kind of day; a kind that is not named is always open."""

    workdays: Hours | None = None
    weekends: Hours | None = None
    holidays: Hours | None = None


class Limits(Part):
    """What the gateway allows itself towards one registry."""

    timeout: Annotated[Duration, Gt(0), Le(600)] | None = None
    rate: RateLimit | None = None
    attempts: Annotated[Count, Ge(1), Le(10)] | None = None
    concurrency: Annotated[Count, Ge(1), Le(1000)] | None = None
    max_reply: Size | None = None


class Tls(Part):
    """Whom the gateway trusts, and what it shows."""

    trust: EnvText | None = None
    client_certificate: SecretReference | None = None


class RegistryEntry(Part):
    """One registry in force; what is None stays as its mapping says."""

    mapping: Name | None = None
    """Folder under the mappings' `registries/`; the registry's own name where absent."""
    url: Url | None = None
    hours: OpeningHours | None = None
    limits: Limits | None = None
    tls: Tls | None = None
    adapter: Name | None = None
    """Only `replay`: recorded replies instead of the network; `recordings` says where they are."""
    recordings: Annotated[EnvText, AfterValidator(_no_way_out)] | None = None
    sandbox: Name | None = None
    """Name of the sandbox registry whose address is put in while the sandbox runs."""

    @model_validator(mode="after")
    def _replay_alone(self) -> Self:
        if self.adapter is not None and self.adapter != "replay":
            raise refuse("configuration.not_listed", "adapter", value=self.adapter, known="replay", suggestion="")
        if self.recordings is not None and self.adapter != "replay":
            reason = Words("recordings are read by the adapter 'replay' alone", "只有适配器 'replay' 才读取录制应答")
            expected = Words("add `adapter: replay`", "请加上 `adapter: replay`")
            raise refuse("configuration.bad_value", "recordings", reason=reason, expected=expected)
        return self


class RegistriesFile(Part):
    """The whole of `registries.yaml`."""

    registries: Mapping[Name, RegistryEntry]

    def mapping_of(self, registry: str) -> str:
        """The mapping folder's name of one registry."""
        return self.registries[registry].mapping or registry


def at_sandbox(url: str, base: str) -> str:
    """A registry's address with scheme, host and port of the sandbox; path and query stay."""
    there, here = urlsplit(url), urlsplit(base)
    return urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))
