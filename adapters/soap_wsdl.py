"""WSDL files: zeep compiles them into operations, and bodies get names, order and namespaces from their types.

Only files of the mapping's folder, of its schema catalog, and of our own builtin folder are read; nothing is fetched.
zeep carries no message: a full call costs nine times a prepared envelope. The only door to zeep.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import zeep
import zeep.exceptions
from zeep.transports import Transport as ZeepTransport
from zeep.xsd.elements import indicators

from gateway.adapter import AdapterSettings, Interface, WsdlCorrection
from gateway.errors import GatewayError, Words
from gateway.model.wire import Element
from gateway.xmltree import Element as Tree
from gateway.xmltree import XPath, parse, to_bytes

_BUILTIN = (
    (re.compile(r"https?://www\.w3\.org/(XML/1998/namespace|[0-9/]+/xml\.xsd)"), "xml.xsd"),
    (re.compile(r"https?://schemas\.xmlsoap\.org/soap/encoding/?"), "soap-encoding.xsd"),
    (re.compile(r"https?://www\.w3\.org/(2005/08/addressing|2006/03/addressing)/ws-addr\.xsd"), "ws-addressing.xsd"),
)
"""Schemas that many interface files import by their address; ours stand in for them."""
_MAX_BYTES = 16 * 1024 * 1024


class _LocalFiles(ZeepTransport):
    """Gives zeep the files that it asks for, and nothing else."""

    def __init__(self, settings: AdapterSettings) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        assert settings.wsdl is not None  # noqa: S101 - the caller opens a WSDL only where there is one
        self._settings, self._main = settings, settings.wsdl.resolve()
        self._root = _root(self._main, settings.options.get("folder", ""))

    def load(self, url: str) -> bytes:
        """The bytes of one file; corrections apply to the WSDL itself."""
        path = self._find(url)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise GatewayError("adapter.interface_file", path=str(path), reason=error.strerror or str(error)) from error
        root = parse(data, max_bytes=_MAX_BYTES)
        if path == self._main and self._settings.corrections:
            for correction in self._settings.corrections:
                correct(root, correction, path)
            return to_bytes(root)
        return data

    def _find(self, url: str) -> Path:
        if url in self._settings.schema_catalog:
            return self._settings.schema_catalog[url].resolve()
        for address, name in _BUILTIN:
            if address.fullmatch(url):
                return Path(__file__).parent / "builtin" / name
        if urlsplit(url).scheme in ("http", "https", "ftp"):
            raise GatewayError("wsdl.remote_import", where=self._main.name, url=url)
        path = Path(unquote(url.removeprefix("file://"))).resolve()
        if path != self._main and not path.is_relative_to(self._root):
            raise GatewayError("wsdl.remote_import", where=self._main.name, url=url)
        return path


def _root(main: Path, named: str) -> Path:
    """The folder that imports may not leave: the mapping's, else the WSDL's own."""
    if named and main.is_relative_to(Path(named).resolve()):
        return Path(named).resolve()
    return next((parent for parent in main.parents if (parent / "mapping.yaml").is_file()), main.parent)


def correct(root: Tree, correction: WsdlCorrection, path: Path) -> None:
    """Apply one repair.

    Raises:
        GatewayError: `wsdl.correction_missed` where the number of places differs: the WSDL has changed.
    """
    owner, _, attribute = correction.path.rpartition("/@")
    prefixes = {prefix: str(uri) for prefix, uri in root.nsmap.items() if prefix}
    found = 0
    for element in XPath(owner or correction.path, prefixes).elements(root):
        if attribute and element.get(attribute) == correction.was:
            element.set(attribute, correction.now)
            found += 1
        elif not attribute and (element.text or "").strip() == correction.was:
            element.text = correction.now
            found += 1
    if found != correction.times:
        raise GatewayError("wsdl.correction_missed", where=path.name, found=found, expected=correction.times)


@dataclass(frozen=True, slots=True)
class WsdlCall:
    """One operation of a port: its version, its action, and the element that its body holds."""

    name: str
    soap_version: str
    action: str
    root: Any

    def qualify(self, body: tuple[Element, ...], prefixes: dict[str, str]) -> tuple[Element, ...]:
        """The body with namespaces and order from the WSDL; needed prefixes are added to `prefixes`.

        Raises:
            GatewayError: `wsdl.unknown_element`, `wsdl.missing_element`.
        """
        root = Element(self.root.qname.localname, children=body)
        return (_qualified(root, self.root, prefixes),)


def _prefix(uri: str | None, prefixes: dict[str, str]) -> str:
    if not uri:
        return ""
    for prefix, known in prefixes.items():
        if known == uri and prefix:
            return f"{prefix}:"
    name = f"ns{len(prefixes)}"
    prefixes[name] = uri
    return f"{name}:"


def _qualified(element: Element, declared: Any, prefixes: dict[str, str]) -> Element:
    children = element.children
    # zeep gives the text of a simple content a name of its own; such an element has no children.
    if hasattr(declared.type, "elements"):
        types = [row for row in declared.type.elements if not _is_text(row[1])]
        required = _required(getattr(declared.type, "_element", None))
        children = _ordered(element, types, required, prefixes)
    name = _prefix(declared.qname.namespace, prefixes) + declared.qname.localname
    return Element(name, element.attributes, element.text, children, element.cdata, element.nil)


def _is_text(declared: Any) -> bool:
    name = getattr(declared, "qname", None)
    return name is not None and name.localname == "_value_1"


def _required(node: Any) -> frozenset[str]:
    """The names that must be there; a branch of a choice or a part of an optional group need not."""
    if node is None or node.is_optional or isinstance(node, indicators.Choice):
        return frozenset()
    if isinstance(node, indicators.OrderIndicator | indicators.Group):
        inner = node if isinstance(node, indicators.OrderIndicator) else (node.child,)
        return frozenset(name for child in inner for name in _required(child))
    return frozenset((node.qname.localname,)) if getattr(node, "qname", None) is not None else frozenset()


def _ordered(element: Element, types: Any, required: frozenset[str], prefixes: dict[str, str]) -> tuple[Element, ...]:
    known = {name: declared for name, declared in types if getattr(declared, "qname", None) is not None}
    open_content = len(known) < len(types)
    local = {declared.qname.localname: declared for declared in known.values()}
    for child in element.children:
        bare = child.name.rpartition(":")[2]
        if bare not in local and not (open_content and ":" in child.name):
            near = difflib.get_close_matches(bare, local, n=1)
            raise GatewayError(
                "wsdl.unknown_element",
                of=element.name,
                name=bare,
                suggestion=f"; did you mean '{near[0]}'?" if near else "",
                suggestion_zh=f"，是否应为 '{near[0]}'？" if near else "",
            )
    ordered: list[Element] = []
    for name, declared in local.items():
        mine = [child for child in element.children if child.name.rpartition(":")[2] == name]
        if not mine and name in required and not getattr(declared, "nillable", False):
            raise GatewayError("wsdl.missing_element", of=element.name, name=name)
        ordered += [_qualified(child, declared, prefixes) for child in mine]
    return (*ordered, *(child for child in element.children if child.name.rpartition(":")[2] not in local))


class WsdlFile:
    """A compiled WSDL and the port that is spoken to.

    Raises:
        GatewayError: `wsdl.*` or `adapter.interface_file` where it can't be used.
    """

    def __init__(self, settings: AdapterSettings) -> None:
        self._settings = settings
        main = settings.wsdl
        assert main is not None  # noqa: S101
        try:
            options = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, force_https=False)
            # What is imported is for _LocalFiles to allow; zeep itself would refuse what schema_catalog answers.
            client = zeep.Client(str(main.resolve()), transport=_LocalFiles(settings), settings=options)
        except GatewayError:
            raise
        except (zeep.exceptions.Error, KeyError, LookupError, ValueError, AttributeError, TypeError) as error:
            raise GatewayError("wsdl.invalid", where=main.name, reason=_reason(error)) from error
        self._calls = _calls(_port(client.wsdl, settings))

    def call(self, name: str) -> WsdlCall:
        """One operation.

        Raises:
            GatewayError: `wsdl.unknown_call`.
        """
        found = self._calls.get(name)
        if found is None:
            raise GatewayError("wsdl.unknown_call", call=name, known=", ".join(self._calls))
        return found

    def interface(self) -> Interface:
        """The names of all operations, and the version of the port."""
        versions = {call.soap_version for call in self._calls.values()}
        return Interface(tuple(self._calls), versions.pop() if len(versions) == 1 else "")


def _reason(error: BaseException) -> Words:
    text = str(error).strip("'\"") or type(error).__name__
    line = text.splitlines()[0][:300]
    return Words(f"the WSDL can't be compiled: {line}", f"WSDL 无法编译：{line}")


def _port(wsdl: Any, settings: AdapterSettings) -> Any:
    ports = {
        name: port
        for service in wsdl.services.values()
        for name, port in service.ports.items()
        if type(port.binding).__name__ in ("Soap11Binding", "Soap12Binding")
    }
    known = ", ".join(ports)
    if settings.port:
        if settings.port not in ports:
            raise GatewayError("wsdl.unknown_port", port=settings.port, known=known)
        return ports[settings.port]
    if len(ports) != 1:
        raise GatewayError("wsdl.port_ambiguous", known=known or "none")
    return next(iter(ports.values()))


def _calls(port: Any) -> dict[str, WsdlCall]:
    version = "1.1" if type(port.binding).__name__ == "Soap11Binding" else "1.2"
    return {
        name: WsdlCall(name, version, operation.soapaction or "", operation.input.body)
        for name, operation in port.binding._operations.items()
        if operation.input is not None and operation.input.body is not None
    }
