"""The result: one finding per material, with a grade and a reason for every compared field."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.model.case import Case
from gateway.model.outcomes import Flag, Grade, Outcome


@dataclass(frozen=True, slots=True)
class FieldResult:
    """What a comparator says about two values: the grade and the reason's code with its values."""

    grade: Grade
    reason: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """One compared field of a finding. `declared` and `registry` are masked for people's eyes."""

    field: str
    comparator: str
    grade: Grade
    reason: str
    required: bool
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    judged_by: str = "gateway"
    declared: str = ""
    registry: str = ""
    exchange: str = ""
    predicate: bool = False


@dataclass(frozen=True, slots=True)
class FindingError:
    """Why a material could not be asked about, and when the next attempt may be made (RFC 3339 or empty)."""

    code: str
    message: Mapping[str, str]
    next_attempt: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said about one material of a case; it never decides the case."""

    material: str
    of: str
    outcome: Outcome
    flags: tuple[Flag, ...] = ()
    fields: tuple[FieldFinding, ...] = ()
    evidence: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    exchanges: tuple[str, ...] = ()
    error: FindingError | None = None
    notes: tuple[str, ...] = ()
    """Reason codes for the officer that stand beside the outcome (for example `difference_not_required`)."""


@dataclass(frozen=True, slots=True)
class CaseVerification:
    """All findings of one case, with the id under which it can be fetched again and its receipt."""

    id: str
    case: Case
    findings: tuple[Finding, ...]
    created_at: str
    caller: str
    receipt: Mapping[str, Any] = dataclasses.field(default_factory=dict)
