"""SOAP with a WSDL: names, order and versions from the file; repairs; and no file or address beyond what is allowed."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from adapter_house import WSDL, settings

from adapters.soap import SoapAdapter
from gateway.adapter import AdapterSettings, WsdlCorrection
from gateway.errors import GatewayError
from gateway.model.wire import Element, MessageTree
from gateway.xmltree import XPath, parse, text_of

SPACES = {"t": "urn:register:types", "c": "urn:register:common", "o": "urn:other"}
CASES = Path(os.environ.get("REGISTRY_CASES", ""))
cases = pytest.mark.skipif(not os.environ.get("REGISTRY_CASES"), reason="REGISTRY_CASES is not set")
REPAIR = WsdlCorrection("//s11:header/@message", "tns:callerMessage", "tns:CallerMessage", 1)
WATCH: dict[str, list[str] | None] = {"events": None}


def _audit(event: str, arguments: Any) -> None:
    seen = WATCH["events"]
    if seen is None:
        return
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        seen.append(f"open {os.fsdecode(arguments[0])}")
    elif event in ("socket.connect", "socket.getaddrinfo"):
        seen.append(event)


sys.addaudithook(_audit)  # an audit hook can't be taken away: it listens only while a test asks it to


@pytest.fixture
def watched() -> Iterator[list[str]]:
    events: list[str] = []
    WATCH["events"] = events
    yield events
    WATCH["events"] = None


def opened(name: str = "register.wsdl", port: str = "Port11", **changes: Any) -> SoapAdapter:
    return SoapAdapter(dataclasses.replace(settings(), **{"wsdl": WSDL / name, "port": port, **changes}))


def refused(name: str, **changes: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        opened(name, **changes)
    return caught.value


def message(*body: Element, **changes: Any) -> MessageTree:
    return MessageTree(
        "AskPerson",
        body_kind="soap",
        body=body,
        soap_header=changes.pop("header", ()),
        namespaces=changes.pop("spaces", {}),
    )


CONTEXT = Element("Context", children=(Element("User", text="u"),))
NUMBER = Element("Number", text="7")
NAME = Element("Name", text="王芳")


def texts(data: bytes, path: str) -> list[str]:
    return [text_of(item) for item in XPath(path, SPACES).items(parse(data))]


def test_names_namespaces_and_order_come_from_the_wsdl() -> None:
    wire = opened().encode(message(NAME, Element("Field", text="b"), Element("Field", text="a"), NUMBER, CONTEXT))
    root = parse(wire.body)
    children = XPath("//t:AskPerson/*", SPACES).elements(root)
    assert [child.tag for child in children] == [
        f"{{urn:register:types}}{name}" for name in ("Context", "Number", "Name", "Field", "Field")
    ]
    assert texts(wire.body, "//t:Context/c:User") == ["u"]
    assert texts(wire.body, "//t:Field") == ["b", "a"]
    assert dict(wire.headers)["SOAPAction"] == '"urn:register/AskPerson"'


def test_the_port_decides_the_version_and_the_action() -> None:
    assert opened().describe().soap_version == "1.1"
    adapter = opened(port="Port12")
    assert (adapter.describe().calls, adapter.describe().soap_version) == (("AskPerson",), "1.2")
    wire = adapter.encode(message(CONTEXT, NUMBER, NAME))
    assert (
        dict(wire.headers)["Content-Type"] == 'application/soap+xml; charset=utf-8; action="urn:register/AskPerson12"'
    )
    assert b"http://www.w3.org/2003/05/soap-envelope" in wire.body
    assert "SOAPAction" not in dict(wire.headers)


def test_the_address_is_the_endpoints_own() -> None:
    assert opened().encode(message(CONTEXT, NUMBER, NAME)).url == "http://127.0.0.1:9/base"


def test_headers_and_open_content_carry_prefixes() -> None:
    tree = message(
        CONTEXT, NUMBER, NAME, Element("o:Extra", text="x"), header=(Element("t:Caller", text="me"),), spaces=SPACES
    )
    body = opened().encode(tree).body
    assert texts(body, "/*/*[local-name()='Header']/t:Caller") == ["me"]
    assert texts(body, "//t:AskPerson/o:Extra") == ["x"]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ((CONTEXT, Element("Nummer"), NAME), "wsdl.unknown_element", "did you mean 'Number'"),
        ((CONTEXT, NAME), "wsdl.missing_element", "AskPerson requires 'Number'"),
        ((NUMBER, NAME), "wsdl.missing_element", "AskPerson requires 'Context'"),
        ((Element("Context"), NUMBER, NAME), "wsdl.missing_element", "Context requires 'User'"),
        (
            (Element("Context", children=(Element("Usr"),)), NUMBER, NAME),
            "wsdl.unknown_element",
            "Context has no element 'Usr'",
        ),
        ((CONTEXT, NUMBER, NAME, Element("Extra")), "wsdl.unknown_element", "no element 'Extra'"),
    ],
)
def test_what_the_wsdl_does_not_know(body: tuple[Element, ...], code: str, words: str) -> None:
    with pytest.raises(GatewayError, match=words) as caught:
        opened().encode(message(*body))
    assert caught.value.code == code


def test_one_branch_of_a_choice_is_enough() -> None:
    assert b"Born" in opened().encode(message(CONTEXT, NUMBER, Element("Born", text="1960-01-01"))).body


def test_an_unknown_call() -> None:
    with pytest.raises(GatewayError, match="the WSDL has AskPerson") as caught:
        opened().encode(dataclasses.replace(message(), call="AskPersons"))
    assert caught.value.code == "wsdl.unknown_call"


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("register.wsdl", {"port": ""}, "wsdl.port_ambiguous"),
        ("register.wsdl", {"port": "Port13"}, "wsdl.unknown_port"),
        ("mistyped.wsdl", {}, "wsdl.invalid"),
        ("mistyped.wsdl", {"corrections": (dataclasses.replace(REPAIR, times=2),)}, "wsdl.correction_missed"),
        ("register.wsdl", {"corrections": (REPAIR,)}, "wsdl.correction_missed"),
        ("remote.wsdl", {}, "wsdl.remote_import"),
        ("outside.wsdl", {}, "wsdl.remote_import"),
        ("doctype.wsdl", {}, "document.doctype"),
        ("missing.wsdl", {}, "adapter.interface_file"),
        ("types.xsd", {}, "wsdl.unknown_port"),
    ],
)
def test_a_file_that_can_not_be_used(name: str, changes: dict[str, Any], code: str, watched: list[str]) -> None:
    error = refused(name, **changes)
    assert error.code == code
    assert error.text("en") != error.text("zh")
    assert not [event for event in watched if event.startswith("socket")]


def test_a_correction_repairs_and_a_catalog_answers_imports() -> None:
    assert opened("mistyped.wsdl", corrections=(REPAIR,)).describe().calls == ("AskPerson",)
    catalog = {
        "http://schemas.example.org/register/types.xsd": WSDL / "types.xsd",
        "http://schemas.example.org/register/sub/common.xsd": WSDL / "sub" / "common.xsd",
    }
    adapter = opened("remote.wsdl", schema_catalog=catalog)
    assert texts(adapter.encode(message(CONTEXT, NUMBER, NAME)).body, "//c:User") == ["u"]
    del catalog["http://schemas.example.org/register/sub/common.xsd"]
    assert (
        refused("remote.wsdl", schema_catalog=catalog).values["url"]
        == "http://schemas.example.org/register/sub/common.xsd"
    )


def test_only_files_of_the_folder_are_read_and_no_address_is_asked(tmp_path: Path, watched: list[str]) -> None:
    folder = tmp_path / "registry"
    shutil.copytree(WSDL, folder)
    watched.clear()
    adapter = SoapAdapter(dataclasses.replace(settings(), wsdl=folder / "register.wsdl", port="Port11"))
    adapter.encode(message(CONTEXT, NUMBER, NAME))
    files = {event[5:] for event in watched if event.startswith("open ")}
    ours = {name for name in files if not name.endswith((".py", ".pyc")) and "site-packages" not in name}
    assert ours == {str(folder / name) for name in ("register.wsdl", "types.xsd", "sub/common.xsd")}
    assert not [event for event in watched if event.startswith("socket")]


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    shutil.copytree(WSDL, folder)
    (tmp_path / "secret.xsd").write_bytes((WSDL / "types.xsd").read_bytes())
    (folder / "types.xsd").unlink()
    (folder / "types.xsd").symlink_to(tmp_path / "secret.xsd")
    with pytest.raises(GatewayError) as caught:
        SoapAdapter(dataclasses.replace(settings(), wsdl=folder / "register.wsdl", port="Port11"))
    assert caught.value.code == "wsdl.remote_import"


def test_imports_may_use_the_whole_folder_of_the_mapping(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    shutil.copytree(WSDL, folder / "deep" / "er")
    shutil.move(folder / "deep" / "er" / "types.xsd", folder / "types.xsd")
    shutil.move(folder / "deep" / "er" / "sub", folder / "sub")
    main = folder / "deep" / "er" / "register.wsdl"
    main.write_text(main.read_text().replace('"types.xsd"', '"../../types.xsd"'))
    plain = dataclasses.replace(settings(), wsdl=main, port="Port11")
    with pytest.raises(GatewayError):
        SoapAdapter(plain)
    assert SoapAdapter(dataclasses.replace(plain, options={"folder": str(folder)})).describe().calls == ("AskPerson",)
    (folder / "mapping.yaml").write_text("")
    assert SoapAdapter(plain).describe().calls == ("AskPerson",)


def test_schemas_that_everybody_imports_are_built_in(tmp_path: Path, watched: list[str]) -> None:
    folder = tmp_path / "registry"
    shutil.copytree(WSDL, folder)
    imports = """<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="https://www.w3.org/2009/01/xml.xsd"/>
      <xs:import namespace="http://www.w3.org/2005/08/addressing" schemaLocation="http://www.w3.org/2006/03/addressing/ws-addr.xsd"/>
      <xs:import namespace="http://schemas.xmlsoap.org/soap/encoding/" schemaLocation="http://schemas.xmlsoap.org/soap/encoding/"/>
  <xs:import namespace="urn:register:common" """
    text = (folder / "types.xsd").read_text().replace('<xs:import namespace="urn:register:common" ', imports)
    text = text.replace(
        '<xs:attribute name="version" type="xs:string"/>',
        '<xs:attribute ref="xml:lang"/>',
    ).replace(
        '<xs:any namespace="##other" processContents="lax" minOccurs="0"/>',
        '<xs:element xmlns:a="http://www.w3.org/2005/08/addressing" ref="a:ReplyTo" minOccurs="0"/>'
        '<xs:element xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" name="Rows" type="e:Array" minOccurs="0"/>',
    )
    (folder / "types.xsd").write_text(text)
    adapter = SoapAdapter(dataclasses.replace(settings(), wsdl=folder / "register.wsdl", port="Port11"))
    reply_to = Element("ReplyTo", children=(Element("Address", text="urn:here"),))
    body = adapter.encode(message(CONTEXT, NUMBER, NAME, reply_to)).body
    assert [
        text_of(item)
        for item in XPath("//a:ReplyTo/a:Address", {"a": "http://www.w3.org/2005/08/addressing"}).items(parse(body))
    ] == ["urn:here"]
    assert not [event for event in watched if event.startswith("socket")]


@cases
@pytest.mark.registry_cases
def test_a_real_tree_with_imports_and_policies(watched: list[str]) -> None:
    folder = CASES / "population-dk-cpr"
    for kind in ("context", "token"):
        main = folder / "wsdl" / kind / "PersonBaseDataExtendedService.wsdl"
        given = AdapterSettings("cpr", "https://registry.example/cpr", wsdl=main, options={"folder": str(folder)})
        assert "PersonLookup" in SoapAdapter(given).describe().calls
    assert not [event for event in watched if event.startswith("socket")]


@cases
@pytest.mark.registry_cases
def test_a_real_wsdl_with_a_fault_and_remote_imports(watched: list[str]) -> None:
    folder = CASES / "population-xroad-example"
    names = {"http://x-road.eu/xsd/xroad.xsd": "xroad.xsd", "http://x-road.eu/xsd/identifiers.xsd": "identifiers.xsd"}
    catalog = {url: folder / name for url, name in names.items()}
    repair = WsdlCorrection("//soap:header/@message", "tns:requestHeader", "tns:requestheader", 48)
    plain = AdapterSettings("xroad", "https://registry.example/x", wsdl=folder / "example-adapter.wsdl", port="testServicePort",
                            schema_catalog=catalog, corrections=(repair,))  # fmt: skip
    adapter = SoapAdapter(plain)
    assert {"personDetails", "listPeople"} <= set(adapter.describe().calls)
    body = adapter.encode(
        MessageTree("personDetails", body_kind="soap", body=(Element("ssn", text="1235"),), soap_header=())
    ).body
    assert b"1235" in body
    for changes, code in (
        ({"corrections": ()}, "wsdl.invalid"),
        ({"schema_catalog": {}}, "wsdl.remote_import"),
        ({"corrections": (dataclasses.replace(repair, was="tns:gone"),)}, "wsdl.correction_missed"),
    ):
        with pytest.raises(GatewayError) as caught:
            SoapAdapter(dataclasses.replace(plain, **changes))
        assert caught.value.code == code
    assert not [event for event in watched if event.startswith("socket")]
