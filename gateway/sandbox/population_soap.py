"""The register `population`: identity check and base information over SOAP, both versions on one port."""

from __future__ import annotations

import asyncio
import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from gateway.sandbox import gk_package as gk
from gateway.sandbox.credentials import same
from gateway.sandbox.distort import bend, bend_bytes
from gateway.sandbox.spyne_door import MEDIA_TYPES, Fault, SoapVersion, WsgiApp, fault_envelope, string_service
from gateway.sandbox.store import Store
from gateway.sandbox.switches import OK, Script, Switch
from gateway.sandbox.wire import Ask, BadQuestion, Shape, Told, Wire

NAMESPACE = "http://www.example.gov.cn/gk"
PATHS: Mapping[str, SoapVersion] = {"/wsproxy/gk": "1.1", "/wsproxy/gk12": "1.2"}
"""Where each version has its WSDL (`?wsdl`); a request is served by its content type on either path."""

_OPERATIONS = (gk.IDENTITY_CHECK, gk.BASE_INFORMATION)
SOAP_OPERATIONS: tuple[str, ...] = tuple(f"population.{name}" for name in _OPERATIONS)
_MET = "sandbox.switch"
_ENCODINGS = ("utf-8", "utf8", "gb18030", "gbk", "gb2312", "us-ascii")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


class PopulationSoap:
    """Two WSGI applications behind one answer; what is unsafe never reaches the SOAP library."""

    def __init__(
        self, url: str, store: Store, script: Script, credentials: Mapping[str, str], now: Callable[[], datetime]
    ) -> None:
        """`url` is the register's address without a path; `now` gives the time, with a zone."""
        self._store, self._script, self._credentials, self._now = store, script, credentials, now
        self._served: dict[SoapVersion, WsgiApp] = {
            version: string_service(
                name="GkService",
                namespace=NAMESPACE,
                arguments=("in0", "in1", "in2"),
                result="out",
                operations={name: self._operation(name) for name in _OPERATIONS},
                version=version,
                url=url + path,
            )
            for path, version in PATHS.items()
        }

    async def answer(self, ask: Ask) -> Wire:
        """Serve a WSDL or a call."""
        version = PATHS.get(ask.path)
        if version is None:
            return Wire("没有该服务".encode(), "text/plain; charset=utf-8", 404)
        if ask.method == "POST":
            media_type = ask.headers.get("content-type", "")
            version = "1.2" if media_type.startswith("application/soap+xml") else "1.1"
            refused = refusal(ask.body)
            if refused:
                return Wire(fault_envelope(version, "Client", refused), MEDIA_TYPES[version], 500)
        elif ask.method != "GET" or "wsdl" not in ask.query:
            return Wire(b"POST, or GET ?wsdl", "text/plain; charset=utf-8", 405, (("allow", "GET, POST"),))
        try:
            return bend_bytes(await asyncio.to_thread(_call, self._served[version], ask))
        except Exception:  # noqa: BLE001  (the library answers some bad documents with exceptions of many kinds)
            return Wire(fault_envelope(version, "Server", "服务内部错误"), MEDIA_TYPES[version], 500)

    def _operation(self, name: str) -> Callable[[dict[str, Any], Sequence[str]], str]:
        def run(environment: dict[str, Any], texts: Sequence[str]) -> str:
            told = self._told(name, texts)
            switch = self._script.pick(f"population.{name}", told.subject)
            environment[_MET] = switch
            if switch.name == "soap_fault":
                raise Fault("Server.Busy", "后台服务异常")
            written = gk.write_package(bend(told, self._shape(told), switch).document)
            return escape(written, {'"': "&quot;"}) if switch.name == "double_escaped" else written

        return run

    def _told(self, operation: str, texts: Sequence[str]) -> Told:
        payload, user, password = texts
        sent_at = self._now().strftime("%Y%m%d%H%M%S")
        try:
            package = gk.read_package(payload)
        except BadQuestion as error:
            return Told(gk.reply({}, sent_at, (gk.MALFORMED, str(error))))
        if not (same(user, self._credentials["gk.user"]) and same(password, self._credentials["gk.password"])):
            return Told(gk.reply(package.head, sent_at, (gk.BAD_USER, "用户名或口令错误")))
        missing = gk.missing_head(package.head)
        if missing:
            return Told(gk.reply(package.head, sent_at, (gk.MISSING_HEAD, f"请求头缺少：{missing}")))
        persons = self._store.data().persons
        records = [
            gk.record_of(number, operation, asked, persons.get(asked[0]))
            for number, asked in enumerate(package.asked, start=1)
        ]
        state = gk.PARTIAL if any(record["@code"] for record in records) else gk.SUCCESS
        return Told(gk.reply(package.head, sent_at, state, records), package.asked[0][0])

    def _shape(self, told: Told) -> Shape:
        head = {"FWQQBH": told.document["PACKAGEHEAD"]["FFQQBH"]}
        sent_at = told.document["PACKAGEHEAD"]["FSSJ"]

        def refusal_with(state: tuple[str, str], *records: dict[str, str]) -> Told:
            return Told(gk.reply(head, sent_at, state, records), told.subject)

        unknown = {"@no": "1", "@code": gk.UNKNOWN_NUMBER[0], "@msg": gk.UNKNOWN_NUMBER[1]}
        return Shape(
            rows=("DATA",),
            not_found=refusal_with(gk.PARTIAL, unknown).document,
            unmapped=(("DATA", 0, "XM_PPDDM"), "7"),
            missing=("DATA", 0, "XM_PPDDM"),
            name=("DATA", 0, "XM"),
            refusals={
                "closed_hours": refusal_with(gk.CLOSED),
                "rate_limit_code": refusal_with(gk.TOO_OFTEN),
                "refused": refusal_with(gk.NOT_ALLOWED),
                "record_error": refusal_with(gk.PARTIAL, {"@no": "1", "@code": "2003", "@msg": "姓名格式错误"}),
            },
        )


def refusal(body: bytes) -> str:
    """Why a document is not handed on; empty where it may be.

    Only encodings in which markup is plain ASCII are taken, so that a DOCTYPE can't hide from a look at the bytes.
    """
    if b"\0" in body or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "报文编码不受支持"
    declared = _DECLARED.search(body[:400])
    if declared and declared.group(1).decode().lower() not in _ENCODINGS:
        return "报文编码不受支持"
    if b"<!DOCTYPE" in body.upper() or b"<!ENTITY" in body.upper():
        return "报文不得含有DOCTYPE"
    return "" if body.strip() else "报文为空"


def _call(application: WsgiApp, ask: Ask) -> Wire:
    """One buffered WSGI call; runs in a thread of its own."""
    started: list[Any] = []
    environment: dict[str, Any] = {
        "REQUEST_METHOD": ask.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": ask.path,
        "QUERY_STRING": "wsdl" if ask.method == "GET" else "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": ask.headers.get("content-type", "text/xml"),
        "CONTENT_LENGTH": str(len(ask.body)),
        "HTTP_SOAPACTION": ask.headers.get("soapaction", '""'),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(ask.body),
    }
    body = b"".join(application(environment, lambda status, headers, *_: started.append((status, headers))))
    status, headers = started[0]
    media_type = next((value for key, value in headers if key.lower() == "content-type"), "text/xml; charset=utf-8")
    switch = environment.get(_MET, OK)
    return Wire(_declared(body, switch), media_type, int(status.split()[0]), switch=switch)


def _declared(body: bytes, switch: Switch) -> bytes:
    """The document with its declaration in double quotes; GB18030 bytes need the characters, not references to them."""
    text = body.decode("utf-8")
    if switch.name == "gb18030_bytes":
        text = re.sub(r"&#(\d+);", lambda match: html.unescape(match.group(0)), text)
    return text.replace("<?xml version='1.0' encoding='UTF-8'?>", '<?xml version="1.0" encoding="UTF-8"?>', 1).encode()
