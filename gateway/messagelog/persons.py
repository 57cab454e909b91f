"""Persons in the log: a random reference instead of a number, and the erasable row that links the two."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Iterable, Mapping
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
        self._standing: dict[bytes, str] = {}

    def digest(self, person: PersonKey) -> bytes:
        """The keyed hash of a person's number."""
        return self._pepper.person(person.id_type, person.id_number)

    def propose(self, digests: Iterable[bytes]) -> tuple[dict[bytes, str], tuple[bytes, ...]]:
        """The reference last seen for each person, or a new random one; and those persons that were never seen."""
        refs, fresh = {}, []
        for digest in digests:
            ref = self._known.get(digest)
            if ref is None:
                fresh.append(digest)
                ref = self._new_ref()
            refs[digest] = self._remember(digest, ref)
        return refs, tuple(fresh)

    def settle(
        self, proposed: Mapping[bytes, str], stored: Mapping[bytes, str], fresh: Container[bytes]
    ) -> tuple[dict[bytes, str], list[PersonRow]]:
        """Bring the book in line with the store; gives the references that hold, and the rows that are to be added.

        A reference that was known and is no longer stored was erased: it is not used again.
        """
        final, rows = {}, []
        for digest, ref in proposed.items():
            right = stored.get(digest)
            if right is None:
                right = ref if digest in fresh else self._new_ref()
                rows.append(person_row(self._pepper, digest, right))
            final[digest] = self._remember(digest, right)
        return final, rows

    def standing(self, proposed: Mapping[bytes, str]) -> bool:
        """Whether all these references are known to be stored, so that the store need not be asked."""
        return all(self._standing.get(digest) == ref for digest, ref in proposed.items())

    def stood(self, refs: Mapping[bytes, str]) -> None:
        """These references are stored now; it holds until `doubt`."""
        if len(self._standing) > _REMEMBERED:
            self._standing.clear()
        self._standing.update(refs)

    def doubt(self) -> None:
        """Ask the store again about everybody: somebody else has written, or something was erased or undone."""
        self._standing.clear()

    def _new_ref(self) -> str:
        return "p" + self._random_bytes(REF_SIZE).hex()

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
