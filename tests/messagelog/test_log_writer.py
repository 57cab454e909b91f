"""Appending: durable, in order, private, refused as a whole where it can't be written."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from log_house import PERSON, House, draft, exchange, fill

from gateway.canonical import canonical
from gateway.errors import GatewayError
from gateway.messagelog.checkpoint import parse_checkpoint, parse_note_key, verify_checkpoint
from gateway.messagelog.entry import EntryDraft, Kind, PersonKey, read_entry, signature_holds
from gateway.messagelog.sealing import Body, Result
from gateway.messagelog.tree import leaf_hash


def test_entries_are_canonical_signed_and_say_only_what_is_known(house: House) -> None:
    log = house.open_log()
    asked, answered = exchange(log, "x-1")
    event = log.append(EntryDraft(Kind.EVENT, event="start")).result(20)
    log.close()
    assert [asked.index, answered.index, event.index] == [0, 1, 2]
    document = read_entry(asked.leaf)
    assert canonical(document) == asked.leaf
    assert signature_holds(document, asked.leaf, house.keys.ring)
    assert leaf_hash(asked.leaf) == asked.leaf_hash
    assert document["v"] == 1
    assert document["time"].endswith("Z")
    assert document["purpose"]["materials"] == ["M03", "M12"]
    assert set(document["operator"]) == {"name", "ref"}
    assert read_entry(answered.leaf)["request_hash"] == asked.leaf_hash.hex()
    assert set(read_entry(event.leaf)) == {"v", "kind", "time", "event", "suite", "key", "signature"}


def test_a_status_of_zero_length_is_told_and_what_is_not_known_is_left_out(house: House) -> None:
    log = house.open_log()
    document = read_entry(log.append(draft(Kind.RESPONSE, "x", length=0, duration_ms=0)).result(20).leaf)
    log.close()
    assert (document["length"], document["duration_ms"]) == (0, 0)
    assert "status" not in document
    assert None not in document.values()


def test_no_identity_number_stands_in_any_file_in_clear(house: House) -> None:
    log = house.open_log()
    fill(log, 20)
    log.sync()
    needles = [PERSON.id_number.encode(), b"110101190002020005", b"key-1", b"top-secret"]
    exchange(log, "x-secret", secret=b"top-secret")
    for path in house.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [needle for needle in needles if needle in content], path
    log.close()


def test_one_person_has_one_reference_across_processes_and_restarts(house: House, tmp_path: Path) -> None:
    log, other = house.open_log(), House(tmp_path).open_log()
    refs = {read_entry(one.append(draft(Kind.DENIED, "d")).result(20).leaf)["person_ref"] for one in (log, other, log)}
    stranger = PersonKey("passport", PERSON.id_number)
    foreign = read_entry(log.append(draft(Kind.DENIED, "d", person=stranger)).result(20).leaf)["person_ref"]
    log.close()
    other.close()
    assert len(refs) == 1
    assert foreign not in refs
    assert refs == {house.archive.person_ref(PERSON)}


def test_two_writers_in_turn_make_one_tree(house: House, tmp_path: Path) -> None:
    one, two = house.open_log(), House(tmp_path).open_log()
    indexes = [log.append(draft(Kind.DENIED, "d")).result(20).index for log in (one, two, two, one, two, one)]
    one.close()
    two.close()
    assert indexes == list(range(6))
    assert house.verify().sound


def test_the_first_checkpoint_of_an_entry_covers_it(house: House) -> None:
    log = house.open_log()
    appended = log.append(draft(Kind.DENIED, "d")).result(20)
    log.sync()
    outside = verify_checkpoint(house.checkpoint.read_text(), parse_note_key(log.verifier_key))
    log.close()
    assert parse_checkpoint(appended.checkpoint) == outside
    assert outside.size == appended.index + 1


async def test_waiting_in_an_event_loop(house: House) -> None:
    log = house.open_log()
    got = await asyncio.gather(*(log.append_async(draft(Kind.DENIED, f"d{number}")) for number in range(100)))
    assert sorted(entry.index for entry in got) == list(range(100))
    with pytest.raises(GatewayError):
        await log.append_async(EntryDraft(Kind.EVENT, event="e", details={"fraction": 0.5}))
    task = asyncio.create_task(log.append_async(EntryDraft(Kind.EVENT, event="cancelled")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    log.close()
    with house.store.snapshot() as snapshot:
        assert read_entry(snapshot.entry(100).leaf)["event"] == "cancelled"


@pytest.mark.parametrize(
    "bad",
    [
        EntryDraft(Kind.EVENT, event="e", details={"fraction": 0.5}),
        EntryDraft(Kind.EVENT, event="\ud800"),
        EntryDraft(Kind.DENIED, person=PersonKey("citizen_id", "\ud800")),
        EntryDraft(Kind.EVENT, event="e", details={"big": 2**60}),
        EntryDraft(Kind.EVENT, event="e", details={"object": object()}),
    ],
)
def test_a_draft_that_cant_be_written_fails_alone(house: House, bad: EntryDraft) -> None:
    log = house.open_log()
    futures = [log.append(one) for one in (draft(Kind.DENIED, "a"), bad, draft(Kind.DENIED, "b"))]
    assert isinstance(futures[1].exception(20), GatewayError)
    assert {futures[0].result(20).index, futures[2].result(20).index} == {0, 1}
    log.close()
    assert house.verify().sound


def test_a_result_needs_an_id(house: House) -> None:
    log = house.open_log()
    assert isinstance(log.append(draft(Kind.VERIFICATION), result=Result(b"{}")).exception(20), GatewayError)
    log.close()


def test_closing_finishes_what_waits_and_refuses_what_comes(house: House) -> None:
    log = house.open_log()
    futures = [log.append(draft(Kind.DENIED, "d")) for _ in range(300)]
    log.close()
    assert [future.result(0).index for future in futures] == list(range(300))
    error = log.append(draft(Kind.DENIED, "late")).exception(0)
    assert isinstance(error, GatewayError)
    assert error.code == "log.unwritable"
    log.close()


def test_a_locked_database_makes_the_log_unwritable_and_then_it_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path, busy_seconds=0.1)
    log = house.open_log()
    log.append(draft(Kind.DENIED, "first")).result(20)
    blocker = sqlite3.connect(house.database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    futures = [log.append(draft(Kind.DENIED, "d")) for _ in range(3)]
    errors = [future.exception(20) for future in futures]
    assert {error.code for error in errors if isinstance(error, GatewayError)} == {"log.unwritable"}
    blocker.execute("ROLLBACK")
    blocker.close()
    assert log.append(draft(Kind.DENIED, "after")).result(20).index == 1
    log.close()
    report = house.verify()
    house.store.close()
    assert report.sound
    assert report.size == 2


FULL_DISK = """
import resource, signal, sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from log_house import House, draft
from gateway.messagelog.entry import Kind
from gateway.messagelog.sealing import Body
house = House(Path({folder!r}))
log = house.open_log()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
codes = []
for number in range(40):
    error = log.append(draft(Kind.DENIED, f"d{{number}}"), Body(b"x" * 20_000)).exception(30)
    codes.append(getattr(error, "code", "fine"))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
codes.append(getattr(log.append(draft(Kind.DENIED, "after")).exception(30), "code", "fine"))
log.close()
print(" ".join(codes))
"""


def run(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    here = Path(__file__).parent
    text = script.format(root=str(here.parents[1]), tests=str(here), folder=str(folder), **more)
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=120, check=False)


def test_a_full_disk_makes_the_log_unwritable_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    done = run(FULL_DISK, tmp_path)
    assert done.returncode == 0, done.stderr
    codes = done.stdout.split()
    assert codes[0] == "fine"
    assert codes[-2] == "log.unwritable"
    assert codes[-1] == "fine"
    assert set(codes) == {"fine", "log.unwritable"}
    house = House(tmp_path)
    report = house.verify()
    house.store.close()
    assert report.sound
    assert report.counts == {}
    assert report.size == codes.count("fine")


def test_a_checkpoint_file_that_cant_be_written_stops_the_log_until_it_can(house: House) -> None:
    log = house.open_log()
    log.append(draft(Kind.DENIED, "first")).result(20)
    log.sync()
    aside = house.checkpoint.with_suffix(".aside")
    house.checkpoint.rename(aside)
    house.checkpoint.mkdir()
    log.append(draft(Kind.DENIED, "second")).exception(20)
    with pytest.raises(GatewayError):
        log.sync()
    error = log.append(draft(Kind.DENIED, "third")).exception(20)
    assert isinstance(error, GatewayError)
    assert error.code == "log.unwritable"
    house.checkpoint.rmdir()
    aside.rename(house.checkpoint)
    log.append(draft(Kind.DENIED, "fourth")).result(20)
    log.close()
    assert house.verify().sound


def test_a_log_does_not_open_over_a_cut_tail(house: House) -> None:
    log = house.open_log()
    fill(log)
    log.close()
    early = house.folder / "early"
    early.mkdir()
    other = House(early)
    other.store.close()
    for name in ("gateway.db", "gateway.db-wal", "gateway.db-shm"):
        (early / name).unlink(missing_ok=True)
    house.store.close()
    (early / "gateway.db").write_bytes(house.database.read_bytes())
    log = house.open_log()
    log.append(draft(Kind.DENIED, "later")).result(20)
    log.close()
    house.store.close()
    # The database is put back to its earlier state; the checkpoint file is not.
    house.database.write_bytes((early / "gateway.db").read_bytes())
    with pytest.raises(GatewayError) as caught:
        house.open_log()
    assert caught.value.code == "log.integrity"
    assert house.verify().counts == {"tail_cut": 1}


def test_a_log_with_entries_does_not_open_without_its_checkpoint_file(house: House) -> None:
    log = house.open_log()
    fill(log)
    log.close()
    house.checkpoint.unlink()
    with pytest.raises(GatewayError) as caught:
        house.open_log()
    assert caught.value.code == "log.checkpoint_missing"
    house.open_log(adopt_checkpoint=True).close()
    assert house.verify().sound


def test_a_body_is_kept_without_what_was_cut_out_and_committed_to_with_it(house: House) -> None:
    log = house.open_log()
    asked, _ = exchange(log, "x-1", secret=b"top-secret")
    log.close()
    assert house.archive.body(asked.index) == b"<ask id='110101190001010009'>***</ask>"
    commitments = read_entry(asked.leaf)["commitments"]
    assert set(commitments) == {"wire", "stored"}
    assert commitments["wire"] != commitments["stored"]


def test_a_thousand_bodies_of_one_case_share_a_key(house: House) -> None:
    log = house.open_log()
    futures = [log.append(draft(Kind.DENIED, f"d{number}"), Body(b"b")) for number in range(200)]
    for future in futures:
        future.result(20)
    log.close()
    assert house.query("SELECT count(*), count(DISTINCT case_number) FROM case_keys") == [(1, 1)]
    assert house.verify().bodies_opened == 200


def test_a_report_is_json(house: House) -> None:
    log = house.open_log()
    log.append(draft(Kind.REQUEST, "x-1")).result(20)
    log.close()
    document = json.loads(json.dumps(house.verify().document()))
    assert document["sound"] is True
    assert document["findings"][0]["kind"] == "open_exchange"
    assert document["findings"][0]["message"]["zh"]
