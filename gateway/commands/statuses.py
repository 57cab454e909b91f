"""The exit status of a command over everything it was asked: 4 integrity, 2 usage, 1 negative, 3 undetermined, 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.model.outcomes import NEGATIVE_OUTCOMES, UNDETERMINED_OUTCOMES, ExitStatus

_ORDER = (ExitStatus.INTEGRITY, ExitStatus.USAGE, ExitStatus.NEGATIVE, ExitStatus.UNDETERMINED)


def first_that_applies(statuses: Iterable[int]) -> ExitStatus:
    """The one status that stands for many."""
    found = set(statuses)
    return next((status for status in _ORDER if status in found), ExitStatus.FINE)


def status_of(document: Mapping[str, Any]) -> ExitStatus:
    """The status of one `verification` document."""
    outcomes = {finding["outcome"] for finding in document["findings"]}
    if outcomes & NEGATIVE_OUTCOMES:
        return ExitStatus.NEGATIVE
    return ExitStatus.UNDETERMINED if outcomes & UNDETERMINED_OUTCOMES else ExitStatus.FINE
