"""The example catalog, read against the real vocabulary and comparators, and a case in canonical form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway import yamlsource
from gateway.assessment.comparators import COMPARATORS
from gateway.catalog.loading import Names, load_catalog
from gateway.catalog.store import Catalog
from gateway.model.case import Case, Operator, Organization, SubmittedMaterial
from gateway.resources import config_dir
from gateway.schemas import vocabulary


@pytest.fixture(scope="session")
def names() -> Names:
    predicates = [name for name, one in COMPARATORS.items() if one.predicate]
    return Names(frozenset(vocabulary().attributes), frozenset(COMPARATORS), frozenset(predicates))


@pytest.fixture(scope="session")
def catalog(names: Names) -> Catalog:
    return load_catalog([yamlsource.load(path) for path in sorted((config_dir() / "catalog").glob("*.yaml"))], names)


@pytest.fixture
def make_case() -> Any:
    """A case from its document's variable parts; every person in it is synthetic."""

    def make(materials: tuple[str, ...] = (), item: str = "SETTLE_ORIGIN", **document: Any) -> Case:
        document.setdefault("applicant", {"name": "陈大文", "id_number": "350102198807041239"})
        return Case(
            "C-1", item, document["applicant"], Operator("经办人甲", "440106196503120016"),
            Organization("示例市侨务办公室", "11440000MB2FAKE143"), datetime(2026, 11, 24, tzinfo=UTC), {},
            document.get("circumstances", {}), tuple(SubmittedMaterial(code) for code in materials), document, "0" * 64,
        )  # fmt: skip

    return make
