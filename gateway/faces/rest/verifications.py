"""POST /v1/verifications: a case in, its findings out. A bare ASGI endpoint, because every case passes through it."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from gateway.errors import GatewayError
from gateway.faces.rest.answers import Answer, refusal, result, wants_xml
from gateway.faces.rest.asking import Body, CallerGone, read_asked, read_headers
from gateway.faces.rest.face import Face

PATH: Final = "/v1/verifications"


class Verifications:
    """The endpoint; an instance is an ASGI application for its one path.

    Once a document was read, the case is carried through and logged even where the caller goes away.
    """

    def __init__(self, face: Face) -> None:
        self._face = face

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = read_headers(scope)
        body = Body(receive, headers, self._face.max_body)
        try:
            try:
                answer = await self._answer(scope, headers, body)
            except GatewayError as error:
                answer = refusal(error, (("allow", "POST"),) if error.code == "request.method" else ())
                await body.discard()
            except asyncio.CancelledError:
                if not self._face.closing:
                    raise
                answer = refusal(GatewayError("gateway.closing"))
            except CallerGone:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a document with a reference
                answer = refusal(self._face.fault(error))
        except CallerGone:
            return
        await answer.send(send, close=not body.complete)

    async def _answer(self, scope: Scope, headers: dict[bytes, str], body: Body) -> Answer:
        if scope["method"] != "POST":
            raise GatewayError("request.method", method=scope["method"], path=PATH)
        face = self._face
        caller = await face.identify(headers.get(b"authorization", ""), scope.get("client"))
        own = True
        try:
            with face.place():
                asked = read_asked(headers, scope["query_string"])
                data = await body.read()
                own = False  # from here on the gateway logs its refusals itself
                document: dict[str, Any] = await face.gateway.verify(
                    data, caller.id, form=asked.form, dialect=asked.dialect, idempotency_key=asked.idempotency_key,
                    encoding=asked.encoding,
                )  # fmt: skip
        except GatewayError as error:
            if own:
                await face.log_refusal(error, caller.id)
            raise
        return result(document, xml=wants_xml(headers.get(b"accept", "")))
