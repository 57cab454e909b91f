"""Several processes on one port: started in turn, watched, started again where one dies, ended together.

Each opens its own gateway on the same state folder. The log's head is read inside the write transaction, so they
append to one tree. A worker ends when its parent orders it to, and also when its parent is gone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Final

from gateway.errors import GatewayError
from gateway.faces.rest.listening import close_all
from gateway.faces.rest.server import GatewayFactory, run_loop, stopping_signals

START_SECONDS: Final = 60.0
_MOST_DEATHS: Final = 5
_DEATH_WINDOW_SECONDS: Final = 60.0
_KILL_SECONDS: Final = 5.0
_READY: Final = "ready"


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    line: Connection
    """Closing it is the order to stop; the worker sends `ready`, or why it could not start."""
    socket: socket.socket


@dataclass(slots=True)
class _Deaths:
    """How often workers died lately."""

    clock: Callable[[], float]
    times: deque[float] = field(default_factory=deque)

    def too_many(self) -> bool:
        """Count one more; true where restarting has become pointless."""
        now = self.clock()
        self.times.append(now)
        while now - self.times[0] > _DEATH_WINDOW_SECONDS:
            self.times.popleft()
        return len(self.times) > _MOST_DEATHS


class Workers:
    """The parent of the worker processes.

    Args:
        factory: opens a gateway in a worker; picklable.
        sockets: one listening socket for each worker.
        grace: how many seconds cases at work may take after the order to stop.
        clock: seconds that only go forward.
    """

    def __init__(
        self, factory: GatewayFactory, sockets: list[socket.socket], grace: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._factory, self._sockets, self._grace = factory, sockets, grace
        # A fresh interpreter for each: threads of this process (a sandbox, say) would not survive a fork.
        self._context: SpawnContext = multiprocessing.get_context("spawn")
        self._deaths = _Deaths(clock)
        self._workers: list[_Worker] = []

    def run(self, started: Callable[[], None]) -> None:
        """Start all, call `started`, and stay until SIGINT or SIGTERM.

        Raises:
            GatewayError: `gateway.worker_failed` where one could not start, or workers keep dying.
        """
        heard, told = os.pipe()
        try:
            with stopping_signals(lambda: _tell(told)):
                try:
                    if self._start_all(heard):
                        started()
                        self._watch(heard)
                finally:
                    self._stop_all()
        finally:
            os.close(heard)
            os.close(told)

    def _start_all(self, heard: int) -> bool:
        """The first alone, so that it makes keys and database; then the rest. False where told to stop meanwhile."""
        self._workers.append(self._spawn(self._sockets[0]))
        if not self._until_ready(self._workers[0], heard):
            return False
        rest = [self._spawn(each) for each in self._sockets[1:]]
        self._workers += rest
        return all(self._until_ready(each, heard) for each in rest)

    def _spawn(self, bound: socket.socket) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=work, args=(self._factory, bound, theirs, self._grace, len(self._sockets)), name="gateway-worker"
        )
        process.start()
        theirs.close()
        return _Worker(process, ours, bound)

    def _until_ready(self, worker: _Worker, heard: int) -> bool:
        found = wait([worker.line, worker.process.sentinel, heard], timeout=START_SECONDS)
        if heard in found:
            return False
        reason = f"not ready within {START_SECONDS:g} s"
        if found:
            try:
                reason = worker.line.recv()
            except (EOFError, OSError):
                reason = _ended(worker.process)
        if reason != _READY:
            raise GatewayError("gateway.worker_failed", reason=reason)
        return True

    def _watch(self, heard: int) -> None:
        while True:
            found = wait([heard, *(each.process.sentinel for each in self._workers)])
            if heard in found:
                return
            for place, worker in enumerate(self._workers):
                if worker.process.sentinel not in found:
                    continue
                worker.line.close()
                reason = _ended(worker.process)
                if self._deaths.too_many():
                    raise GatewayError("gateway.worker_failed", reason=reason)
                self._workers[place] = self._spawn(worker.socket)
                if not self._until_ready(self._workers[place], heard):
                    return

    def _stop_all(self) -> None:
        close_all(self._sockets)  # who comes now is refused at once, and does not wait for nobody
        for each in self._workers:
            each.line.close()
        deadline = time.monotonic() + self._grace + _KILL_SECONDS
        for each in self._workers:
            each.process.join(max(0.0, deadline - time.monotonic()))
            if each.process.is_alive():
                each.process.kill()
                each.process.join()
            each.process.close()


def _tell(told: int) -> None:
    os.write(told, b"x")


def _ended(process: SpawnProcess) -> str:
    process.join(1)
    return f"it ended with status {process.exitcode}"


def work(factory: GatewayFactory, bound: socket.socket, line: Connection, grace: float, share: int) -> None:
    """The whole life of one worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the parent alone decides

    def stopper(stop: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()

        def ended() -> None:
            loop.remove_reader(line.fileno())
            stop()

        loop.add_reader(line.fileno(), ended)
        loop.add_signal_handler(signal.SIGTERM, stop)

    try:
        run_loop(factory, [bound], grace=grace, share=share, ready=lambda: line.send(_READY), stopper=stopper)
    except GatewayError as error:
        _send(line, str(error))
        raise SystemExit(1) from None
    except Exception as error:
        _send(line, f"{type(error).__name__}: {error}")
        raise


def _send(line: Connection, reason: str) -> None:
    try:
        line.send(reason)
    except OSError:
        return
