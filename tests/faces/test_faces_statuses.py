"""Every code of the house becomes something at every face."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from gateway.errors import CODES, GatewayError, Who
from gateway.faces.statuses import exceptions, exit_status, status, status_of
from gateway.model.outcomes import ExitStatus


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_resolves(code: str) -> None:
    found = status(GatewayError(code))
    assert HTTPStatus(found.http).value >= 400
    assert found.exit is not ExitStatus.FINE
    assert found.exit is not ExitStatus.NEGATIVE, "a negative finding is no error"
    assert found.sender == (found.http < 500), "whose fault it is must not depend on the face"
    assert (found.soap11, found.soap12) == (("Client", "Sender") if found.sender else ("Server", "Receiver"))


def test_the_table_names_no_code_that_does_not_exist() -> None:
    assert exceptions() <= set(CODES)


@pytest.mark.parametrize(
    ("code", "http", "leaves"),
    [
        ("document.not_json", 400, 2),
        ("document.too_large", 413, 2),
        ("document.media_type", 415, 2),
        ("case.unknown_item", 422, 2),
        ("case.bad_check_digit", 422, 2),
        ("access.key_missing", 401, 2),
        ("access.unknown_caller", 401, 2),
        ("access.no_grant", 403, 2),
        ("request.not_found", 404, 2),
        ("request.method", 405, 2),
        ("request.idempotency_busy", 409, 3),
        ("request.idempotency_reused", 422, 2),
        ("log.unwritable", 503, 3),
        ("log.integrity", 500, 4),
        ("proof.invalid", 422, 4),
        ("registry.timeout", 504, 3),
        ("configuration.invalid", 500, 2),
        ("gateway.port_in_use", 500, 2),
    ],
)
def test_what_callers_and_scripts_rely_on(code: str, http: int, leaves: int) -> None:
    error = GatewayError(code)
    assert (status(error).http, exit_status(error)) == (http, leaves)


def test_what_may_be_repeated_says_when() -> None:
    for code in (
        "gateway.busy",
        "gateway.closing",
        "log.unwritable",
        "storage.unavailable",
        "request.idempotency_busy",
    ):
        assert status_of(code).retry_after > 0
    assert status_of("case.invalid").retry_after == 0


def test_a_code_of_a_newer_gateway_resolves_by_who_must_act() -> None:
    assert status_of("document.made_up", Who.CALLER).http == 400
    assert status_of("tomorrow.made_up", Who.REGISTRY).http == 502
    with pytest.raises(KeyError):
        status_of("tomorrow.made_up")
