"""What stands in `callers.yaml` and `grants.yaml`: who may call, and for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from annotated_types import MinLen
from pydantic import Field, model_validator

from gateway.config.fields import Code, Day, Flag, Name, Part, SecretName, Text, Title, form, refuse
from gateway.errors import Words

KeyHash = Annotated[
    str, form(r"[0-9a-f]{8}:[0-9a-f]{64}", "a hashed key", "密钥摘要", "1a2b3c4d:9f86d0… (prefix:sha256)")
]  # fmt: skip
Role = Literal["case_system", "officer", "auditor", "administrator", "security"]


class CallerEntry(Part):
    """One caller; without keys it can't call over the network (the caller `cli` of the command line)."""

    title: Title
    key_sha256: tuple[KeyHash, ...] = ()
    """Hashes of its API keys, `prefix:sha256`; two while a key is being changed."""
    key_secret: SecretName | None = None
    """A secret that holds the key itself; for callers whose key this gateway made (the example and its demo)."""
    roles: Annotated[tuple[Role, ...], MinLen(1)] = ("case_system",)


class CallersFile(Part):
    """The whole of `callers.yaml`."""

    callers: Mapping[Name, CallerEntry]


class GrantEntry(Part):
    """One grant: caller and item, the operations that may be asked, and the attributes that may be sent."""

    id: Name
    caller: Name
    item: Code
    operations: Annotated[tuple[Code, ...], MinLen(1)]
    fields: tuple[Code, ...] | None = None
    all_of_catalog: Flag = False
    """Instead of `fields`: whatever the catalog says that the operations take."""
    valid_from: Day
    valid_to: Day
    document: Text
    """The decision that the grant rests on."""

    @model_validator(mode="after")
    def _clear(self) -> Self:
        if "*" in self.operations or "*" in (self.fields or ()):
            at = "operations" if "*" in self.operations else "fields"
            reason = Words("a grant names what it grants; '*' is not read", "授权须逐项列明，不接受 '*'")
            expected = Words(
                "list the names, or write `all_of_catalog: true` for the fields",
                "请逐项列出，字段可写 `all_of_catalog: true`",
            )
            raise refuse("configuration.bad_value", at, reason=reason, expected=expected)
        if (self.fields is not None) == self.all_of_catalog:
            reason = Words(
                "exactly one of `fields` and `all_of_catalog: true` is needed",
                "`fields` 与 `all_of_catalog: true` 须且只能有一个",
            )
            raise refuse("configuration.bad_value", reason=reason, expected="")
        if self.valid_to < self.valid_from:
            raise refuse(
                "configuration.order",
                "valid_to",
                first="valid_from",
                a=self.valid_from.isoformat(),
                second="valid_to",
                b=self.valid_to.isoformat(),
            )
        return self


class GrantsFile(Part):
    """The whole of `grants.yaml`."""

    grants: tuple[GrantEntry, ...] = Field(default_factory=tuple)
