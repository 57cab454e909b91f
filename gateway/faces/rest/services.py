"""The public catalog: service items, what each asks for, and what of it an applicant need not hand in."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from gateway.assembly import Gateway
from gateway.catalog.rendering import item_document
from gateway.errors import GatewayError, Words
from gateway.model.catalog import Bilingual, Material, MaterialUse, ServiceItem
from gateway.model.outcomes import Mode

Handling = Literal["waived", "hand_in_and_verify", "declare", "hand_in"]


class Title(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class ServiceSummary(BaseModel):
    """One service item in the list."""

    key: str
    title: Title
    basic_code: str
    code_status: str = Field(description="`sample` until the catalog authority has assigned the code")
    materials: int = Field(description="how many materials it may ask for")


class Services(BaseModel):
    """All service items of this gateway."""

    catalog_digest: str = Field(description="SHA-256 of the catalog in force, lower-case hex")
    services: list[ServiceSummary]


class Compared(BaseModel):
    """One attribute that is compared with the registry's."""

    field: str
    comparator: str
    required: bool


class NeededMaterial(BaseModel):
    """One material as the item asks for it."""

    material: str
    title: Title
    of: str = Field(description="whose paper it is: applicant, relative, employer …")
    mode: Mode
    handling: Handling
    reason: Title
    copies: int
    conditions: list[dict[str, Any]] = Field(description="when it is asked for; empty: always")
    compared: list[Compared]
    supplied: list[str] = Field(description="attributes that the office gets from the registry")
    operations: list[str] = Field(description="questions that are put to registries")


class Materials(BaseModel):
    """What one service item asks for."""

    service: str
    title: Title
    materials: list[NeededMaterial]


_WORDS: Final[dict[Mode, tuple[Handling, Words]]] = {
    Mode.SUPPLY: ("waived", Words("the office asks the registry; it need not be handed in",
                                  "由办理单位向数据源查询，免提交")),
    Mode.ECERT: ("waived", Words("the office fetches the electronic certificate; it need not be handed in",
                                 "由办理单位调取电子证照，免提交")),
    Mode.VERIFY: ("hand_in_and_verify", Words("handed in once and compared with the registry online",
                                              "提交一次，在线与数据源比对")),
    Mode.DECLARE: ("declare", Words("the applicant's own statement, which an officer reads",
                                    "由申请人作出声明，工作人员审阅")),
    Mode.MANUAL: ("hand_in", Words("an officer looks at the paper itself", "须由工作人员审核原件")),
    Mode.NONE: ("hand_in", Words("no registry in the country can speak about it", "国内没有可供核验的数据源")),
}  # fmt: skip
"""What each mode means to an applicant, and why."""


def services(gateway: Gateway) -> Services:
    """All service items, by their keys."""
    catalog = gateway.services.catalog
    rows = [
        ServiceSummary(
            key=key,
            title=_title(item.title),
            basic_code=item.basic_code,
            code_status=item.code_status,
            materials=len(item.materials),
        )
        for key, item in sorted(catalog.items.items())
    ]
    return Services(catalog_digest=catalog.digest, services=rows)


def service(gateway: Gateway, key: str) -> dict[str, Any]:
    """One service item as the shared catalog document has it, with its key; raises `request.not_found`."""
    item = _item(gateway, key)
    return {"key": item.key, **item_document(item)}


def materials(gateway: Gateway, key: str) -> Materials:
    """What an item asks for, in its order, and what becomes of each; raises `request.not_found`."""
    item = _item(gateway, key)
    rendered = item_document(item)["materials"]
    rows = [_needed(gateway, use, shown) for use, shown in zip(item.materials, rendered, strict=True)]
    return Materials(service=item.key, title=_title(item.title), materials=rows)


def _item(gateway: Gateway, key: str) -> ServiceItem:
    try:
        return gateway.services.catalog.item(key)
    except GatewayError:
        raise GatewayError("request.not_found", kind=Words("service item", "事项"), name=key[:60]) from None


def _needed(gateway: Gateway, use: MaterialUse, shown: dict[str, Any]) -> NeededMaterial:
    material = gateway.services.catalog.material(use.material)
    handling, words = _handling(gateway, material)
    compared = [Compared(field=each.attribute, comparator=each.by, required=each.required) for each in material.compare]
    return NeededMaterial(
        material=material.code,
        title=_title(material.title),
        of=use.of,
        mode=material.mode,
        handling=handling,
        reason=Title(zh=words.zh, en=words.en),
        copies=use.copies,
        conditions=shown.get("when", []),
        compared=compared,
        supplied=list(material.supplies),
        operations=list(dict.fromkeys(source.operation for source in material.sources)),
    )


def _handling(gateway: Gateway, material: Material) -> tuple[Handling, Words]:
    """What the applicant does; where no registry of this deployment can be asked, the paper is needed after all."""
    handling, words = _WORDS[material.mode]
    asked = [source.operation for source in material.sources]
    if handling in ("waived", "hand_in_and_verify") and not any(map(gateway.services.directory.holders, asked)):
        names = ", ".join(asked) or "–"
        return "hand_in", Words(f"no registry of this gateway answers {names}", f"本网关没有可答复 {names} 的数据源")
    return handling, words


def _title(text: Bilingual) -> Title:
    return Title(zh=text.zh, en=text.en)
