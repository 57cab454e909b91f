"""Bad replies: each ends in the right code within its limits, none counts against the applicant, the log is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from house import House, clean_case, finding, grades

# Operation of the sandbox, its switch, the material that shows it, outcome, error code or flag.
UNREADABLE = "registry.unreadable"
MATRIX = [
    ("population.GK_JZCX_RKJCXXCX", "http_503", "M01", "unavailable", "registry.fault"),
    ("population.GK_JZCX_RKJCXXCX", "html_200", "M01", "unavailable", UNREADABLE),
    ("population.GK_JZCX_RKJCXXCX", "half_document", "M01", "unavailable", UNREADABLE),
    ("population.GK_JZCX_RKJCXXCX", "wrong_length", "M01", "unavailable", "registry.reply_broken|registry.timeout"),
    ("population.GK_JZCX_RKJCXXCX", "hang:60", "M01", "unavailable", "registry.timeout"),
    ("population.GK_JZCX_RKJCXXCX", "slow_drip:30", "M01", "unavailable", "registry.timeout"),
    ("population.GK_JZCX_RKJCXXCX", "oversize:200", "M01", "unavailable", "registry.reply_too_large"),
    ("population.GK_JZCX_RKJCXXCX", "soap_fault", "M01", "unavailable", "registry.fault"),
    ("population.GK_JZCX_RKJCXXCX", "gb18030_bytes", "M01", "unavailable", UNREADABLE),
    ("population-hub.hukou", "http_503", "M17", "unavailable", "registry.fault"),
    ("population-hub.hukou", "html_200", "M17", "unavailable", UNREADABLE),
    ("population-hub.hukou", "half_document", "M17", "unavailable", UNREADABLE),
    ("population-hub.hukou", "wrong_length", "M17", "unavailable", "registry.reply_broken|registry.timeout"),
    ("population-hub.hukou", "hang:60", "M17", "unavailable", "registry.timeout"),
    ("population-hub.hukou", "oversize:200", "M17", "unavailable", "registry.reply_too_large"),
    ("population-hub.hukou", "rate_limit", "M17", "unavailable", "registry.rate_limited"),
    ("population-hub.hukou", "refused", "M17", "forbidden", ""),
    ("population-hub.hukou", "not_found_code", "M17", "not_found", ""),
    ("realty.unit", "duplicate_hits", "M31", "insufficient", "multiple_candidates"),
    ("geo.standard_address", "half_document", "M36", "verified", ""),  # the geocoder answers, and its answer decides
]


@pytest.mark.parametrize(("operation", "switch", "material", "outcome", "sign"), MATRIX)
def test_a_bad_reply_ends_in_its_code(
    tmp_path: Path, operation: str, switch: str, material: str, outcome: str, sign: str
) -> None:
    house = House(tmp_path, timeout="1s")
    with house.sandbox({operation: [switch]}) as sandbox:
        document = house.verify(sandbox, clean_case())[0]
        found = finding(document, material)
        assert found["outcome"] == outcome, found
        if sign.startswith("registry."):
            assert found["error"]["code"] in sign.split("|")
            assert found["error"]["message"]["zh"]
        elif sign:
            assert sign in found["flags"]
        assert not [field for field in found["fields"] if field["grade"] == "mismatch"]
        report = house.check_log(sandbox)
        assert report.sound, report.findings
        assert not report.findings


def test_an_unmapped_code_is_never_a_mismatch(tmp_path: Path) -> None:
    house = House(tmp_path, timeout="1s")
    with house.sandbox({"population.GK_JZCX_RKJCXXCX": ["unmapped_code"]}) as sandbox:
        found = finding(house.verify(sandbox, clean_case())[0], "M01")
    assert found["outcome"] in ("insufficient", "unavailable")
    assert "mismatch" not in grades(found).values()


def test_a_byte_order_mark_and_unknown_fields_do_no_harm(tmp_path: Path) -> None:
    house = House(tmp_path)
    behaviours = {"population-hub.hukou": ["bom"], "realty.unit": ["extra_field"]}
    with house.sandbox(behaviours) as sandbox:
        document = house.verify(sandbox, clean_case())[0]
    assert finding(document, "M17")["outcome"] == "supplied"
    assert finding(document, "M31")["outcome"] == "supplied"


def test_a_session_that_ended_is_renewed_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.sandbox({"population-hub.hukou": ["expired_token*1", "ok"]}) as sandbox:
        found = finding(house.verify(sandbox, clean_case())[0], "M17")
        assert found["outcome"] == "supplied"
        assert sandbox.asked("population-hub.token") == 2


def test_a_registry_that_fails_once_is_asked_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.sandbox({"population-hub.hukou": ["http_503*1", "ok"]}) as sandbox:
        found = finding(house.verify(sandbox, clean_case())[0], "M17")
        assert found["outcome"] == "supplied"
        assert len(found["exchanges"]) >= 2
        assert house.check_log(sandbox).sound
