"""A caller of all registers of one sandbox, as the tests use it."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import requests
import zeep

from gateway.sandbox import Sandbox

CLEAN = "350102198807041239"
OPERATIONS = (
    "population.GK_JZCX_RKJCXXCX",
    "population.GK_GXFW_SFHC",
    "population-hub.token",
    "population-hub.household",
    "population-hub.hukou",
    "population-hub.movements",
    "population-hub.document",
    "realty.unit",
    "legal-person.info",
    "credit.dishonest",
    "geo.standard_address",
    "geo.geocoder",
)
HEAD = {
    "FWQQBH": "6f1c2c0e9a4b4b0f8d3a5f0e7b1c2d3e",
    "QQRGMSFHM": "440106196503120016",
    "QQRXM": "经办人甲",
    "QQRDWDM": "11440000MB2FAKE143",
    "QQRDWMC": "示例市侨务办公室",
    "QQYWLXMC": "华侨回国定居审批",
}


class Caller:
    """Asks the registers of one sandbox; a session per register keeps its connection open."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = requests.Session()
        self.http.trust_env = False
        self._token = ""
        self._clients: dict[str, zeep.Client] = {}

    def package(self, *asked: tuple[str, str], head: dict[str, str] | None = None) -> str:
        root = ET.Element("PACKAGE")
        top = ET.SubElement(root, "PACKAGEHEAD")
        for tag, text in (HEAD if head is None else head).items():
            ET.SubElement(top, tag).text = text
        data = ET.SubElement(root, "DATA")
        for number, (id_number, name) in enumerate(asked, start=1):
            row = ET.SubElement(data, "RECORD", {"no": str(number)})
            ET.SubElement(row, "GMSFHM").text = id_number
            ET.SubElement(row, "XM").text = name
        return '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(root, encoding="unicode")

    def client(self, path: str = "") -> zeep.Client:
        if path not in self._clients:
            transport = zeep.Transport(session=self.http)
            self._clients[path] = zeep.Client(self.sandbox.urls["population"] + path + "?wsdl", transport=transport)
        return self._clients[path]

    def soap(self, operation: str, payload: str, *, path: str = "", password: str | None = None) -> ET.Element:
        secrets = self.sandbox.secrets
        call = self.client(path).service[operation]
        return ET.fromstring(call(payload, secrets["gk.user"], password or secrets["gk.password"]))

    def base(self, id_number: str, name: str) -> ET.Element:
        return self.soap("GK_JZCX_RKJCXXCX", self.package((id_number, name)))

    def post_soap(self, body: bytes, media_type: str = "text/xml; charset=utf-8") -> requests.Response:
        headers = {"Content-Type": media_type}
        return self.http.post(self.sandbox.urls["population"], data=body, headers=headers, timeout=10)

    def envelope(self, id_number: str = CLEAN, name: str = "陈大文") -> bytes:
        secrets = self.sandbox.secrets
        return (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
            '<g:GK_JZCX_RKJCXXCX xmlns:g="http://www.example.gov.cn/gk">'
            f"<g:in0><![CDATA[{self.package((id_number, name))}]]></g:in0><g:in1>{secrets['gk.user']}</g:in1>"
            f"<g:in2>{secrets['gk.password']}</g:in2></g:GK_JZCX_RKJCXXCX></soapenv:Body></soapenv:Envelope>"
        ).encode()

    def token(self) -> str:
        secrets = self.sandbox.secrets
        body = {"appId": secrets["hub.app_id"], "appSecret": secrets["hub.app_secret"]}
        answer = self.http.post(self.sandbox.urls["population-hub"] + "/token", json=body, timeout=10).json()
        return str(answer["data"]["token"])

    def post_hub(self, path: str, *, purpose: str = "SETTLE_ORIGIN", **data: str) -> requests.Response:
        self._token = self._token or self.token()
        body = {"gxData": {"head": {"token": self._token, "purpose": purpose}, "data": data}}
        return self.http.post(self.sandbox.urls["population-hub"] + path, json=body, timeout=10)

    def hub(self, path: str, **data: str) -> Any:
        return self.post_hub(path, **data).json()

    def post_keyed(self, register: str, path: str, secret: str, body: Any) -> requests.Response:
        headers = {"appKey": self.sandbox.secrets.get(secret, secret)}
        return self.http.post(self.sandbox.urls[register] + path, json=body, headers=headers, timeout=10)

    def geo(self, path: str, **query: str) -> Any:
        query.setdefault("tk", self.sandbox.secrets["tianditu.key"])
        return self.http.get(self.sandbox.urls["geo"] + path, params=query, timeout=10).json()

    def geocode(self, address: str) -> Any:
        return self.geo("/geocoder", ds=json.dumps({"keyWord": address}, ensure_ascii=False))

    def close(self) -> None:
        self.http.close()
