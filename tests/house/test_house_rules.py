"""The rules of the house: small files, names that say something, one door for each foreign library."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|misc|manager|stuff)(_|$)")
LEFT_OVER = re.compile(r"\b(TO" "DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")

# Each foreign library has one door: only files under these places may import it.
DOORS = {
    "aiohttp": ("adapters/transport.py",),
    "yarl": ("adapters/transport.py",),
    "requests": ("adapters/rest.py", "gateway/client.py"),
    "zeep": ("adapters/soap_wsdl.py",),
    "lxml": ("gateway/xmltree/",),
    "cryptography": ("gateway/crypto/",),
    "spyne": ("gateway/sandbox/spyne_door.py", "gateway/faces/soap/"),
    "sqlalchemy": ("gateway/storage/",),
    "sqlite3": ("gateway/storage/", "gateway/commands/doctor.py"),
    "fastapi": ("gateway/faces/",),
    "starlette": ("gateway/faces/",),
    "uvicorn": ("gateway/faces/", "gateway/sandbox/listener.py"),
    "yaml": ("gateway/yamlsource.py",),
    "jmespath": ("gateway/mapping/paths.py", "gateway/catalog/conditions.py"),
    "jsonschema_rs": ("gateway/schemas/checking.py",),
    "xmlschema": ("gateway/schemas/explain.py",),
    "tenacity": ("gateway/exchange/",),
    "pydantic": ("gateway/config/", "gateway/catalog/entries.py", "gateway/faces/"),
    "opencc": ("gateway/assessment/script.py",),
    "rapidfuzz": ("gateway/assessment/",),
    "stdnum": ("gateway/identifiers/",),
    "rich": ("gateway/commands/", "cli.py"),
}


def modules() -> list[Path]:
    """Every module that ships."""
    found = [*ROOT.glob("gateway/**/*.py"), *ROOT.glob("adapters/**/*.py"), ROOT / "cli.py"]
    return sorted(path for path in found if "_data" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_is_a_small_room_with_a_name(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert not EMPTY_NAMES.search(path.stem), "the name says nothing about what lives there"
    assert len(text.splitlines()) <= LONGEST_FILE, "is it one room, or two?"
    assert ast.get_docstring(tree), "the first line says what lives here"
    assert text.startswith(('"""', "#!")), "the docstring stands first"
    left = [number for number, line in enumerate(text.splitlines(), 1) if LEFT_OVER.search(line)]
    assert not left, f"left-over markers in lines {left}"
    long = [
        f"{node.name} has {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long, "a function fits a screen"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_foreign_libraries_have_one_door(path: Path) -> None:
    wrong = []
    for line, module in imported(ast.parse(path.read_text("utf-8"))):
        doors = DOORS.get(module.split(".")[0])
        if doors is not None and not name_of(path).startswith(doors):
            wrong.append(f"line {line}: {module} is imported at {', '.join(doors)} only")
    assert not wrong


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_command_line_prints_and_nobody_imports_it(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    if path.name != "cli.py":
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert not [node.lineno for node in calls if ast.unparse(node.func) == "print"], "print in library code"
        assert "cli" not in {module.split(".")[0] for _, module in imported(tree)}, "the command line is the top floor"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_exception_is_swallowed(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            assert not (broad and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)), node.lineno


def test_every_module_is_typed_for_others() -> None:
    assert (ROOT / "gateway" / "py.typed").is_file()
    assert (ROOT / "adapters" / "py.typed").is_file()


def test_floors_hold() -> None:
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--config",
        str(ROOT / ".importlinter"),
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_repository_speaks_of_the_product_alone() -> None:
    """No machine's path and no package index's host stands in what is committed."""
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    hosts = [
        "".join(parts)
        for parts in (("python", "hosted"), ("registry.", "npmjs"), ("deb.", "debian"), ("pypi.", "org/s"))
    ]
    wrong = re.compile("/(work|root|home)/" r"\w+/|" + "|".join(re.escape(host) for host in hosts))
    found = []
    for name in files:
        path = ROOT / name
        if not name or not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if wrong.search(line)]
    assert not found
