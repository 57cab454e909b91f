"""Running the tests of a registry's mapping: messages are written and replies read as in earnest, nothing is sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gateway.adapter import Adapter, AdapterSettings, WsdlCorrection
from gateway.errors import Diagnostic, GatewayError
from gateway.mapping.compiled import OperationMapping, RegistryMapping
from gateway.mapping.coverage import coverage
from gateway.mapping.testcases import MappingTest
from gateway.model.evidence import EvidenceResponse
from gateway.model.outcomes import FieldState, ReplyWord
from gateway.model.wire import WireMessage
from gateway.workbench.asking import check_recorded, check_request
from gateway.workbench.bodies import NotRecordedError, read_reply
from gateway.workbench.expecting import check_response
from gateway.workbench.report import TestReport, TestResult
from gateway.yamlsource import Trail

OpenAdapter = Callable[[AdapterSettings], Adapter]


def interface_settings(mapping: RegistryMapping, recordings: Path | None = None) -> AdapterSettings:
    """What a protocol is told where nothing will be sent: no certificate, no secret, interface files as they lie.

    Args:
        mapping: the registry.
        recordings: where files named `recorded:FOLDER/FILE` lie.
    """
    endpoint, folder = mapping.endpoint, mapping.folder or Path()

    def place(name: str) -> Path:
        return (recordings or Path()) / name[9:] if name.startswith("recorded:") else folder / name

    return AdapterSettings(
        registry=mapping.name,
        url=endpoint.url,
        max_reply=endpoint.limits.max_reply,
        encoding=endpoint.encoding,
        soap_version=endpoint.soap_version,
        wsdl=place(endpoint.wsdl) if endpoint.wsdl else None,
        port=endpoint.port,
        schema_catalog={url: place(file) for url, file in endpoint.schema_catalog.items()},
        corrections=tuple(WsdlCorrection(row.path, row.was, row.now, row.times) for row in endpoint.corrections),
        options={"protocol": endpoint.adapter, "recordings": "", "folder": str(_interface_folder(mapping, recordings))},
    )


def _interface_folder(mapping: RegistryMapping, recordings: Path | None) -> Path:
    if mapping.endpoint.wsdl.startswith("recorded:"):
        return (recordings or Path()) / mapping.endpoint.wsdl[9:].split("/")[0]
    return mapping.folder or Path()


def run_tests(mapping: RegistryMapping, open_adapter: OpenAdapter, recordings: Path | None = None) -> TestReport:
    """Run every test of every operation.

    Args:
        mapping: the compiled mapping; its folder is where `file` is read.
        open_adapter: opens the protocol of the endpoint; only `encode` and `decode` are used.
        recordings: the folder of `recorded` files; the tests that need it are skipped where it is absent.
    """
    tests = [(operation, test) for operation in mapping.operations.values() for test in operation.tests]
    if _needs_recordings(mapping) and (recordings is None or not recordings.is_dir()):
        reason = "the interface file is among recordings that are not here"
        skipped = tuple(TestResult(operation.name, test.name, "skipped", (), reason) for operation, test in tests)
        return TestReport(mapping.name, skipped, (), coverage(mapping).counts)
    try:
        adapter = open_adapter(interface_settings(mapping, recordings))
    except GatewayError as error:
        key = "wsdl" if mapping.endpoint.wsdl else "adapter"
        finding = _finding(mapping, ("endpoint", key), error.code, **error.values)
        unusable = tuple(
            TestResult(operation.name, test.name, "failed", (), "no interface") for operation, test in tests
        )
        return TestReport(mapping.name, unusable, (finding,), coverage(mapping).counts)
    results = tuple(_Run(mapping, adapter, recordings, operation, test).result() for operation, test in tests)
    return TestReport(mapping.name, results, (), coverage(mapping).counts)


def _needs_recordings(mapping: RegistryMapping) -> bool:
    files = (mapping.endpoint.wsdl, *mapping.endpoint.schema_catalog.values())
    return any(name.startswith("recorded:") for name in files)


def _finding(mapping: RegistryMapping, trail: Trail, code: str, **values: object) -> Diagnostic:
    assert mapping.source is not None  # noqa: S101 - a mapping with tests was read from a file
    return Diagnostic(mapping.source.mark(trail), code, values)


class _Run:
    """One test while it runs."""

    def __init__(
        self,
        mapping: RegistryMapping,
        adapter: Adapter,
        recordings: Path | None,
        operation: OperationMapping,
        test: MappingTest,
    ) -> None:
        self.mapping, self.adapter, self.recordings = mapping, adapter, recordings
        self.operation, self.test = operation, test
        self.facts: dict[str, Any] = dict(test.given)
        self.findings: list[Diagnostic] = []

    def result(self) -> TestResult:
        try:
            self._run()
        except NotRecordedError as error:
            return TestResult(self.operation.name, self.test.name, "skipped", (), str(error))
        return TestResult(
            self.operation.name, self.test.name, "failed" if self.findings else "passed", tuple(self.findings)
        )

    def _run(self) -> None:
        chain = _chain(self.mapping, self.operation)
        response: EvidenceResponse | None = None
        asked: WireMessage | None = None
        for operation in chain:
            last = operation is self.operation
            if not last and operation.name not in self.test.replies:
                continue
            message = self._ask(operation)
            if message is None:
                return
            asked = message if last else None
            response = self._answer(operation)
            if not last and response is not None:
                if response.word is not ReplyWord.FOUND:
                    break
                self.facts |= {f"{operation.name}.{name}": field.value for name, field in response.fields.items()
                               if field.state is FieldState.VALUE}  # fmt: skip
        self._check(asked, response)

    def _ask(self, operation: OperationMapping) -> WireMessage | None:
        secrets = {name: f"secret:{name[7:]}" for name in operation.reads if name.startswith("secret.")}
        self.facts = {**secrets, **self.facts}
        try:
            return self.adapter.encode(operation.message(self.facts))
        except GatewayError as error:
            self.differ("request", found=error.text(), expected="a message")
            return None

    def _answer(self, operation: OperationMapping) -> EvidenceResponse | None:
        body = self.test.replies.get(operation.name)
        if body is None:
            return None
        try:
            reply = read_reply(body, self.mapping.folder, self.recordings)
        except GatewayError as error:
            self.findings.append(_finding(self.mapping, body.trail, error.code, **error.values))
            return None
        decoded = self.adapter.decode(reply, operation.reply.form, operation.reply.encoding)
        return operation.understand(reply.status, reply.header, decoded, self.facts)

    def _check(self, asked: WireMessage | None, response: EvidenceResponse | None) -> None:
        expect = self.test.expect
        if expect.request is not None:
            if asked is None:
                self.differ("request", found="never sent", expected="a message")
            else:
                self._check_request(asked)
        if response is not None:
            check_response(expect, response, self.differ)
        elif not self.findings and (expect.outcome or expect.names or expect.evidence):
            self.differ("outcome", found="no reply in this test", expected=expect.outcome or "an answer")

    def _check_request(self, asked: WireMessage) -> None:
        expect = self.test.expect.request
        assert expect is not None  # noqa: S101 - the caller looked

        def differ(*steps: str | int, found: str, expected: str) -> None:
            self.differ("request", *steps, found=found, expected=expected)

        check_request(expect, asked, self.operation, self.mapping.endpoint.url, differ)
        encoding = self.operation.request.encoding
        try:
            check_recorded(expect, asked, encoding, self.mapping.folder, self.recordings, differ)
        except GatewayError as error:
            self.findings.append(_finding(self.mapping, expect.trail, error.code, **error.values))

    def differ(self, *steps: str | int, found: str, expected: str) -> None:
        """A finding at the place of the expectation."""
        path = ".".join(str(step) for step in steps)
        trail = (*self.test.expect.trail, *steps)
        values = {"test": self.test.name, "path": path, "found": found, "expected": expected}
        self.findings.append(_finding(self.mapping, trail, "mapping.test_failed", **values))


def _chain(mapping: RegistryMapping, operation: OperationMapping) -> list[OperationMapping]:
    """The operations that are asked before this one, first first, and this one last."""
    chain: list[OperationMapping] = [operation]
    while chain[0].after and chain[0].after in mapping.operations:
        step = mapping.operations[chain[0].after]
        if step in chain:
            break
        chain.insert(0, step)
    return chain


def recordings_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """The folder of recordings that `REGISTRY_CASES` names; None where it is not set."""
    named = (os.environ if environment is None else environment).get("REGISTRY_CASES", "")
    return Path(named) if named else None
