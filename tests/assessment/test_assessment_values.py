"""Numbers, dates, codes, relations, addresses, divisions: the expected grade of each kind of difference."""

from __future__ import annotations

import pytest

from gateway.assessment import COMPARATORS, NameTables

ID = "350102198807041239"

ROWS = [
    ("citizen_id", ID, ID, "exact", "same"),
    ("citizen_id", "44010619800101401x", "44010619800101401X", "equivalent", "written_differently"),
    ("citizen_id", "350102 19880704 1239", ID, "equivalent", "written_differently"),
    ("citizen_id", "３５０１０２１９８８０７０４１２３９", ID, "equivalent", "written_differently"),
    # Correction 3 of the domain guide: this row is equivalent, although its list of cases still says variant.
    ("citizen_id", "440106650312001", "440106196503120016", "equivalent", "upgraded_15_to_18"),
    ("citizen_id", "3501**********1239", ID, "partial", "masked_agrees"),
    ("citizen_id", "3501***1239", ID, "partial", "masked_agrees"),
    ("citizen_id", "3501**********1238", ID, "mismatch", "masked_differs"),
    ("citizen_id", "******************", ID, "not_comparable", "masked"),
    ("citizen_id", "350102198807041247", ID, "mismatch", "differs"),
    ("citizen_id", 350102198807041239, ID, "exact", "same"),
    ("citizen_id", None, ID, "not_provided", "not_stated"),
    ("citizen_id", ID, None, "not_provided", "absent"),
    ("citizen_id", ID, {"n": 1}, "not_comparable", "value_type"),
    ("doc_no", "E12345678", "e 12345678", "equivalent", "written_differently"),
    ("doc_no", "A123456（3）", "A123456(3)", "equivalent", "written_differently"),
    ("doc_no", "E12345678", "E12345679", "mismatch", "differs"),
    ("doc_no", "E12****78", "E12345678", "partial", "masked_agrees"),
    ("frp_id", "USA110012345678", "933456199001010012", "not_comparable", "card_versions_differ"),
    ("frp_id", "USA110012345678", "USA110012345679", "mismatch", "differs"),
    ("uscc", "91440101ma5fake08a", "91440101MA5FAKE08A", "equivalent", "written_differently"),
    ("uscc", "91440101MA5FAKE08A", "92440101MA5FAKE08X", "partial", "organization_code_only"),
    ("uscc", "MA5FAKE0-8", "91440101MA5FAKE08A", "partial", "organization_code_only"),
    ("uscc", "91440101MA5FAKE08A", "12440000455900005H", "mismatch", "differs"),
    ("date", "1988-07-04", "1988-07-04", "exact", "same"),
    ("date", "1988-07-04", "19880704", "equivalent", "written_differently"),
    ("date", "1988-07-04", "1988年7月4日", "equivalent", "written_differently"),
    ("date", "2001-03-08", 984000000000, "equivalent", "written_differently"),
    ("date", "1988-07-04", "1988", "partial", "partial_date"),
    ("date", "1988-07-04", "1988-07", "partial", "partial_date"),
    ("date", "1988-07-04", "1988-00-00", "partial", "partial_date"),
    ("date", "1988-07-04", "1988-**-**", "partial", "partial_date"),
    ("date", "1988", "1988-07", "partial", "partial_date"),
    ("date", "1988-07-04", "1989", "mismatch", "differs"),
    ("date", "1988-07-04", "1988-08", "mismatch", "differs"),
    ("date", "1988-07-04", "1988-07-05", "mismatch", "differs"),
    ("date", "1988-07-04", "1988-02-31", "not_comparable", "date_unreadable"),
    ("date", "1988-07-04", "soon", "not_comparable", "date_unreadable"),
    ("code", "1", "1", "exact", "same"),
    ("code", "1", 1, "equivalent", "written_differently"),
    ("code", "chn", "CHN", "equivalent", "written_differently"),
    ("code", "1", "2", "mismatch", "differs"),
    ("code", "1", "男", "not_comparable", "unmapped_text"),
    ("code", True, True, "exact", "same"),
    ("code", True, False, "mismatch", "differs"),
    ("relation_code", "12", "12", "exact", "same"),
    ("relation_code", "12", "妻子", "equivalent", "relation_text"),
    ("relation_code", "2", "02", "equivalent", "relation_text"),
    ("relation_code", "10", "12", "variant", "neutral_relation"),
    ("relation_code", "子女", "30", "variant", "neutral_relation"),
    ("relation_code", "20", "22", "variant", "neutral_relation"),
    ("relation_code", "20", "28", "mismatch", "differs"),
    ("relation_code", "51", "52", "mismatch", "differs"),
    ("relation_code", "51", "旧交", "not_comparable", "unmapped_text"),
    ("exact", "x", "x", "exact", "same"),
    ("exact", "x ", "x", "equivalent", "written_differently"),
    ("exact", 500, "500", "equivalent", "written_differently"),
    ("exact", 500, 500.0, "equivalent", "written_differently"),
    ("exact", True, 1, "mismatch", "differs"),
    ("exact", True, "true", "equivalent", "written_differently"),
    ("exact", "x", "*", "not_comparable", "masked"),
    ("exact", [1, {"a": True}], [1, {"a": True}], "exact", "same"),
    ("exact", [1, {"a": True}], [1, {"a": 1}], "mismatch", "differs"),
    ("exact", "x", ["x"], "not_comparable", "value_type"),
    ("division", "350102", "350102", "exact", "same"),
    ("division", "350102", "350102000000", "equivalent", "division_prefix"),
    ("division", "350102", "156350102", "equivalent", "division_prefix"),
    ("division", "350102", "350102001002", "equivalent", "division_prefix"),
    ("division", "350102001", "350102002", "partial", "same_county"),
    ("division", "350102", "350103", "partial", "same_city"),
    ("division", "350102", "440106", "mismatch", "differs"),
    ("division", "350102", "鼓楼区", "not_comparable", "unmapped_text"),
]


@pytest.mark.parametrize(("by", "one", "other", "grade", "reason"), ROWS)
def test_grades(by: str, one: object, other: object, grade: str, reason: str, tables: NameTables) -> None:
    result = COMPARATORS[by].compare(one, other, {}, tables)
    assert (result.grade, result.reason) == (grade, reason)


FULL = "福建省福州市鼓楼区五一路12号5栋302室"

ADDRESSES = [
    (FULL, FULL, "exact", "same"),
    (FULL, "福建省 福州市 鼓楼区 五一路１２号５栋３０２室", "equivalent", "written_differently"),
    (FULL, "福建省福州市鼓楼区五一路12号5幢302", "variant", "address_spelling"),
    (FULL, "福州市鼓楼区五一路十二号5-302", "variant", "address_spelling"),
    (FULL, "福建省福州市鼓樓區五一路12號5棟302室", "equivalent", "written_differently"),
    (FULL, "福建省福州市鼓楼区五一路12号", "partial", "address_to_number"),
    (FULL, "福建省福州市鼓楼区五一路12号6栋101室", "partial", "address_to_number"),
    (FULL, "五一路12号5栋302室", "partial", "address_division_not_stated"),
    (FULL, "福建省福州市鼓楼区五一路", "weak", "address_to_community"),
    ("福州市鼓楼区军门社区五一路12号", "福州市鼓楼区军门社区五一路14号", "weak", "address_to_community"),
    (FULL, "福建省福州市鼓楼区五一路14号", "mismatch", "address_differs"),
    (FULL, "福建省福州市台江区五一路12号5栋302室", "mismatch", "address_differs"),
    (FULL, "福建省福州市鼓楼区八一七路12号", "mismatch", "address_differs"),
    (FULL, "福建省福州市鼓楼区", "partial", "address_prefix"),
    (FULL, "福建省福州市鼓楼区*", "not_comparable", "masked"),
    (FULL, "某处", "not_comparable", "address_not_read"),
    (FULL, "12 Main Street", "not_comparable", "address_not_read"),
    ("Kalverstraat 1, Amsterdam", "KALVERSTRAAT 1 AMSTERDAM", "equivalent", "written_differently"),
    ("1 Kalverstraat Amsterdam", "Kalverstraat 1 Amsterdam", "variant", "address_spelling"),
    ("Kalverstraat 1 Amsterdam", "Kalverstraat 1", "partial", "address_prefix"),
    ("Kalverstraat 1 Amsterdam", "Kalverstraat 2 Amsterdam", "mismatch", "address_differs"),
    ("Kalverstraat 1 Amsterdam", "Kalverstrat 1 Amsterdam", "weak", "similar_spelling"),
]


@pytest.mark.parametrize(("one", "other", "grade", "reason"), ADDRESSES)
def test_addresses(one: str, other: str, grade: str, reason: str, tables: NameTables) -> None:
    result = COMPARATORS["address"].compare(one, other, {}, tables)
    assert (result.grade, result.reason) == (grade, reason)


def test_options(tables: NameTables) -> None:
    def compare(by: str, one: object, other: object, **options: object) -> tuple[str, str]:
        result = COMPARATORS[by].compare(one, other, options, tables)
        return result.grade, result.reason

    assert compare("address", FULL, "完全不同的写法", address_codes=("A1", "A1")) == ("equivalent", "address_code")
    assert compare("division", "350102", "350199", successors={"350102": "350199"}) == ("variant", "division_successor")
    assert compare("code", "0", "1", unknown=["0", "9"]) == ("not_comparable", "unknown_code")
    assert compare("code", "11", "10", parents={"11": "10"}) == ("variant", "parent_code")
    assert compare("doc_no", "G12345678", "E12345678", registered_numbers=["G1234 5678"]) == ("variant", "other_number")
    assert compare("doc_no", "G12345678", "E12345678", registered_numbers=["E12345678"]) == ("mismatch", "differs")
    assert compare("doc_no", "G12345678", "E12345678", declared_numbers=["E12345678"]) == ("variant", "other_number")
