"""A small catalog, and the surroundings that broken mapping files are checked against."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

from adapters.rest import RestAdapter
from adapters.soap import SoapAdapter
from gateway.catalog import Catalog
from gateway.mapping.codes import CodeTable
from gateway.mapping.files import Surroundings
from gateway.model.catalog import Bilingual, Comparison, Material, Operation, Source
from gateway.model.outcomes import Mode
from gateway.schemas import vocabulary

OPENERS = {"rest": RestAdapter, "soap": SoapAdapter}
TITLE = Bilingual("试", "Probe")


def around() -> Surroundings:
    types = {name: attribute.type for name, attribute in vocabulary().attributes.items()}
    tables = {"ethnic": CodeTable("ethnic", {"01": "01"}, "unexpected")}
    return Surroundings(types, frozenset(OPENERS), tables, frozenset({"probe.key", "probe.user", "probe.password"}))


def catalog() -> Catalog:
    operations = (
        Operation(
            "POP.BASE_INFO", "population", {"id_number": True, "name": False}, ("birth_date", "sex_code", "death_flag"), ("name",)
        ),
        Operation("POP.ADDRESS", "population", {"id_number": True}, ("household_address", "members", "position")),
        Operation("LEG.INFO", "legal_person", {"uscc": True}, ("org_name", "reg_state", "capital", "hits")),
    )  # fmt: skip
    materials = (
        Material("M01", TITLE, Mode.SUPPLY, sources=(Source("POP.BASE_INFO"),),
                 compare=(Comparison("birth_date", "date", True), Comparison("name", "zh_name")), supplies=("sex_code",)),
        Material("M03", TITLE, Mode.SUPPLY, sources=(Source("LEG.INFO"),), supplies=("hits",)),
        Material("M02", TITLE, Mode.SUPPLY, sources=(Source("POP.ADDRESS"),), supplies=("members", "position")),
    )  # fmt: skip
    return Catalog(
        {}, {each.code: each for each in materials}, {each.code: each for each in operations}, document={}, digest=""
    )
