"""Switches: what the sandbox can be told to do wrong, by operation or by the subject asked about."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from gateway.errors import GatewayError

LINE_SWITCHES: Mapping[str, str] = {
    "http_503": "HTTP 503",
    "rate_limit": "HTTP 429 with Retry-After: 1",
    "hang": "nothing for that many seconds (60), then the answer",
    "slow_drip": "the answer in 20 pieces spread over that many seconds (30)",
    "html_200": "an HTML page under HTTP 200",
    "half_document": "half of the document, with a length that says so",
    "wrong_length": "the document under a Content-Length that is 64 bytes too large",
    "oversize": "a document of that many megabytes (200), made as it is sent",
    "gb18030_bytes": "GB18030 bytes under a UTF-8 declaration",
    "bom": "a byte order mark before the document",
}
"""Played on the bytes: the same for every operation."""

CONTENT_SWITCHES: Mapping[str, str] = {
    "empty_list": "success with an empty list, or an empty record",
    "not_found_code": "the register's own code for not found",
    "null_data": "success with null where the records should stand",
    "duplicate_hits": "the same record twice",
    "unmapped_code": "a code that no code table holds",
    "extra_field": "a field nobody knows",
    "missing_field": "a field that should be there is not",
    "pua_name": "a character of the private use area in the name",
    "masked_name": "a name behind asterisks",
    "double_escaped": "the document escaped once more than agreed",
}
"""Played on the document, each operation knows where."""

REFUSAL_SWITCHES: Mapping[str, str] = {
    "closed_hours": "outside the hours of service",
    "rate_limit_code": "too often, said with a business code under HTTP 200",
    "expired_token": "the session is over",
    "refused": "not allowed for this purpose",
    "record_error": "this one record is in error",
    "soap_fault": "a SOAP fault (SOAP registers only)",
}
"""The register's own refusals; which of them a register can speak is in its shape."""

SWITCHES: Mapping[str, str] = {"ok": "nothing wrong", **LINE_SWITCHES, **CONTENT_SWITCHES, **REFUSAL_SWITCHES}
_AMOUNTS: Mapping[str, float] = {"hang": 60, "slow_drip": 30, "oversize": 200}
_WRITTEN = re.compile(r"([a-z_0-9]+)(?::([0-9]+(?:\.[0-9]+)?))?(?:\*([1-9][0-9]*))?")


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch: `amount` is seconds or megabytes, `times` how many calls it lasts (None: for good)."""

    name: str
    amount: float = 0
    times: int | None = None


OK = Switch("ok")


def parse_switch(text: str, *, where: str = "sandbox") -> Switch:
    """Read `NAME`, `NAME:AMOUNT` (seconds or megabytes) and `…*TIMES`, for example `hang:60*2`.

    Raises:
        GatewayError: `configuration.unknown_reference` for a name nobody knows, `configuration.bad_value` for a form
            nobody knows.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        expected = "NAME, NAME:AMOUNT or NAME*TIMES"
        raise GatewayError("configuration.bad_value", key=where, reason=f"'{text}' is not a switch", expected=expected)
    name = _known(match.group(1), SWITCHES, kind="switch", where=where)
    amount = float(match.group(2)) if match.group(2) else _AMOUNTS.get(name, 0)
    return Switch(name, amount, int(match.group(3)) if match.group(3) else None)


def _known(name: str, known: Collection[str], *, kind: str, where: str) -> str:
    if name in known:
        return name
    near = difflib.get_close_matches(name, list(known), 1)
    suggestion = f"; did you mean '{near[0]}'?" if near else ""
    raise GatewayError(
        "configuration.unknown_reference",
        of=where, kind=kind, name=name, suggestion=suggestion, known=", ".join(sorted(known)),
    )  # fmt: skip


class Script:
    """Which switch the next call of an operation meets, and how often each operation was asked.

    A list is walked from its top: each switch lasts its `times` calls, after the last one all is well again. A switch
    that belongs to a subject holds for every call about that subject, unless a list still has something to say.
    """

    def __init__(
        self,
        operations: Collection[str],
        by_subject: Callable[[str, str], str],
        behaviours: Mapping[str, Iterable[str]],
    ) -> None:
        """`by_subject` gives the switch that a subject always meets at an operation, or an empty text."""
        self._operations = frozenset(operations)
        self._by_subject = by_subject
        self._lists: dict[str, list[Switch]] = {}
        self._asked: dict[str, int] = {}
        self._lock = threading.Lock()
        for operation, written in behaviours.items():
            self.behave(operation, *written)

    def behave(self, operation: str, *written: str) -> None:
        """Replace the list of one operation; no switch at all means that all is well again.

        Raises:
            GatewayError: an operation or a switch that does not exist.
        """
        _known(operation, self._operations, kind="operation", where="sandbox")
        switches = [parse_switch(text, where=operation) for text in written]
        with self._lock:
            self._lists[operation] = switches

    def pick(self, operation: str, subject: str) -> Switch:
        """Count one call and say which switch it meets."""
        with self._lock:
            self._asked[operation] = self._asked.get(operation, 0) + 1
            waiting = self._lists.get(operation)
            if waiting:
                first = waiting[0]
                if first.times is None:
                    return first
                waiting[:1] = [Switch(first.name, first.amount, first.times - 1)] if first.times > 1 else []
                return first
        written = self._by_subject(operation, subject)
        return parse_switch(written, where=operation) if written else OK

    def asked(self, operation: str) -> int:
        """How often an operation was asked so far."""
        with self._lock:
            return self._asked.get(operation, 0)
