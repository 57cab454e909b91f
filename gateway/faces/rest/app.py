"""The HTTP application: the hot endpoint on a bare Starlette, everything else on FastAPI behind it."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route

from gateway import __version__
from gateway.assembly import Gateway
from gateway.errors import GatewayError, Words
from gateway.faces.rest import services
from gateway.faces.rest.answers import JSON, Answer, json_bytes, refusal, result, wants_xml
from gateway.faces.rest.docs_page import POLICY, docs_page
from gateway.faces.rest.face import Face
from gateway.faces.rest.health import Alive, Readiness, Ready
from gateway.faces.rest.openapi import SECURITY, describe, problem_response
from gateway.faces.rest.verifications import PATH, Verifications

_DESCRIPTION: Final = (
    "Cases in, graded and signed findings out. Refusals are problem documents (RFC 9457) with a stable code.\n"
    "提交办件，返回分级、签名的核验结论；拒绝时返回带稳定代码的问题文档。"
)


def build_app(gateway: Gateway, share: int = 1) -> Starlette:
    """The application of one open gateway.

    Args:
        gateway: the open gateway; whoever opened it closes it.
        share: how many processes share the configured number of waiting cases.
    """
    return app_of(Face(gateway, share))


def app_of(face: Face) -> Starlette:
    """The application of one face. The hot endpoint stands before FastAPI, whose middleware costs more than it does."""
    routes = [Route(PATH, Verifications(face)), Mount("/", _described(face))]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refused_by_the_router})


def _described(face: Face) -> FastAPI:
    app = FastAPI(
        title="数桥 Shuqiao", version=__version__, description=_DESCRIPTION, openapi_url=None, docs_url=None,
        redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    _add_results(app, face)
    _add_services(app, face.gateway)
    _add_health(app, face)
    _add_description(app)
    _add_refusals(app, face)
    return app


def _add_results(app: FastAPI, face: Face) -> None:
    @app.get(
        PATH + "/{name}",
        tags=["verifications"],
        summary="A stored result 已存的核验结果",
        operation_id="verification",
        openapi_extra={"security": SECURITY},
        responses={
            200: {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Verification"}}}},
            **problem_response("access.key_missing", "access.unknown_caller", "request.not_found", "log.integrity",
                               "log.unwritable", "storage.unavailable"),
        },
    )  # fmt: skip
    async def verification(request: Request, name: str) -> Response:
        """A result that this caller was given before, with its receipt; that it is read stands in the log."""
        caller = await face.identify(request.headers.get("authorization", ""), request.scope.get("client"))
        document = await asyncio.to_thread(face.gateway.verification, name[:200], caller.id)
        if document is None:
            error = GatewayError("request.not_found", kind=Words("verification", "核验结果"), name=name[:60])
            await face.log_refusal(error, caller.id)
            raise error
        await face.log_reading(document, caller.id)
        return result(document, xml=wants_xml(request.headers.get("accept", ""))).response()


def _add_services(app: FastAPI, gateway: Gateway) -> None:
    missing = problem_response("request.not_found")

    @app.get("/v1/services", tags=["catalog"], summary="All service items 全部事项", operation_id="services")
    async def all_items() -> services.Services:
        """Every service item of this gateway; public."""
        return services.services(gateway)

    @app.get("/v1/services/{key}", tags=["catalog"], summary="One service item 一个事项", operation_id="service",
             responses=missing)  # fmt: skip
    async def one_item(key: str) -> dict[str, Any]:
        """One item, by its key or basic code, as the shared catalog document has it; public."""
        return services.service(gateway, key)

    @app.get("/v1/services/{key}/materials", tags=["catalog"], summary="What an item asks for 事项所需材料",
             operation_id="materials", responses=missing)  # fmt: skip
    async def materials_of_item(key: str) -> services.Materials:
        """Each material, whether it need not be handed in, is verified, or must be handed in, and why; public."""
        return services.materials(gateway, key)


def _add_health(app: FastAPI, face: Face) -> None:
    readiness = Readiness(face)

    @app.get("/healthz", tags=["health"], summary="Alive 存活", operation_id="alive")
    async def alive() -> Alive:
        """The process answers."""
        return Alive()

    @app.get("/readyz", tags=["health"], summary="Ready 就绪", operation_id="ready", response_model=Ready,
             responses={503: {"model": Ready, "description": "not ready 未就绪"}})  # fmt: skip
    async def ready() -> Response:
        """Database, log, and whether cases are taken."""
        state = await readiness.state()
        return JSONResponse(state.model_dump(), 200 if state.status == "ready" else 503, {"cache-control": "no-store"})


def _add_description(app: FastAPI) -> None:
    kept: dict[str, bytes] = {}

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        if "json" not in kept:
            kept["json"] = json_bytes(describe(app))
        return Answer(200, JSON, kept["json"]).response()

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        if "html" not in kept:
            kept["html"] = docs_page(describe(app))
        policy = (("content-security-policy", POLICY), ("referrer-policy", "no-referrer"))
        return Answer(200, "text/html; charset=utf-8", kept["html"], policy).response()


def _add_refusals(app: FastAPI, face: Face) -> None:
    """Whatever goes wrong is told as a problem document."""

    async def told(request: Request, error: Exception) -> Response:
        assert isinstance(error, GatewayError)  # noqa: S101 - registered for this class
        return refusal(error).response()

    async def fault(request: Request, error: Exception) -> Response:
        return refusal(face.fault(error)).response()

    app.add_exception_handler(GatewayError, told)
    app.add_exception_handler(HTTPException, _refused_by_the_router)
    app.add_exception_handler(Exception, fault)


async def _refused_by_the_router(request: Request, error: Exception) -> Response:
    """No such path, or not with this method; also for paths that no pattern covers, such as one with a line break."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    path = request.url.path[:200]
    if error.status_code == 405:
        allow = tuple((error.headers or {}).items())
        return refusal(GatewayError("request.method", method=request.method[:20], path=path), allow).response()
    return refusal(GatewayError("request.not_found", kind=Words("path", "路径"), name=path)).response()
