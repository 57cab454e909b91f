"""The only door to spyne: its import on newer Pythons, its warnings, its logger, and SOAP services made of strings.

spyne carries an old copy of six whose importer speaks a protocol that Python dropped in 3.12; the finder below answers
for it. From 3.13 on spyne also needs the module `cgi`, which the distribution `legacy-cgi` brings.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Literal
from xml.sax.saxutils import escape

_SIX = "spyne.util.six"

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""

StringOperation = Callable[[dict[str, Any], Sequence[str]], str]
"""An operation that takes texts and gives a text; the first argument is the WSGI environment of the call."""

SoapVersion = Literal["1.1", "1.2"]
ENVELOPES: Mapping[SoapVersion, str] = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
MEDIA_TYPES: Mapping[SoapVersion, str] = {
    "1.1": "text/xml; charset=utf-8",
    "1.2": "application/soap+xml; charset=utf-8",
}


class _MovedModules(MetaPathFinder, Loader):
    """Finds `spyne.util.six.moves` and what stands below it, through six's own table of moved modules."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if not name.startswith(_SIX + ".moves"):
            return None
        importer = sys.modules[_SIX]._importer
        if name not in importer.known_modules:
            return None
        return ModuleSpec(name, self, is_package=importer.is_package(name))

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module: ModuleType = sys.modules[_SIX]._importer.load_module(spec.name)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: six has filled the module."""


def _open() -> tuple[Any, Any, Any]:
    """Import spyne once, with everything it says about its age kept in here; gives its modules, which are untyped."""
    if not any(isinstance(finder, _MovedModules) for finder in sys.meta_path):
        sys.meta_path.insert(0, _MovedModules())
    logger = logging.getLogger("spyne")  # it would write refused documents, personal data included, to the process log
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    logger.setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        modules = tuple(import_module(name) for name in ("spyne", "spyne.protocol.soap", "spyne.server.wsgi"))
    old = sys.modules[_SIX]._importer
    if old in sys.meta_path:  # on 3.11 it would warn at every later import that finds nothing
        sys.meta_path.remove(old)
    return modules[0], modules[1], modules[2]


_spyne, _protocols, _wsgi = _open()

Fault: Any = _spyne.Fault
"""The exception that becomes a SOAP fault: `Fault(code, text)`."""

__all__ = ["ENVELOPES", "MEDIA_TYPES", "Fault", "SoapVersion", "StringOperation", "WsgiApp", "fault_envelope",
           "string_service"]  # fmt: skip


def string_service(
    *,
    name: str,
    namespace: str,
    arguments: Sequence[str],
    result: str,
    operations: Mapping[str, StringOperation],
    version: SoapVersion,
    url: str,
) -> WsgiApp:
    """A document/literal SOAP service whose operations all take the same texts and give one text.

    Args:
        name: of the service in the WSDL.
        namespace: target namespace.
        arguments: element names of the texts that go in.
        result: element name of the text that comes out.
        operations: by name; one may raise `Fault`.
        version: of SOAP.
        url: the address that the WSDL names.
    """
    members = {each: _operation(each, run, arguments, result) for each, run in operations.items()}
    service = type(name, (_spyne.ServiceBase,), members)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        application = _spyne.Application(
            [service], tns=namespace, name=name, in_protocol=_soap(version), out_protocol=_soap(version)
        )
        wsgi = _wsgi.WsgiApplication(application)
        wsgi.doc.wsdl11.build_interface_document(url)
        wsgi._wsdl = wsgi.doc.wsdl11.get_interface_document()
    served: WsgiApp = wsgi
    return served


def _soap(version: SoapVersion) -> Any:
    # Soft: its strict validation answers a bad request over SOAP 1.2, or one with an entity, with an exception.
    return (_protocols.Soap12 if version == "1.2" else _protocols.Soap11)(validator="soft")


def _operation(name: str, run: StringOperation, arguments: Sequence[str], result: str) -> Any:
    def call(ctx: Any, *texts: str | None) -> str:
        return run(ctx.transport.req_env, [text or "" for text in texts])

    call.__name__ = name
    text = _spyne.Unicode
    declare = _spyne.rpc(*[text] * len(arguments), _returns=text, _out_variable_name=result, _args=list(arguments))
    return declare(call)


def fault_envelope(version: SoapVersion, who: Literal["Client", "Server"], text: str) -> bytes:
    """A SOAP fault as bytes, for what is refused before spyne sees it.

    Source: SOAP 1.1 section 4.4; SOAP 1.2 part 1 section 5.4.
    """
    said = escape(text)
    if version == "1.1":
        fault = f"<faultcode>soap:{who}</faultcode><faultstring>{said}</faultstring>"
    else:
        code = "Sender" if who == "Client" else "Receiver"
        fault = (
            f"<soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code>"
            f'<soap:Reason><soap:Text xml:lang="zh">{said}</soap:Text></soap:Reason>'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soap:Envelope xmlns:soap="{ENVELOPES[version]}"><soap:Body><soap:Fault>{fault}</soap:Fault></soap:Body>'
        "</soap:Envelope>"
    ).encode()
