"""The wheel: built, unpacked elsewhere, and run there without the checkout: `init`, `verify`, `mappings check`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    wheel = next(folder.glob("shuqiao-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, from the unpacked wheel, in a folder of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SHUQIAO_")}
    environment |= {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", "import sys, cli; sys.exit(cli.main())", *arguments]
    return subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_wheel_holds_code_and_data_and_no_tests(installed: Path) -> None:
    assert (installed / "gateway" / "_data" / "schemas" / "v1" / "case.xsd").is_file()
    assert (installed / "gateway" / "_data" / "config" / "gateway.yaml").is_file()
    assert list((installed / "gateway" / "_data" / "mappings" / "registries").glob("*/mapping.yaml"))
    assert (installed / "cli.py").is_file()
    assert not list(installed.rglob("test_*.py"))
    entry_points = next(installed.glob("*.dist-info")).joinpath("entry_points.txt").read_text("utf-8")
    assert "shuqiao = cli:main" in entry_points
    assert "rest = adapters.rest:RestAdapter" in entry_points


def test_the_wheel_runs_where_nothing_else_is(installed: Path, tmp_path: Path) -> None:
    laid_out = run(installed, tmp_path, "init", "office")
    assert laid_out.returncode == 0, laid_out.stderr
    office = tmp_path / "office"
    assert (office / "config" / "gateway.yaml").is_file()
    assert (office / "mappings" / "registries").is_dir()
    case = office / "config" / "sample" / "cases" / "01-clean.json"
    verified = run(installed, office, "verify", "--json", str(case))
    assert verified.returncode == 0, verified.stderr
    document = json.loads(verified.stdout)
    outcomes = {each["outcome"] for each in document["verifications"][0]["findings"]}
    assert {"supplied", "verified"} <= outcomes
    checked = run(installed, office, "mappings", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    again = run(installed, tmp_path, "init", "office")
    assert again.returncode == 2
    assert "Traceback" not in again.stderr
