"""A case in canonical form: what an applicant states, who asks, and which materials were handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Claims = Mapping[str, Any]
"""Stated facts: attribute of the vocabulary to value (text, boolean, number, list or object as in JSON)."""


@dataclass(frozen=True, slots=True)
class Operator:
    """The officer whose name travels to the registry (经办人)."""

    name: str
    id_number: str


@dataclass(frozen=True, slots=True)
class Organization:
    """The unit that handles the case (办理单位); `uscc` is its unified social credit code (GB 32100)."""

    name: str
    uscc: str
    division_code: str = ""


@dataclass(frozen=True, slots=True)
class SubmittedMaterial:
    """What the applicant handed in, or said about a paper: `fields` are the facts that the paper states.

    `of` is the role whose paper it is; empty where the case does not say, and then it is whoever the item means.
    """

    code: str
    submitted: bool = True
    fields: Claims = field(default_factory=dict)
    of: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One application (办件), checked against the shared schema.

    `document` is the canonical document that all other attributes were read from; `digest` is the SHA-256 of its
    canonical bytes (RFC 8785), in lower-case hex. `parties` maps a role (`agent`, `relative`, `employer` …) to facts.
    """

    number: str
    item: str
    applicant: Claims
    operator: Operator | None
    organization: Organization | None
    submitted_at: datetime
    parties: Mapping[str, Claims]
    circumstances: Mapping[str, Any]
    materials: tuple[SubmittedMaterial, ...]
    document: Mapping[str, Any]
    digest: str

    @property
    def day(self) -> date:
        """The day of application, which rules count from."""
        return self.submitted_at.date()

    def submitted(self, code: str, of: str) -> SubmittedMaterial | None:
        """What the case says about one material of one role; None where it says nothing."""
        said = [material for material in self.materials if material.code == code and material.of in ("", of)]
        return max(said, key=lambda material: material.of, default=None)
