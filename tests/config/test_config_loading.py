from __future__ import annotations

from pathlib import Path

import pytest

from gateway import yamlsource
from gateway.catalog.exchange_rows import CodeTableFile
from gateway.config.loading import FILES, find_folder, load_configuration, read_configuration
from gateway.config.reading import read
from gateway.config.registries import at_sandbox
from gateway.config.settings import LEAST_RETENTION
from gateway.errors import Diagnostics
from gateway.resources import config_dir


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_example_is_sound_and_typed(example: Path) -> None:
    found = load_configuration(example, None, {})
    assert (found.gateway.server.host, found.gateway.server.port) == ("127.0.0.1", 8460)
    assert found.gateway.server.max_body == 2 * 1024**2
    assert found.gateway.log.retention >= LEAST_RETENTION
    assert found.gateway.verification.rounds == 3
    assert found.gateway.adapters == ("soap", "rest", "replay")
    assert found.mappings == example.parent / "mappings"
    assert {"cli", "hall", "window"} <= set(found.callers.callers)
    assert all(entry.sandbox for entry in found.registries.registries.values())


def test_everything_is_frozen(example: Path) -> None:
    found = load_configuration(example, None, {})
    with pytest.raises(Exception, match="frozen"):
        found.gateway.server.port = 1  # type: ignore[misc]
    with pytest.raises(AttributeError):
        found.digest = ""  # type: ignore[misc]


def test_the_environment_moves_what_may_be_moved(example: Path, tmp_path: Path) -> None:
    environment = {"SHUQIAO_HOST": "0.0.0.0", "SHUQIAO_PORT": "9000", "SHUQIAO_HOME": "/srv/state"}
    found = load_configuration(example, None, environment)
    assert (found.gateway.server.host, found.gateway.server.port) == ("0.0.0.0", 9000)
    assert (found.home, found.secrets_folder) == (Path("/srv/state"), Path("/srv/state/secrets"))
    assert load_configuration(example, tmp_path, environment).home == tmp_path


def test_a_catalog_is_never_filled_from_the_environment(example: Path) -> None:
    replace(example / "catalog" / "services.yaml", "工作日 09:00–12:00", "${HOME} 09:00–12:00")
    found = load_configuration(example, None, {"HOME": "secret"})
    details = found.sources["catalog/services.yaml"].value["services"]["SETTLE_ORIGIN"]["details"]
    assert details["transact_time"].startswith("${HOME}")


def test_findings_of_all_files_come_at_once(example: Path) -> None:
    replace(example / "gateway.yaml", "rounds: 3", "rounds: three")
    replace(example / "registries.yaml", "  realty:\n", "  realt:\n")
    replace(example / "grants.yaml", "caller: hall", "caller: halls")
    replace(example / "calendar.yaml", "status:", "state:")
    (example / "codes" / "sex.yaml").write_text("values: {1: 2\n")
    (example / "callers.yaml").write_text("callers:\n  cli: {title: {zh: 命令行, en: cli}}\n  cli: {}\n")
    with pytest.raises(Diagnostics) as caught:
        load_configuration(example, None, {})
    codes = [(Path(finding.mark.file).name, finding.code) for finding in caught.value.findings]
    assert ("gateway.yaml", "configuration.wrong_type") in codes
    assert ("registries.yaml", "configuration.unknown_reference") in codes
    assert ("calendar.yaml", "configuration.unknown_key") in codes
    assert ("calendar.yaml", "configuration.missing_key") in codes
    assert ("callers.yaml", "yaml.duplicate_key") in codes
    assert ("sex.yaml", "yaml.syntax") in codes
    assert codes == sorted(
        codes, key=lambda pair: [finding.mark for finding in caught.value.findings][codes.index(pair)]
    )


def test_references_between_files_have_their_place_and_a_suggestion(example: Path) -> None:
    replace(example / "registries.yaml", "  realty:\n    sandbox", "  realty:\n    mapping: reality\n    sandbox")
    replace(example / "grants.yaml", "caller: hall", "caller: halls")
    replace(example / "grants.yaml", "id: window-settle-origin", "id: hall-settle-origin")
    texts = [finding.text() for finding in read_configuration(example, None, {}).findings]
    assert len(texts) == 3
    assert "names caller 'halls', which does not exist; did you mean 'hall'?" in texts[0]
    assert "grant 'hall-settle-origin' stands twice" in texts[1]
    assert "names mapping folder 'reality', which does not exist; did you mean 'realty'?" in texts[2]
    assert all(".yaml:" in text for text in texts)


@pytest.mark.parametrize("name", [*FILES, "catalog"])
def test_a_missing_file_is_named(example: Path, name: str) -> None:
    target = example / name
    for path in sorted(target.rglob("*"), reverse=True):
        path.unlink()
    target.rmdir() if target.is_dir() else target.unlink()
    reading = read_configuration(example, None, {})
    assert [finding.code for finding in reading.findings if finding.code.endswith("missing")] == [
        "configuration.file_missing"
    ]
    assert name in reading.findings[0].text() + "".join(finding.text() for finding in reading.findings)


def test_named_mappings_must_be_there(example: Path) -> None:
    replace(example / "gateway.yaml", "home: var", "mappings: ../elsewhere\nhome: var")
    findings = read_configuration(example, None, {}).findings
    assert [finding.code for finding in findings] == ["configuration.file_missing"]
    assert findings[0].mark.line > 1


def test_the_digest_follows_what_is_effective(example: Path) -> None:
    first = load_configuration(example, None, {}).digest
    replace(example / "gateway.yaml", "# off | auto", "# another remark: off | auto")
    replace(example / "gateway.yaml", "  workers: 1\n", "")  # the default says the same
    assert load_configuration(example, None, {}).digest == first
    assert load_configuration(example, None, {"SHUQIAO_PORT": "9000"}).digest != first
    replace(example / "catalog" / "materials.yaml", "forms: 2", "forms: 1")
    second = load_configuration(example, None, {}).digest
    assert second != first
    (example / "codes" / "names").mkdir(exist_ok=True)
    (example / "codes" / "names" / "extra.csv").write_text("a,b\n")
    assert load_configuration(example, None, {}).digest not in (first, second)


def test_the_folder_in_force(tmp_path: Path) -> None:
    assert find_folder(tmp_path / "named", tmp_path) == tmp_path / "named"
    assert find_folder(None, tmp_path) == config_dir()
    (tmp_path / "config").mkdir()
    assert find_folder(None, tmp_path) == tmp_path / "config"


def test_generated_secrets_count_only_beside_a_sandbox(example: Path, tmp_path: Path) -> None:
    made = tmp_path / "var" / "sandbox-secrets"
    made.mkdir(parents=True)
    (made / "gk.user").write_text("made")
    (made / "gk.user").chmod(0o600)
    assert load_configuration(example, tmp_path / "var", {}).secrets({}).has("gk.user")
    replace(example / "gateway.yaml", "sandbox: auto", "sandbox: off")
    assert not load_configuration(example, tmp_path / "var", {}).secrets({}).has("gk.user")


def test_the_rule_of_presence_follows_the_province(example: Path) -> None:
    settings = load_configuration(example, None, {}).gateway
    rule = settings.presence_rule("440106")
    assert rule is not None
    assert rule.options() == {
        "window_days": 730, "run_days": 90, "alt_window_days": 183, "alt_total_days": 90, "count_entry_exit_days": True,
    }  # fmt: skip
    assert settings.presence_rule("110101") is None
    assert settings.presence_rule(settings.region) is not None
    assert all(found.source and found.as_of for found in settings.presence.values())


def test_a_sandbox_takes_the_place_of_host_and_port() -> None:
    assert (
        at_sandbox("https://gk.example:8443/wsproxy/gk?wsdl", "http://127.0.0.1:8461")
        == "http://127.0.0.1:8461/wsproxy/gk?wsdl"
    )


@pytest.mark.parametrize("path", sorted((config_dir() / "codes").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_code_table_is_sound(path: Path) -> None:
    table, findings = read(yamlsource.load(path), CodeTableFile)
    assert findings == []
    assert table is not None
    assert table.values
    assert table.otherwise in ("unexpected", "not_comparable")
