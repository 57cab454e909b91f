"""The OpenAPI description: what FastAPI knows of its endpoints, and the one endpoint that it does not serve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from pydantic import BaseModel, Field

from gateway.errors import CODES
from gateway.faces.statuses import status_of
from gateway.resources import schemas_dir
from gateway.schemas import document

SECURITY: Final[list[dict[str, list[str]]]] = [{"apiKey": []}]
_LOCAL: Final = "#/$defs/"


class ProblemItem(BaseModel):
    """One thing that is wrong with a document."""

    pointer: str = Field(description="JSON pointer (RFC 6901) into the case")
    message: str
    message_zh: str
    expected: str
    expected_zh: str


class ProblemDocument(BaseModel):
    """A refusal or fault (RFC 9457)."""

    type: str = Field(description="urn:shuqiao:error: and the code", examples=["urn:shuqiao:error:case.unknown_item"])
    title: str
    status: int
    detail: str
    detail_zh: str
    code: str = Field(description="stable, never reused", examples=["case.unknown_item"])
    where: str = Field(description="the place in the input; empty where there is none")
    hint: str
    hint_zh: str
    problems: list[ProblemItem]


def problem_response(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The answers with a problem document that these codes become, as FastAPI's `responses`."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(status_of(code).http, []).append(code)
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {
        number: {
            "description": "; ".join(f"`{code}`" for code in found),
            "content": {"application/problem+json": {"schema": schema}},
        }
        for number, found in sorted(by_status.items())
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole description, OpenAPI 3.1, with the shared schemas of case and verification."""
    described: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    written = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= written.pop("$defs", {})
    schemas["ProblemDocument"] = written
    for name in ("case", "verification"):
        schemas |= _shared(name)
    described["components"]["securitySchemes"] = {
        "apiKey": {"type": "http", "scheme": "bearer", "description": "The API key of a caller. 调用方的接口密钥。"}
    }
    paths = {"/v1/verifications": {"post": _verify()}} | described["paths"]
    return {**described, "paths": dict(sorted(paths.items()))}


def _shared(name: str) -> dict[str, Any]:
    """A shared JSON Schema as components: the document itself, and its definitions under names of their own."""
    path = schemas_dir() / f"v{document(name).version}" / f"{name}.schema.json"
    schema = json.loads(path.read_bytes())
    title = name.capitalize()
    moved = {f"{title}.{inner}": _moved(part, title) for inner, part in schema.pop("$defs", {}).items()}
    top = {key: value for key, value in schema.items() if key not in ("$schema", "$id")}
    return {title: _moved(top, title), **moved}


def _moved(part: Any, title: str) -> Any:
    """References inside one schema, as references inside the description."""
    if isinstance(part, list):
        return [_moved(each, title) for each in part]
    if not isinstance(part, Mapping):
        return part
    return {
        key: f"#/components/schemas/{title}.{value.removeprefix(_LOCAL)}"
        if key == "$ref" and isinstance(value, str) and value.startswith(_LOCAL)
        else _moved(value, title)
        for key, value in part.items()
    }


def refusal_codes() -> tuple[str, ...]:
    """The codes with which a case may be refused."""
    rooms = ("document", "case", "access", "request.idempotency", "request.too_slow", "request.bad_parameter")
    own = tuple(code for code in CODES if code.startswith(rooms))
    return (*own, "log.unwritable", "storage.unavailable", "gateway.busy", "gateway.closing", "gateway.internal")


def _verify() -> dict[str, Any]:
    case, verification = ({"$ref": f"#/components/schemas/{name}"} for name in ("Case", "Verification"))
    xml = {"schema": {"type": "string"}}
    text = {"type": "string"}
    return {
        "operationId": "verify",
        "tags": ["verifications"],
        "summary": "Verify one case 核验一个办件",
        "description": (
            "One case in, one finding per material out, with a receipt for the log. The document may be in the "
            "canonical form (schema `Case`, or its XML form) or in any dialect that this gateway knows; UTF-8 or "
            "GB18030. With an `Idempotency-Key` a repetition gives the stored answer.\n\n"
            "提交一个办件，返回每份材料的核验结论与日志回执。带 `Idempotency-Key` 重复提交时返回已存结果。"
        ),
        "security": SECURITY,
        "parameters": [
            {"name": "source", "in": "query", "required": False, "schema": text,
             "description": "The document's dialect; recognised by itself where absent. 文档方言，缺省时自动识别。"},
            {"name": "Source-Dialect", "in": "header", "required": False, "schema": text,
             "description": "The same as a header; the query outranks it. 同上，以查询参数为准。"},
            {"name": "Idempotency-Key", "in": "header", "required": False,
             "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
             "description": "Makes a repetition safe. 保证重复提交安全。"},
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": case}, "application/xml": xml, "text/xml": xml},
        },
        "responses": {
            "200": {
                "description": "The findings 核验结论",
                "content": {"application/json": {"schema": verification}, "application/xml": xml},
            },
            **{str(number): answer for number, answer in problem_response(*refusal_codes()).items()},
        },
    }  # fmt: skip
