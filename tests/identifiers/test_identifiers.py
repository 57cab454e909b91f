"""Numbers of persons, organisations and documents. All numbers are synthetic."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import GatewayError
from gateway.identifiers import (
    birth_date_of,
    check_citizen_id,
    check_document_number,
    check_uscc,
    citizen_check_digit,
    document_kinds,
    has_mask,
    is_citizen_id,
    is_organization_code,
    is_permanent_resident_id,
    is_uscc,
    mask,
    organization_check_character,
    organization_code_of,
    sex_code_of,
    upgrade_citizen_id,
)

CITIZENS = [
    "440106196503120016",
    "350102198807041239",
    "441883194001010020",
    "810000199408230021",
    "830000199201300022",
]
COMPANIES = [
    "91440101MA5FAKE08A",
    "12440000455900005H",
    "52440000MJ0FAKE28B",
    "53440000MJ8FAKE302",
    "11440000MB2FAKE143",
]


@pytest.mark.parametrize("number", CITIZENS)
def test_synthetic_citizen_ids_are_accepted(number: str) -> None:
    check_citizen_id(number)
    assert is_citizen_id(number.lower())


def test_what_a_citizen_id_carries() -> None:
    assert birth_date_of("350102198807041239") == date(1988, 7, 4)
    assert sex_code_of("350102198807041239") == "1"
    assert sex_code_of("441883194001010020") == "2"
    assert birth_date_of("44010619650231001X") is None
    assert birth_date_of("nonsense") is None
    assert sex_code_of("") == ""


def test_fifteen_digits_become_eighteen() -> None:
    assert upgrade_citizen_id("440106650312001") == "440106196503120016"
    assert upgrade_citizen_id("440106196503120016") == "440106196503120016"
    assert is_citizen_id("440106650312001")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("350102198807041230", "case.bad_check_digit"),
        ("35010219880704123", "case.bad_number"),
        ("350102198813041239", "case.bad_number"),
        ("933456199001010012", "case.bad_number"),
        ("", "case.bad_number"),
        ("３５０１０２１９８８０７０４１２３９", "case.bad_number"),
    ],
)
def test_wrong_citizen_ids_are_refused_with_the_number_masked(number: str, code: str) -> None:
    with pytest.raises(GatewayError) as caught:
        check_citizen_id(number, "/applicant/id_number")
    assert caught.value.code == code
    assert caught.value.where == "/applicant/id_number"
    for language in ("en", "zh"):
        text = caught.value.text(language)  # type: ignore[arg-type]
        assert len(number) < 9 or number not in text


@given(st.integers(0, 10**17 - 1))
def test_exactly_one_check_digit_is_right(body: int) -> None:
    digits = f"{body:017}"
    right = citizen_check_digit(digits)
    assert right in "0123456789X"
    accepted = [digit for digit in "0123456789X" if is_citizen_id(digits + digit)]
    assert accepted in ([], [right])


def test_check_digits_refuse_what_is_no_body() -> None:
    with pytest.raises(ValueError, match="17 digits"):
        citizen_check_digit("123")
    with pytest.raises(ValueError, match="eight characters"):
        organization_check_character("12")


@pytest.mark.parametrize("code", COMPANIES)
def test_credit_codes_hold_an_organization_code(code: str) -> None:
    check_uscc(code)
    assert is_uscc(code.lower())
    if code != "53440000MJ8FAKE302":
        assert is_organization_code(organization_code_of(code))
    inner = organization_code_of(code)
    assert organization_code_of(f"{inner[:8]}-{inner[8]}") == inner


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("91440101MA5FAKE08B", "case.bad_check_digit"),
        ("9144", "case.bad_number"),
        ("91440101MA5FAKEO8A", "case.bad_number"),
    ],
)
def test_wrong_credit_codes_are_refused(code: str, error: str) -> None:
    with pytest.raises(GatewayError) as caught:
        check_uscc(code)
    assert caught.value.code == error
    assert not is_uscc(code)


def test_permanent_resident_cards_of_both_versions() -> None:
    assert is_permanent_resident_id("933456199001010012")
    assert is_permanent_resident_id("USA110012345678")
    assert not is_permanent_resident_id("933456199001010013")
    assert not is_permanent_resident_id("933456199013010012")
    assert not is_permanent_resident_id("350102198807041239")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("E12345678", "414"),
        ("EA1234567", "414"),
        ("G12345678", "414"),
        ("141234567", "414"),
        ("L12345678", "415"),
        ("H12345678", "516"),
        ("M1234567801", "516"),
        ("12345678", "511"),
        ("933456199001010012", "553"),
        ("330000T00000308", "551"),
    ],
)
def test_shapes_of_document_numbers(number: str, kind: str) -> None:
    assert kind in document_kinds(number)
    check_document_number(number.lower(), kind)


@pytest.mark.parametrize(
    ("number", "kind", "error"),
    [
        ("EO1234567", "414", "case.bad_number"),
        ("123", "414", "case.bad_number"),
        ("933456199001010013", "553", "case.bad_check_digit"),
        ("350102198807041230", "111", "case.bad_check_digit"),
        ("A1", "516", "case.bad_number"),
    ],
)
def test_wrong_document_numbers_are_refused(number: str, kind: str, error: str) -> None:
    with pytest.raises(GatewayError) as caught:
        check_document_number(number, kind)
    assert caught.value.code == error


def test_a_type_without_a_known_shape_accepts_every_number() -> None:
    check_document_number("whatever it says", "990")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("440106196503120016", "4401**********0016"),
        ("钟大明", "钟*明"),
        ("王芳", "王*"),
        ("欧阳大明", "欧**明"),
        ("CHEN DAWEN", "C*** D****"),
        ("福建省福州市鼓楼区五一路12号", "福建省福州市***"),
        ("1988-07-04", "1988-**-**"),
        ("E12345678", "E1*****78"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_masking(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text(), st.sampled_from(["", "number", "name", "latin", "address", "date", "plain"]))
def test_masking_never_raises_and_is_writable(text: str, kind: str) -> None:
    mask(text, kind).encode("utf-8")  # type: ignore[arg-type]


@given(st.text(alphabet="0123456789", min_size=8, max_size=18))
def test_a_masked_number_hides_at_least_half(number: str) -> None:
    assert mask(number, "number").count("*") * 2 >= len(number)


def test_masks_of_others_are_recognised() -> None:
    for text in ("王*", "王？", "王□", "王\ue863", "王\ufffd", "3501**********1239"):
        assert has_mask(text)
    assert not has_mask("王芳")
