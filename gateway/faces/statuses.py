"""The one table that turns an error code into an HTTP status, a SOAP fault and an exit status of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from gateway.errors import CODES, GatewayError, Who
from gateway.model.outcomes import ExitStatus


@dataclass(frozen=True, slots=True)
class Status:
    """What one code becomes at each face.

    `sender` says whether the fault lies with what was sent; `retry_after` is in seconds, 0 where a repetition of the
    same request does not help.
    """

    http: int
    exit: ExitStatus
    sender: bool = False
    retry_after: int = 0

    @property
    def soap11(self) -> str:
        """The local name of the fault code (SOAP 1.1 section 4.4.1)."""
        return "Client" if self.sender else "Server"

    @property
    def soap12(self) -> str:
        """The local name of the fault code (SOAP 1.2 part 1 section 5.4.6)."""
        return "Sender" if self.sender else "Receiver"


_BY_WHO: Final[Mapping[Who, Status]] = {
    Who.CALLER: Status(400, ExitStatus.USAGE, sender=True),
    Who.ADMINISTRATOR: Status(500, ExitStatus.USAGE),
    Who.REGISTRY: Status(502, ExitStatus.UNDETERMINED),
    Who.OPERATOR: Status(500, ExitStatus.UNDETERMINED),
}
"""Where neither the group nor the code says otherwise."""

_REFUSED: Final = Status(422, ExitStatus.USAGE, sender=True)
_FORBIDDEN: Final = Status(403, ExitStatus.USAGE, sender=True)
_UNPROVED: Final = Status(401, ExitStatus.USAGE, sender=True)
_ABSENT: Final = Status(404, ExitStatus.USAGE, sender=True)
_BROKEN_LOG: Final = Status(500, ExitStatus.INTEGRITY)

_BY_GROUP: Final[Mapping[str, Status]] = {
    "case": _REFUSED,
    "access": _FORBIDDEN,
    "proof": replace(_REFUSED, exit=ExitStatus.INTEGRITY),
}
"""By the word before the dot."""

_BY_CODE: Final[Mapping[str, Status]] = {
    "document.too_large": Status(413, ExitStatus.USAGE, sender=True),
    "document.media_type": Status(415, ExitStatus.USAGE, sender=True),
    "document.not_recognised": _REFUSED,
    "document.ambiguous": _REFUSED,
    "document.unexpected_value": _REFUSED,
    "access.key_missing": _UNPROVED,
    "access.unknown_caller": _UNPROVED,
    "request.idempotency_reused": _REFUSED,
    "request.idempotency_busy": Status(409, ExitStatus.UNDETERMINED, sender=True, retry_after=1),
    "request.not_found": _ABSENT,
    "request.method": Status(405, ExitStatus.USAGE, sender=True),
    "request.too_slow": Status(408, ExitStatus.USAGE, sender=True),
    "registry.timeout": Status(504, ExitStatus.UNDETERMINED),
    "registry.deadline": Status(504, ExitStatus.UNDETERMINED),
    "registry.rate_limited": Status(503, ExitStatus.UNDETERMINED, retry_after=60),
    "registry.breaker_open": Status(503, ExitStatus.UNDETERMINED, retry_after=60),
    "registry.closed_hours": Status(503, ExitStatus.UNDETERMINED, retry_after=3600),
    "registry.not_configured": Status(500, ExitStatus.USAGE),
    "log.unwritable": Status(503, ExitStatus.UNDETERMINED, retry_after=30),
    "log.integrity": _BROKEN_LOG,
    "log.checkpoint_missing": _BROKEN_LOG,
    "log.unknown_exchange": _ABSENT,
    "log.body_erased": Status(410, ExitStatus.USAGE, sender=True),
    "storage.unavailable": Status(503, ExitStatus.UNDETERMINED, retry_after=5),
    "storage.schema": Status(500, ExitStatus.USAGE),
    "gateway.closing": Status(503, ExitStatus.UNDETERMINED, retry_after=5),
    "gateway.busy": Status(503, ExitStatus.UNDETERMINED, retry_after=2),
    "gateway.port_in_use": Status(500, ExitStatus.USAGE),
    "gateway.address": Status(500, ExitStatus.USAGE),
    "gateway.worker_failed": Status(500, ExitStatus.USAGE),
    "client.unreachable": Status(502, ExitStatus.UNDETERMINED, retry_after=5),
    "client.unreadable": Status(502, ExitStatus.UNDETERMINED),
}
"""Exceptions, code by code."""


def status_of(code: str, who: Who | None = None) -> Status:
    """What a code becomes.

    Args:
        code: the code, also one that this release does not know (a newer gateway sent it).
        who: who must act, where the code is not one of ours.

    Raises:
        KeyError: the code is not one of ours and nobody said who must act.
    """
    found = _BY_CODE.get(code) or _BY_GROUP.get(code.partition(".")[0])
    return found or _BY_WHO[CODES[code].who if who is None else who]


def status(error: GatewayError) -> Status:
    """What an error becomes."""
    return status_of(error.code, error.who)


def exit_status(error: GatewayError) -> ExitStatus:
    """The exit status of a command that ended with this error."""
    return status(error).exit


def exceptions() -> frozenset[str]:
    """The codes that the table names one by one; each must be a code of `gateway.errors`."""
    return frozenset(_BY_CODE)
