from __future__ import annotations

from pathlib import Path

import pytest

from gateway.access.callers import Callers, bearer
from gateway.config.callers import CallersFile
from gateway.config.secrets import Secrets, make_generated
from gateway.crypto.digests import new_api_key
from gateway.errors import GatewayError

ROLES = ["case_system", "officer"]
TITLE = {"zh": "示例", "en": "example"}
FIRST, SECOND = (new_api_key(lambda count, number=number: bytes([number]) * count) for number in (1, 2))


def stored(key: object) -> str:
    return f"{key.prefix}:{key.hash}"  # type: ignore[attr-defined]


@pytest.fixture
def callers(tmp_path: Path) -> Callers:
    file = CallersFile.model_validate({
        "callers": {
            "cli": {"title": TITLE},
            "hall": {"title": TITLE, "key_sha256": [stored(FIRST), stored(SECOND)], "roles": ROLES},
            "window": {"title": TITLE, "key_secret": "caller.window"},
            "later": {"title": TITLE, "key_secret": "caller.later"},
        }
    })  # fmt: skip
    make_generated(tmp_path, ["caller.window"], lambda count: b"\x07" * count)
    return Callers(file, Secrets({}, None, tmp_path))


def code_of(callers: Callers, key: str) -> str:
    with pytest.raises(GatewayError) as caught:
        callers.identify(key)
    assert key == "" or key not in caught.value.text()
    return caught.value.code


def test_a_key_names_its_caller_also_while_it_is_being_changed(callers: Callers) -> None:
    assert callers.identify(FIRST.text).id == "hall"
    assert callers.identify(SECOND.text).roles == {"case_system", "officer"}


def test_a_key_that_this_gateway_made_works_too(callers: Callers) -> None:
    assert callers.identify("07" * 24).id == "window"


@pytest.mark.parametrize(
    "key",
    [
        "x",
        FIRST.text + "x",
        FIRST.text[:-1],
        FIRST.text.upper(),
        FIRST.hash,
        stored(FIRST),
        "钥匙",
        "a" * 100_000,
        "\x00",
        "cli",
    ],
)
def test_any_other_key_is_nobody(callers: Callers, key: str) -> None:
    assert code_of(callers, key) == "access.unknown_caller"


def test_no_key_is_said_to_be_missing(callers: Callers) -> None:
    assert code_of(callers, "") == "access.key_missing"


def test_the_command_line_is_named_not_proved(callers: Callers) -> None:
    assert callers.named("cli").title.en == "example"
    assert set(callers.all) == {"cli", "hall", "window", "later"}
    with pytest.raises(GatewayError):
        callers.named("nobody")


@pytest.mark.parametrize(
    ("header", "key"),
    [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", ""), ("abc", ""), ("", ""), ("Bearer", "")],
)
def test_the_key_is_taken_from_the_header(header: str, key: str) -> None:
    assert bearer(header) == key
