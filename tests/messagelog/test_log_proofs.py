"""Proofs that stand by themselves, and erasing, which breaks none of them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_house import ORIGIN, PERSON, House, draft, exchange, fill, verification

from gateway.crypto.keys import SIGNING_FILE
from gateway.errors import GatewayError
from gateway.messagelog.checkpoint import parse_note_key, verify_checkpoint
from gateway.messagelog.contracts import Erasure
from gateway.messagelog.entry import EntryDraft, Kind, read_entry
from gateway.messagelog.offline import check_proof
from gateway.messagelog.proof import parse_proof, prove
from gateway.messagelog.tiles import node_lookup
from gateway.messagelog.tree import consistency_proof, verify_consistency


@given(st.lists(st.integers(1, 90), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_entry_of_random_batches_has_a_proof_and_all_checkpoints_agree(
    tmp_path_factory: pytest.TempPathFactory, batches: list[int]
) -> None:
    house = House(tmp_path_factory.mktemp("log"))
    log = house.open_log()
    appended = []
    for count in batches:
        appended += [future.result(20) for future in [log.append(draft(Kind.DENIED, "d")) for _ in range(count)]]
    log.close()
    with house.store.snapshot() as snapshot:
        head = snapshot.head()
        checkpoints = [verify_checkpoint(row.note, parse_note_key(log.verifier_key)) for row in snapshot.checkpoints()]
        for entry in appended:
            text = prove(entry.leaf, entry.index, head.note, snapshot.tile).text()
            checked = check_proof(text, log.verifier_key)
            assert (checked.index, checked.leaf_hash, checked.size) == (entry.index, entry.leaf_hash, sum(batches))
        lookup = node_lookup(snapshot.tile)
        for older, newer in pairwise(checkpoints):
            proof = consistency_proof(lookup, older.size, newer.size)
            verify_consistency(older.size, newer.size, proof, older.root, newer.root)
    house.store.close()


def test_a_proof_file_proves_by_itself_and_any_change_breaks_it(house: House) -> None:
    log = house.open_log()
    fill(log)
    with house.store.snapshot() as snapshot:
        entry = snapshot.entries_of_exchange("x000001")[-1]
        text = prove(entry.leaf, entry.index, snapshot.head().note, snapshot.tile).text()
    log.close()
    checked = check_proof(text, log.verifier_key)
    assert checked.entry["kind"] == "response"
    assert checked.signature is True
    assert checked.origin == ORIGIN
    assert parse_proof(text).text() == text
    for place in range(0, len(text), 3):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(GatewayError) as caught:
            check_proof(changed, log.verifier_key)
        assert caught.value.code == "proof.invalid"


def test_the_public_key_file_checks_proofs_of_all_keys_the_log_has_had(house: House, tmp_path: Path) -> None:
    public = tmp_path / "log-key.pub"
    log = house.open_log(key_path=public)
    exchange(log, "x-1")
    log.close()
    old = house.archive.prove("x-1")
    house.store.close()
    (tmp_path / "keys" / SIGNING_FILE).unlink()
    later = House(tmp_path)
    log = later.open_log(key_path=public)
    verification(log, "v-1")
    log.close()
    new = later.archive.prove("x-1")
    later.store.close()
    keys = public.read_text()
    assert len(keys.splitlines()) == 2
    assert check_proof(old, keys).size == 2
    assert check_proof(new, keys).size == 3
    assert check_proof(new, keys).signature is True
    assert check_proof(new, keys.splitlines()[1]).signature is None
    for wrong in ("", keys.splitlines()[0]):
        with pytest.raises(GatewayError) as caught:
            check_proof(new, wrong)
        assert caught.value.code == "proof.invalid"


@pytest.mark.parametrize("name", ["", "nothing"])
def test_an_exchange_that_was_never_logged_has_no_proof(house: House, name: str) -> None:
    house.open_log().close()
    with pytest.raises(GatewayError) as caught:
        house.archive.prove(name)
    assert caught.value.code == "log.unknown_exchange"


def test_a_proof_in_the_published_layout_reads() -> None:
    line = "A" * 43 + "="
    checkpoint = f"example.com/log\n109482\n{line}\n\n— a AAAAAAAA\n"
    text = f"c2sp.org/tlog-proof@v1\nextra AAAA\nindex 73894\n{line}\n{line}\n\n{checkpoint}"
    proof = parse_proof(text)
    assert (proof.index, len(proof.hashes), proof.leaf) == (73894, 2, b"\0\0\0")
    assert proof.text() == text


@given(st.text())
def test_any_text_that_is_no_proof_gives_an_error_with_a_code(text: str) -> None:
    with pytest.raises(GatewayError) as caught:
        parse_proof(text)
    assert caught.value.code == "proof.invalid"


def test_erasing_takes_the_bytes_away_and_breaks_no_proof(house: House) -> None:
    log = house.open_log()
    asked, answered = exchange(log, "x-1")
    verification(log, "v-1")
    with house.store.snapshot() as snapshot:
        text = prove(asked.leaf, asked.index, snapshot.head().note, snapshot.tile).text()
        ciphertext = snapshot.bodies(0, 1)[0].ciphertext
    ref = read_entry(asked.leaf)["person_ref"]
    assert b"110101190001010009" in house.archive.body(asked.index)
    erasure = Erasure(bodies=((asked.index, answered.index + 1),), results=("v-1",), persons=(ref,))
    log.append(EntryDraft(Kind.EVENT, event="erasure", caller="admin"), erasure=erasure).result(20)
    files = [house.database, house.database.with_name("gateway.db-wal")]
    assert not [path for path in files if path.exists() and ciphertext in path.read_bytes()]
    with pytest.raises(GatewayError) as caught:
        house.archive.body(asked.index)
    assert caught.value.code == "log.body_erased"
    assert house.archive.result("v-1") is None
    assert house.archive.person_ref(PERSON) is None
    again = log.append(draft(Kind.DENIED, "d")).result(20)
    assert read_entry(again.leaf)["person_ref"] != ref
    log.close()
    assert check_proof(text, log.verifier_key).index == asked.index
    report = house.verify()
    assert report.sound
    assert report.counts == {}


def test_erasing_beside_a_reader_does_not_hold_up_the_log_and_is_made_good_later(house: House) -> None:
    log = house.open_log()
    exchange(log, "x-1")
    with house.store.snapshot() as snapshot:
        ciphertext = snapshot.bodies(0, 1)[0].ciphertext
        erasing = EntryDraft(Kind.EVENT, event="erasure")
        assert log.append(erasing, erasure=Erasure(bodies=((0, 1),))).result(20).index == 2
        assert snapshot.bodies(0, 1)
        assert log.append(draft(Kind.DENIED, "d")).result(20).index == 3
    log.append(erasing, erasure=Erasure(bodies=((1, 2),))).result(20)
    log.close()
    files = [house.database, house.database.with_name("gateway.db-wal")]
    assert not [path for path in files if path.exists() and ciphertext in path.read_bytes()]
    assert house.verify().counts == {}
