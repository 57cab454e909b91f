from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gateway import schemas, yamlsource
from gateway.catalog import Catalog, import_catalog, load_catalog
from gateway.catalog.loading import Names
from gateway.catalog.yamltext import yaml_text
from gateway.errors import Diagnostic, GatewayError
from gateway.model.outcomes import Mode
from gateway.resources import config_dir

SAMPLE = config_dir() / "sample" / "catalog" / "exchange-table.json"
CODES = config_dir() / "codes"


def imported(names: Names, document: Any, tmp_path: Path) -> tuple[Catalog, list[Diagnostic]]:
    path = tmp_path / "table.json"
    path.write_text(json.dumps(document), "utf-8")
    text, findings = import_catalog(path, CODES)
    return load_catalog([yamlsource.parse(text, "imported.yaml")], names), findings


def task(**columns: Any) -> dict[str, Any]:
    return {
        "catalog_code": "000799001001", "task_name": "示例事项", "task_type": "07", "by_law": "示例",
        "server_type": "1",
    } | columns  # fmt: skip


def material(**columns: Any) -> dict[str, Any]:
    return {"catalog_code": "000799001001", "material_name": "申请表", "source_type": "10"} | columns


@pytest.fixture
def sample(names: Names) -> tuple[Catalog, list[Diagnostic]]:
    text, findings = import_catalog(SAMPLE, CODES)
    return load_catalog([yamlsource.parse(text, "imported.yaml")], names), findings


def test_the_sample_becomes_a_catalog_of_ours_in_the_shared_shape(sample: tuple[Catalog, list[Diagnostic]]) -> None:
    catalog, _ = sample
    assert schemas.check("catalog", dict(catalog.document)) == []
    assert sorted(catalog.items) == ["T000799001001", "T002099002000"]
    item = catalog.item("000799001001")
    assert (item.type_code, item.code_status, item.applicants) == ("07", "sample", ("natural_person",))
    assert (item.promised_limit.value, item.promised_limit.unit) == (5, "workday")  # type: ignore[union-attr]
    assert [condition.zh for condition in item.conditions] == ["申请人为归侨", "户籍在本行政区域内"]
    assert len(item.legal_basis) == 2
    assert len(item.implementation_code) == 31
    assert item.details["origin"]["cd_batch"] == "20261124001"
    assert item.details["is_fee"] is False
    assert [use.copies for use in item.materials] == [2, 1, 1]
    card = catalog.material(item.materials[1].material)
    assert (card.title.zh, card.mode, card.source_channel) == ("居民身份证", Mode.MANUAL, "20")
    assert card.details["data_lyoffice"] == "公安机关"


def test_bad_rows_are_set_aside_with_their_reason_and_the_rest_goes_on(
    sample: tuple[Catalog, list[Diagnostic]],
) -> None:
    rows = {
        finding.mark.file.split("#")[1]: finding.text("en")
        for finding in sample[1]
        if finding.code == "catalog.row_quarantined"
    }
    assert set(rows) == {"/tasks/2/task_type", "/materials/4/task_code"}
    assert "'77' of task_type is in no code table" in rows["/tasks/2/task_type"]
    assert "没有事项的材料" in rows["/materials/4/task_code"]


def test_codes_that_no_table_holds_are_left_out_and_never_guessed(sample: tuple[Catalog, list[Diagnostic]]) -> None:
    catalog, findings = sample
    left = {finding.mark.file.split("#")[1] for finding in findings if finding.code == "catalog.code_unmapped"}
    assert left == {"/tasks/1/promise_type", "/tasks/1/use_level", "/materials/2/is_need", "/materials/3/source_type"}
    schooling = catalog.item("002099002000")
    assert schooling.promised_limit is None
    assert "use_level" not in schooling.details
    assert catalog.material(schooling.materials[0].material).source_channel == ""


def test_texts_without_english_are_counted(sample: tuple[Catalog, list[Diagnostic]]) -> None:
    assert [finding.values["count"] for finding in sample[1] if finding.code == "catalog.not_translated"] == [11]
    assert all(finding.severity == "warning" for finding in sample[1])


@pytest.mark.parametrize(
    ("columns", "column"),
    [
        ({"catalog_code": ""}, "catalog_code"),
        ({"catalog_code": "00079900100"}, "catalog_code"),
        ({"task_code": "123"}, "task_code"),
        ({"task_name": None}, "task_name"),
        ({"task_type": "7"}, "task_type"),
        ({"by_law": " "}, "by_law"),
        ({"server_type": "6"}, "server_type"),
        ({"promise_day": "five", "promise_type": "1"}, "promise_day"),
        ({"promise_day": -1}, "promise_day"),
        ({"plan_effective_date": "2026-02-30"}, "plan_effective_date"),
        ({"plan_cancel_date": "soon"}, "plan_cancel_date"),
        ({"task_state": "3"}, "task_state"),
        ({"handle_flow": ["a"]}, "handle_flow"),
        ({"handle_flow": "\ud800"}, "handle_flow"),
        ({"task_name": "\x1b[31m"}, "task_name"),
        ({"remark": "a\uffff"}, "remark"),
        ({"handle_flow": "x" * 10_001}, "handle_flow"),
        ({"by_law": "x" * 100_001}, "by_law"),
        ({"a column": "x"}, ""),
    ],
)
def test_one_wrong_column_sets_its_row_aside_alone(
    names: Names, tmp_path: Path, columns: dict[str, Any], column: str
) -> None:
    other = {
        "tasks": [task(**columns), task(catalog_code="000799001009")],
        "materials": [material(), material(catalog_code="000799001009")],
    }
    catalog, findings = imported(names, other, tmp_path)
    assert list(catalog.items) == ["T000799001009"]
    first = next(finding for finding in findings if finding.code == "catalog.row_quarantined")
    assert first.mark.file.split("#")[1] == f"/tasks/0/{column}".removesuffix("/")


@pytest.mark.parametrize("name", ["\x1b", "申请\x00表", "申请表\ufffe", "x" * 100_001])
def test_a_material_whose_title_no_document_may_hold_is_set_aside(names: Names, tmp_path: Path, name: str) -> None:
    document = {"tasks": [task()], "materials": [material(material_name=name), material()]}
    catalog, findings = imported(names, document, tmp_path)
    assert schemas.check("catalog", dict(catalog.document)) == []
    assert [card.title.zh for card in catalog.materials.values()] == ["申请表"]
    found = next(finding for finding in findings if finding.code == "catalog.row_quarantined")
    assert found.mark.file.endswith("#/materials/0/material_name")
    assert ("超过 100000 个字符" if len(name) > 9 else "文档不允许的字符 U+") in found.text("zh")


def test_numbers_stretches_and_order_are_read(names: Names, tmp_path: Path) -> None:
    rows = [
        material(material_name=name, order_num=order) for name, order in (("third", ""), ("second", 2), ("first", "1"))
    ]
    document = {"tasks": [task(plan_effective_date="20260101", promise_day=5, promise_type=2)], "materials": rows}
    catalog, _ = imported(names, document, tmp_path)
    item = catalog.item("000799001001")
    assert [catalog.material(use.material).title.zh for use in item.materials] == ["first", "second", "third"]
    assert str(item.valid_from) == "2026-01-01"
    assert item.code_status == "assigned"
    assert item.promised_limit.unit == "day"  # type: ignore[union-attr]


def test_a_second_row_of_one_code_and_an_item_without_materials_are_set_aside(names: Names, tmp_path: Path) -> None:
    document = {
        "tasks": [task(), task(task_name="again"), task(catalog_code="000799001002")],
        "materials": [material()],
    }
    catalog, findings = imported(names, document, tmp_path)
    assert list(catalog.items) == ["T000799001001"]
    assert sum(finding.code == "catalog.row_quarantined" for finding in findings) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "document.empty"),
        (b"{", "document.not_json"),
        (b"[]", "document.unexpected_value"),
        (b'{"tasks": []}', "document.unexpected_value"),
        (b'{"tasks": {}, "materials": []}', "document.unexpected_value"),
        (b'{"tasks": [], "materials": [], "code_status": "maybe"}', "document.unexpected_value"),
        (b'{"tasks": [], "tasks": []}', "document.not_json"),
        (b"\xff\xff", "document.not_text"),
        (b"[" * 5000, "document.too_deep"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_as_a_whole(tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "table.json").write_bytes(data)
    with pytest.raises(GatewayError) as caught:
        import_catalog(tmp_path / "table.json", CODES)
    assert caught.value.code == code


def test_missing_files_and_tables_have_their_codes(tmp_path: Path) -> None:
    with pytest.raises(GatewayError) as caught:
        import_catalog(tmp_path / "none.json", CODES)
    assert caught.value.code == "configuration.file_missing"
    with pytest.raises(GatewayError) as caught:
        import_catalog(SAMPLE, tmp_path)
    assert caught.value.code == "configuration.invalid"


def words(most: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=most)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**9) | st.floats(-1e9, 1e9) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6,
)  # fmt: skip
COLUMNS = (
    "task_code",
    "task_type",
    "promise_day",
    "promise_type",
    "server_type",
    "by_law",
    "accept_condition",
    "remark",
    "plan_cancel_date",
)
MATERIAL_COLUMNS = ("material_name", "source_type", "page_num", "order_num", "is_need", "fill_explain")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(st.sampled_from(COLUMNS), JSON, max_size=3).map(lambda columns: task(**columns)), max_size=3
    ),
    st.lists(
        st.dictionaries(st.sampled_from(MATERIAL_COLUMNS), JSON, max_size=3).map(lambda columns: material(**columns))
        | JSON,
        max_size=4,
    ),
)
def test_whatever_stands_in_the_rows_the_result_loads_or_says_why(
    names: Names, tmp_path: Path, tasks: list[Any], materials: list[Any]
) -> None:
    catalog, findings = imported(names, {"tasks": tasks, "materials": materials}, tmp_path)
    assert schemas.check("catalog", dict(catalog.document)) == []
    lost = (
        len(tasks) + len(materials) - len(catalog.items) - sum(len(item.materials) for item in catalog.items.values())
    )
    assert lost == 0 or any(finding.code == "catalog.row_quarantined" for finding in findings)


@given(
    st.dictionaries(
        words(12),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words(20),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(words(6), inner, max_size=3),
            max_leaves=8,
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_what_is_written_is_read_again(document: dict[str, Any]) -> None:
    assume("<<" not in json.dumps(document))  # merge keys are refused by the reader, quoted or not
    assert yamlsource.parse(yaml_text(document), "x").value == document


def test_only_plain_values_are_written() -> None:
    with pytest.raises(TypeError):
        yaml_text({"a": object()})
