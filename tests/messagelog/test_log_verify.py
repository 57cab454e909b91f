"""Verification: whatever is changed, removed, added or moved in the stored log is found and named."""
# ruff: noqa: E501 - one change a line

from __future__ import annotations

from pathlib import Path

import pytest
from log_house import ORIGIN, House, draft, exchange, fill, verification

from gateway.crypto.keys import SIGNING_FILE
from gateway.messagelog.checkpoint import sign_checkpoint
from gateway.messagelog.contracts import Erasure
from gateway.messagelog.entry import EntryDraft, Kind
from gateway.messagelog.findings import KINDS
from gateway.messagelog.fsck import verify
from gateway.messagelog.sealing import Body


@pytest.fixture
def filled(house: House) -> House:
    """Fourteen entries (0 to 7 four exchanges, then denial, failed exchange, event, two results)."""
    log = house.open_log()
    fill(log)
    log.close()
    assert house.verify().counts == {}
    return house


def flip(column: str) -> str:
    """SQL that changes one bit in the middle of a blob."""
    middle = f"length({column}) / 2"
    return (
        f"CAST(substr({column}, 1, {middle}) || "
        f"(CASE substr({column}, {middle} + 1, 1) WHEN x'41' THEN x'42' ELSE x'41' END) || "
        f"substr({column}, {middle} + 2) AS BLOB)"
    )


COLUMNS = (
    "time", "kind", "exchange", "case_number", "caller", "operator_ref", "person_ref", "registry", "operation", "item",
)  # fmt: skip

# Without the newest checkpoint, what it covered lies beyond the signed tree.
BEYOND = {"tail_cut", "entry_inserted", "result_inserted", "tile_changed"}

CHANGES: list[tuple[str, str, set[str]]] = [
    ("entry", f"UPDATE entries SET leaf = {flip('leaf')} WHERE idx = 2", {"entry_changed"}),
    ("entry as text", "UPDATE entries SET leaf = CAST(leaf AS TEXT) WHERE idx = 2", {"entry_changed"}),
    ("entry emptied", "UPDATE entries SET leaf = x'' WHERE idx = 2", {"entry_changed"}),
    ("leaf hash", f"UPDATE entries SET leaf_hash = {flip('leaf_hash')} WHERE idx = 3", {"leaf_hash_changed"}),
    *((f"column {name}", f"UPDATE entries SET {name} = {name} || 'x' WHERE idx = 3", {"column_changed"}) for name in COLUMNS),
    ("column error", "UPDATE entries SET error = 'x' WHERE idx = 3", {"column_changed"}),
    ("column verification", "UPDATE entries SET verification = NULL WHERE idx = 12", {"column_changed"}),
    ("tile", f"UPDATE tiles SET hashes = {flip('hashes')}", {"tile_changed"}),
    ("tile cut", "UPDATE tiles SET hashes = substr(hashes, 1, 40)", {"tile_changed"}),
    ("tile as text", "UPDATE tiles SET hashes = 'text'", {"tile_changed"}),
    ("tile gone", "DELETE FROM tiles", {"tile_missing"}),
    ("tile added", "INSERT INTO tiles VALUES (1, 0, zeroblob(32))", {"tile_inserted"}),
    ("tile at an odd place", "INSERT INTO tiles VALUES (-4, 'x', zeroblob(32))", {"tile_inserted"}),
    ("checkpoint", "UPDATE checkpoints SET note = replace(note, 'a', 'b') WHERE number = 3", {"checkpoint_changed"}),
    ("checkpoint's size", "UPDATE checkpoints SET size = 9 WHERE number = 3", {"checkpoint_changed"}),
    ("checkpoint gone", "DELETE FROM checkpoints WHERE number = 3", {"checkpoint_missing"}),
    ("newest checkpoint", "UPDATE checkpoints SET note = 'x' WHERE number = 14", {"checkpoint_changed", *BEYOND}),
    ("newest size", "UPDATE checkpoints SET size = 1000000000000 WHERE number = 14", {"checkpoint_changed"}),
    ("all checkpoints", "DELETE FROM checkpoints", {"head_missing", "tile_inserted", "body_inserted", "idempotency_changed", *BEYOND} - {"tile_changed"}),
    ("body", f"UPDATE bodies SET ciphertext = {flip('ciphertext')} WHERE idx = 2", {"body_changed"}),
    ("nonce", f"UPDATE bodies SET nonce = {flip('nonce')} WHERE idx = 2", {"body_changed"}),
    ("nonce as number", "UPDATE bodies SET nonce = 7 WHERE idx = 2", {"body_changed"}),
    ("body's case", "UPDATE bodies SET case_number = 'C-9' WHERE idx = 2", {"body_changed"}),
    ("body gone", "DELETE FROM bodies WHERE idx = 2", {"body_missing"}),
    ("body added", "INSERT INTO bodies SELECT 8, case_number, nonce, ciphertext FROM bodies WHERE idx = 2", {"body_inserted"}),
    ("body beyond", "INSERT INTO bodies SELECT 99, case_number, nonce, ciphertext FROM bodies WHERE idx = 2", {"body_inserted"}),
    ("wrapped key", f"UPDATE case_keys SET wrapped = {flip('wrapped')} WHERE case_number = 'C-0'", {"case_key_changed"}),
    ("wrapped key gone", "DELETE FROM case_keys WHERE case_number = 'C-0'", {"case_key_missing"}),
    ("person's hash", f"UPDATE persons SET digest = {flip('digest')} WHERE rowid = 1", {"person_changed"}),
    ("person's tag", f"UPDATE persons SET tag = {flip('tag')} WHERE rowid = 1", {"person_changed"}),
    ("person's reference", "UPDATE persons SET ref = ref || 'x' WHERE rowid = 1", {"person_changed", "person_missing"}),
    ("person gone", "DELETE FROM persons WHERE rowid = 1", {"person_missing"}),
    ("person added", "INSERT INTO persons VALUES (x'00', 'p0', x'00')", {"person_changed"}),
    ("result", f"UPDATE results SET ciphertext = {flip('ciphertext')} WHERE id = 'v-1'", {"result_changed"}),
    ("result's nonce", f"UPDATE results SET nonce = {flip('nonce')} WHERE id = 'v-1'", {"result_changed"}),
    *(
        (f"result's {name}", f"UPDATE results SET {name} = {name} || 'x' WHERE id = 'v-1'", {"result_changed"})
        for name in ("case_number", "item", "caller", "created", "digest")
    ),
    ("result's id", "UPDATE results SET id = 'v-9' WHERE id = 'v-1'", {"result_inserted", "result_missing"}),
    ("result gone", "DELETE FROM results WHERE id = 'v-1'", {"result_missing"}),
    ("result beyond", "UPDATE results SET idx = 99 WHERE id = 'v-1'", {"result_inserted", "result_missing"}),
    ("idempotency key", f"UPDATE idempotency SET name = {flip('name')}", {"idempotency_changed"}),
    ("idempotent document", f"UPDATE idempotency SET document = {flip('document')}", {"idempotency_changed"}),
    ("idempotent answer", "UPDATE idempotency SET verification = 'v-2'", {"idempotency_changed"}),
    ("idempotent place", "UPDATE idempotency SET idx = 13", {"idempotency_changed"}),
    ("idempotent place beyond", "UPDATE idempotency SET idx = 99", {"idempotency_changed"}),
    ("request gone", "DELETE FROM entries WHERE idx = 2", {"entry_missing"}),
    ("response gone", "DELETE FROM entries WHERE idx = 3", {"entry_missing", "open_exchange"}),
    ("entry beyond", "INSERT INTO entries (idx, leaf_hash, leaf) SELECT 14, leaf_hash, leaf FROM entries WHERE idx = 3", {"entry_inserted"}),
    ("entry before", "INSERT INTO entries (idx, leaf_hash, leaf) SELECT -1, leaf_hash, leaf FROM entries WHERE idx = 3", {"entry_inserted"}),
    ("last entry gone", "DELETE FROM entries WHERE idx = 13", {"entry_missing"}),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "kinds"), [pytest.param(sql, kinds, id=name) for name, sql, kinds in CHANGES])
def test_a_change_is_found_and_named_and_nothing_else(filled: House, statement: str, kinds: set[str]) -> None:
    assert filled.change(statement) >= 1
    report = filled.verify()
    assert not report.sound
    assert set(report.counts) == kinds
    assert all(finding.en and finding.zh for finding in report.findings)


def test_the_changed_entry_is_named_by_its_index(filled: House) -> None:
    filled.change(f"UPDATE entries SET leaf = {flip('leaf')} WHERE idx = 4")
    assert [(one.kind, one.index) for one in filled.verify().findings] == [("entry_changed", 4)]


def test_a_changed_request_does_not_accuse_its_response(filled: House) -> None:
    filled.change("DELETE FROM entries WHERE idx = 2")
    assert filled.verify().counts == {"entry_missing": 1}


def swap(house: House, one: int, other: int) -> None:
    house.change("UPDATE entries SET idx = -1000 WHERE idx = ?", one)
    house.change("UPDATE entries SET idx = ? WHERE idx = ?", one, other)
    house.change("UPDATE entries SET idx = ? WHERE idx = -1000", other)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (8, 11), (4, 13)])
def test_two_swapped_entries_are_both_named(filled: House, one: int, other: int) -> None:
    swap(filled, one, other)
    report = filled.verify()
    assert not report.sound
    replaced = [finding.index for finding in report.findings if finding.kind == "entry_replaced"]
    assert replaced == [one, other]


def test_an_entry_put_in_between_is_named(filled: House) -> None:
    for index in reversed(range(5, 14)):
        filled.change("UPDATE entries SET idx = idx + 1 WHERE idx = ?", index)
    filled.change("INSERT INTO entries (idx, leaf_hash, leaf) SELECT 5, leaf_hash, leaf FROM entries WHERE idx = 0")
    report = filled.verify()
    assert not report.sound
    assert {"entry_replaced", "entry_inserted"} <= set(report.counts)
    assert next(one.index for one in report.findings if one.kind == "entry_replaced") == 5


def test_a_cut_tail_is_found_through_the_checkpoint_outside(filled: House) -> None:
    filled.change("DELETE FROM entries WHERE idx >= 10")
    filled.change("DELETE FROM checkpoints WHERE size > 10")
    filled.change("UPDATE tiles SET hashes = substr(hashes, 1, 320)")
    for table in ("bodies", "results", "idempotency"):
        filled.change(f"DELETE FROM {table} WHERE idx >= 10")
    report = filled.verify()
    assert set(report.counts) == {"tail_cut", "open_exchange"}
    assert not report.sound
    assert "14" in report.findings[0].en
    assert set(filled.verify(outside=False).counts) == {"outside_missing", "open_exchange"}


def test_a_rewritten_log_signed_with_the_stolen_database_only_does_not_pass(filled: House, tmp_path: Path) -> None:
    """Somebody without the signing key builds a whole log of their own and puts it in place."""
    (tmp_path / "other").mkdir()
    other = House(tmp_path / "other")
    log = other.open_log()
    fill(log)
    log.close()
    other.store.close()
    filled.store.close()
    filled.database.write_bytes(other.database.read_bytes())
    report = filled.verify()
    assert not report.sound
    assert "checkpoint_changed" in report.counts
    assert "tail_cut" in report.counts


def test_a_log_forked_by_the_key_holder_is_found_through_the_checkpoint_outside(filled: House) -> None:
    filled.checkpoint.write_text(sign_checkpoint(ORIGIN, 5, b"f" * 32, filled.keys.signer))
    assert filled.verify().counts == {"outside_differs": 1}


@pytest.mark.parametrize(
    ("text", "kind"), [("", "outside_changed"), ("rubbish", "outside_changed"), (None, "outside_missing")]
)
def test_the_checkpoint_file_itself(filled: House, text: str | None, kind: str) -> None:
    if text is None:
        filled.checkpoint.unlink()
    else:
        filled.checkpoint.write_text(text)
    assert filled.verify().counts == {kind: 1}


def test_an_entry_and_its_tile_changed_together_do_not_fit_the_signed_root(filled: House) -> None:
    filled.change("UPDATE entries SET leaf = (SELECT leaf FROM entries WHERE idx = 0), "
                  "leaf_hash = (SELECT leaf_hash FROM entries WHERE idx = 0) WHERE idx = 8")  # fmt: skip
    filled.change("UPDATE tiles SET hashes = CAST(substr(hashes, 1, 256) || substr(hashes, 1, 32) || "
                  "substr(hashes, 289) AS BLOB)")  # fmt: skip
    report = filled.verify()
    assert "checkpoint_differs" in report.counts
    assert not report.sound


def test_a_wrong_link_and_a_second_answer_are_found(house: House) -> None:
    log = house.open_log()
    log.append(draft(Kind.REQUEST, "x-1")).result(20)
    log.append(draft(Kind.RESPONSE, "x-1", request_hash="0" * 64)).result(20)
    log.append(draft(Kind.RESPONSE, "x-1", request_hash="0" * 64)).result(20)
    log.close()
    assert house.verify().counts == {"request_differs": 1, "response_alone": 1}


def test_attempts_of_one_exchange_pair_up_by_themselves(house: House) -> None:
    log = house.open_log()
    asked = [log.append(draft(Kind.REQUEST, "x-1", attempt=attempt)).result(20) for attempt in (1, 2, 3)]
    for attempt in (1, 3):
        link = asked[attempt - 1].leaf_hash.hex()
        log.append(draft(Kind.FAILURE, "x-1", attempt=attempt, request_hash=link)).result(20)
    log.close()
    report = house.verify()
    assert report.sound
    assert [(one.kind, one.index) for one in report.findings] == [("open_exchange", 1)]


def test_without_keys_what_is_open_is_still_checked(filled: House) -> None:
    report = filled.verify(sealed=False)
    assert report.sound
    assert report.bodies_opened == 0
    filled.change(f"UPDATE entries SET leaf = {flip('leaf')} WHERE idx = 2")
    assert filled.verify(sealed=False).counts == {"entry_changed": 1}


def test_entries_of_an_old_key_verify_after_the_key_was_replaced(filled: House) -> None:
    filled.store.close()
    (filled.folder / "keys" / SIGNING_FILE).unlink()
    house = House(filled.folder)
    log = house.open_log()
    exchange(log, "x-new")
    log.close()
    report = house.verify()
    house.store.close()
    assert report.counts == {}
    assert report.size == 16


def test_an_empty_log_verifies(house: House) -> None:
    house.open_log().close()
    report = house.verify()
    assert report.counts == {}
    assert report.size == 0


def test_a_search_index_that_lost_a_row_is_found(filled: House) -> None:
    filled.change("PRAGMA writable_schema = ON")
    found = filled.query("SELECT rootpage FROM sqlite_master WHERE name = 'entries_case_number'")
    size = filled.query("PRAGMA page_size")[0][0]
    filled.change("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(filled.database.read_bytes())
    start = (found[0][0] - 1) * size
    page = bytes(content[start : start + size])
    content[start : start + size] = page.replace(b"C-1", b"C-7", 1)
    filled.database.write_bytes(bytes(content))
    assert "database_damaged" in filled.verify().counts


def test_a_torn_database_file_is_a_finding_not_a_crash(filled: House) -> None:
    filled.change("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(filled.database.read_bytes())
    for start in range(4096 * 2, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    filled.database.write_bytes(bytes(content))
    report = filled.verify()
    assert not report.sound
    assert {"unreadable", "database_damaged"} & set(report.counts)


def test_large_logs_cross_tiles_and_changes_are_named_there_too(house: House) -> None:
    log = house.open_log()
    for future in [log.append(draft(Kind.DENIED, f"d{number}"), Body(b"b")) for number in range(900)]:
        future.result(30)
    log.close()
    seen: list[tuple[int, int]] = []
    with house.store.snapshot() as snapshot:
        report = verify(
            snapshot, house.keys.ring, ORIGIN, house.checkpoint.read_text(), vault=house.keys.vault,
            pepper=house.keys.pepper, progress=lambda done, of: seen.append((done, of)),
        )  # fmt: skip
    assert report.counts == {}
    assert seen == [(256, 900), (512, 900), (768, 900), (900, 900)]
    steps: list[tuple[str, str, set[str]]] = [
        ("hashes", "UPDATE tiles SET hashes = {} WHERE level = 0 AND idx = 1", {"tile_changed"}),
        ("hashes", "UPDATE tiles SET hashes = {} WHERE level = 1", {"tile_changed"}),
    ]
    for column, statement, kinds in steps:
        before = house.query("SELECT level, idx, hashes FROM tiles")
        house.change(statement.format(flip(column)))
        assert set(house.verify().counts) == kinds
        for level, index, hashes in before:
            house.change("UPDATE tiles SET hashes = ? WHERE level = ? AND idx = ?", hashes, level, index)
    assert house.verify().counts == {}
    swap(house, 100, 700)
    named = [one.index for one in house.verify().findings if one.kind == "entry_replaced"]
    assert named == [100, 700]


def test_every_kind_of_finding_has_texts_in_both_languages() -> None:
    for kind in KINDS.values():
        assert kind.en
        assert kind.zh
        assert any("\u4e00" <= sign <= "\u9fff" for sign in kind.zh)


def test_what_an_erasing_entry_names_may_be_gone_and_nothing_more(filled: House) -> None:
    log = filled.open_log()
    log.append(EntryDraft(Kind.EVENT, event="erasure"), erasure=Erasure(bodies=((0, 2),), results=("v-1",))).result(20)
    log.close()
    assert filled.verify().counts == {}
    filled.change("DELETE FROM bodies WHERE idx = 2")
    assert filled.verify().counts == {"body_missing": 1}


def test_results_of_a_second_run_under_the_same_key_do_not_disturb(house: House) -> None:
    log = house.open_log()
    verification(log, "v-1", key="k")
    verification(log, "v-2", key="k")
    log.close()
    assert house.verify().counts == {}
    assert house.archive.start("cli", "k", "d" * 64) == house.archive.start("cli", "k", "d" * 64)
