"""Grants over the example catalog, and a case that nothing is wrong with; every person in it is synthetic."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gateway import yamlsource
from gateway.access.grants import Grants, grants_of
from gateway.catalog.loading import Names, load_catalog
from gateway.catalog.store import Catalog
from gateway.config.callers import GrantsFile
from gateway.config.reading import read
from gateway.model.case import Case, Operator, Organization, SubmittedMaterial
from gateway.resources import config_dir

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog([yamlsource.load(path) for path in sorted((config_dir() / "catalog").glob("*.yaml"))], Names())


@pytest.fixture(scope="session")
def grants(catalog: Catalog) -> Grants:
    file, findings = read(yamlsource.load(config_dir() / "grants.yaml"), GrantsFile)
    assert file is not None
    assert findings == []
    return grants_of(file, catalog)


@pytest.fixture
def case() -> Case:
    applicant = {"name": "陈大文", "id_number": "350102198807041239"}
    return Case(
        "C-1", "SETTLE_ORIGIN", applicant, Operator("经办人甲", "440106196503120016"),
        Organization("示例市侨务办公室", "11440000MB2FAKE143"), datetime(2026, 11, 24, tzinfo=UTC), {}, {},
        (SubmittedMaterial("M03"),), {"applicant": applicant}, "0" * 64,
    )  # fmt: skip
