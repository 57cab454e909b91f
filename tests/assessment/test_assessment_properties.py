"""What holds for every comparator: it never raises, is symmetric where it says so, and trusts no likeness."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.assessment import COMPARATORS, NameTables, name_forms
from gateway.assessment.comparator import SAME
from gateway.assessment.forms import first_form
from gateway.messages import REASONS, explain
from gateway.model.outcomes import Grade

GOOD = {Grade.EXACT, Grade.EQUIVALENT, Grade.VARIANT}
HAN = st.text(alphabet="陈陳钟鍾范範萧肖蕭王芳大文明·・ 　䶮\ue863*？□", max_size=6)
LATIN = st.text(alphabet="CHENTADWLYUVlü-,'<@ éG", max_size=14)
DIGITS = st.text(alphabet="0123456789Xx*（）() ", max_size=20)
PLACES = st.text(alphabet="福建省州市鼓楼区五一路号栋室社区十二0123456789 ", max_size=24)
TEXTS = st.one_of(st.text(max_size=20), HAN, LATIN, DIGITS, PLACES, st.text(alphabet=st.characters(), max_size=5))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
MOVEMENT = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["in", "out", "入境", "sideways", 3]),
        "date": st.one_of(st.dates(date(2024, 1, 1), date(2027, 1, 1)).map(str), JSON),
    }
)
OPTIONS = st.dictionaries(
    st.sampled_from(["day", "min", "order", "window_days", "coverage", "parents", "successors", "threshold", "unknown",
                     "registered_numbers", "declared_former_names", "address_codes", "subject_numbers"]),
    JSON, max_size=4,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JSON, st.one_of(JSON, st.lists(MOVEMENT, max_size=8)), OPTIONS)
@pytest.mark.parametrize("name", sorted(COMPARATORS))
def test_no_value_makes_a_comparator_raise(
    name: str, tables: NameTables, declared: object, registry: object, options: dict[str, object]
) -> None:
    for given_options in (options, {**options, "day": date(2026, 11, 24)}):
        result = COMPARATORS[name].compare(declared, registry, given_options, tables)
        assert result.reason in REASONS
        for language in ("zh", "en"):
            assert explain(result.reason, result.values, language)  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(JSON, JSON)
@pytest.mark.parametrize("name", sorted(name for name, it in COMPARATORS.items() if it.symmetric))
def test_both_sides_may_be_exchanged(name: str, tables: NameTables, one: object, other: object) -> None:
    compare = COMPARATORS[name].compare
    assert compare(one, other, {}, tables).grade == compare(other, one, {}, tables).grade


@settings(max_examples=300, deadline=None)
@given(st.data())
@pytest.mark.parametrize(
    ("name", "texts"), [("zh_name", HAN), ("latin_name", LATIN), ("citizen_id", DIGITS), ("address", PLACES)]
)
def test_likely_texts_are_symmetric_too(
    name: str, texts: st.SearchStrategy[str], tables: NameTables, data: st.DataObject
) -> None:
    one, other = data.draw(texts), data.draw(texts)
    compare = COMPARATORS[name].compare
    assert compare(one, other, {}, tables).grade == compare(other, one, {}, tables).grade


@settings(max_examples=200, deadline=None)
@given(LATIN, LATIN, st.floats(0, 1))
def test_likeness_alone_is_never_good(tables: NameTables, one: str, other: str, threshold: float) -> None:
    result = COMPARATORS["latin_name"].compare(one, other, {"threshold": threshold}, tables)
    if result.reason == "similar_spelling":
        assert result.grade is Grade.WEAK
    strict = COMPARATORS["latin_name"].compare(one, other, {"threshold": 2}, tables)
    assert (result.grade in GOOD) == (strict.grade in GOOD)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="陈钟范萧王芳大文明林美玉", min_size=2, max_size=4))
def test_a_changed_character_without_a_table_is_never_good(tables: NameTables, name: str) -> None:
    changed = f"{name[:-1]}龘"
    assert COMPARATORS["zh_name"].compare(name, changed, {}, tables).grade is Grade.WEAK


@settings(max_examples=200, deadline=None)
@given(st.one_of(HAN, TEXTS), st.lists(JSON, max_size=3), st.integers(0, 4))
def test_forms_of_a_name_are_few_and_different(tables: NameTables, name: str, former: list[object], limit: int) -> None:
    forms = name_forms(name, tables, former, limit)
    texts = [text for text, _, _ in forms]
    assert 1 <= len(forms) <= limit + 1
    assert len(set(texts)) == len(texts)
    assert all(grade in GOOD and reason in REASONS for _, grade, reason in forms)


def test_long_texts_are_not_searched(tables: NameTables) -> None:
    long = "陈" * 100_000
    for name in ("zh_name", "latin_name", "org_name", "address", "citizen_id", "division", "relation_code", "exact"):
        result = COMPARATORS[name].compare(long, long + "明", {}, tables)
        assert (result.grade, result.reason) == (Grade.NOT_COMPARABLE, "too_long")


LETTERS = st.one_of(st.text(alphabet="陈陳钟王龘䶮0123456789XAé", min_size=1), st.text(min_size=1).filter(str.isalnum))


@settings(max_examples=200, deadline=None)
@given(LETTERS, OPTIONS)
@pytest.mark.parametrize("name", sorted(name for name, it in COMPARATORS.items() if it.literal))
def test_where_equal_letters_and_digits_need_no_comparator_it_says_the_same(
    name: str, tables: NameTables, text: str, options: dict[str, object]
) -> None:
    assert COMPARATORS[name].compare(text, text, options, tables) == SAME


@settings(max_examples=200, deadline=None)
@given(st.one_of(HAN, TEXTS))
def test_the_first_form_alone_is_the_first_of_all_forms(tables: NameTables, name: str) -> None:
    assert first_form(name, tables) == name_forms(name, tables)[0]
