"""What an administrator uses: catalog, mappings, registries, grants, keys, doctor, init."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from shell import ROOT, shuqiao

SAMPLE_EXPORT = ROOT / "config" / "sample" / "catalog" / "exchange-table.json"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_catalog_is_listed_and_shown() -> None:
    listed = shuqiao("catalog", "list", lang="zh")
    assert listed.status == 0
    assert "SETTLE_ORIGIN" in listed.out
    assert "样例编码" in listed.out
    services = shuqiao("catalog", "list", "--json").document["services"]
    assert {each["key"] for each in services} >= {"SETTLE_ORIGIN"}
    for words in ((), ("SETTLE_ORIGIN",), (services[0]["basic_code"],)):
        shown = shuqiao("catalog", "show", *words, environment={"COLUMNS": "200"})
        assert shown.status == 0
        assert "Exit-entry record" in shown.out
        assert "POP.EXIT_ENTRY" in shown.out
    material = shuqiao("catalog", "show", "M12", lang="zh")
    assert "presence" in material.out
    assert "movements" in material.out
    assert shuqiao("catalog", "show", "M12", "--json").document["code"] == "M12"
    unknown = shuqiao("catalog", "show", "M999")
    assert unknown.status == 2
    assert "request.not_found" in unknown.err


def test_a_mistake_in_the_catalog_is_shown_with_its_place(own_config: Path) -> None:
    fine = shuqiao("catalog", "check", config=own_config)
    assert fine.status == 0
    assert "the catalog stands" in fine.out
    edit(own_config / "catalog" / "materials.yaml", "by: presence", "by: presense")
    for lang, words in (("en", "presense"), ("zh", "presense")):
        result = shuqiao("catalog", "check", config=own_config, lang=lang)
        assert result.status == 2
        assert words in result.out
        assert "materials.yaml:" in result.out
    document = shuqiao("catalog", "check", "--json", config=own_config)
    assert document.status == 2
    assert document.document["ok"] is False
    assert document.document["findings"][0]["line"] > 0


def test_the_national_tables_are_imported_and_bad_rows_set_aside(tmp_path: Path) -> None:
    printed = shuqiao("catalog", "import", SAMPLE_EXPORT)
    assert printed.status == 0
    assert "catalog.row_quarantined" in printed.err
    assert printed.out.startswith("catalog:")
    out = tmp_path / "imported.yaml"
    written = shuqiao("catalog", "import", SAMPLE_EXPORT, "--out", out)
    assert written.status == 0
    assert not written.out
    assert out.read_text("utf-8") == printed.out
    again = shuqiao("catalog", "import", SAMPLE_EXPORT, "--out", out)
    assert again.status == 2
    assert "usage.exists" in again.err
    for data in (b"{", b"[]", b"\xff\xfe", b'{"tasks": 1}'):
        bad = tmp_path / "bad.json"
        bad.write_bytes(data)
        result = shuqiao("catalog", "import", bad)
        assert result.status == 2, data
        assert "Traceback" not in result.err
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({"tasks": [], "materials": []}))
    assert shuqiao("catalog", "import", empty).status == 2


def test_mappings_are_checked_and_tested() -> None:
    checked = shuqiao("mappings", "check", "--strict")
    assert (checked.status, checked.out.splitlines()[-1][:1]) == (0, "✓"), checked.out
    tested = shuqiao("mappings", "test", "--json")
    assert tested.status == 0
    assert {each["mapping"] for each in tested.document["mappings"]} >= {"population", "hall-json"}
    assert all(each["failed"] == 0 and each["passed"] > 0 for each in tested.document["mappings"])


@pytest.mark.parametrize(
    "path", ["population-hub", "mappings/registries/population-hub", "mappings/registries/population-hub/mapping.yaml"]
)
def test_a_mapping_is_named_by_name_folder_or_file(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    document = shuqiao("mappings", "test", path, "--json").document
    assert [each["mapping"] for each in document["mappings"]] == ["population-hub"]
    assert len(shuqiao("mappings", "check", path, "--json").document["mappings"]) == 1


def test_a_mistake_in_a_mapping_is_shown_before_it_runs(own_config: Path) -> None:
    mapping = own_config.parent / "mappings" / "registries" / "credit" / "mapping.yaml"
    edit(mapping, "outcome:", "outcom:")
    result = shuqiao("mappings", "check", config=own_config, lang="zh")
    assert result.status == 2
    assert "credit/mapping.yaml:" in result.out
    assert "outcom" in result.out
    findings = shuqiao("mappings", "check", "credit", "--json", config=own_config).document["findings"]
    assert all(set(each["message"]) == {"zh", "en"} for each in findings)
    assert any(each["severity"] == "error" and each["line"] for each in findings)
    assert shuqiao("mappings", "check", "realty", config=own_config).status == 0, "the others are as they were"
    assert shuqiao("mappings", "test", "credit", config=own_config).status == 2
    assert shuqiao("serve", config=own_config).status == 2, "no gateway starts on it"


def test_a_test_that_fails_says_where(own_config: Path) -> None:
    mapping = own_config.parent / "mappings" / "registries" / "realty" / "mapping.yaml"
    edit(mapping, "outcome: not_found}", "outcome: several}")
    result = shuqiao("mappings", "test", "realty", config=own_config)
    assert result.status == 2
    assert "mapping.test_failed" in result.out
    assert "realty/mapping.yaml:" in result.out


def test_paths_that_name_no_mapping(tmp_path: Path) -> None:
    for words in (("frob",), (str(tmp_path),)):
        result = shuqiao("mappings", "check", *words)
        assert result.status == 2
        assert not result.out


def test_all_mistakes_of_a_configuration_at_once(broken_config: Path) -> None:
    result = shuqiao("mappings", "check", "--json", config=broken_config)
    assert result.status == 2
    files = {Path(each["file"]).name for each in result.document["findings"]}
    assert {"gateway.yaml", "grants.yaml"} <= files


def test_registries_are_listed_and_reached(home: Path, own_config: Path) -> None:
    listed = shuqiao("registries", "list", "--json").document["registries"]
    hub = next(each for each in listed if each["name"] == "population-hub")
    assert "id_number" in hub["operations"]["POP.EXIT_ENTRY"]["sends"]
    assert "movements" in hub["operations"]["POP.EXIT_ENTRY"]["keeps"]
    assert "population-hub" in shuqiao("registries", "list", lang="zh").out
    reached = shuqiao("registries", "ping", "--json", home=home)
    assert reached.status == 0
    assert all(each["reachable"] for each in reached.document["registries"])
    edit(own_config / "registries.yaml", "realty:\n    sandbox: realty", "realty:\n    url: http://127.0.0.1:9/x")
    closed = shuqiao("registries", "ping", home=home, config=own_config)
    assert closed.status == 3
    assert "127.0.0.1:9" in closed.out
    assert "✗" in closed.out


def test_grants_are_checked_against_the_day(own_config: Path) -> None:
    fine = shuqiao("grants", "check", lang="zh")
    assert fine.status == 0
    assert "hall-settle-origin" in fine.out
    assert "未授权 REALTY.UNIT" in fine.out
    edit(own_config / "grants.yaml", "valid_to: 2030-12-31", "valid_to: 2025-01-31")
    over = shuqiao("grants", "check", "--json", config=own_config)
    assert over.status == 0
    assert over.document["grants"][0]["state"] == "over"
    assert "cli-settle-origin" in {each["about"] for each in over.document["notes"]}
    edit(own_config / "grants.yaml", "POP.BASE_INFO", "POP.BASE_INF")
    broken = shuqiao("grants", "check", config=own_config)
    assert broken.status == 2
    assert "grants.yaml:" in broken.out


def test_keys_are_listed_and_never_shown(home: Path, tmp_path: Path) -> None:
    result = shuqiao("keys", "list", home=home)
    assert result.status == 0
    assert "log-signing.pem" in result.out
    assert "log.shuqiao.example/350100+" in result.out
    assert "caller.hall" in result.out
    document = shuqiao("keys", "list", "--json", home=home).document
    assert document["verifiers"][0]["active"] is True
    for path in (*(home / "sandbox-secrets").iterdir(), home / "keys" / "body-wrapping.key"):
        assert path.read_text().strip() not in result.out
    none = shuqiao("keys", "list", home=tmp_path / "none")
    assert none.status == 0
    assert "no keys" in none.err
    assert not (tmp_path / "none").exists()


def test_the_doctor_finds_a_healthy_house_and_a_sick_one(home: Path, broken_config: Path) -> None:
    healthy = shuqiao("doctor", home=home, lang="zh")
    assert healthy.status == 0
    assert "签名套件" in healthy.out
    (home / "keys" / "log-signing.pem").chmod(0o644)
    sick = shuqiao("doctor", "--json", home=home)
    assert sick.status == 2
    keys = next(each for each in sick.document["checks"] if each["check"] == "keys")
    assert keys["state"] == "fault"
    assert "chmod 600" in keys["advice"]["en"]
    broken = shuqiao("doctor", home=home, config=broken_config, environment={"COLUMNS": "300"})
    assert broken.status == 2
    assert "2 errors" in broken.out


@pytest.mark.parametrize(
    ("damage", "check"),
    [("log.checkpoint", "message log"), ("keys/person-pepper.key", "keys"), ("shuqiao.sqlite", "message log")],
)
def test_the_doctor_sees_what_is_missing(home: Path, damage: str, check: str) -> None:
    if damage == "shuqiao.sqlite":
        (home / damage).write_bytes(b"no database at all" * 100)
    else:
        (home / damage).unlink()
    result = shuqiao("doctor", "--json", home=home)
    assert result.status == 2
    faults = [each["check"] for each in result.document["checks"] if each["state"] == "fault"]
    assert faults[:1] == [check]  # a log whose key is gone can not be opened either


def test_the_doctor_misses_the_secrets_of_real_registries(own_config: Path, tmp_path: Path) -> None:
    edit(own_config / "registries.yaml", "realty:\n    sandbox: realty", "realty:\n    url: http://127.0.0.1:9/x")
    result = shuqiao("doctor", home=tmp_path / "new", config=own_config)
    assert result.status == 2
    assert "missing: realty.key" in result.out
    given = {"SHUQIAO_SECRET_REALTY_KEY": "x"}
    assert shuqiao("doctor", home=tmp_path / "new", config=own_config, environment=given).status == 0


def test_init_lays_out_a_folder_that_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = shuqiao("init", "house", config=None, lang="zh")
    assert result.status == 0
    assert "cd house" in result.err
    assert (tmp_path / "house" / "config" / "gateway.yaml").is_file()
    assert (tmp_path / "house" / "mappings" / "registries" / "population" / "mapping.yaml").is_file()
    assert list((tmp_path / "house" / "schemas").rglob("*.xsd"))
    again = shuqiao("init", "house", config=None)
    assert again.status == 2
    assert "usage.exists" in again.err
    monkeypatch.chdir(tmp_path / "house")
    verified = shuqiao("verify", "config/sample/cases/06-presence-too-short.hall.json", "--json", config=None)
    assert verified.status == 3, verified.err
    assert (tmp_path / "house" / "var" / "shuqiao.sqlite").is_file()


def test_init_refuses_what_it_can_not_fill(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in ("file", "file/below", "\0"):
        result = shuqiao("init", tmp_path / folder if folder != "\0" else folder, config=None)
        assert result.status == 2, folder
        assert len(result.err.splitlines()) == 1
    empty = tmp_path / "empty"
    empty.mkdir()
    assert shuqiao("init", empty, config=None).status == 0
    shutil.rmtree(empty)
