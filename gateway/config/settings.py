"""What stands in `gateway.yaml`: the server, the state folder, the sandbox, the log, the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from annotated_types import Ge, Le, MinLen
from pydantic import Field, model_validator

from gateway.config.fields import Code, Count, Day, Duration, EnvInt, EnvText, Flag, Part, Size, Text, form, refuse
from gateway.errors import Words

Port = Annotated[EnvInt, Ge(0), Le(65535)]
DivisionCode = Annotated[Code, form(r"[0-9]{6}([0-9]{6})?", "a division code", "行政区划代码", "440100")]
Province = Annotated[Code, form(r"[1-9][0-9]", "the first two digits of a division code", "行政区划代码前两位", "44")]

YEARS_OF_EVIDENCE = 3
LEAST_RETENTION = YEARS_OF_EVIDENCE * 365 * 86400.0
"""Seconds that records of providing personal information to others must be kept: three years (Regulation on Network
Data Security Management, art. 12; the six months of the Cybersecurity Law, art. 21(3), are shorter)."""


class Server(Part):
    """Where the gateway listens, and how much it takes."""

    host: EnvText = "127.0.0.1"
    port: Port = 8460
    max_body: Size = 2 * 1024**2
    max_waiting: Annotated[Count, Ge(1), Le(1_000_000)] = 2000
    workers: Annotated[Count, Ge(1), Le(64)] = 1


class LogSettings(Part):
    """How the message log signs and keeps."""

    origin: EnvText
    suite: Code = "ed25519-sha256"
    max_body: Size = 2 * 1024**2
    retention: Duration = LEAST_RETENTION
    results_retention: Duration = 90 * 86400.0

    @model_validator(mode="after")
    def _kept_long_enough(self) -> Self:
        if self.retention < LEAST_RETENTION:
            days = f"{self.retention / 86400:g}d"
            raise refuse("configuration.retention", "retention", value=days, least=f"{LEAST_RETENTION / 86400:g}d")
        return self


class VerificationSettings(Part):
    """How long and how often a case is worked on."""

    rounds: Annotated[Count, Ge(1), Le(10)] = 3
    deadline: Duration = 20.0


class PresenceRule(Part):
    """How long an applicant must have been in China before applying; whole days, 0 asks for nothing.

    Met where, within `window_days` before the application, one stay lasts `run_days`, or where within
    `alt_window_days` running days the stays together last `alt_total_days`.
    """

    title: Text
    window_days: Annotated[Count, Ge(0), Le(3660)]
    run_days: Annotated[Count, Ge(0), Le(3660)]
    alt_window_days: Annotated[Count, Ge(0), Le(3660)] = 0
    alt_total_days: Annotated[Count, Ge(0), Le(3660)] = 0
    count_entry_exit_days: Flag = True
    source: Text
    as_of: Day
    note: str = ""

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        for days, window in (("run_days", "window_days"), ("alt_total_days", "alt_window_days")):
            most = getattr(self, window)
            if getattr(self, days) > most:
                limit = Words(f"at most {window} ({most})", f"不大于 {window}（{most}）")
                raise refuse("configuration.out_of_range", days, value=getattr(self, days), limit=limit)
        return self

    def options(self) -> dict[str, int | bool]:
        """The rule as options of the comparator `presence`."""
        return {
            "window_days": self.window_days, "run_days": self.run_days, "alt_window_days": self.alt_window_days,
            "alt_total_days": self.alt_total_days, "count_entry_exit_days": self.count_entry_exit_days,
        }  # fmt: skip


class GatewayFile(Part):
    """The whole of `gateway.yaml`."""

    server: Server = Field(default_factory=Server)
    home: EnvText = "var"
    """State folder (database, keys); relative to the working folder; `--home` and `SHUQIAO_HOME` outrank it."""
    secrets: EnvText | None = None
    """Folder of secret files; `secrets` in the state folder where absent."""
    mappings: EnvText | None = None
    """Folder of mappings, relative to this file; `../mappings` where there is one, else the shipped ones."""
    sandbox: Literal["off", "auto", "fixed"] = "off"
    """`auto` takes free ports, `fixed` the ports 8461 to 8469."""
    log: LogSettings
    verification: VerificationSettings = Field(default_factory=VerificationSettings)
    adapters: Annotated[tuple[Code, ...], MinLen(1)]
    languages: Annotated[tuple[Literal["zh", "en"], ...], MinLen(1)] = ("zh", "en")
    region: DivisionCode
    """Division of the office, where a case names none."""
    presence: Mapping[Province, PresenceRule] = Field(default_factory=dict)

    def presence_rule(self, division_code: str) -> PresenceRule | None:
        """The rule of the division's province; None where no rule is configured for it."""
        return self.presence.get(division_code[:2])
