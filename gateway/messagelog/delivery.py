"""How a waiting caller hears of its entry: through a thread's future, or through an event loop, once per batch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

from gateway.errors import GatewayError
from gateway.messagelog.preparing import Order


@dataclass(frozen=True, slots=True)
class Appended:
    """A durable entry: its index, leaf hash and leaf, and the first checkpoint that covers it."""

    index: int
    leaf_hash: bytes
    leaf: bytes
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order and who waits for it; exactly one of `future` and `task` is set."""

    order: Order
    future: Future[Appended] | None = None
    loop: asyncio.AbstractEventLoop | None = None
    task: asyncio.Future[Appended] | None = None


Outcome = Appended | GatewayError


def deliver(outcomes: Sequence[tuple[Waiting, Outcome]]) -> None:
    """Wake everybody; an event loop is woken once for all that wait on it, which is cheaper than once for each."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Appended], Outcome]]] = {}
    for waiting, outcome in outcomes:
        if waiting.loop is not None and waiting.task is not None:
            loops.setdefault(waiting.loop, []).append((waiting.task, outcome))
        elif waiting.future is not None:
            if isinstance(outcome, GatewayError):
                waiting.future.set_exception(outcome)
            else:
                waiting.future.set_result(outcome)
    for loop, tasks in loops.items():
        # A loop that was closed meanwhile has nobody left to tell.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_wake, tasks)


def _wake(tasks: Sequence[tuple[asyncio.Future[Appended], Outcome]]) -> None:
    for task, outcome in tasks:
        if task.done():
            continue
        if isinstance(outcome, GatewayError):
            task.set_exception(outcome)
        else:
            task.set_result(outcome)
