"""What the sandbox may import, and what stays behind spyne's door."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
from pathlib import Path

import pytest

SANDBOX = Path(__file__).parents[2] / "gateway" / "sandbox"
ALLOWED = ("gateway.errors", "gateway.yamlsource", "gateway.sandbox")
FOREIGN = {"uvicorn": {"listener.py"}, "spyne": set()}


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def test_it_shares_nothing_with_the_gateway_that_asks_it():
    seen = set()
    for path in sorted(SANDBOX.glob("*.py")):
        for name in imports(path):
            top = name.partition(".")[0]
            if top in ("gateway", "adapters", "cli"):
                assert any(inside(name, allowed) for allowed in ALLOWED), f"{path.name} imports {name}"
                seen.add(name)
            elif top not in sys.stdlib_module_names:
                assert path.name in FOREIGN.get(top, ()), f"{path.name} imports {name}"
    assert "gateway.yamlsource.load" in seen


def test_nothing_heavy_is_loaded_before_a_sandbox_starts():
    program = (
        "import sys, gateway.sandbox; "
        "print(sorted(name for name in ('spyne', 'uvicorn', 'lxml', 'requests') if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=SANDBOX.parents[1], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_the_door_lets_no_warning_out_and_leaves_other_imports_alone():
    program = (
        "import gateway.sandbox.spyne_door, sys\n"
        "try:\n    import no_such_module_anywhere\n"
        "except ModuleNotFoundError:\n    print('still an ordinary error')\n"
        "print([type(each).__name__ for each in sys.meta_path if 'Six' in type(each).__name__])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=SANDBOX.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("still an ordinary error\n[]\n", "")


def test_the_library_writes_no_refused_document_to_the_log(caller, caplog):
    with caplog.at_level(logging.DEBUG):
        caller.post_soap(b"<e>350102198807041239</e>")
        caller.post_soap(caller.envelope().replace(b"GK_JZCX_RKJCXXCX", b"GK_NOBODY"))
    assert "350102198807041239" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("spyne")]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_fault_of_our_own_is_well_formed(version):
    from xml.etree import ElementTree as ET

    from gateway.sandbox.spyne_door import ENVELOPES, fault_envelope

    root = ET.fromstring(fault_envelope(version, "Client", "a < b & c"))
    assert root.tag == "{" + ENVELOPES[version] + "}Envelope"
    assert "a < b & c" in "".join(root.itertext())
