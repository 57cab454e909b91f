"""From draft to signed leaf: what can be done before the log's lock is taken, and what only under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.crypto.bodies import CaseKey
from gateway.crypto.digests import sha256_hex
from gateway.crypto.keys import GatewayKeys
from gateway.crypto.randomness import BlockRandom
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
from gateway.messagelog.entry import CITIZEN_ID, Addition, EntryDraft, PersonKey
from gateway.messagelog.idempotency import entry_tag, finished_row
from gateway.messagelog.persons import PersonBook
from gateway.messagelog.sealing import Body, Result, SaltedBody, salt_body, seal_body, seal_result
from gateway.messagelog.signing import draft_columns, sign_entry
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
    """A signed entry that waits for its index.

    `persons` are the references it was signed with; `fresh` are those persons that nobody had named before.
    """

    order: Order
    persons: Mapping[bytes, str]
    fresh: tuple[bytes, ...]
    body: SaltedBody | None
    columns: Mapping[str, str | None]
    result_digest: str
    leaf: bytes
    leaf_hash: bytes


@dataclass(slots=True)
class Rows:
    """The rows of a batch for its entries, `work`; `refs` and `new_keys` hold once the rows are durable."""

    work: Sequence[Prepared]
    refs: Mapping[bytes, str]
    persons: Sequence[PersonRow]
    entries: list[EntryRow] = field(default_factory=list)
    bodies: list[BodyRow] = field(default_factory=list)
    results: list[ResultRow] = field(default_factory=list)
    idempotency: list[IdempotencyRow] = field(default_factory=list)
    erasures: list[Erasure] = field(default_factory=list)
    case_keys: dict[str, bytes] = field(default_factory=dict)
    new_keys: dict[str, CaseKey] = field(default_factory=dict)


class Preparer:
    """Signs drafts and seals what stands beside them; used by one thread."""

    def __init__(self, keys: GatewayKeys, random_bytes: RandomBytes) -> None:
        self._keys = keys
        self._random_bytes = BlockRandom(random_bytes)
        self._persons = PersonBook(keys.pepper, self._random_bytes)
        self._case_keys: dict[str, CaseKey] = {}

    def sign(self, order: Order) -> Prepared:
        """Sign one entry under the references known so far.

        Raises:
            GatewayError: `document.unexpected_value` for a draft that can't be written.
        """
        draft, result = order.draft, order.result
        if result is not None and not draft.verification:
            raise GatewayError("document.unexpected_value", path="/verification", reason="a result needs an id")
        if order.erasure:
            draft = replace(draft, details={**draft.details, "erased": erasure_details(order.erasure)})
            order = replace(order, draft=draft)
        person, operator = self._digests(draft)
        persons, fresh = self._persons.propose([digest for digest in (person, operator) if digest])
        return self._signed(order, persons, fresh, persons.get(person, ""), persons.get(operator, ""))

    def rows(self, work: Sequence[Prepared], start: int, tx: LogTransaction) -> Rows:
        """Give out indexes from `start` on; an entry is signed again where another process named its person first."""
        rows = self._settle(work, tx)
        keys = self._keys_for({one.order.draft.case for one in work if one.body or one.order.result}, tx, rows)
        for index, one in enumerate(rows.work, start):
            case = one.order.draft.case
            rows.entries.append(EntryRow(index, one.leaf_hash, one.leaf, one.columns))
            if one.body is not None:
                rows.bodies.append(seal_body(keys[case], case, index, one.leaf_hash, one.body))
            if one.order.result is not None:
                self._place_result(one, index, keys[case], rows)
            if one.order.erasure is not None:
                rows.erasures.append(one.order.erasure)
        return rows

    def durable(self, rows: Rows) -> None:
        """The rows are committed: what they brought need not be looked up again."""
        for case, key in rows.new_keys.items():
            self._keep(case, key)
        if rows.erasures:
            self._persons.doubt()
        else:
            self._persons.stood(rows.refs)

    def doubt(self) -> None:
        """Another process has written, or a transaction was undone: look persons up again."""
        self._persons.doubt()

    def _signed(
        self, order: Order, persons: Mapping[bytes, str], fresh: tuple[bytes, ...], person_ref: str, operator_ref: str
    ) -> Prepared:
        draft = order.draft
        body = salt_body(order.body, self._random_bytes) if order.body is not None else None
        digest = sha256_hex(order.result.document) if order.result else ""
        addition = Addition(
            order.time, person_ref, operator_ref, body.commitments if body else {}, digest,
            self._idempotency(order),
        )  # fmt: skip
        leaf = sign_entry(draft, addition, self._keys.signer)
        return Prepared(order, persons, fresh, body, draft_columns(draft, addition), digest, leaf, leaf_hash(leaf))

    def _again(self, order: Order, final: Mapping[bytes, str]) -> Prepared:
        person, operator = self._digests(order.draft)
        persons = {digest: final[digest] for digest in (person, operator) if digest}
        return self._signed(order, persons, (), persons.get(person, ""), persons.get(operator, ""))

    def _settle(self, work: Sequence[Prepared], tx: LogTransaction) -> Rows:
        proposed = {digest: ref for one in work for digest, ref in one.persons.items()}
        if all(self._persons.standing(one.persons) for one in work):
            return Rows(work, proposed, ())
        fresh = {digest for one in work for digest in one.fresh}
        final, rows = self._persons.settle(proposed, tx.person_refs(proposed.keys()), fresh)
        settled = [
            one if all(final[digest] == ref for digest, ref in one.persons.items()) else self._again(one.order, final)
            for one in work
        ]
        return Rows(settled, final, rows)

    def _place_result(self, one: Prepared, index: int, key: CaseKey, rows: Rows) -> None:
        draft, result = one.order.draft, one.order.result
        if result is None:
            return
        item = draft.purpose.item if draft.purpose else ""
        row = ResultRow(
            draft.verification, index, draft.case, item, draft.caller, one.order.time, one.result_digest, b"", b""
        )  # fmt: skip
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
                # A new key is remembered once it is durable; until then it may be undone with its transaction.
                keys[case] = self._keep(case, self._keys.vault.unwrap(case, stored[case]))
            else:
                keys[case], rows.case_keys[case] = self._keys.vault.new_case_key(case)
                rows.new_keys[case] = keys[case]
        return keys

    def _keep(self, case: str, key: CaseKey) -> CaseKey:
        if len(self._case_keys) >= _REMEMBERED_KEYS:
            del self._case_keys[next(iter(self._case_keys))]
        self._case_keys[case] = key
        return key

    def _digests(self, draft: EntryDraft) -> tuple[bytes, bytes]:
        """Of the person, and of the operator; empty where there is none."""
        book = self._persons
        known = draft.operator.id_number if draft.operator else ""
        person = book.digest(draft.person) if draft.person else b""
        return person, book.digest(PersonKey(CITIZEN_ID, known)) if known else b""

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
