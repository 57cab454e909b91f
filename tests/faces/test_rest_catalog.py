"""What is public: the catalog, health, the description and its page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import jsonschema_rs
import pytest
import requests
from faces_house import ROOT, PasteboardGateway, Street, caller_of, face_of

from gateway.assembly import Gateway
from gateway.errors import GatewayError
from gateway.faces.rest.face import Face
from gateway.faces.rest.health import Readiness
from gateway.faces.rest.services import materials


@pytest.fixture(scope="module")
def http(street: Street) -> Iterator[Any]:
    with requests.Session() as session:
        yield lambda path, **more: session.get(street.url + path, timeout=10, **more)


@pytest.fixture(scope="module")
def described(http: Any) -> dict[str, Any]:
    answer = http("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_services_are_public(http: Any) -> None:
    listed = http("/v1/services").json()
    assert [each["key"] for each in listed["services"]] == ["SETTLE_ORIGIN"]
    assert listed["services"][0]["title"]["zh"].startswith("华侨回国定居")
    one = http("/v1/services/SETTLE_ORIGIN").json()
    assert one["key"] == "SETTLE_ORIGIN"
    assert one["legal_basis"][0]["en"].startswith("Exit and Entry")
    assert http(f"/v1/services/{one['basic_code']}").json() == one


def test_materials_say_what_need_not_be_handed_in_and_why(http: Any) -> None:
    found = {each["material"]: each for each in http("/v1/services/SETTLE_ORIGIN/materials").json()["materials"]}
    assert {code: found[code]["handling"] for code in ("M12", "M03", "M10", "M70", "M07")} == {
        "M12": "waived", "M03": "hand_in_and_verify", "M10": "hand_in", "M70": "declare", "M07": "hand_in",
    }  # fmt: skip
    assert found["M12"]["reason"]["zh"] == "由办理单位向数据源查询，免提交"
    assert found["M10"]["reason"]["en"] == "no registry in the country can speak about it"
    assert found["M03"]["title"]["en"] == "PRC ordinary passport"
    assert {"field": "doc_number", "comparator": "doc_no", "required": True} in found["M03"]["compared"]
    assert found["M03"]["operations"] == ["POP.DOC_STATUS"]
    assert found["M27"]["of"] == "agent"
    assert found["M27"]["conditions"]
    assert not found["M12"]["conditions"]


def test_a_material_whose_registry_is_not_configured_must_be_handed_in(street: Street) -> None:
    assert street.gateway is not None
    bare = SimpleNamespace(
        services=SimpleNamespace(
            catalog=street.gateway.services.catalog, directory=SimpleNamespace(holders=lambda operation: ())
        )
    )  # fmt: skip
    found = {each.material: each for each in materials(cast(Gateway, bare), "SETTLE_ORIGIN").materials}
    assert found["M12"].handling == "hand_in"
    assert "POP.EXIT_ENTRY" in found["M12"].reason.zh
    assert found["M70"].handling == "declare"


@pytest.mark.parametrize("path", ["/v1/services/NO_SUCH", "/v1/services/NO_SUCH/materials", "/v1/nothing", "/", "/v1/"])
def test_what_is_not_there_is_a_problem_document(http: Any, path: str) -> None:
    answer = http(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "request.not_found")
    assert answer.headers["content-type"] == "application/problem+json"


def test_other_methods_are_a_problem_document(street: Street) -> None:
    answer = requests.post(street.url + "/v1/services", timeout=10)
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, "request.method", "GET")


def test_alive_and_ready(http: Any, street: Street) -> None:
    assert http("/healthz").json() == {"status": "alive"}
    answer = http("/readyz")
    ok = {"ok": True, "code": ""}
    assert (answer.status_code, answer.json()) == (200, {
        "status": "ready", "database": ok, "log": ok, "accepting": ok, "configuration": street.gateway.release.digest,
        "sandbox": "auto",
    })  # fmt: skip


class BrokenStore:
    """A database that can't be written; counts how often anybody looks."""

    looks = 0

    def writing(self) -> Any:
        self.looks += 1
        raise GatewayError("storage.unavailable", reason="read-only file system")


async def test_not_ready_says_why_and_looks_once_a_second() -> None:
    gateway: Any = PasteboardGateway()
    gateway.store = BrokenStore()
    gateway.log.sync = lambda: None
    face: Face = face_of(gateway)
    async with caller_of(face) as caller:
        for _ in range(5):
            answer = await caller.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not_ready"
    assert answer.json()["database"] == {"ok": False, "code": "storage.unavailable"}
    assert answer.json()["log"] == {"ok": True, "code": ""}
    assert gateway.store.looks == 1
    gateway.now += 1.0
    face.closing = True
    state = await Readiness(face).state()
    assert (state.accepting.code, gateway.store.looks) == ("gateway.closing", 2)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "$ref" and isinstance(value, str))
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_the_description_is_whole(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        "/v1/verifications", "/v1/verifications/{name}", "/v1/services", "/v1/services/{key}",
        "/v1/services/{key}/materials", "/healthz", "/readyz",
    }  # fmt: skip
    schemas = described["components"]["schemas"]
    names = {found.removeprefix("#/components/schemas/") for found in references(described)}
    assert names <= set(schemas)
    assert not [name for name in schemas if re.fullmatch(r"[A-Za-z0-9._-]+", name) is None]
    operation = described["paths"]["/v1/verifications"]["post"]
    assert operation["security"] == [{"apiKey": []}]
    assert set(operation["requestBody"]["content"]) == {"application/json", "application/xml", "text/xml"}
    assert {"200", "400", "401", "403", "409", "413", "415", "422", "503"} <= set(operation["responses"])
    assert "`case.bad_check_digit`" in operation["responses"]["422"]["description"]


def test_the_described_case_is_the_shared_one(described: dict[str, Any]) -> None:
    """The schema in the description accepts and refuses what the shared one does."""
    schema = {"$ref": "#/components/schemas/Case", "components": described["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema)
    valid = [json.loads(path.read_text("utf-8")) for path in (ROOT / "schemas/examples/case/valid").glob("*.json")]
    invalid = [json.loads(path.read_text("utf-8")) for path in (ROOT / "schemas/examples/case/invalid").glob("*.json")]
    assert all(validator.is_valid(each) for each in valid)
    assert invalid
    assert not any(validator.is_valid(each) for each in invalid)


def test_a_refusal_is_as_described(described: dict[str, Any], http: Any) -> None:
    schema = {"$ref": "#/components/schemas/ProblemDocument", "components": described["components"]}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(http("/nothing").json())


def test_the_page_loads_nothing_from_anywhere(http: Any) -> None:
    answer = http("/docs")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    page = answer.text
    assert "<script" not in page
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!/openapi\.json)""", page)
    assert "http://" not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.S)
    for shown in ("/v1/verifications", "Idempotency-Key", "核验一个办件", "ProblemDocument"):
        assert shown in page
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style is not None
    assert base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode() in policy
