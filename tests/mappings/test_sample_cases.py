"""The sample cases: valid after normalisation, and each shows what its table promises, for its true reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gateway.assembly import Gateway, Release
from gateway.model.outcomes import NEGATIVE_OUTCOMES, UNDETERMINED_OUTCOMES, ExitStatus, Outcome
from gateway.normalize import Normalizer, open_document
from gateway.schemas import check

CASES = Path(__file__).resolve().parents[2] / "config" / "sample" / "cases"
FILES = sorted(path.name for path in CASES.iterdir() if path.suffix in (".json", ".xml"))
COMMON = {
    "M07": "manual_required",
    "M10": "no_source",
    "M11": "no_source",
    "M18": "manual_required",
    "M70": "manual_required",
}
SHOWN = {
    "01-clean.json": {
        "M01": "supplied",
        "M02": "supplied",
        "M03": "verified",
        "M12": "supplied",
        "M17": "supplied",
        "M31": "supplied",
        "M32": "verified",
        "M33": "verified",
        "M34": "verified",
        "M36": "verified",
    },
    "02-name-variant.xml": {
        "M01": "verified_with_variant",
        "M03": "verified",
        "M12": "verified_with_variant",
        "M17": "supplied",
        "M31": "supplied",
        "M33": "verified",
        "M36": "verified",
    },
    "03-inconsistent.json": {
        "M01": "inconsistent",
        "M03": "verified",
        "M12": "inconsistent",
        "M17": "supplied",
        "M31": "supplied",
        "M33": "manual_required",
        "M36": "verified",
    },
    "04-unknown.xml": {
        "M01": "not_found",
        "M03": "not_found",
        "M12": "not_found",
        "M17": "not_found",
        "M31": "insufficient",
        "M33": "manual_required",
        "M36": "verified",
    },
    "05-expired-revoked.json": {
        "M01": "supplied",
        "M03": "expired",
        "M12": "supplied",
        "M17": "supplied",
        "M31": "insufficient",
        "M33": "revoked",
        "M36": "verified",
    },
    "06-presence-too-short.hall.json": {
        "M01": "supplied",
        "M03": "verified",
        "M12": "insufficient",
        "M17": "supplied",
        "M31": "supplied",
        "M33": "verified",
        "M36": "verified",
    },
    "07-forbidden.json": {
        "M01": "supplied",
        "M03": "verified",
        "M12": "forbidden",
        "M17": "forbidden",
        "M31": "insufficient",
        "M33": "manual_required",
        "M36": "verified",
    },
    "08-unavailable.xml": {
        "M01": "supplied",
        "M03": "unavailable",
        "M12": "supplied",
        "M17": "supplied",
        "M31": "insufficient",
        "M33": "manual_required",
        "M36": "verified",
    },
}
REASONS = {
    "02-name-variant.xml": ("M01", "name", "trad_simp_ambiguous"),
    "03-inconsistent.json": ("M01", "name", "judged_mismatch"),
    "04-unknown.xml": ("M12", "movements", "subject_not_found"),
    "05-expired-revoked.json": ("M03", "expiry_date", "validity_over"),
    "06-presence-too-short.hall.json": ("M12", "movements", "presence_short"),
    "07-forbidden.json": ("M17", "hukou_status", "source_forbidden"),
    "08-unavailable.xml": ("M03", "doc_number", "source_unavailable"),
}


def findings(verification: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {finding["material"]: finding for finding in verification["findings"]}


def outcomes(verification: dict[str, Any]) -> dict[str, str]:
    return {material: finding["outcome"] for material, finding in findings(verification).items()}


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_a_valid_case_and_says_that_it_is_one(example: Release, name: str) -> None:
    case = Normalizer(example.dialects).case(open_document((CASES / name).read_bytes()))
    assert check("case", dict(case.document)) == []
    assert re.fullmatch(r"SAMPLE-\d\d", case.number)
    assert case.operator is not None
    assert (case.operator.name, case.operator.id_number) == ("经办人甲", "440106196503120016")
    assert case.organization is not None
    assert case.organization.uscc == "11440000MB2FAKE143"


def test_samples_come_in_json_in_xml_and_in_a_foreign_dialect(example: Release) -> None:
    documents = {name: open_document((CASES / name).read_bytes()) for name in FILES}
    assert {document.form for document in documents.values()} == {"json", "xml"}
    hall = example.dialects["hall-json"]
    foreign = {name for name, each in documents.items() if each.form == "json" and hall.recognises(each.root)}
    assert foreign == {"06-presence-too-short.hall.json"}


def test_together_they_show_every_outcome_but_pending() -> None:
    assert set(SHOWN) == set(FILES)
    shown = {outcome for materials in SHOWN.values() for outcome in materials.values()} | set(COMMON.values())
    assert shown == set(Outcome) - {Outcome.PENDING}


@pytest.mark.parametrize("name", FILES)
async def test_a_sample_shows_what_its_table_promises(gateway: Gateway, name: str) -> None:
    verification = await gateway.verify((CASES / name).read_bytes(), "cli")
    assert outcomes(verification) == {**SHOWN[name], **COMMON}
    if name in REASONS:
        material, field, reason = REASONS[name]
        found = {each["field"]: each for each in findings(verification)[material]["fields"]}
        assert reason in str(found[field]["reason"])


async def test_an_outage_is_an_error_with_its_exchanges(gateway: Gateway) -> None:
    verification = await gateway.verify((CASES / "08-unavailable.xml").read_bytes(), "cli")
    finding = findings(verification)["M03"]
    assert finding["error"]["code"] == "registry.fault"
    assert len(finding["exchanges"]) >= 2, "both attempts stand in the log"


async def test_a_caller_without_a_grant_for_an_operation_gets_forbidden_there_alone(gateway: Gateway) -> None:
    verification = await gateway.verify((CASES / "01-clean.json").read_bytes(), "window")
    assert outcomes(verification) == {**SHOWN["01-clean.json"], **COMMON, "M31": "forbidden"}
    assert findings(verification)["M31"]["error"]["code"] == "access.operation_not_granted"


def status_of(shown: dict[str, str]) -> ExitStatus:
    """The exit status of the command line over these outcomes."""
    if set(shown.values()) & NEGATIVE_OUTCOMES:
        return ExitStatus.NEGATIVE
    return ExitStatus.UNDETERMINED if set(shown.values()) & UNDETERMINED_OUTCOMES else ExitStatus.FINE


def test_the_table_for_readers_names_every_sample_and_its_exit_status() -> None:
    table = (CASES / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|.*\| (\d) \|$", table, re.MULTILINE)
    assert {name: int(status) for name, status in rows} == {name: status_of(SHOWN[name]).value for name in FILES}


@pytest.mark.parametrize("name", FILES)
async def test_the_hall_is_told_the_same_as_the_command_line(gateway: Gateway, name: str) -> None:
    verification = await gateway.verify((CASES / name).read_bytes(), "hall")
    assert outcomes(verification) == {**SHOWN[name], **COMMON}
