"""Persons in the log: a random reference instead of a number, and the erasable row that links the two."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Final

from gateway.crypto.digests import Pepper, same
from gateway.crypto.suite import RandomBytes
from gateway.messagelog.contracts import PersonRow
from gateway.messagelog.entry import PersonKey

REF_SIZE: Final = 16
_REMEMBERED: Final = 20_000


class PersonBook:
    """Proposes references before the transaction, so that signing needs no lock; the store has the last word."""

    def __init__(self, pepper: Pepper, random_bytes: RandomBytes) -> None:
        self._pepper = pepper
        self._random_bytes = random_bytes
        self._known: OrderedDict[bytes, str] = OrderedDict()

    def digest(self, person: PersonKey) -> bytes:
        """The keyed hash of a person's number."""
        return self._pepper.person(person.id_type, person.id_number)

    def propose(self, digest: bytes) -> str:
        """The reference last seen for a person, or a new random one."""
        ref = self._known.get(digest)
        if ref is None:
            ref = self._remember(digest, "p" + self._random_bytes(REF_SIZE).hex())
        return ref

    def settle(
        self, proposed: Mapping[bytes, str], stored: Mapping[bytes, str], fresh: Iterable[bytes]
    ) -> list[PersonRow]:
        """Bring the book in line with the store; gives the rows that are to be added.

        A reference that was known and is no longer stored was erased: it is not used again.
        """
        new = set(fresh)
        rows = []
        for digest, ref in proposed.items():
            if digest in stored:
                self._remember(digest, stored[digest])
                continue
            if digest not in new:
                ref = "p" + self._random_bytes(REF_SIZE).hex()
            self._remember(digest, ref)
            rows.append(person_row(self._pepper, digest, ref))
        return rows

    def known(self, digest: bytes) -> bool:
        """Whether the person was seen before."""
        return digest in self._known

    def _remember(self, digest: bytes, ref: str) -> str:
        self._known[digest] = ref
        self._known.move_to_end(digest)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return ref


def person_row(pepper: Pepper, digest: bytes, ref: str) -> PersonRow:
    """The row that links a person to a reference, with its tag."""
    return PersonRow(digest, ref, pepper.tag("person", digest, ref.encode()))


def person_row_holds(pepper: Pepper, row: PersonRow) -> bool:
    """Whether the gateway wrote this row as it is."""
    return same(row.tag, pepper.tag("person", row.digest, row.ref.encode()))
