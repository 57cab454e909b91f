"""From draft to signed leaf: what can be done before the log's lock is taken, and what only under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.crypto.bodies import CaseKey
from gateway.crypto.digests import sha256_hex
from gateway.crypto.keys import GatewayKeys
from gateway.crypto.suite import RandomBytes
from gateway.errors import GatewayError
from gateway.messagelog.contracts import (
    BodyRow,
    EntryRow,
    Erasure,
    IdempotencyRow,
    LogTransaction,
    PersonRow,
    ResultRow,
)
from gateway.messagelog.entry import CITIZEN_ID, Addition, EntryDraft, PersonKey, search_columns, sign_entry
from gateway.messagelog.idempotency import entry_tag, finished_row
from gateway.messagelog.persons import PersonBook
from gateway.messagelog.sealing import Body, Result, SaltedBody, salt_body, seal_body, seal_result
from gateway.messagelog.tree import leaf_hash

_REMEMBERED_KEYS = 4_096


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to append: the draft, when it was handed in, and what is kept beside the entry."""

    draft: EntryDraft
    time: str
    body: Body | None = None
    result: Result | None = None
    erasure: Erasure | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A signed entry that waits for its index. `persons` are the references it was signed with."""

    order: Order
    persons: Mapping[bytes, str]
    body: SaltedBody | None
    document: Mapping[str, Any]
    leaf: bytes
    leaf_hash: bytes


@dataclass(slots=True)
class Rows:
    """The rows of a batch that depend on indexes."""

    entries: list[EntryRow] = field(default_factory=list)
    bodies: list[BodyRow] = field(default_factory=list)
    results: list[ResultRow] = field(default_factory=list)
    idempotency: list[IdempotencyRow] = field(default_factory=list)
    erasures: list[Erasure] = field(default_factory=list)
    case_keys: dict[str, bytes] = field(default_factory=dict)


class Preparer:
    """Signs drafts and seals what stands beside them; used by one thread."""

    def __init__(self, keys: GatewayKeys, random_bytes: RandomBytes) -> None:
        self._keys = keys
        self._random_bytes = random_bytes
        self._persons = PersonBook(keys.pepper, random_bytes)
        self._case_keys: dict[str, CaseKey] = {}

    def sign(self, order: Order, fresh: set[bytes]) -> Prepared:
        """Sign one entry under the references known so far; persons that nobody named before are added to `fresh`.

        Raises:
            GatewayError: `document.unexpected_value` for a draft that can't be written.
        """
        draft = order.draft
        _check_order(order)
        body = salt_body(order.body, self._random_bytes) if order.body is not None else None
        persons, person, operator = self._references(draft, fresh)
        addition = Addition(
            order.time, persons.get(person, ""), persons.get(operator, ""), body.commitments if body else {},
            sha256_hex(order.result.document) if order.result else "", self._idempotency(order),
        )  # fmt: skip
        if order.erasure:
            draft = replace(draft, details={**draft.details, "erased": erasure_details(order.erasure)})
        document, leaf = sign_entry(draft, addition, self._keys.signer)
        return Prepared(order, persons, body, document, leaf, leaf_hash(leaf))

    def settle(
        self, work: Sequence[Prepared], tx: LogTransaction, fresh: set[bytes]
    ) -> tuple[list[Prepared], list[PersonRow]]:
        """Compare the references with the store's, and sign again where another process was first; gives new rows."""
        proposed = {digest: ref for prepared in work for digest, ref in prepared.persons.items()}
        if not proposed:
            return list(work), []
        rows = self._persons.settle(proposed, tx.person_refs(proposed.keys()), fresh)
        final = {digest: self._persons.propose(digest) for digest in proposed}
        settled = [
            prepared
            if all(final[digest] == ref for digest, ref in prepared.persons.items())
            else self.sign(prepared.order, fresh)
            for prepared in work
        ]
        return settled, rows

    def place(self, work: Sequence[Prepared], start: int, tx: LogTransaction) -> Rows:
        """Give out indexes from `start` on and seal bodies and results under the keys of their cases."""
        rows = Rows()
        keys = self._keys_for({one.order.draft.case for one in work if one.body or one.order.result}, tx, rows)
        for index, one in enumerate(work, start):
            draft = one.order.draft
            rows.entries.append(EntryRow(index, one.leaf_hash, one.leaf, search_columns(one.document)))
            if one.body is not None:
                rows.bodies.append(seal_body(keys[draft.case], draft.case, index, one.leaf_hash, one.body))
            if one.order.result is not None:
                self._place_result(one, index, keys[draft.case], rows)
            if one.order.erasure is not None:
                rows.erasures.append(one.order.erasure)
        return rows

    def _place_result(self, one: Prepared, index: int, key: CaseKey, rows: Rows) -> None:
        draft, result = one.order.draft, one.order.result
        if result is None:
            return
        item = draft.purpose.item if draft.purpose else ""
        digest = str(one.document["result_digest"])
        row = ResultRow(draft.verification, index, draft.case, item, draft.caller, one.order.time, digest, b"", b"")
        rows.results.append(seal_result(key, row, result.document))
        if result.idempotency is not None:
            rows.idempotency.append(
                finished_row(
                    self._keys.pepper, draft.caller, result.idempotency, draft.verification, index, one.order.time
                )
            )

    def _keys_for(self, cases: set[str], tx: LogTransaction, rows: Rows) -> dict[str, CaseKey]:
        keys = {case: self._case_keys[case] for case in cases if case in self._case_keys}
        missing = cases - keys.keys()
        stored = tx.wrapped_keys(missing) if missing else {}
        for case in missing:
            if case in stored:
                # Only a stored key is remembered: a new one may still be undone with its transaction.
                keys[case] = self._keep(case, self._keys.vault.unwrap(case, stored[case]))
            else:
                keys[case], rows.case_keys[case] = self._keys.vault.new_case_key(case)
        return keys

    def _keep(self, case: str, key: CaseKey) -> CaseKey:
        if len(self._case_keys) >= _REMEMBERED_KEYS:
            del self._case_keys[next(iter(self._case_keys))]
        self._case_keys[case] = key
        return key

    def _references(self, draft: EntryDraft, fresh: set[bytes]) -> tuple[dict[bytes, str], bytes, bytes]:
        book, persons = self._persons, {}
        person = book.digest(draft.person) if draft.person else b""
        known = draft.operator is not None and draft.operator.id_number
        operator = book.digest(PersonKey(CITIZEN_ID, known)) if known else b""
        for digest in (person, operator):
            if digest:
                if not book.known(digest):
                    fresh.add(digest)
                persons[digest] = book.propose(digest)
        return persons, person, operator

    def _idempotency(self, order: Order) -> str:
        if order.result is None or order.result.idempotency is None:
            return ""
        draft = order.draft
        row = finished_row(self._keys.pepper, draft.caller, order.result.idempotency, draft.verification, 0, "")
        return entry_tag(self._keys.pepper, row)


def erasure_details(erasure: Erasure) -> dict[str, list[Any]]:
    """What an erasing entry says about what it erased."""
    parts: dict[str, list[Any]] = {
        "bodies": [list(span) for span in erasure.bodies],
        "results": list(erasure.results),
        "persons": list(erasure.persons),
    }
    return {name: values for name, values in parts.items() if values}


def _check_order(order: Order) -> None:
    if order.result is not None and not order.draft.verification:
        raise GatewayError("document.unexpected_value", path="/verification", reason="a result needs an id")
