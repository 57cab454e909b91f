"""Whether the gateway is alive, and whether it is ready to take cases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal

from pydantic import BaseModel, Field

from gateway.errors import GatewayError
from gateway.faces.rest.face import Face

_REMEMBERED_SECONDS: Final = 1.0
_PATIENCE_SECONDS: Final = 2.0


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Check(BaseModel):
    """One thing that must hold; `code` is the error's where it does not."""

    ok: bool
    code: str = ""


class Ready(BaseModel):
    """Whether cases are taken."""

    status: Literal["ready", "not_ready"]
    database: Check = Field(description="a write transaction can be had")
    log: Check = Field(description="the log takes entries and its checkpoint file is up to date")
    accepting: Check = Field(description="the gateway is not shutting down")
    configuration: str = Field(description="digest of the release in force, lower-case hex")
    sandbox: str = Field(description="off, auto or fixed: whether registries of the sandbox stand in for real ones")


class Readiness:
    """Looks after database and log at most once a second, however often anybody asks."""

    def __init__(self, face: Face) -> None:
        self._face, self._clock = face, face.gateway.services.clock
        self._turn = asyncio.Lock()
        self._known: tuple[float, Check, Check] | None = None

    async def state(self) -> Ready:
        """The state now; never raises for what is wrong."""
        async with self._turn:
            now = self._clock()
            if self._known is None or now - self._known[0] >= _REMEMBERED_SECONDS:
                database, log = await asyncio.gather(_check(self._database), _check(self._face.gateway.log.sync))
                self._known = now, database, log
            _, database, log = self._known
        accepting = Check(ok=False, code="gateway.closing") if self._face.closing else Check(ok=True)
        gateway = self._face.gateway
        return Ready(
            status="ready" if database.ok and log.ok and accepting.ok else "not_ready",
            database=database,
            log=log,
            accepting=accepting,
            configuration=gateway.release.digest,
            sandbox=gateway.configuration.gateway.sandbox,
        )

    def _database(self) -> None:
        with self._face.gateway.store.writing():
            pass


async def _check(look: Callable[[], None]) -> Check:
    """Run one look in a thread; what takes too long does not hold."""
    try:
        await asyncio.wait_for(asyncio.to_thread(look), _PATIENCE_SECONDS)
    except GatewayError as error:
        return Check(ok=False, code=error.code)
    except TimeoutError:
        return Check(ok=False, code="storage.unavailable")
    return Check(ok=True)
