"""Names of persons and organisations: the expected grades of the domain guide, and what lies around them."""

from __future__ import annotations

import pytest

from gateway.assessment import COMPARATORS, NameTables
from gateway.model.outcomes import Grade


def grade(by: str, one: object, other: object, tables: NameTables, **options: object) -> tuple[Grade, str]:
    result = COMPARATORS[by].compare(one, other, options, tables)
    return result.grade, result.reason


ZH_NAMES = [
    ("王芳", "王芳", "exact", "same"),
    ("王芳", "王　芳", "equivalent", "written_differently"),
    ("ＷＡＮＧ", "WANG", "equivalent", "written_differently"),
    ("陳大文", "陈大文", "equivalent", "trad_simp"),
    ("鍾明", "钟明", "variant", "trad_simp_ambiguous"),
    ("範明", "范明", "variant", "trad_simp_ambiguous"),
    ("蕭红", "肖红", "variant", "variant_character"),
    ("阎明", "闫明", "variant", "variant_character"),
    ("於明", "于明", "variant", "variant_character"),
    ("买买提·吐尔逊", "买买提•吐尔逊", "equivalent", "written_differently"),
    ("买买提·吐尔逊", "买买提．吐尔逊", "equivalent", "written_differently"),
    ("买买提吐尔逊", "买买提·吐尔逊", "variant", "interpunct_missing"),
    ("王䶮", "王\ue863", "variant", "private_use_character"),
    ("王?", "王䶮", "not_comparable", "masked"),
    ("王*", "王芳", "not_comparable", "masked"),
    ("王*", "王*", "not_comparable", "masked"),
    ("王\ue000", "王芳", "not_comparable", "masked"),
    ("王\ufffd", "王芳", "not_comparable", "masked"),
    ("王芳", "王方", "weak", "one_character"),
    ("陈大文", "陈文", "weak", "one_character"),
    ("文大陈", "陈大文", "partial", "other_order"),
    ("陈大文", "林美玉", "mismatch", "names_differ"),
    ("陈大文", "CHEN DAWEN", "not_comparable", "other_script"),
    ("金\uf914", "金樂", "equivalent", "written_differently"),
    ("王\u200b芳", "王芳", "equivalent", "written_differently"),
    ("王芳", "", "not_provided", "absent"),
    ("", "王芳", "not_provided", "not_stated"),
    ("王芳", ["王芳"], "not_comparable", "value_type"),
]


@pytest.mark.parametrize(("one", "other", "expected", "reason"), ZH_NAMES)
def test_chinese_names(one: object, other: object, expected: str, reason: str, tables: NameTables) -> None:
    assert grade("zh_name", one, other, tables) == (expected, reason)


def test_a_former_name_is_a_variant_only_on_the_opposite_side(tables: NameTables) -> None:
    assert grade("zh_name", "林小玉", "林美玉丽", tables)[0] == "mismatch"
    assert grade("zh_name", "林小玉", "林美玉丽", tables, registered_former_names=["林小玉"]) == (
        "variant",
        "former_name",
    )
    assert grade("zh_name", "林小玉", "林美玉丽", tables, declared_former_names=["林美玉丽"]) == (
        "variant",
        "former_name",
    )
    # The registry's own present name among its former ones proves nothing about the applicant.
    assert grade("zh_name", "林小玉", "林美玉丽", tables, registered_former_names=["林美玉丽"])[0] == "mismatch"


def test_the_rule_that_was_used_is_told(tables: NameTables) -> None:
    result = COMPARATORS["zh_name"].compare("鍾大明", "钟大明", {}, tables)
    assert result.values == {"rule": "鍾→钟"}
    result = COMPARATORS["zh_name"].compare("王芳", "王　芳", {}, tables)
    assert result.values == {"steps": "width blanks"}


LATIN_NAMES = [
    ("CHEN DAWEN", "CHEN DAWEN", "exact", "same"),
    ("Chen Dawen", "CHEN DAWEN", "equivalent", "written_differently"),
    ("CHEN DA-WEN", "CHEN DAWEN", "equivalent", "written_differently"),
    ("CHEN, DA WEN", "CHEN DAWEN", "equivalent", "written_differently"),
    ("CHEN<<DA<WEN<<<<<<", "Chen Dawen", "equivalent", "written_differently"),
    ("MÜLLER JÖRG", "MULLER JORG", "equivalent", "written_differently"),
    ("LÜ MEI", "LYU MEI", "equivalent", "written_differently"),
    ("CH'EN DAWEN", "CHEN DAWEN", "equivalent", "written_differently"),
    ("XI'AN WU", "XI AN WU", "equivalent", "written_differently"),
    (
        "VENKATANARASIMHARAJUVARIPETA SUBRAMANIAM CHANDRAN",
        "VENKATANARASIMHARAJUVARIPETA<<SUBRAMANI",
        "equivalent",
        "mrz_truncated",
    ),
    ("LYU MEI", "LV MEI", "variant", "u_umlaut"),
    ("LU MEI", "LYU MEI", "variant", "u_umlaut"),
    ("LÜ MEI", "LU MEI", "variant", "u_umlaut"),
    ("NYU WEI", "NV WEI", "variant", "u_umlaut"),
    ("TAN DAWEN", "CHEN DAWEN", "variant", "dialect_surname"),
    ("DAWEN TAN", "CHEN DA WEN", "variant", "dialect_surname"),
    ("DAWEN CHEN", "CHEN DA WEN", "variant", "order_unknown"),
    ("OU YANGXIU", "OUYANG XIU", "variant", "split_differs"),
    ("TAN AH KOW @ TAN YA GOU", "TAN YA GOU", "variant", "declared_alias"),
    ("DAVID CHEN DA WEN", "CHEN DA WEN", "partial", "extra_tokens"),
    ("WONG NEE LAM MEI", "WONG MEI", "partial", "extra_tokens"),
    ("CHEN D W", "CHEN DA WEN", "partial", "initials"),
    ("CHEN DAWEN", "CHEN DAWEI", "weak", "similar_spelling"),
    ("TAN AH KOW", "TAN AH KAU", "weak", "similar_spelling"),
    ("TAN TAI BOON", "CHEN DAWEN", "weak", "dialect_surname_only"),
    ("SUTRISNO BUDI", "CHEN DAWEN", "mismatch", "names_differ"),
    ("CHEN D*", "CHEN DAWEN", "not_comparable", "masked"),
    ({"surname": "CHEN", "given_names": "DAWEN"}, "CHEN<<DAWEN", "equivalent", "written_differently"),
    ({"surname": 3}, "CHEN DAWEN", "not_comparable", "value_type"),
    ("陈大文", "CHEN DAWEN", "not_comparable", "other_script"),
]


@pytest.mark.parametrize(("one", "other", "expected", "reason"), LATIN_NAMES)
def test_latin_names(one: object, other: object, expected: str, reason: str, tables: NameTables) -> None:
    assert grade("latin_name", one, other, tables) == (expected, reason)


def test_similarity_is_never_more_than_weak(tables: NameTables) -> None:
    assert grade("latin_name", "CHEN DAWEN", "CHEN DAWEI", tables, threshold=0.1)[0] == "weak"
    assert grade("latin_name", "CHEN DAWEN", "CHEN DAWEI", tables, threshold=0.99)[0] == "mismatch"


def test_only_the_first_aliases_are_read(tables: NameTables) -> None:
    names = " @ ".join(["LIM BUDI", *(f"ONG {sign}" for sign in "ABCDE"), "CHEN DAWEN"])
    assert grade("latin_name", names, "ONG E", tables) == ("variant", "declared_alias")
    assert grade("latin_name", names, "CHEN DAWEN", tables)[0] == "mismatch"


def test_declared_western_names_and_aliases(tables: NameTables) -> None:
    assert grade("latin_name", "DAVID CHEN DA WEN", "CHEN DA WEN", tables, western_names=["David"]) == (
        "variant",
        "western_name_declared",
    )
    assert grade("latin_name", "SUTRISNO BUDI", "CHEN DAWEN", tables, declared_aliases=["Chen Dawen"]) == (
        "variant",
        "declared_alias",
    )
    assert (
        grade("latin_name", "SUTRISNO BUDI", "CHEN DAWEN", tables, registered_aliases=["CHEN DAWEN"])[0] == "mismatch"
    )


ORG_NAMES = [
    ("示例侨资科技有限公司", "示例侨资科技有限公司", "exact", "same"),
    ("示例（广州）有限公司", "示例(广州) 有限公司", "equivalent", "written_differently"),
    ("Test B.V. Donald", "TEST BV DONALD", "equivalent", "written_differently"),
    ("示例科技有限公司", "示例科技有限责任公司", "variant", "legal_form_wording"),
    ("示例僑資科技有限公司", "示例侨资科技有限公司", "variant", "trad_simp"),
    ("示例科技有限公司", "示例科技有限公司广州分公司", "partial", "branch"),
    ("示例侨资科技有限公司", "示例侨资科贸有限公司", "weak", "one_character"),
    ("示例侨资科技有限公司", "另一家公司", "mismatch", "names_differ"),
    ("示例*公司", "示例侨公司", "not_comparable", "masked"),
]


@pytest.mark.parametrize(("one", "other", "expected", "reason"), ORG_NAMES)
def test_names_of_organisations(one: str, other: str, expected: str, reason: str, tables: NameTables) -> None:
    assert grade("org_name", one, other, tables) == (expected, reason)


def test_a_former_name_of_an_organisation(tables: NameTables) -> None:
    assert grade("org_name", "旧名公司", "示例公司", tables, registered_former_names=["旧名公司"]) == (
        "variant",
        "former_name",
    )
