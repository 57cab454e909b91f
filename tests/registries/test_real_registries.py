"""Recorded registries that nobody here wrote, wired by YAML alone: what must come out, row by row.

Replies and expectations are read from the folder that REGISTRY_CASES names; the mappings stand beside this file. Each
row goes through the whole gateway: configuration, plan, access, request, log, replay, reply, assessment, result.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from gateway.assembly import World, open_gateway
from gateway.yamlsource import load

HERE = Path(__file__).parent
CASES = Path(os.environ["REGISTRY_CASES"]) if os.environ.get("REGISTRY_CASES") else None
FOLDERS = ("population-nl-brp", "legal-person-nl-kvk")
OPERATIONS = {
    "basisprofielen": "LEG.ENTERPRISE_INFO",
    "vestigingsprofielen": "LEG.BRANCH_INFO",
    "zoeken": "LEG.SEARCH",
    "": "POP.BASE_INFO",
}
TAKES = {
    "POP.BASE_INFO": ["id_number"],
    "LEG.ENTERPRISE_INFO": ["reg_no"],
    "LEG.BRANCH_INFO": ["branch_no"],
    "LEG.SEARCH": ["reg_no"],
}
GIVES = {
    "POP.BASE_INFO": ["id_number", "surname", "given_names", "birth_date", "death_flag", "death_date"],
    "LEG.ENTERPRISE_INFO": ["reg_no", "org_name", "registered"],
    "LEG.BRANCH_INFO": ["branch_no", "org_name"],
    "LEG.SEARCH": ["reg_no", "org_name"],
}


def rows() -> list[dict[str, Any]]:
    """The rows of the two registries."""
    if CASES is None:
        return []
    return [row for row in load(CASES / "cases.yaml").value if row["folder"] in FOLDERS]


def configuration(folder: Path, row: dict[str, Any]) -> Path:
    """A configuration folder for one row: what the row gives and the reply can carry is required."""
    operation = OPERATIONS[row.get("interface", "")]
    config = folder / "config"
    (config / "catalog").mkdir(parents=True)
    (config / "recordings").mkdir()
    shutil.copytree(HERE.parents[1] / "config" / "codes", config / "codes")
    shutil.copy(HERE.parents[1] / "config" / "calendar.yaml", config / "calendar.yaml")
    (folder / "mappings").mkdir(exist_ok=True)
    shutil.copytree(HERE / "registries", folder / "mappings" / "registries")
    shutil.copy(CASES / row["folder"] / row["reply"], config / "recordings" / "reply")  # type: ignore[operator]
    index = [{"status": row["status"], "file": "reply", "headers": {"Content-Type": "application/json"}}]
    compare = {name: {"by": "date" if name.endswith("date") else "exact", "required": True} for name in row["given"]}
    supplies = [name for name in GIVES[operation] if name not in compare and name != "death_flag"]
    files = {
        "recordings/index.json": index,
        "gateway.yaml": {"log": {"origin": "log.example/test"}, "adapters": ["rest", "replay"], "region": "440100"},
        "registries.yaml": {"registries": {row["folder"]: {"adapter": "replay", "recordings": "recordings"}}},
        "callers.yaml": {"callers": {"cli": {"title": {"zh": "测试", "en": "test"}}}},
        "grants.yaml": {
            "grants": [
                {
                    "id": "g",
                    "caller": "cli",
                    "item": "TEST",
                    "operations": [operation],
                    "all_of_catalog": True,
                    "valid_from": "2025-01-01",
                    "valid_to": "2035-01-01",
                    "document": "test",
                }
            ]
        },
        "catalog/catalog.yaml": {
            "catalog": "test",
            "title": {"zh": "测试", "en": "test"},
            "code_profile": "zwfw-c0109",
            "version": "1",
            "operations": {
                operation: {
                    "title": {"zh": "查询", "en": "look up"},
                    "family": "population",
                    "takes": dict.fromkeys(TAKES[operation], "required"),
                    "gives": GIVES[operation],
                }
            },
            "materials": {
                "T01": {
                    "title": {"zh": "材料", "en": "material"},
                    "mode": "verify",
                    "sources": [{"operation": operation}],
                    "compare": compare,
                    "supplies": supplies,
                }
            },
            "services": {
                "TEST": {
                    "title": {"zh": "测试事项", "en": "test item"},
                    "basic_code": "000199001001",
                    "type_code": "01",
                    "code_status": "sample",
                    "purpose": "TEST",
                    "legal_basis": [{"zh": "测试", "en": "test"}],
                    "applicants": ["natural_person"],
                    "materials": [{"material": "T01"}],
                }
            },
        },
    }
    for name, content in files.items():
        (config / name).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return config


def case(row: dict[str, Any]) -> bytes:
    """The case that states what the row gives, on the paper that was handed in."""
    return json.dumps(
        {
            "number": "TEST-1",
            "item": {"code": "TEST"},
            "submitted_at": "2026-11-24T10:00:00+08:00",
            "organization": {"name": "示例市侨务办公室", "uscc": "11440000MB2FAKE143"},
            "operator": {"name": "经办人甲", "id_number": "440106196503120016"},
            "applicant": {"name": "测试"},
            "materials": [{"code": "T01", "submitted": True, "fields": row["given"]}],
        }
    ).encode()


def verify(folder: Path, row: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The finding, and the request that left."""
    environment = {"SHUQIAO_SECRET_BRP_API_KEY": "synthetic", "SHUQIAO_SECRET_KVK_API_KEY": "synthetic"}

    async def run() -> tuple[dict[str, Any], Any]:
        gateway = open_gateway(configuration(folder, row), folder / "var", world=World(environment=environment))
        try:
            document = await gateway.verify(case(row), "cli")
            adapter: Any = gateway.services.exchanger.lines[row["folder"]].adapter
            return document["findings"][0], adapter.sent[0]
        finally:
            await gateway.close()

    return asyncio.run(run())


@pytest.mark.skipif(CASES is None, reason="REGISTRY_CASES names no folder of recorded registries")
def test_there_are_rows() -> None:
    assert len(rows()) >= 9


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_what_must_come_out(row: dict[str, Any], tmp_path: Path) -> None:
    finding, sent = verify(tmp_path, row)
    expect = row["expect"]
    assert finding["outcome"] == expect["outcome"], finding
    assert set(expect.get("flags", ())) <= set(finding["flags"])
    grades = {field["field"]: field["grade"] for field in finding["fields"]}
    assert {name: grades.get(name) for name in expect.get("fields", {})} == expect.get("fields", {})
    assert {name: finding["evidence"].get(name) for name in expect.get("evidence", {})} == expect.get("evidence", {})
    if "error" in expect:
        assert finding["error"]["code"] == f"registry.{expect['error']}".replace("registry_fault", "fault")
    else:
        assert finding["error"] is None
    if "request" in row:
        request = row["request"]
        assert sent.method == request["method"]
        assert sent.url.split("?")[0].endswith(request["path_ends"])
        for name, wanted in request.get("json", {}).items():
            found = json.loads(sent.body)[name]
            lists = isinstance(wanted, list) and row["request"].get("lists") == "contains"
            assert set(wanted) <= set(found) if lists else found == wanted
