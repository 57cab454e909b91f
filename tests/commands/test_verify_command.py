"""`shuqiao verify`: statuses, the JSON contract, refused files, first start, tables, a gateway over the network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shell import CASES, ROOT, Result, finish, process, shuqiao

from gateway.commands.statuses import first_that_applies, status_of
from gateway.messages import OUTCOMES
from gateway.model.outcomes import Outcome

CLEAN = CASES / "01-clean.json"


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [((), 0), ((0, 3, 1), 1), ((3, 0), 3), ((1, 2, 3), 2), ((2, 4, 1), 4), ((0,), 0)],
)
def test_the_first_status_that_applies_stands_for_all(statuses: tuple[int, ...], expected: int) -> None:
    assert first_that_applies(statuses) == expected


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_status_of_every_outcome(outcome: Outcome) -> None:
    negative = {"inconsistent", "not_found", "expired", "revoked", "forbidden"}
    undetermined = {"insufficient", "unavailable", "pending"}
    expected = 1 if outcome in negative else 3 if outcome in undetermined else 0
    assert status_of({"findings": [{"outcome": "verified"}, {"outcome": outcome.value}]}) == expected


def test_the_json_document_is_as_promised(verified: tuple[Path, Result], documents: list[dict[str, Any]]) -> None:
    result = verified[1]
    assert result.status == 1, "07 has materials that may not be asked for"
    assert set(result.document) == {"verifications"}
    assert [each["case"] for each in documents] == ["SAMPLE-01", "SAMPLE-02", "SAMPLE-07"]
    for document in documents:
        assert {"case", "item", "findings", "receipt"} <= set(document)
        for finding in document["findings"]:
            assert {"material", "outcome", "flags", "fields", "evidence", "exchanges", "error"} <= set(finding)
            for field in finding["fields"]:
                assert {"field", "grade", "reason", "comparator", "required", "exchange"} <= set(field)


def test_first_start_is_told_once_and_the_sandbox_every_time(home: Path, verified: tuple[Path, Result]) -> None:
    first = verified[1].err.splitlines()
    assert len(first) == 3
    assert "made the keys" in first[0]
    assert "made 10 secrets" in first[1]
    assert "sandbox registries are up on 127.0.0.1" in first[2]
    again = shuqiao("verify", CLEAN, "--json", home=home, lang="zh")
    assert again.status == 0
    assert [line[:5] for line in again.err.splitlines()] == ["沙箱登记库"]


def test_a_refused_file_does_not_hold_up_the_others(home: Path, tmp_path: Path) -> None:
    broken, stranger = tmp_path / "broken.json", tmp_path / "stranger.json"
    broken.write_text('{"number": ')
    case = json.loads(CLEAN.read_text("utf-8"))
    stranger.write_text(json.dumps({**case, "item": {"code": "NO_SUCH_ITEM"}}), "utf-8")
    result = shuqiao("verify", broken, CLEAN, stranger, tmp_path / "none.json", tmp_path, "--json", home=home)
    assert result.status == 2
    assert [each["case"] for each in result.document["verifications"]] == ["SAMPLE-01"]
    codes = [each["code"] for each in result.document["refused"]]
    assert codes == ["document.not_json", "case.unknown_item", "usage.file_missing", "usage.wrong"]
    assert all(set(each["message"]) == {"zh", "en"} for each in result.document["refused"])
    for name, code in (("broken.json", "document.not_json"), ("stranger.json", "case.unknown_item")):
        assert any(name in line and code in line for line in result.err.splitlines())
    assert "Traceback" not in result.err


def test_a_case_comes_from_standard_input_too(home: Path) -> None:
    data = (CASES / "06-presence-too-short.hall.json").read_bytes()
    result = shuqiao("verify", "-", "--source", "hall-json", "--json", home=home, stdin=data)
    assert result.status == 3, result.err
    assert result.document["verifications"][0]["case"] == "SAMPLE-06"
    empty = shuqiao("verify", "-", home=home)
    assert empty.status == 2
    assert "document.empty" in empty.err
    wrong = shuqiao("verify", "-", "--source", "martian", home=home, stdin=data)
    assert "document.unknown_dialect" in wrong.err


def test_the_table_tells_outcome_grade_reason_and_exchange(home: Path) -> None:
    for lang, words in {
        "zh": (
            "核验一致",
            "出入境记录查询结果",
            "公民身份号码\u00a0✱、姓名\u00a0✱",
            "完全一致：登记库判定一致",
            "回执：",
        ),
        "en": (
            "supplied",
            "Exit-entry record",
            "Citizen id number\u00a0✱, Name\u00a0✱",
            "the registry says",
            "receipt:",
        ),
    }.items():
        result = shuqiao("verify", CLEAN, home=home, lang=lang, environment={"COLUMNS": "300"})
        assert result.status == 0
        lines = result.out.splitlines()
        for word in words:
            assert word in result.out, (lang, word)
        assert "SAMPLE-01 · SETTLE_ORIGIN" in lines[1]
        assert len(result.out.split("│")) > 50
        assert "\x1b" not in result.out, "no colours where nobody sees them"


def test_what_a_table_shows_is_the_document(documents: list[dict[str, Any]]) -> None:
    """Every material stands in the table, with its label, its exchanges and its error."""
    import io

    from gateway.commands.results import LOOKS, show_verification
    from gateway.commands.terminal import Terminal

    assert set(LOOKS) == {outcome.value for outcome in Outcome}
    error = {
        "code": "registry.timeout",
        "message": {"zh": "超时", "en": "too slow"},
        "next_attempt": "2026-11-24T12:00",
    }
    document = documents[0]
    odd = {**document["findings"][2], "outcome": "future", "flags": ["stale", "odd"], "error": error,
           "notes": ["difference_not_required"], "title": {"zh": "\x1b[31m红", "en": "\x1b[31mred"}}  # fmt: skip
    document = {**document, "findings": [*document["findings"], odd]}
    stream = io.StringIO()
    show_verification(Terminal("zh", out=stream, err=stream, width=300), document)
    text = stream.getvalue()
    for finding in document["findings"]:
        assert finding["material"] in text
        assert all(exchange[:16] in text for exchange in finding["exchanges"])
    for word in ("future", "registry.timeout：超时", "数据可能已过时", "odd", "2026-11-24T12:00", "※ 有非必需项"):
        assert word in text
    assert "\x1b" not in text
    assert OUTCOMES[Outcome.NO_SOURCE].zh in text


def test_json_alone_stands_on_standard_output(home: Path) -> None:
    result = finish(process("verify", CASES / "08-unavailable.xml", "--json", home=home))
    assert result.status == 3
    assert result.document["verifications"][0]["case"] == "SAMPLE-08"
    assert result.err.count("\n") == 1, "the sandbox's line, and no progress where nobody watches"


def test_the_same_findings_through_a_running_gateway(home: Path) -> None:
    from functools import partial

    from gateway.commands.place import Place, sandboxed
    from gateway.commands.serve import opened
    from gateway.commands.terminal import Terminal
    from gateway.faces.rest import start_server

    place, terminal = Place(ROOT / "config", home), Terminal("en")
    release = place.release(terminal)
    key = home / "sandbox-secrets" / "caller.hall"
    here = shuqiao("verify", CLEAN, "--json", home=home).document["verifications"][0]
    with sandboxed(release, place.world(), terminal) as sandbox:
        assert sandbox is not None
        with start_server(partial(opened, place.folder, home, sandbox.urls, release)) as server:
            there = shuqiao("verify", CLEAN, "--json", "--server", server.url, "--key", key)
            variable = {"SHUQIAO_API_KEY": key.read_text()}
            refused = shuqiao("verify", ROOT / "LICENSE", "--json", "--server", server.url, environment=variable)
            wrong = shuqiao("verify", CLEAN, "--server", server.url, environment={"SHUQIAO_API_KEY": "wrong"})
    assert there.status == 0, there.err
    assert told(there.document["verifications"][0]) == told(here)
    assert refused.status == 2
    assert refused.document["verifications"] == []
    assert "document.not_json" in refused.err
    assert wrong.status == 2
    assert "access.unknown_caller" in wrong.err


def told(document: dict[str, Any]) -> list[Any]:
    """What is said about a case, without ids and times."""
    return [
        (each["material"], each["of"], each["outcome"], each["flags"], [graded(field) for field in each["fields"]])
        for each in document["findings"]
    ]


def graded(field: dict[str, Any]) -> tuple[str, str, str]:
    return field["field"], field["grade"], field["reason"]


def test_a_gateway_that_can_not_be_asked(tmp_path: Path) -> None:
    nobody = shuqiao("verify", CLEAN, "--server", "http://127.0.0.1:9")
    assert nobody.status == 2
    assert "SHUQIAO_API_KEY" in nobody.err
    missing = shuqiao("verify", CLEAN, "--server", "http://127.0.0.1:9", "--key", tmp_path / "none")
    assert missing.status == 2
    assert "usage.file_missing" in missing.err


def test_a_broken_configuration_stops_everything_with_all_its_findings(broken_config: Path) -> None:
    result = shuqiao("verify", CLEAN, "--json", config=broken_config)
    assert result.status == 2
    assert result.document["error"]["code"] == "configuration.invalid"
    assert len(result.document["error"]["findings"]) == 2
    assert len(result.err.splitlines()) == 2
    assert all("gateway.yaml:" in line or "grants.yaml:" in line for line in result.err.splitlines())
    missing = shuqiao("verify", CLEAN, config=broken_config / "none")
    assert missing.status == 2
    assert "configuration.file_missing" in missing.err
