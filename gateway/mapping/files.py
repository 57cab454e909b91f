"""Reading a whole mapping file: `load_registry` compiles it, or says everything that is wrong with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.errors import Diagnostic, Diagnostics
from gateway.mapping.access import NO_ACCESS, Access, read_access
from gateway.mapping.codes import CodeTable, read_table
from gateway.mapping.compiled import OperationMapping, RegistryMapping
from gateway.mapping.endpoint import Endpoint, read_endpoint
from gateway.mapping.facts import KnownFacts
from gateway.mapping.functions import Scope
from gateway.mapping.parts import Findings, Part
from gateway.mapping.reading_reply import SHARED_REPLY_KEYS, read_reply
from gateway.mapping.reading_request import RequestContext, read_request
from gateway.mapping.reading_sources import Context
from gateway.mapping.reading_tests import read_operation_tests
from gateway.model.catalog import Bilingual
from gateway.yamlsource import Source, load

FILE_KEYS = ("grammar", "registry", "title", "namespaces", "endpoint", "access", "codes", "shared", "operations")
OPERATION_KEYS = ("after", "access", "request", "reply", "tests", "note")
SOAP_NAMESPACES = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OPERATION = re.compile(r"[A-Z][A-Z0-9_]*(\.[A-Z][A-Z0-9_]*)+")
_STEP = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a mapping is read against: vocabulary types, shared tables, installed adapters, configured secrets."""

    attributes: Mapping[str, str]
    adapters: frozenset[str]
    tables: Mapping[str, CodeTable] = field(default_factory=dict)
    secrets: Container[str] | None = None


def load_registry(folder: Path, around: Surroundings) -> tuple[RegistryMapping | None, list[Diagnostic]]:
    """Compile `mapping.yaml` of a folder. The mapping is None where it can't be used; findings are complete."""
    path = folder / "mapping.yaml"
    try:
        source = load(path)
    except Diagnostics as error:
        return None, list(error.findings)
    return read_registry(source, folder, around)


def read_registry(
    source: Source, folder: Path | None, around: Surroundings
) -> tuple[RegistryMapping | None, list[Diagnostic]]:
    """Compile one parsed file."""
    mapping, rows = read_partly(source, folder, around)
    return (None if any(row.severity == "error" for row in rows) else mapping), rows


def read_partly(
    source: Source, folder: Path | None, around: Surroundings
) -> tuple[RegistryMapping | None, list[Diagnostic]]:
    """As `read_registry`, but a broken file still gives what could be compiled: only checks may look at it."""
    findings = Findings()
    mapping = _Reader(Part(source, (), source.value, findings), folder, around).read()
    return mapping, sorted(findings.rows, key=lambda row: (row.mark, row.code))


class _Reader:
    """Holds what several parts of one file need while it is read."""

    def __init__(self, top: Part, folder: Path | None, around: Surroundings) -> None:
        self.top, self.folder, self.around = top, folder, around
        self.used_tables: set[str] = set()
        self.used_prefixes: set[str] = set()

    def read(self) -> RegistryMapping | None:
        members = self.top.keys(
            "a mapping", FILE_KEYS, ("grammar", "registry", "title", "endpoint", "access", "operations")
        )
        read_grammar(members.get("grammar"))
        name = read_name(members.get("registry"), self.folder)
        title = read_title(members.get("title"))
        endpoint = (
            read_endpoint(members["endpoint"], self.around.adapters, self.folder) if "endpoint" in members else None
        )
        own_tables = read_tables(members.get("codes"), self.around.tables)
        if endpoint is None or "operations" not in members:
            return None
        namespaces = self._namespaces(members.get("namespaces"), endpoint)
        operations = self._operations(members, endpoint, namespaces, {**self.around.tables, **own_tables}, name)
        self._unused(members, own_tables, namespaces)
        return RegistryMapping(
            name, title, endpoint, operations, own_tables, self._digest(), self.folder, self.top.source
        )

    def _namespaces(self, part: Part | None, endpoint: Endpoint) -> dict[str, str]:
        declared = {prefix: member.text() for prefix, member in part.entries()} if part is not None else {}
        return {"soap": SOAP_NAMESPACES[endpoint.soap_version], "xsi": XSI, **declared}

    def _operations(
        self,
        members: Mapping[str, Part],
        endpoint: Endpoint,
        namespaces: dict[str, str],
        tables: Mapping[str, CodeTable],
        registry: str,
    ) -> dict[str, OperationMapping]:
        shared = members["shared"].keys("shared", ("request", "reply")) if "shared" in members else {}
        scope = Scope(endpoint.zone, tables, self.used_tables)
        parts = _named(members["operations"])
        steps = {name: _field_names(own.get("reply")) for name, (_, own) in parts.items() if _STEP.fullmatch(name)}
        access = self._access(members.get("access"), steps, registry)
        self._check_steps(parts, access, members.get("access"))
        found: dict[str, OperationMapping] = {}
        for name, (part, own) in parts.items():
            known = KnownFacts(
                self.around.attributes,
                _steps_before(name, parts, steps),
                tuple(steps.get(access.login, ())),
                self.around.secrets,
                any_access=access is NO_ACCESS and not _says_none(members.get("access")),
            )
            context = RequestContext(
                endpoint.adapter,
                bool(endpoint.wsdl),
                namespaces,
                scope,
                known,
                endpoint.soap_version,
                endpoint.encoding,
                registry,
                self.used_prefixes,
            )
            operation = self._operation(part, own, shared, context, self._own_access(own.get("access"), access))
            if operation is not None:
                found[name] = operation
        if "reply" in shared:
            shared["reply"].keys("shared.reply", SHARED_REPLY_KEYS)
        return found

    def _operation(
        self, part: Part, own: Mapping[str, Part], shared: Mapping[str, Part], context: RequestContext, access: Access
    ) -> OperationMapping | None:
        within = Context("json", context.namespaces, context.scope, context.facts)
        request = read_request(own["request"], shared.get("request"), context) if "request" in own else None
        reply = (
            read_reply(own["reply"], shared.get("reply"), within, part.name, context.encoding)
            if "reply" in own
            else None
        )
        if request is None or reply is None:
            return None
        return OperationMapping(
            part.name,
            request,
            reply,
            access,
            own["after"].text() if "after" in own else "",
            part.trail,
            read_operation_tests(own.get("tests"), part.name, context.facts, context.namespaces, self.folder),
        )

    def _access(self, part: Part | None, steps: Mapping[str, tuple[str, ...]], registry: str) -> Access:
        if part is None:
            return NO_ACCESS
        return read_access(part, KnownFacts(self.around.attributes, {}, (), self.around.secrets), registry)

    def _own_access(self, part: Part | None, access: Access) -> Access:
        if part is None:
            return access
        if part.text() != "none":
            part.find(
                "mapping.bad_value", key="access", reason="only none can be said here", reason_zh="此处只能写 none"
            )
        return NO_ACCESS

    def _check_steps(
        self, parts: Mapping[str, tuple[Part, Mapping[str, Part]]], access: Access, place: Part | None
    ) -> None:
        for name, (_, own) in parts.items():
            if "after" not in own:
                continue
            chain, step = [name], own["after"].text()
            while step:
                if step not in parts or not _STEP.fullmatch(step):
                    own["after"].find_unknown(
                        "mapping.unknown_step", step, [key for key in parts if _STEP.fullmatch(key)]
                    )
                    break
                if step in chain:
                    if name == min(chain[chain.index(step) :]):  # one finding a cycle, at one of its members
                        own["after"].find("mapping.step_cycle", name=step, cycle=" → ".join((*chain, step)))
                    break
                chain.append(step)
                after = parts[step][1].get("after")
                step = after.text() if after is not None else ""
        if access.login and access.login not in parts and place is not None:
            place.child("login").find_unknown(
                "mapping.unknown_step", access.login, [key for key in parts if _STEP.fullmatch(key)]
            )

    def _unused(
        self, members: Mapping[str, Part], tables: Mapping[str, CodeTable], namespaces: Mapping[str, str]
    ) -> None:
        for name in tables:
            if name not in self.used_tables and name not in self.around.tables:
                members["codes"].child(name).find("mapping.unused_table", at_key=True, name=name)
        if "namespaces" not in members:
            return
        text = str(self.top.value)
        for prefix in members["namespaces"].value:
            if prefix not in self.used_prefixes and f"{prefix}:" not in text:
                members["namespaces"].child(prefix).find("mapping.unused_prefix", at_key=True, prefix=prefix)

    def _digest(self) -> str:
        digest = hashlib.sha256()
        if self.folder is None:
            return digest.hexdigest()
        for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(self.folder).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()


def _named(operations: Part) -> dict[str, tuple[Part, Mapping[str, Part]]]:
    """The operations of a file by name, each with its own parts."""
    parts = {}
    for name, part in operations.entries():
        if not (_OPERATION.fullmatch(name) or _STEP.fullmatch(name)):
            part.find(
                "mapping.bad_value",
                at_key=True,
                key=name,
                reason="write GROUP.NAME, or lower_case for a private step",
                reason_zh="应为 GROUP.NAME，私有步骤用 lower_case",
            )
            continue
        parts[name] = (part, part.keys(f"operation {name}", OPERATION_KEYS, ("request", "reply")))
    return parts


def _says_none(access: Part | None) -> bool:
    kind = access.get("kind") if access is not None else None
    return kind is not None and kind.value == "none"


def _field_names(reply: Part | None) -> tuple[str, ...]:
    fields = reply.get("fields") if reply is not None else None
    return tuple(fields.value) if fields is not None and fields.kind == "map" else ()


def _steps_before(
    name: str, parts: Mapping[str, tuple[Part, Mapping[str, Part]]], steps: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The fields of every step that is asked before this operation."""
    found: dict[str, tuple[str, ...]] = {}
    after = parts[name][1].get("after")
    if after is not None and after.value not in steps:
        return {str(after.value): (), **steps}  # the step's name is wrong: what it gives is not
    while after is not None and isinstance(after.value, str) and after.value in steps and after.value not in found:
        found[after.value] = steps[after.value]
        after = parts[after.value][1].get("after")
    return found


def read_grammar(part: Part | None) -> None:
    """The version of the grammar; only 1 is known."""
    if part is not None and part.written() != "1":
        part.find(
            "mapping.bad_value", key="grammar", reason="this release reads grammar 1", reason_zh="本版本支持 grammar 1"
        )


def read_name(part: Part | None, folder: Path | None) -> str:
    """The name of a file, which is its folder's."""
    if part is None:
        return folder.name if folder is not None else ""
    name = part.text()
    if name and not _NAME.fullmatch(name):
        part.find(
            "mapping.bad_value",
            key=part.name,
            reason="lower case, digits and hyphens",
            reason_zh="应为小写字母、数字和连字符",
        )
    elif name and folder is not None and folder.name != name:
        part.find("mapping.name_is_not_folder", name=name, folder=folder.name)
    return name


def read_title(part: Part | None) -> Bilingual:
    """A text in both languages."""
    members = part.keys("title", ("zh", "en"), ("zh", "en")) if part is not None else {}
    return Bilingual(members["zh"].text() if "zh" in members else "", members["en"].text() if "en" in members else "")


def read_tables(part: Part | None, shared: Mapping[str, CodeTable]) -> dict[str, CodeTable]:
    """The file's own code tables; none may have the name of a shared one."""
    found: dict[str, CodeTable] = {}
    for name, member in part.entries() if part is not None else ():
        if name in shared:
            member.find("mapping.table_name_taken", at_key=True, name=name)
        # A table that can't be used keeps its name, so that whoever reads it is not accused as well.
        found[name] = read_table(member, name) or CodeTable(name, {}, "unexpected")
    return found
