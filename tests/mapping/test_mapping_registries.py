"""Whole mapping files: the traps that stand beside this test, and the examples where their folder is named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from mapping_house import OPENERS, around

from gateway.mapping.dialects import load_dialect
from gateway.mapping.files import load_registry
from gateway.workbench import run_dialect_tests, run_tests
from gateway.yamlsource import load

HERE = Path(__file__).parent
EXAMPLES = Path(os.environ.get("MAPPING_EXAMPLES", ""))
CASES = Path(os.environ["REGISTRY_CASES"]) if os.environ.get("REGISTRY_CASES") else None
LATER = {"credit-national", "legal-person-hub", "trap-json"}
"""Examples that need an access kind which is not among those of this release."""

named = pytest.mark.skipif(not os.environ.get("MAPPING_EXAMPLES"), reason="MAPPING_EXAMPLES is not set")


@pytest.mark.parametrize("name", ["trap-rest", "trap-soap", "trap-package", "trap-steps"])
def test_the_traps_load_and_pass_their_tests(name: str) -> None:
    mapping, findings = load_registry(HERE / "registries" / name, around())
    assert not findings, "\n".join(row.text() for row in findings)
    assert mapping is not None
    report = run_tests(mapping, OPENERS[mapping.endpoint.adapter])
    assert not report.failures, "\n".join(row.text() for row in report.failures)
    assert report.count("passed") == sum(len(operation.tests) for operation in mapping.operations.values())
    assert report.coverage["fields"][0] == report.coverage["fields"][1]
    assert report.coverage["outcomes"][0] == report.coverage["outcomes"][1]


def examples() -> list[Path]:
    if not os.environ.get("MAPPING_EXAMPLES"):
        return []
    return sorted(path.parent for part in ("registries", "traps") for path in EXAMPLES.glob(f"{part}/*/mapping.yaml"))


@named
@pytest.mark.registry_cases
@pytest.mark.parametrize("folder", examples(), ids=lambda folder: folder.name)
def test_the_examples_load_and_pass_their_tests(folder: Path, tmp_path: Path) -> None:
    name = str(load(folder / "mapping.yaml").value["registry"])
    target = tmp_path / name
    shutil.copytree(folder, target, copy_function=shutil.copyfile)
    target.chmod(0o755)
    if CASES is not None and (CASES / name).is_dir():
        for path in (CASES / name).rglob("*"):
            place = target / path.relative_to(CASES / name)
            if path.is_file():
                place.parent.mkdir(parents=True, exist_ok=True)
                if not place.exists():
                    shutil.copyfile(path, place)
    if (EXAMPLES / "builtin" / "xml.xsd").is_file():
        shutil.copyfile(EXAMPLES / "builtin" / "xml.xsd", target / "xml.xsd")
    mapping, findings = load_registry(target, around())
    if any(row.code == "mapping.unknown_access" for row in findings):
        assert name in LATER
        pytest.skip("its access kind is not among those of this release")
    if CASES is None and any(row.code == "mapping.file_missing" for row in findings):
        pytest.skip("its interface files are among recordings that are not here")
    assert not findings, "\n".join(row.text() for row in findings)
    assert mapping is not None
    report = run_tests(mapping, OPENERS[mapping.endpoint.adapter], CASES)
    assert not report.failures, "\n".join(row.text() for row in report.failures)
    assert CASES is None or report.count("skipped") == 0
    assert report.results


@named
def test_the_example_dialects_pass_their_tests() -> None:
    folders = sorted(path.parent for path in EXAMPLES.glob("sources/*/mapping.yaml"))
    assert folders
    for folder in folders:
        dialect, findings = load_dialect(folder, around())
        assert not findings
        assert dialect is not None
        report = run_dialect_tests(dialect)
        assert not report.failures, "\n".join(row.text() for row in report.failures)
        assert report.count("passed") == len(dialect.tests)
