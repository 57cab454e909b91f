"""Idempotency keys: the same answer twice, another document refused, the dead overtaken."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from log_house import House, verification

from gateway.errors import GatewayError
from gateway.storage.results import Archive, Finished, Started

DIGEST = "d" * 64


def code_of(call, *arguments: object, **more: object) -> str:
    with pytest.raises(GatewayError) as caught:
        call(*arguments, **more)
    return caught.value.code


def test_a_key_goes_from_work_to_answer(house: House) -> None:
    log = house.open_log()
    assert isinstance(house.archive.start("cli", "k", DIGEST), Started)
    assert code_of(house.archive.start, "cli", "k", DIGEST) == "request.idempotency_busy"
    assert code_of(house.archive.start, "cli", "k", "e" * 64) == "request.idempotency_reused"
    verification(log, "v-1", key="k")
    assert house.archive.start("cli", "k", DIGEST) == Finished("v-1")
    assert code_of(house.archive.start, "cli", "k", "e" * 64) == "request.idempotency_reused"
    log.close()
    assert house.verify().counts == {}


def test_keys_of_two_callers_are_two_keys(house: House) -> None:
    assert isinstance(house.archive.start("one", "k", DIGEST), Started)
    assert isinstance(house.archive.start("two", "k", "e" * 64), Started)


def test_work_that_failed_frees_its_key(house: House) -> None:
    started = house.archive.start("cli", "k", DIGEST)
    assert isinstance(started, Started)
    house.archive.give_up("cli", "k", Started("somebody else"))
    assert code_of(house.archive.start, "cli", "k", DIGEST) == "request.idempotency_busy"
    house.archive.give_up("cli", "k", started)
    assert isinstance(house.archive.start("cli", "k", "e" * 64), Started)


def test_a_dead_worker_is_overtaken_and_its_late_answer_does_not_replace_the_first(house: House) -> None:
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    clock = [moment]
    archive = Archive(house.store, house.keys, now=lambda: clock[0], random_bytes=lambda size: b"r" * size)
    archive.start("cli", "k", DIGEST)
    clock[0] = moment + timedelta(minutes=1)
    assert code_of(archive.start, "cli", "k", DIGEST) == "request.idempotency_busy"
    clock[0] = moment + timedelta(minutes=3)
    assert isinstance(archive.start("cli", "k", DIGEST), Started)
    log = house.open_log()
    verification(log, "v-new", key="k")
    verification(log, "v-late", key="k")
    log.close()
    assert archive.start("cli", "k", DIGEST) == Finished("v-new")
    assert house.verify().counts == {}


def test_one_of_many_that_start_at_once_does_the_work(house: House) -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(8)

    def work() -> None:
        gate.wait()
        try:
            house.archive.start("cli", "k", DIGEST)
            outcomes.append("started")
        except GatewayError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["request.idempotency_busy"] * 7 + ["started"]


def test_old_keys_are_forgotten_and_results_stay(house: House) -> None:
    log = house.open_log()
    verification(log, "v-1", key="k")
    log.close()
    assert house.archive.forget_keys(house.now() + timedelta(seconds=1)) == 1
    assert isinstance(house.archive.start("cli", "k", DIGEST), Started)
    assert house.archive.result("v-1") is not None
    assert house.verify().counts == {}
