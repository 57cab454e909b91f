"""What a writer remembers holds until somebody else has written, or something was erased or undone."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_house import PERSON, House, draft, exchange

from gateway.errors import GatewayError
from gateway.messagelog.contracts import Erasure
from gateway.messagelog.entry import EntryDraft, Kind, read_entry
from gateway.messagelog.log import MessageLog
from gateway.messagelog.sealing import Body
from gateway.messagelog.tiles import Frontier, catch_up, load_frontier


def leaves(start: int, stop: int) -> list[bytes]:
    return [hashlib.sha256(str(number).encode()).digest() for number in range(start, stop)]


def grown(size: int) -> tuple[Frontier, dict[tuple[int, int], bytes]]:
    frontier, tiles = Frontier(0, ()), {}
    for start in range(0, size, 100):
        for row in frontier.extend(leaves(start, min(start + 100, size))):
            tiles[row.level, row.index] = row.hashes
    return frontier, tiles


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 900), st.integers(0, 600), st.integers(0, 300))
def test_catching_up_gives_the_edge_that_reading_everything_gives(mine: int, others: int, then: int) -> None:
    size = mine + others
    _, tiles = grown(size)
    lookup = lambda level, index: tiles.get((level, index))  # noqa: E731
    caught, loaded = catch_up(grown(mine)[0], size, lookup), load_frontier(size, lookup)
    assert caught.size == loaded.size == size
    assert caught.range.root() == loaded.range.root()
    more = leaves(size, size + then)
    assert caught.extend(more) == loaded.extend(more)
    assert caught.range.root() == loaded.range.root()


def test_a_tree_that_shrank_or_lost_a_tile_is_not_taken_up() -> None:
    _, tiles = grown(300)
    shrunk = catch_up(grown(310)[0], 300, lambda level, index: tiles.get((level, index)))
    assert shrunk.size == 300
    with pytest.raises(GatewayError) as caught:
        catch_up(grown(100)[0], 300, lambda level, index: None if (level, index) == (0, 1) else tiles[level, index])
    assert caught.value.code == "log.integrity"


def person_ref(log: MessageLog) -> str:
    return str(read_entry(log.append(draft(Kind.DENIED, "d")).result(20).leaf)["person_ref"])


def forget(log: MessageLog, ref: str) -> None:
    erasing = EntryDraft(Kind.EVENT, event="forget")
    log.append(erasing, erasure=Erasure(persons=(ref,))).result(20)


def test_an_erased_reference_is_never_used_again_whoever_erased_it(house: House, tmp_path: Path) -> None:
    log, other = house.open_log(), House(tmp_path).open_log()
    first = person_ref(log)
    assert person_ref(log) == first
    forget(log, first)
    second = person_ref(log)
    assert person_ref(log) == second
    forget(other, second)
    third = person_ref(log)
    assert person_ref(other) == third
    log.close()
    other.close()
    assert len({first, second, third}) == 3
    assert house.archive.person_ref(PERSON) == third
    assert house.verify().sound


def test_what_a_failed_batch_brought_is_brought_again(tmp_path: Path) -> None:
    house = House(tmp_path, busy_seconds=0.05)
    log = house.open_log()
    blocker = sqlite3.connect(house.database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    assert isinstance(log.append(draft(Kind.DENIED, "undone", case="C-9"), Body(b"b")).exception(20), GatewayError)
    blocker.execute("ROLLBACK")
    blocker.close()
    asked, _ = exchange(log, "x-1", case="C-9")
    log.close()
    assert house.query("SELECT count(*) FROM case_keys") == [(1,)]
    assert house.query("SELECT count(*) FROM persons") == [(2,)]
    assert house.archive.person_ref(PERSON) == read_entry(asked.leaf)["person_ref"]
    assert house.verify().counts == {}
    house.store.close()
