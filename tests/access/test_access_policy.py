from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway import yamlsource
from gateway.access import load_policy, read_policy
from gateway.catalog.loading import Names
from gateway.errors import Diagnostics
from gateway.resources import config_dir


@pytest.fixture
def example(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(config_dir(), folder, ignore=shutil.ignore_patterns("sample"))
    for name, entry in yamlsource.load(folder / "registries.yaml").value["registries"].items():
        place = tmp_path / "mappings" / "registries" / ((entry or {}).get("mapping") or name)
        place.mkdir(parents=True, exist_ok=True)
        (place / "mapping.yaml").write_text("grammar: 1\n")
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_example_is_one_sound_whole(example: Path) -> None:
    policy = load_policy(example, Names(), None, {})
    assert {grant.caller for grant in policy.grants} == {"cli", "hall", "window"}
    full, hall, window = policy.grants
    assert full.fields == hall.fields  # written one by one, or taken from the catalog: the same
    assert full.operations - window.operations == {"REALTY.UNIT"}
    assert policy.configuration.digest
    assert policy.catalog.digest


def test_findings_of_configuration_catalog_and_grants_come_together(example: Path) -> None:
    replace(example / "gateway.yaml", "rounds: 3", "rounds: 0")
    replace(example / "catalog" / "services.yaml", "code_status: sample", "code_status: simple")
    with pytest.raises(Diagnostics) as caught:
        load_policy(example, Names(), None, {})
    assert {Path(finding.mark.file).name for finding in caught.value.findings} == {"gateway.yaml", "services.yaml"}


def test_a_grant_for_what_the_item_never_asks_is_found(example: Path) -> None:
    replace(example / "gateway.yaml", "rounds: 3", "rounds: 0")
    replace(example / "grants.yaml", "GEO.GEOCODE]", "GEO.REVERSE]")
    policy, findings = read_policy(example, Names(), None, {})
    assert policy is None
    assert [finding.code for finding in findings] == ["configuration.out_of_range", "configuration.unknown_reference"]
    assert "'GEO.REVERSE'" in findings[1].text()
