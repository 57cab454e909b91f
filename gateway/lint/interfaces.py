"""A mapping against its WSDL: the file itself, the calls that it knows, the elements of each body."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gateway.adapter import Adapter, AdapterSettings
from gateway.errors import Diagnostic, GatewayError
from gateway.lint.places import Sheet
from gateway.mapping.compiled import OperationMapping, RegistryMapping
from gateway.mapping.parts import nearest
from gateway.mapping.templates import Items, Members, Node
from gateway.model.wire import Element, MessageTree
from gateway.workbench import interface_settings
from gateway.yamlsource import Trail

OpenAdapter = Callable[[AdapterSettings], Adapter]
_KEYS = {
    "wsdl.remote_import": "schema_catalog",
    "wsdl.correction_missed": "corrections",
    "wsdl.unknown_port": "port",
    "wsdl.port_ambiguous": "port",
}


def check_interface(sheet: Sheet, mapping: RegistryMapping, open_adapter: OpenAdapter, recordings: Path | None) -> None:
    """Open the protocol as a gateway would, and hold every call and every body to what the interface file says."""
    if not mapping.endpoint.wsdl:
        return
    if mapping.endpoint.wsdl.startswith("recorded:") and (recordings is None or not recordings.is_dir()):
        return
    try:
        adapter = open_adapter(interface_settings(mapping, recordings))
        calls = adapter.describe().calls
    except GatewayError as error:
        key = _KEYS.get(error.code, "wsdl")
        if sheet.at(("endpoint", key)) is None:
            key = "wsdl"
        mark = sheet.source.mark(("endpoint", key), key=key != "wsdl")
        sheet.findings.append(Diagnostic(mark, error.code, error.values))
        return
    for name, operation in mapping.operations.items():
        call = operation.request.call
        if call not in calls:
            place = _place(sheet, name, "call")
            near = nearest(call, calls)
            sheet.find("wsdl.unknown_call", place, near=(near,) if near else (), call=call, known=", ".join(calls))
        else:
            _check_body(sheet, name, operation, adapter)


def _place(sheet: Sheet, operation: str, key: str) -> Trail:
    own: Trail = ("operations", operation, "request", key)
    return own if sheet.at(own) is not None else ("shared", "request", key)


def _check_body(sheet: Sheet, name: str, operation: OperationMapping, adapter: Adapter) -> None:
    request = operation.request
    body = _sample(request.body) if isinstance(request.body, Members) else ()
    message = MessageTree(
        call=request.call, body_kind="soap", body=body, namespaces=request.namespaces, encoding=request.encoding
    )
    try:
        adapter.encode(message)
    except GatewayError as error:
        found: Diagnostic | None = None
        trail = _place(sheet, name, "body")
        wanted = str(error.values.get("name", ""))
        for place in _keys(sheet, trail):
            if str(place[-1]).rpartition(":")[2] == wanted:
                found = Diagnostic(sheet.source.mark(place, key=True), error.code, error.values)
                break
        sheet.findings.append(found or Diagnostic(sheet.source.mark(trail, key=True), error.code, error.values))


def _sample(tree: Members) -> tuple[Element, ...]:
    """The elements of a body with every fact there, so that only names and order count."""
    elements: list[Element] = []
    for name, node in tree.entries:
        if name.startswith("@") or name == "text()":
            continue
        elements += [_element(name, each) for each in (node.items if isinstance(node, Items) else (node,))]
    return tuple(elements)


def _element(name: str, node: Node) -> Element:
    return Element(name, children=_sample(node)) if isinstance(node, Members) else Element(name, text="0")


def _keys(sheet: Sheet, trail: Trail) -> list[Trail]:
    value = sheet.at(trail)
    if not isinstance(value, dict):
        return []
    return [place for key in value for place in ((*trail, key), *_keys(sheet, (*trail, key)))]
