"""Forms of a judged name, the tables behind them, and what they say when a file is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.assessment import COMPARATORS, NameTables, name_forms
from gateway.assessment.script import simplified
from gateway.errors import GatewayError


@pytest.mark.parametrize(
    ("name", "former", "forms"),
    [
        ("陈大文", [], [("陈大文", "exact", "judged_match")]),
        ("陈　大文", [], [("陈大文", "equivalent", "written_differently")]),
        ("陳大文", [], [("陈大文", "equivalent", "trad_simp")]),
        ("鍾明", [], [("钟明", "variant", "trad_simp_ambiguous"), ("鍾明", "exact", "as_written"),
                    ("锺明", "variant", "variant_character")]),
        ("萧红", [], [("萧红", "exact", "judged_match"), ("肖红", "variant", "variant_character")]),
        ("萧红", ["蕭小紅", "萧红", 3, ""], [("萧红", "exact", "judged_match"), ("萧小红", "variant", "former_name"),
                                           ("肖红", "variant", "variant_character")]),
        ("王\ue863", [], [("王䶮", "variant", "private_use_character")]),
    ],
)  # fmt: skip
def test_forms(name: str, former: list[object], forms: list[tuple[str, str, str]], tables: NameTables) -> None:
    assert name_forms(name, tables, former) == forms


def test_the_limit_counts_further_forms_only(tables: NameTables) -> None:
    assert [text for text, _, _ in name_forms("鍾明", tables, ["李明", "王明"], 1)] == ["钟明", "李明"]
    assert [text for text, _, _ in name_forms("鍾明", tables, ["李明"], 0)] == ["钟明"]


def test_the_domain_tables_are_in_the_shipped_ones(tables: NameTables) -> None:
    stands_for = {
        "范": "范範",
        "后": "后後",
        "余": "余餘",
        "钟": "鐘鍾锺",
        "干": "干乾幹",
        "里": "里裡",
        "谷": "谷穀",
        "游": "游遊",
    }
    for character, origins in stands_for.items():
        assert set(origins) <= tables.ambiguous[character]
    for one, other in ("萧肖", "阎闫", "傅付", "戴代", "蓝兰", "于於"):
        assert other in tables.variants[one]
        assert one in tables.variants[other]
    assert tables.private_use["\ue863"] == "䶮"
    assert tables.surnames["TAN"] >= {"陈"}
    assert tables.surnames["CHEN"] >= {"陈"}
    assert tables.surnames["OEI"] == {"黄"}


def test_ambiguous_characters_are_those_with_several_origins(tables: NameTables) -> None:
    for character, origins in tables.ambiguous.items():
        assert len(origins) > 1
        for origin in origins:
            assert simplified(origin) == character or origin in tables.variants.get(character, ())


STATES = "valid expired cancelled revoked lost replaced not_issued active suspended deregistered moved_out closed"


@pytest.mark.parametrize("code", STATES.split())
def test_the_vocabulary_of_states_is_explained(code: str, tables: NameTables) -> None:
    assert COMPARATORS["active_state"].compare(None, code, {}, tables).reason != "state_unmapped"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(GatewayError) as caught:
        NameTables.load(tmp_path)
    assert caught.value.code == "configuration.file_missing"


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("names/variants.csv", "one,other\n萧,肖\n", "catalog.row_invalid"),
        ("names/variants.csv", "one,other,source\n萧,肖\n", "catalog.row_invalid"),
        ("names/variants.csv", "one,other,source\n萧,肖,\n", "catalog.row_invalid"),
        ("names/variants.csv", "one,other,source\n萧萧,肖,x\n", "catalog.row_invalid"),
        ("names/variants.csv", "", "catalog.row_invalid"),
        ("names/private_use.csv", "private_use,character\nU+XYZ,U+4DAE\n", "catalog.row_invalid"),
        ("states.csv", "text,meaning\nopen,perhaps\n", "catalog.row_invalid"),
        ("states.csv", b"\xff\xfe\x00", "configuration.unreadable"),
    ],
)
def test_a_wrong_table_is_told_with_its_place(file: str, text: str | bytes, code: str, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "config" / "codes"
    (tmp_path / "names").mkdir()
    for name in ("names/ambiguous.csv", "names/variants.csv", "names/private_use.csv", "names/surname_romanization.csv",
                 "states.csv", "relations.csv"):  # fmt: skip
        (tmp_path / name).write_bytes((shipped / name).read_bytes())
    (tmp_path / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(GatewayError) as caught:
        NameTables.load(tmp_path)
    assert caught.value.code == code
    if code == "catalog.row_invalid":
        assert caught.value.where.startswith(f"{Path(file).name}:")
