"""Checks what stands beside the entries: search columns, bodies, results, persons, and that exchanges pair up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.crypto.bodies import CaseKey, Vault
from gateway.crypto.digests import Pepper, same
from gateway.errors import GatewayError
from gateway.messagelog.contracts import BodyRow, EntryRow, LogReader, ResultRow
from gateway.messagelog.entry import Kind, search_columns
from gateway.messagelog.findings import Findings
from gateway.messagelog.idempotency import entry_tag
from gateway.messagelog.persons import person_row_holds
from gateway.messagelog.sealing import open_body, open_result

_CASE_KEYS: Final = 1_024
_END: Final = 2**62


@dataclass(slots=True)
class Erased:
    """What the log itself says was erased."""

    bodies: list[tuple[int, int]] = field(default_factory=list)
    results: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)

    def learn(self, document: Mapping[str, Any]) -> None:
        """Take in what an event entry says."""
        details = document.get("details")
        erased = details.get("erased") if isinstance(details, dict) else None
        if document.get("kind") == Kind.EVENT and isinstance(erased, dict):
            self.bodies += [(span[0], span[1]) for span in erased.get("bodies", ())]
            self.results.update(erased.get("results", ()))
            self.persons.update(erased.get("persons", ()))


class ContentCheck:
    """Fed with genuine entries in order. Without vault or pepper, what they would open stays unopened."""

    def __init__(self, reader: LogReader, vault: Vault | None, pepper: Pepper | None, findings: Findings) -> None:
        self._reader, self._vault, self._pepper, self._findings = reader, vault, pepper, findings
        self._keys: dict[str, CaseKey | None] = {}
        self._bad_cases: set[str] = set()
        self._open: dict[tuple[str, int], tuple[int, str]] = {}
        self._untrusted: set[str] = set()
        self._erased = Erased()
        self._missing_bodies: list[int] = []
        self._missing_results: list[tuple[int, str]] = []
        self._missing_persons: dict[str, int] = {}
        self._refs: set[str] = set()
        self.bodies_opened = 0

    def start(self) -> None:
        """Read the person rows."""
        for row in self._reader.persons():
            self._refs.add(row.ref)
            if self._pepper is not None and not person_row_holds(self._pepper, row):
                self._findings.add("person_changed", ref=row.ref)

    def distrust(self, leaf_hash: bytes) -> None:
        """An entry with this hash is missing or changed; what refers to it can't be followed."""
        self._untrusted.add(leaf_hash.hex())

    def feed(self, start: int, stop: int, entries: Sequence[tuple[EntryRow, Mapping[str, Any]]]) -> None:
        """Take the genuine entries with indexes from `start` to `stop`, with their documents."""
        bodies = {row.index: row for row in self._reader.bodies(start, stop)}
        results: dict[int, list[ResultRow]] = {}
        for result in self._reader.results(start, stop):
            results.setdefault(result.index, []).append(result)
        documents = {}
        for row, document in entries:
            documents[row.index] = document
            self._columns(row, document)
            self._pair(row, document)
            self._persons_of(row, document)
            self._erased.learn(document)
            self._body(row, document, bodies.get(row.index))
            self._result(row, document, results.get(row.index, []))
        self._idempotency(start, stop, documents)

    def finish(self, size: int) -> None:
        """Judge what only the whole log can tell: what is missing without having been erased, what is open."""
        for index in self._missing_bodies:
            if not any(start <= index < stop for start, stop in self._erased.bodies):
                self._findings.add("body_missing", index)
        for index, name in self._missing_results:
            if name not in self._erased.results:
                self._findings.add("result_missing", index, id=name)
        for ref, index in self._missing_persons.items():
            if ref not in self._erased.persons:
                self._findings.add("person_missing", index, ref=ref)
        for (exchange, _), (index, _) in sorted(self._open.items(), key=lambda item: item[1][0]):
            self._findings.add("open_exchange", index, exchange=exchange)
        for body in (*self._reader.bodies(size, _END), *self._reader.bodies(-_END, 0)):
            self._findings.add("body_inserted", body.index)
        for result in (*self._reader.results(size, _END), *self._reader.results(-_END, 0)):
            self._findings.add("result_inserted", id=result.id)
        for key in self._reader.idempotency(size, _END):
            self._findings.add("idempotency_changed", key.index)
        if self._vault is not None:
            for case, wrapped in self._reader.case_keys():
                self._unwrap(case, wrapped)

    def _columns(self, row: EntryRow, document: Mapping[str, Any]) -> None:
        for name, value in search_columns(document).items():
            if row.columns.get(name) != value:
                self._findings.add("column_changed", row.index, column=name)

    def _pair(self, row: EntryRow, document: Mapping[str, Any]) -> None:
        kind, exchange = document.get("kind"), str(document.get("exchange", ""))
        name = exchange, int(document.get("attempt", 0))
        if kind == Kind.REQUEST:
            self._open[name] = row.index, row.leaf_hash.hex()
        if kind not in (Kind.RESPONSE, Kind.FAILURE):
            return
        request_hash = document.get("request_hash")
        opened = self._open.pop(name, None)
        if request_hash in self._untrusted:
            return
        if opened is None:
            # What ended before anything was sent (a rest after failures, closed hours) has no request.
            if kind == Kind.RESPONSE or request_hash is not None:
                self._findings.add("response_alone", row.index, exchange=exchange)
        elif request_hash is not None and request_hash != opened[1]:
            self._findings.add("request_differs", row.index, exchange=exchange)

    def _persons_of(self, row: EntryRow, document: Mapping[str, Any]) -> None:
        operator = document.get("operator")
        refs = (document.get("person_ref"), operator.get("ref") if isinstance(operator, dict) else None)
        for ref in refs:
            if ref is not None and ref not in self._refs:
                self._missing_persons.setdefault(ref, row.index)

    def _body(self, row: EntryRow, document: Mapping[str, Any], body: BodyRow | None) -> None:
        commitments = document.get("commitments")
        if commitments is None:
            if body is not None:
                self._findings.add("body_inserted", row.index)
            return
        if body is None:
            self._missing_bodies.append(row.index)
            return
        if body.case != document.get("case", ""):
            self._findings.add("body_changed", row.index)
            return
        key = self._key(body.case)
        if key is None:
            return
        try:
            open_body(key, row.leaf_hash, body, commitments)
            self.bodies_opened += 1
        except GatewayError:
            self._findings.add("body_changed", row.index)

    def _result(self, row: EntryRow, document: Mapping[str, Any], results: Sequence[ResultRow]) -> None:
        name, digest = document.get("verification"), document.get("result_digest")
        mine = [result for result in results if digest is not None and result.id == name]
        for result in results:
            if result not in mine:
                self._findings.add("result_inserted", row.index, id=result.id)
        if digest is None:
            return
        if not mine:
            self._missing_results.append((row.index, str(name)))
            return
        result, purpose = mine[0], document.get("purpose", {})
        expected = (
            document.get("case", ""), purpose.get("item", ""), document.get("caller", ""), document["time"], digest,
        )  # fmt: skip
        if (result.case, result.item, result.caller, result.created, result.digest) != expected:
            self._findings.add("result_changed", row.index, id=name)
            return
        key = self._key(result.case)
        if key is None:
            return
        try:
            open_result(key, result)
        except GatewayError:
            self._findings.add("result_changed", row.index, id=name)

    def _idempotency(self, start: int, stop: int, documents: Mapping[int, Mapping[str, Any]]) -> None:
        if self._pepper is None:
            return
        for row in self._reader.idempotency(start, stop):
            document = documents.get(row.index)
            if document is not None and not same(str(document.get("idempotency", "")), entry_tag(self._pepper, row)):
                self._findings.add("idempotency_changed", row.index)

    def _key(self, case: str) -> CaseKey | None:
        """The data key of a case; None where it can't be had, which is then named once."""
        if self._vault is None:
            return None
        if case not in self._keys:
            if len(self._keys) >= _CASE_KEYS:
                del self._keys[next(iter(self._keys))]
            wrapped = self._reader.case_key(case)
            self._keys[case] = self._unwrap(case, wrapped)
        return self._keys[case]

    def _unwrap(self, case: str, wrapped: bytes | None) -> CaseKey | None:
        kind = "case_key_missing"
        if wrapped is not None and self._vault is not None:
            try:
                return self._vault.unwrap(case, wrapped)
            except GatewayError:
                kind = "case_key_changed"
        if case not in self._bad_cases:
            self._bad_cases.add(case)
            self._findings.add(kind, case=case)
        return None
