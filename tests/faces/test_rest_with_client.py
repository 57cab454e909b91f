"""The client and the gateway together, on real cases."""

from __future__ import annotations

import pytest
from faces_house import Street
from house import ROOT, clean_case

from gateway.client import Client, RefusedError


def test_a_case_and_its_stored_result(street: Street) -> None:
    with Client(street.url, street.key("hall")) as client:
        found = client.verify(clean_case())
        assert client.verification(found.id) == found
        assert client.services()[0].key == "SETTLE_ORIGIN"
    identity = found.finding("M01")
    assert identity is not None
    assert (identity.outcome, identity.fields[0].grade) == ("supplied", "exact")
    assert found.receipt.checkpoint.startswith(found.receipt.log)


def test_a_foreign_dialect_by_name_and_by_itself(street: Street) -> None:
    data = (ROOT / "config/sample/cases/06-presence-too-short.hall.json").read_bytes()
    with Client(street.url, street.key("hall")) as client:
        named, found = client.verify(data, source="hall-json"), client.verify(data)
        assert [each.outcome for each in named.findings] == [each.outcome for each in found.findings]
        with pytest.raises(RefusedError) as caught:
            client.verify(data, source="nobody")
    assert (caught.value.code, caught.value.status) == ("document.unknown_dialect", 400)


def test_the_same_key_gives_the_same_answer(street: Street) -> None:
    with Client(street.url, street.key("hall")) as client:
        first = client.verify(clean_case(), idempotency_key="client-1")
        asked = street.questions()
        assert client.verify(clean_case(), idempotency_key="client-1") == first
        assert street.questions() == asked


def test_a_caller_without_the_right_gets_forbidden_on_that_material(street: Street) -> None:
    with Client(street.url, street.key("window")) as client:
        found = client.verify(clean_case()).finding("M31")
    assert found is not None
    assert found.outcome == "forbidden"


def test_a_refusal_has_the_gateways_own_words(street: Street) -> None:
    with Client(street.url, street.key("hall")) as client, pytest.raises(RefusedError) as caught:
        client.verify(clean_case(id_number="350102198807041238"))
    assert caught.value.code == "case.bad_check_digit"
    assert "校验码" in caught.value.text("zh")
    assert "350102198807041238" not in str(caught.value)
