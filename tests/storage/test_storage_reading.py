"""Looking things up: filters, pages, bodies, results; the schema; broken files."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from log_house import PERSON, House, draft, exchange, fill, verification

from gateway.errors import GatewayError
from gateway.messagelog.entry import EntryDraft, Kind, PersonKey
from gateway.messagelog.sealing import Body
from gateway.storage.reading import EntryFilter
from gateway.storage.sqlite import open_sqlite
from gateway.storage.store import Store


@pytest.fixture
def filled(house: House) -> House:
    log = house.open_log()
    fill(log)
    exchange(log, "y-1", caller="other", registry="credit", operation="credit.dishonesty", case="C-9",
             person=PersonKey("passport", "E00000009"))  # fmt: skip
    log.close()
    return house


def indexes(house: House, wanted: EntryFilter, **more: object) -> list[int]:
    with house.store.snapshot() as snapshot:
        return [row.index for row in snapshot.list_entries(wanted, **more)]  # type: ignore[arg-type]


def test_every_filter_finds_what_it_names(filled: House) -> None:
    assert indexes(filled, EntryFilter()) == list(range(16))
    assert indexes(filled, EntryFilter(exchange="x000001")) == [2, 3]
    assert indexes(filled, EntryFilter(case="C-0")) == [0, 1, 6, 7]
    assert indexes(filled, EntryFilter(caller="admin")) == [11]
    assert indexes(filled, EntryFilter(registry="credit")) == [14, 15]
    assert indexes(filled, EntryFilter(operation="credit.dishonesty", kind="response")) == [15]
    assert indexes(filled, EntryFilter(kind="verification")) == [12, 13]
    assert indexes(filled, EntryFilter(verification="v-1")) == [12]
    assert indexes(filled, EntryFilter(error="registry.timeout")) == [10]
    assert indexes(filled, EntryFilter(item="SETTLE_ORIGIN", kind="denied")) == [8]
    assert indexes(filled, EntryFilter(exchange="nothing")) == []
    ref = filled.archive.person_ref(PersonKey("passport", "E00000009"))
    assert indexes(filled, EntryFilter(person_ref=ref or "?")) == [14, 15]
    assert filled.archive.person_ref(PersonKey("passport", "E00000000")) is None
    operator = filled.archive.person_ref(PersonKey("citizen_id", "110101190002020005"))
    assert len(indexes(filled, EntryFilter(operator_ref=operator or "?"))) == 15


def test_times_bound_a_search(filled: House) -> None:
    with filled.store.snapshot() as snapshot:
        times = [str(row.columns["time"]) for row in snapshot.entries(0, 16)]
    assert indexes(filled, EntryFilter(since=times[5], until=times[9])) == [5, 6, 7, 8]
    assert indexes(filled, EntryFilter(since="2999-01-01T00:00:00.000000Z")) == []


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_cover_everything_once(filled: House, newest_first: bool) -> None:
    seen: list[int] = []
    while page := indexes(filled, EntryFilter(), after=seen[-1] if seen else None, limit=3, newest_first=newest_first):
        assert len(page) <= 3
        seen += page
    assert seen == sorted(range(16), reverse=newest_first)


def test_searches_use_an_index(filled: House) -> None:
    for name in ("exchange", "case_number", "person_ref", "time"):
        plan = filled.query(f"EXPLAIN QUERY PLAN SELECT * FROM entries WHERE {name} = 'x' ORDER BY idx LIMIT 9")
        assert f"entries_{name}" in plan[0][3], name


def test_text_of_an_attacker_is_text(filled: House) -> None:
    assert indexes(filled, EntryFilter(case="' OR 1=1 --")) == []


def test_a_body_opens_and_what_has_none_says_so(filled: House) -> None:
    assert filled.archive.body(1) == b"<answer>110101190001010009</answer>"
    for index in (8, 99, -1):
        with pytest.raises(GatewayError) as caught:
            filled.archive.body(index)
        assert caught.value.code == "log.body_erased"


def test_results_are_found_by_id_and_by_case_of_their_caller_only(filled: House) -> None:
    result = filled.archive.result("v-1", caller="cli")
    assert result is not None
    assert result.document == b'{"id":"v-1","evidence":"110101190001010009"}'
    assert (result.case, result.item, result.index) == ("C-1", "SETTLE_ORIGIN", 12)
    assert filled.archive.result("v-1", caller="other") is None
    assert filled.archive.result("v-0") is None
    assert [one.id for one in filled.archive.results_of(case="C-2", caller="cli")] == ["v-2"]
    assert filled.archive.results_of(case="C-2", caller="other") == []


def test_a_changed_result_or_body_is_never_handed_out(filled: House) -> None:
    filled.change("UPDATE results SET ciphertext = zeroblob(80)")
    filled.change("UPDATE bodies SET nonce = zeroblob(12)")
    with pytest.raises(GatewayError) as caught:
        filled.archive.result("v-1")
    assert caught.value.code == "log.integrity"
    with pytest.raises(GatewayError) as caught:
        filled.archive.body(0)
    assert caught.value.code == "log.integrity"


def test_a_snapshot_does_not_change_while_the_log_grows(house: House) -> None:
    log = house.open_log()
    log.append(draft(Kind.DENIED, "d")).result(20)
    with house.store.snapshot() as snapshot:
        before = snapshot.head()
        log.append(draft(Kind.DENIED, "d")).result(20)
        assert snapshot.head() == before
        assert len(snapshot.entries(0, 9)) == 1
    log.close()


def test_a_snapshot_cant_write(house: House) -> None:
    def write() -> None:
        with house.store.snapshot() as snapshot:
            snapshot._connection.exec_driver_sql("DELETE FROM entries")

    with pytest.raises(GatewayError) as caught:
        write()
    assert caught.value.code == "storage.unavailable"
    assert "readonly" in caught.value.message


def test_another_schema_version_is_refused(house: House) -> None:
    house.change("UPDATE schema_version SET version = 99")
    with pytest.raises(GatewayError) as caught:
        Store(open_sqlite(house.database))
    assert caught.value.code == "storage.schema"
    assert "99" in caught.value.message


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be read as one" * 20])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(GatewayError) as caught:
        Store(open_sqlite(path))
    assert caught.value.code == "storage.unavailable"
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GatewayError) as caught:
        open_sqlite(tmp_path / "no" / "x.db")
    assert caught.value.code == "storage.unavailable"


def test_the_database_is_private_durable_and_ahead_logged(house: House) -> None:
    house.open_log().close()
    assert stat.S_IMODE(house.database.stat().st_mode) == 0o600
    assert house.query("PRAGMA journal_mode") == [("wal",)]
    with house.store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_an_undone_transaction_leaves_nothing(house: House) -> None:
    def fail() -> None:
        with house.store.writing() as connection:
            connection.exec_driver_sql("INSERT INTO persons VALUES (x'00', 'p', x'00')")
            raise RuntimeError

    house.open_log().close()
    with pytest.raises(RuntimeError):
        fail()
    assert house.query("SELECT * FROM persons") == []


def test_a_locked_database_is_reported_not_waited_for_without_end(tmp_path: Path) -> None:
    house = House(tmp_path, busy_seconds=0.1)
    blocker = sqlite3.connect(house.database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(GatewayError) as caught, house.store.writing():
        pass
    blocker.close()
    house.store.close()
    assert caught.value.code == "storage.unavailable"


def test_an_event_without_case_has_a_body_too(house: House) -> None:
    log = house.open_log()
    appended = log.append(EntryDraft(Kind.EVENT, event="import"), Body(b"what was imported")).result(20)
    verification(log, "v-1", case="")
    log.close()
    assert house.archive.body(appended.index) == b"what was imported"
    assert house.verify().counts == {}
    assert PERSON.id_number.encode() not in house.database.read_bytes()
