"""The canonical form, against the RFC's own rules and an independent implementation."""

from __future__ import annotations

import hashlib
import json
import math

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical import MAX_INTEGER, canonical, digest, number
from gateway.errors import GatewayError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WHOLE = st.integers(-MAX_INTEGER, MAX_INTEGER)
FLOAT = st.floats(allow_nan=False, allow_infinity=False)


def values(leaves: st.SearchStrategy) -> st.SearchStrategy:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=5), max_leaves=12
    )


@given(values(st.none() | st.booleans() | WHOLE | TEXT))
@settings(max_examples=300, deadline=None)
def test_same_bytes_as_the_independent_implementation(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)
    assert digest(value) == hashlib.sha256(rfc8785.dumps(value)).hexdigest()
    assert json.loads(canonical(value)) == value


@given(values(st.none() | WHOLE | TEXT | FLOAT))
@settings(max_examples=300, deadline=None)
def test_fractions_are_written_as_the_independent_implementation_writes_them(value: object) -> None:
    assert canonical(value, floats=True) == rfc8785.dumps(value)


@given(FLOAT)
@settings(max_examples=500, deadline=None)
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert float(number(value)) == value
    assert number(value).encode() == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (0.5, "0.5"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
        (1e-6, "0.000001"), (1e-7, "1e-7"),
        (1.5e-9, "1.5e-9"), (123456789.25, "123456789.25"), (-1e23, "-1e+23"),
        (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (333333333.33333329, "333333333.3333333"),
    ],
)  # fmt: skip
def test_numbers_of_the_rfc(value: float, text: str) -> None:
    assert number(value) == text


def test_keys_are_in_the_order_of_utf16() -> None:
    # The example of RFC 8785 section 3.2.3: the emoji (a surrogate pair) stands before the Hebrew letter U+FB33.
    document = {
        "€": "Euro",
        "\r": "CR",
        "\ufb33": "Hebrew",
        "1": "One",
        "\U0001f600": "Smiley",
        "\u0080": "Control",
        "ö": "o",
    }
    written = canonical(document).decode()
    assert list(json.loads(written)) == ["\r", "1", "\u0080", "ö", "€", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        {"a": [1.0]},
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        {1: "a"},
        {"a": b"x"},
        "\ud800",
        {"\udfff": 1},
        {"a": {2, 3}},
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(GatewayError) as caught:
        canonical(value)
    assert caught.value.code == "document.unexpected_value"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_not_a_number_is_refused_also_where_fractions_are_allowed(value: float) -> None:
    with pytest.raises(GatewayError):
        canonical([value], floats=True)
    with pytest.raises(GatewayError):
        number(value)


def test_depth_is_limited_and_a_circle_ends() -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(GatewayError):
        canonical(circle)


def test_the_place_of_a_refused_value_is_named() -> None:
    with pytest.raises(GatewayError) as caught:
        canonical({"a": [{"b": 0.1}]})
    assert "/a/0/b" in str(caught.value)
