"""Depth is seen before a document is read, in a time that grows with its length and not faster."""

from __future__ import annotations

import time

import pytest

from gateway.errors import GatewayError
from gateway.jsontext import parse_json

LONG = 200_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * LONG, "document.too_deep"),
        ("[" * 101 + "]" * 101, "document.too_deep"),
        ("[]," * 200 + '"' + '\\"' * LONG, "document.not_json"),
        ("[]," * 200 + '"' + "\\" * (LONG + 1), "document.not_json"),
        ('["' + "[" * LONG, "document.not_json"),
    ],
)
def test_hostile_nesting_is_refused_at_once(text: str, code: str) -> None:
    started = time.process_time()
    with pytest.raises(GatewayError) as refused:
        parse_json(text)
    assert refused.value.code == code
    assert time.process_time() - started < 30, "no reader may hang"


def test_brackets_in_texts_are_no_depth() -> None:
    assert parse_json('{"a": "' + "[" * 500 + '", "b": ["\\"[", 1]}')["b"] == ['"[', 1]
    assert len(parse_json("[" + ",".join(["[]"] * 500) + "]")) == 500
