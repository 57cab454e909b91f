"""Asking the running sandbox through a shipped mapping: encode, send, decode, understand, nothing else around it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.adapter import load_adapters
from gateway.mapping.compiled import OperationMapping, RegistryMapping
from gateway.model.evidence import EvidenceResponse
from gateway.model.wire import WireReply
from gateway.sandbox import Sandbox
from gateway.workbench import interface_settings
from gateway.xmltree import Element, children, local_name, parse, text_of

PROTOCOLS = load_adapters(["rest", "soap"])
REGISTERS = {"geo-address": "geo", "geo-tianditu": "geo"}
SWITCHED = {
    "POP.IDENTITY_CHECK": "population.GK_GXFW_SFHC",
    "POP.BASE_INFO": "population.GK_JZCX_RKJCXXCX",
    "open_session": "population-hub.token",
    "POP.HOUSEHOLD": "population-hub.household",
    "POP.HUKOU_STATUS": "population-hub.hukou",
    "POP.EXIT_ENTRY": "population-hub.movements",
    "POP.DOC_STATUS": "population-hub.document",
    "REALTY.UNIT": "realty.unit",
    "LEG.ENTERPRISE_INFO": "legal-person.info",
    "CRD.DISHONEST": "credit.dishonest",
    "GEO.STD_ADDRESS": "geo.standard_address",
    "GEO.GEOCODE": "geo.geocoder",
    "GEO.REVERSE": "geo.geocoder",
}
"""The sandbox's name of each operation, for its switches."""


@dataclass(frozen=True)
class Asked:
    """One exchange: the reply as it came, and what the mapping made of it."""

    reply: WireReply
    response: EvidenceResponse


class Live:
    """Asks the registers of one sandbox by the mappings of a release."""

    def __init__(self, sandbox: Sandbox, mappings: Mapping[str, RegistryMapping]) -> None:
        self.sandbox, self.mappings = sandbox, mappings
        self._secrets = {f"secret.{name}": value for name, value in sandbox.secrets.items()}
        self._token = ""

    def ask(self, registry: str, name: str, facts: Mapping[str, Any]) -> Asked:
        """Ask one operation; facts in a test's words, its ticket replaced by a real one."""
        mapping = self.mappings[registry]
        operation = mapping.operations[name]
        known = {**facts, **self._secrets}
        if operation.access.login:
            known["access.token"] = self.token()
        return asyncio.run(self._exchange(mapping, operation, known))

    def token(self) -> str:
        """A ticket of the population hub, asked for once."""
        if not self._token:
            hub = self.mappings["population-hub"]
            opened = asyncio.run(self._exchange(hub, hub.operations["open_session"], self._secrets))
            self._token = str(opened.response.fields["token"].value)
        return self._token

    async def _exchange(self, mapping: RegistryMapping, operation: OperationMapping, facts: Mapping[str, Any]) -> Asked:
        url = self.sandbox.urls[REGISTERS.get(mapping.name, mapping.name)]
        adapter = PROTOCOLS[mapping.endpoint.adapter](replace(interface_settings(mapping), url=url))
        try:
            reply = await adapter.send(adapter.encode(operation.message(facts)))
        finally:
            await adapter.close()
        decoded = adapter.decode(reply, operation.reply.form, operation.reply.encoding)
        return Asked(reply, operation.understand(reply.status, reply.header, decoded, facts))


def shape(body: bytes, form: str) -> set[str]:
    """The names of a reply with their ways from the top, rows of a list as one; values and empty lists don't count."""
    if form == "json":
        return set(_json_ways(json.loads(body), ""))
    return set(_xml_ways(parse(body), ""))


def _json_ways(value: Any, way: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{way}/{key}"
            yield from _json_ways(inner, f"{way}/{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _json_ways(inner, way)


def _xml_ways(element: Element, way: str) -> Iterator[str]:
    here = f"{way}/{local_name(element)}"
    yield here
    yield from (f"{here}/@{name!s}" for name in element.attrib)
    for inner in children(element):
        yield from _xml_ways(inner, here)
    text = text_of(element).strip()
    if not children(element) and text.startswith("<"):
        yield from _xml_ways(parse(text.encode("utf-8")), here)
