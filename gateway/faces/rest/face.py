"""What all endpoints share: the open gateway, who calls, how many cases are at work, and which refusals are logged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from gateway.access import Caller
from gateway.access.callers import bearer
from gateway.assembly import Gateway
from gateway.crypto.digests import api_key_prefix
from gateway.errors import GatewayError
from gateway.faces.statuses import status_of
from gateway.messagelog.entry import EntryDraft, Kind
from gateway.verification.verify import log_reading, log_refusal

_LOGGER: Final = logging.getLogger("gateway.faces")
_WINDOW_SECONDS: Final = 60.0
_ENTRIES_A_WINDOW: Final = 20


class UnknownKeys:
    """How often an unknown key may make an entry: anybody can send one, and the log keeps its entries for ever.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()
        self._written = 0
        self._left_out = 0

    def admit(self) -> int | None:
        """How many were left out since the last entry; None where this one is to be left out too."""
        now = self._clock()
        if now - self._since >= _WINDOW_SECONDS:
            self._since, self._written = now, 0
        if self._written >= _ENTRIES_A_WINDOW:
            self._left_out += 1
            return None
        self._written += 1
        left_out, self._left_out = self._left_out, 0
        return left_out


class Face:
    """One gateway as its HTTP endpoints see it.

    Args:
        gateway: the open gateway.
        share: how many processes share the configured number of waiting cases.
    """

    def __init__(self, gateway: Gateway, share: int = 1) -> None:
        self.gateway = gateway
        self.closing = False
        """Set when the server shuts down: what runs is finished, nothing new is begun."""
        server = gateway.configuration.gateway.server
        self.max_body = server.max_body
        self._places = max(1, server.max_waiting // share)
        self._taken = 0
        self._unknown = UnknownKeys(gateway.services.clock)

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places for cases at work.

        Raises:
            GatewayError: `gateway.closing`; `gateway.busy` where all places are taken.
        """
        if self.closing:
            raise GatewayError("gateway.closing")
        if self._taken >= self._places:
            seconds = status_of("gateway.busy").retry_after
            raise GatewayError("gateway.busy", waiting=self._taken, seconds=seconds)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def identify(self, authorization: str, client: Any) -> Caller:
        """Who calls.

        Args:
            authorization: the `Authorization` header.
            client: the ASGI scope's `client`.

        Raises:
            GatewayError: `access.key_missing`, `access.unknown_caller` (which stands in the log, within bounds).
        """
        key = bearer(authorization)
        try:
            return self.gateway.callers.identify(key)
        except GatewayError as error:
            if error.code == "access.unknown_caller":
                await self._log_unknown(key, client)
            raise

    async def _log_unknown(self, key: str, client: Any) -> None:
        left_out = self._unknown.admit()
        if left_out is None:
            return
        details = {"from": client[0] if client else "", "key": api_key_prefix(key), "left_out": left_out}
        draft = EntryDraft(
            Kind.EVENT, event="access.unknown_caller", configuration=self.gateway.release.digest,
            details={name: value for name, value in details.items() if value},
        )  # fmt: skip
        try:
            await self.gateway.log.append_async(draft)
        except GatewayError as error:  # it is refused all the same; that the log is broken is the operator's to hear
            _LOGGER.error("an unknown key could not be logged: %s", error)  # noqa: TRY400

    async def log_refusal(self, error: GatewayError, caller: str) -> None:
        """A refusal that the face itself gives to a known caller stands in the log; raises `log.unwritable`."""
        await log_refusal(self.gateway.log, error, caller, self.gateway.release.digest)

    async def log_reading(self, document: Mapping[str, Any], caller: str) -> None:
        """That a stored result is given out again stands in the log before it goes; raises `log.unwritable`."""
        await log_reading(self.gateway.log, document, caller, self.gateway.release.digest)

    def fault(self, error: BaseException) -> GatewayError:
        """An unforeseen exception as an error with a reference, under which the trace stands in the program's log."""
        reference = self.gateway.services.new_id()
        _LOGGER.error("internal fault %s", reference, exc_info=error)
        return GatewayError("gateway.internal", reference=reference)
