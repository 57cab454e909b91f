"""The listening side: one event loop in one thread, several sockets, stopped within a second whatever is open."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.sandbox.line import Line

_GRACE_S = 0.2


class _QuietProtocol(HttpToolsProtocol):
    """The HTTP protocol with a logger of its own: answers that break off are meant, and bad requests are data."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = logging.getLogger("gateway.sandbox.listener")
        self.logger.setLevel(logging.CRITICAL + 1)
        self.access_log = False


class _Server(uvicorn.Server):
    """uvicorn's server, whose end does not wait for callers that keep a connection open."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for each in sockets or ():
            each.close()
        running = set(self.server_state.tasks)
        if running:
            await asyncio.wait(running, timeout=_GRACE_S)
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        left = {task for task in running if not task.done()}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=_GRACE_S)


class Listener:
    """Serves a line on bound sockets until it is stopped."""

    def __init__(self, line: Line, sockets: Sequence[socket.socket]) -> None:
        self._sockets = list(sockets)
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        config = uvicorn.Config(
            line, http=_QuietProtocol, ws="none", lifespan="off", interface="asgi3", proxy_headers=False,
            log_config=None, access_log=True, server_header=False, timeout_keep_alive=75,
        )  # fmt: skip
        self._server = _Server(config, self._ready)
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)

    def start(self) -> None:
        """Start the thread and wait until the sockets answer.

        Raises:
            RuntimeError: the loop could not start.
        """
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise RuntimeError("the sandbox could not start") from self._failure

    def stop(self) -> None:
        """End the thread; a second call does nothing."""
        self._server.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
                runner.run(self._server.serve(sockets=self._sockets))
        except BaseException as error:  # noqa: BLE001  (it is raised again where the thread was started)
            self._failure = error
        finally:
            self._ready.set()
