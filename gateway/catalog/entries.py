"""How catalog files are written: the typed entries of `config/catalog/*.yaml`, before they become the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from annotated_types import Ge, Le, MinLen
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from gateway.catalog.conditions import ROOTS, TESTS, PathFault, check_path
from gateway.config.fields import (
    Code,
    Count,
    Day,
    Flag,
    Part,
    Text,
    Title,
    WrittenFloat,
    WrittenInt,
    code_text,
    form,
    one_or_many,
    refuse,
)
from gateway.config.reading import suggest

Attribute = Annotated[str, form(r"[a-z][a-z0-9_]*", "an attribute", "属性名", "birth_date")]
OperationCode = Annotated[str, form(r"[A-Z]{2,8}\.[A-Z0-9_]+", "an operation", "操作代码", "POP.BASE_INFO")]
MaterialCode = Annotated[Code, form(r"[A-Z][A-Z0-9_-]*", "a material's code", "材料代码", "M01")]
ItemKey = Annotated[Code, form(r"[A-Z][A-Z0-9_]*", "an item's key", "事项代码", "SETTLE_ORIGIN")]
Family = Literal["population", "legal_person", "credit", "geo", "realty", "ecert"]
Profile = Literal["zwfw-c0109", "guide-2016"]
ModeName = Literal["supply", "verify", "ecert", "declare", "manual", "none"]
Role = Literal[
    "applicant", "agent", "relative", "principal", "witness", "owner", "employer", "guardian", "child", "parent",
    "spouse", "donor", "recipient", "investor",
]  # fmt: skip
Channel = Annotated[Literal["10", "20", "30", "99"], BeforeValidator(code_text)]
Texts = Annotated[tuple[Code, ...], BeforeValidator(one_or_many)]


def plain(value: Any) -> Any:
    """A value of a free part without the memory of how its numbers were written."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return int(value) if isinstance(value, WrittenInt) else float(value) if isinstance(value, WrittenFloat) else value


Free = Annotated[Mapping[str, Any], AfterValidator(plain)]
"""A part with any keys, as the shared catalog document has it."""


def _path(value: str) -> str:
    try:
        check_path(value)
    except PathFault as fault:
        if fault.root:
            near = suggest(fault.root, ROOTS)
            raise refuse("catalog.condition_root", shift=fault.column, name=fault.root, suggestion=near) from None
        raise refuse("catalog.condition", shift=fault.column, reason=str(fault), expected="JMESPath") from None
    return value


class ConditionEntry(Part):
    """One condition: a path and exactly one test."""

    path: Annotated[Code, AfterValidator(_path)]
    is_: Texts | None = Field(None, alias="is")
    is_not: Texts | None = None
    contains: Texts | None = None
    exists: Flag | None = None
    filled: Flag | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        found = [name for name, value in self.tests().items() if value is not None]
        if len(found) != 1:
            raise refuse("catalog.condition_tests", found=", ".join(found) or "–")
        return self

    def tests(self) -> dict[str, Any]:
        """All tests by name; None where one is not written."""
        return {name: getattr(self, "is_" if name == "is" else name) for name in TESTS}


When = Annotated[tuple[ConditionEntry, ...], BeforeValidator(one_or_many)]


class OperationEntry(Part):
    """What a question takes, gives, and judges by itself."""

    title: Title
    family: Family
    takes: Annotated[Mapping[Attribute, Literal["required", "optional"]], MinLen(1)]
    gives: tuple[Attribute, ...] = ()
    judges: tuple[Attribute, ...] = ()


class SourceEntry(Part):
    """One operation that can speak about a material."""

    operation: OperationCode
    registry: Code | None = None
    given: Mapping[Attribute, Code] = Field(default_factory=dict)
    """`$claim` binds a claim of another name, anything else is a constant; `$$` begins a constant with a dollar."""
    when: ConditionEntry | None = None


class ComparisonEntry(Part):
    """How one attribute is compared."""

    by: Code
    required: Flag = False
    claim: Attribute | None = None
    equals: Any = None
    forms: Annotated[Count, Ge(0), Le(5)] = 0
    options: Free = Field(default_factory=dict)


class MaterialEntry(Part):
    """One material, shared by all items."""

    title: Title
    mode: ModeName
    doc_code: Code | None = None
    source_channel: Channel | None = None
    sources: tuple[SourceEntry, ...] = ()
    compare: Mapping[Attribute, ComparisonEntry] = Field(default_factory=dict)
    supplies: tuple[Attribute, ...] = ()
    period_days: Annotated[Count, Ge(0), Le(36600)] = 0
    details: Free = Field(default_factory=dict)


class UseEntry(Part):
    """One material as one item asks for it."""

    material: MaterialCode
    of: Role = "applicant"
    when: When = ()
    copies: Annotated[Count, Ge(1), Le(99)] = 1


class LimitEntry(Part):
    """A time limit."""

    value: Annotated[Count, Ge(0), Le(3660)]
    unit: Literal["workday", "day", "hour", "month"]


class ServiceEntry(Part):
    """One service item."""

    title: Title
    basic_code: Code
    implementation_code: Code | None = None
    handling_item: Code | None = None
    type_code: Annotated[Code, form(r"[0-9]{2}", "a type of item (GB/T 39046 A.1)", "事项类型代码", "01")]
    code_status: Literal["sample", "assigned"]
    purpose: Text
    legal_basis: Annotated[tuple[Title, ...], MinLen(1)]
    applicants: tuple[Literal["natural_person", "legal_person", "domestic_relative_as_agent"], ...] = (
        "natural_person",
    )
    conditions: tuple[Title, ...] = ()
    materials: Annotated[tuple[UseEntry, ...], MinLen(1)]
    rules: tuple[Annotated[Code, form(r"[A-Z][A-Z0-9_]*", "a rule", "规则名", "OC_RESIDENCE")], ...] = ()
    statutory_limit: LimitEntry | None = None
    promised_limit: LimitEntry | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    parameters: Free = Field(default_factory=dict)
    details: Free = Field(default_factory=dict)


class CatalogFile(Part):
    """One file of the catalog; each part may stand in any of them."""

    catalog: Text | None = None
    title: Title | None = None
    version: Code | None = None
    code_profile: Profile | None = None
    operations: Mapping[OperationCode, OperationEntry] = Field(default_factory=dict)
    materials: Mapping[MaterialCode, MaterialEntry] = Field(default_factory=dict)
    services: Mapping[ItemKey, ServiceEntry] = Field(default_factory=dict)
