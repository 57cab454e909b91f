"""The main job as a whole: verdicts follow the registry's data, the log holds what happened, nothing leaks."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from house import ROOT, House, clean_case, finding, grades

from gateway.errors import GatewayError
from gateway.sandbox import packaged_data

SAMPLES = sorted((ROOT / "config" / "sample" / "cases").glob("0*.*"))
ALL_OUTCOMES = {
    "supplied",
    "verified",
    "verified_with_variant",
    "inconsistent",
    "not_found",
    "insufficient",
    "expired",
    "revoked",
    "manual_required",
    "no_source",
    "unavailable",
    "forbidden",
}


def test_the_samples_show_every_outcome_but_pending(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.sandbox() as sandbox:
        documents = house.verify(sandbox, *(path.read_bytes() for path in SAMPLES))
        report = house.check_log(sandbox)
    outcomes = {each["outcome"] for document in documents for each in document["findings"]}
    assert outcomes == ALL_OUTCOMES
    assert report.sound
    assert not report.findings
    assert report.bodies_opened > 50


def test_a_changed_attribute_changes_the_verdict(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(packaged_data(), data)
    house = House(tmp_path / "house", data=data)
    with house.sandbox() as sandbox:
        before = finding(house.verify(sandbox, clean_case())[0], "M01")
        changed = [path for path in data.glob("*.yaml") if "陈大文" in path.read_text("utf-8")]
        persons = next(path for path in changed if "person" in path.name)
        persons.write_text(persons.read_text("utf-8").replace("name: 陈大文", "name: 陈大武"), "utf-8")
        after = finding(house.verify(sandbox, clean_case())[0], "M01")
    assert (before["outcome"], grades(before)["name"]) == ("supplied", "exact")
    assert (after["outcome"], grades(after)["name"]) == ("inconsistent", "mismatch")


def test_entries_come_in_the_promised_order_and_hold_names_only(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.sandbox() as sandbox:
        house.verify(sandbox, clean_case())

        async def entries() -> list[dict[str, Any]]:
            gateway = house.open(sandbox)
            try:
                with gateway.store.snapshot() as snapshot:
                    return [json.loads(row.leaf) for row in snapshot.entries(0, 1000)]
            finally:
                await gateway.close()

        found = asyncio.run(entries())
    requests = {entry["exchange"]: place for place, entry in enumerate(found) if entry["kind"] == "request"}
    answers = {entry["exchange"]: place for place, entry in enumerate(found) if entry["kind"] == "response"}
    assert requests
    assert requests.keys() == answers.keys()
    assert all(requests[exchange] < answers[exchange] for exchange in requests)
    assert found[-1]["kind"] == "verification"
    everything = json.dumps(found, ensure_ascii=False)
    for secret in ("350102198807041239", "440106196503120016", "陈大文", *house.credentials.values()):
        assert secret not in everything
    identity = next(
        entry for entry in found if entry.get("operation") == "POP.BASE_INFO" and entry["kind"] == "request"
    )
    assert {"id_number", "name"} <= set(identity["disclosed"])
    assert identity["purpose"]["item"] == "SETTLE_ORIGIN"
    assert identity["purpose"]["grant"] == "cli-settle-origin"


def test_no_number_and_no_secret_stands_in_the_state_folder_in_clear(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.sandbox() as sandbox:
        house.verify(sandbox, clean_case())
    for path in house.home.glob("shuqiao.sqlite*"):
        data = path.read_bytes()
        for text in ("350102198807041239", "440106196503120016", "陈大文", house.credentials["gk.password"]):
            assert text.encode() not in data


REFUSED = {
    "not JSON": (b'{"number": ', "document.not_json"),
    "not XML": (b"<case><number>", "document.not_xml"),
    "nothing": (b"", "document.empty"),
    "a DOCTYPE": (b'<!DOCTYPE case [<!ENTITY a "b">]><case xmlns="urn:shuqiao:case:1"/>', "document.doctype"),
    "neither UTF-8 nor GB18030": (b'{"number": "\xff\xff"}', "document.not_text"),
    "30 MB": (b" " * (30 * 1024 * 1024), "document.too_large"),
    "an unknown item": (clean_case().replace(b"SETTLE_ORIGIN", b"SETTLE_NOWHERE"), "case.unknown_item"),
    "an unknown material": (clean_case().replace(b'"M70"', b'"M99"'), "case.unknown_material"),
    "a wrong check digit": (clean_case(id_number="350102198807041230"), "case.bad_check_digit"),
    "a wrong type": (clean_case(name=7), "case.invalid"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_with_a_clear_error_and_nothing_is_sent(tmp_path: Path, name: str) -> None:
    document, code = REFUSED[name]
    _refused(House(tmp_path), document, "cli", code)


def test_no_operator_no_grant_no_query(tmp_path: Path) -> None:
    document = json.loads(clean_case())
    del document["operator"]
    _refused(House(tmp_path / "a"), json.dumps(document).encode(), "cli", "access.operator_required")
    document = json.loads(clean_case())
    del document["organization"]
    _refused(House(tmp_path / "b"), json.dumps(document).encode(), "cli", "access.organization_required")
    _refused(House(tmp_path / "c"), clean_case(), "nobody", "access.no_grant")


def _refused(house: House, document: bytes, caller: str, code: str) -> None:
    with house.sandbox() as sandbox:
        with pytest.raises(GatewayError) as refused:
            house.verify(sandbox, document, caller=caller)
        assert refused.value.code == code
        assert refused.value.text("en")
        assert refused.value.text("zh") != refused.value.text("en")
        asked = ("population.GK_JZCX_RKJCXXCX", "population-hub.token", "realty.unit", "credit.dishonest")
        assert not any(sandbox.asked(operation) for operation in asked)

        async def kinds() -> list[tuple[str, str]]:
            gateway = house.open(sandbox)
            try:
                with gateway.store.snapshot() as snapshot:
                    return [
                        (entry["kind"], entry["error"])
                        for entry in (json.loads(row.leaf) for row in snapshot.entries(0, 9))
                    ]
            finally:
                await gateway.close()

        assert asyncio.run(kinds()) == [("denied", code)]


def test_the_same_key_gives_the_same_answer(tmp_path: Path) -> None:
    house = House(tmp_path)

    async def run(gateway: Any) -> tuple[Any, Any]:
        try:
            first = await gateway.verify(clean_case(), "cli", idempotency_key="k1")
            second = await gateway.verify(clean_case(), "cli", idempotency_key="k1")
            with pytest.raises(GatewayError) as reused:
                await gateway.verify(clean_case(name="李四"), "cli", idempotency_key="k1")
            assert reused.value.code == "request.idempotency_reused"
            return first, second
        finally:
            await gateway.close()

    with house.sandbox() as sandbox:
        first, second = asyncio.run(run(house.open(sandbox)))
        assert sandbox.asked("population.GK_JZCX_RKJCXXCX") == 1
    assert first == second


def test_a_log_that_cannot_be_written_lets_nothing_leave(tmp_path: Path) -> None:
    house = House(tmp_path)

    async def run(gateway: Any) -> None:
        try:
            gateway.log.close()
            with pytest.raises(GatewayError) as refused:
                await gateway.verify(clean_case(), "cli")
            assert refused.value.code == "log.unwritable"
        finally:
            await gateway.close()

    with house.sandbox() as sandbox:
        asyncio.run(run(house.open(sandbox)))
        assert not sandbox.asked("population.GK_JZCX_RKJCXXCX")
        assert not sandbox.asked("population-hub.token")
