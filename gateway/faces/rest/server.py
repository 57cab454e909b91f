"""Serving: one process with one event loop, in the foreground or in a thread, and its orderly end."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Final, Self

import uvicorn

from gateway.assembly import Gateway
from gateway.faces.rest.app import app_of
from gateway.faces.rest.face import Face
from gateway.faces.rest.listening import close_all, listen, url_of
from gateway.faces.rest.protocol import GatewayProtocol

GRACE_SECONDS: Final = 25.0
"""How long cases at work may take after the order to stop; more than the default deadline of a case."""
_CANCEL_SECONDS: Final = 2.0

GatewayFactory = Callable[[], Gateway]


class GatewayServer(uvicorn.Server):
    """uvicorn's server with our start and end: it tells when it is ready, and waits for what it has to cancel."""

    def __init__(self, face: Face, grace: float, ready: Callable[[], None]) -> None:
        self._face, self._ready = face, ready
        super().__init__(
            uvicorn.Config(
                app_of(face), http=GatewayProtocol, ws="none", lifespan="off", interface="asgi3", access_log=False,
                log_config=None, server_header=False, proxy_headers=False, timeout_keep_alive=75,
                timeout_graceful_shutdown=max(1, round(grace)),
            )
        )  # fmt: skip

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to whoever runs the server."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin nothing new, finish what runs, cancel what is left, and wait for that too."""
        self._face.closing = True
        await super().shutdown(sockets)
        left = set(self.server_state.tasks)
        if left:
            await asyncio.wait(left, timeout=_CANCEL_SECONDS)


def settle() -> None:
    """Tune this process for serving, once everything is built; each of the two was measured at a tenth of every case.

    Catalog, mappings and compiled paths live as long as the process, so the collector need not look through them again
    and again; what a case leaves behind is freed at once by counting references. And the event loop and the log's
    thread hand the interpreter to each other where they wait anyway (sockets, signatures, disk): being interrupted
    every 5 ms besides only costs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(0.02)


async def serve_sockets(
    factory: GatewayFactory, sockets: list[socket.socket], *, grace: float, share: int,
    ready: Callable[[], None], stopper: Callable[[Callable[[], None]], None],
) -> None:  # fmt: skip
    """Open the gateway, serve until told to stop, close the gateway.

    Args:
        factory: opens the gateway; called in the loop that serves it.
        sockets: listening sockets; closed at the end.
        grace: how many seconds cases at work may take after the order to stop.
        share: how many processes share the work.
        ready: called once requests are answered.
        stopper: is given the function that orders the stop; safe to call from signal handlers of this thread.

    Raises:
        GatewayError: what `factory` raises.
    """
    gateway = factory()
    settle()
    try:
        server = GatewayServer(Face(gateway, share), grace, ready)

        def stop() -> None:
            server.should_exit = True

        stopper(stop)
        await server.serve(sockets=sockets)
    finally:
        await gateway.close()


def run_loop(
    factory: GatewayFactory, sockets: list[socket.socket], *, grace: float, share: int,
    ready: Callable[[], None], stopper: Callable[[Callable[[], None]], None],
) -> None:  # fmt: skip
    """As `serve_sockets`, in an event loop of its own (uvloop where it is installed)."""
    loop_factory = uvicorn.Config(app="", log_config=None).get_loop_factory()
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(
                serve_sockets(factory, sockets, grace=grace, share=share, ready=ready, stopper=stopper)
            )  # fmt: skip
    finally:
        close_all(sockets)


@contextmanager
def stopping_signals(stop: Callable[[], None]) -> Iterator[None]:
    """While it lasts, SIGINT and SIGTERM call `stop`; only in the main thread."""

    def handle(number: int, frame: FrameType | None) -> None:
        stop()

    before = {each: signal.signal(each, handle) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def serve(
    factory: GatewayFactory, host: str, port: int, *, workers: int = 1, grace: float = GRACE_SECONDS,
    started: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """Serve in the foreground until SIGINT or SIGTERM; must run in the main thread.

    Args:
        factory: opens the gateway. With more than one worker each process calls it, so it must be picklable: a
            function of a module, or a `functools.partial` of one.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        workers: how many processes serve; they share the port and the state folder.
        grace: how many seconds cases at work may take after the order to stop.
        started: called once with the address when requests are answered.

    Raises:
        GatewayError: `gateway.port_in_use`, `gateway.address`, `gateway.worker_failed`, and what `factory` raises.
    """
    sockets = listen(host, port, workers)
    url = url_of(sockets[0], host)
    if workers > 1:
        from gateway.faces.rest.workers import Workers  # only where processes are wanted

        Workers(factory, sockets, grace).run(lambda: started(url) if started else None)
        return
    order = _Order()
    with stopping_signals(order.give):
        run_loop(
            factory, sockets, grace=grace, share=1, ready=lambda: started(url) if started else None,
            stopper=order.take,
        )  # fmt: skip


class _Order:
    """An order to stop, which may be given before anybody is there to take it."""

    def __init__(self) -> None:
        self._given = False
        self._stop: Callable[[], None] | None = None

    def give(self) -> None:
        """Stop now, or as soon as the server is there."""
        self._given = True
        if self._stop is not None:
            self._stop()

    def take(self, stop: Callable[[], None]) -> None:
        """Called with what stops the server."""
        self._stop = stop
        if self._given:
            stop()


class RunningServer:
    """A server in a thread of this process; a context manager. `url` is its address."""

    def __init__(self, factory: GatewayFactory, host: str, port: int, grace: float) -> None:
        sockets = listen(host, port)
        self.url = url_of(sockets[0], host)
        self._order = _Order()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run, args=(factory, sockets, grace), name="gateway-server", daemon=True
        )
        self._thread.start()
        self._ready.wait()
        self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def stop(self) -> None:
        """Finish what runs, close the gateway, end the thread; a second call does nothing."""
        self._order.give()
        self._thread.join()

    def _run(self, factory: GatewayFactory, sockets: list[socket.socket], grace: float) -> None:
        try:
            run_loop(factory, sockets, grace=grace, share=1, ready=self._ready.set, stopper=self._order.take)
        except BaseException as error:  # noqa: BLE001  (it is raised again where the thread was started)
            self._failure = error
        finally:
            self._ready.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(RuntimeError):
            self.stop()


def start_server(
    factory: GatewayFactory, host: str = "127.0.0.1", port: int = 0, *, grace: float = GRACE_SECONDS
) -> RunningServer:
    """Serve in a thread; requests are answered when this returns. Raises as `serve`."""
    return RunningServer(factory, host, port, grace)
