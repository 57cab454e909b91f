"""The catalog's own types: operations, materials, service items, and how they hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gateway.model.outcomes import Mode


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text for people in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A question that a registry family answers: what it takes, gives, and judges by itself."""

    code: str
    family: str
    takes: Mapping[str, bool]
    """attribute → required"""
    gives: tuple[str, ...]
    judges: tuple[str, ...] = ()
    title: Bilingual = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one attribute of a material is compared.

    `by` names a comparator or predicate; `claim` is the attribute that the applicant states (the same name where it
    is empty); `equals` replaces the claim by a constant; `forms` is how many further forms a judging registry may be
    asked about (DOMAIN 4.8); `options` are parameters of the comparator.
    """

    attribute: str
    by: str
    required: bool = False
    claim: str = ""
    equals: Any = None
    forms: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stated(self) -> str:
        """The attribute under which the applicant states the value."""
        return self.claim or self.attribute


@dataclass(frozen=True, slots=True)
class Source:
    """One operation that can speak about a material.

    `given` binds what the operation takes: attribute of the operation → attribute of the claims; `constants` are
    values that the catalog itself gives. What is in neither is taken from the claim of the same name. `registry` is
    named only where several registries hold the operation.
    """

    operation: str
    registry: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    when: Condition | None = None
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """When something applies: a JMESPath over `{case, claims, findings}` and one test.

    `test` is one of `is`, `is_not`, `contains`, `exists`, `filled`; `expected` holds texts; for the last two it is
    `("true",)` or `("false",)`.
    """

    path: str
    test: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What is asked for (CCCEV Evidence Type), once in the catalog, shared by all items."""

    code: str
    title: Bilingual
    mode: Mode
    doc_code: str = ""
    source_channel: str = ""
    sources: tuple[Source, ...] = ()
    compare: tuple[Comparison, ...] = ()
    period_days: int = 0
    """How many days before the application the question reaches back; 0 where it does not."""
    supplies: tuple[str, ...] = ()
    """Attributes that are kept for the officer although nothing is compared."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Columns of a sender's material table that are kept as they came."""


@dataclass(frozen=True, slots=True)
class MaterialUse:
    """One material as one item asks for it: of whom, and under which conditions (all must hold)."""

    material: str
    of: str = "applicant"
    when: tuple[Condition, ...] = ()
    copies: int = 1


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit in days or workdays."""

    value: int
    unit: str


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """What an authority offers under a legal basis (政务服务事项; CPSV-AP Public Service)."""

    key: str
    title: Bilingual
    basic_code: str
    type_code: str
    code_status: str
    legal_basis: tuple[Bilingual, ...]
    purpose: str
    materials: tuple[MaterialUse, ...]
    statutory_limit: TimeLimit | None = None
    promised_limit: TimeLimit | None = None
    rules: tuple[str, ...] = ()
    conditions: tuple[Bilingual, ...] = ()
    applicants: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    """Everything else that a guide shows: process, fees, channels, contact, as in the shared catalog document."""
    implementation_code: str = ""
    handling_item: str = ""
