"""Drift: the running sandbox answers in the shape that the mappings' tests recorded, and goes wrong in known words."""

from __future__ import annotations

import pytest
from mappings_live import SWITCHED, Live, shape

from gateway.assembly import Release
from gateway.mapping.testcases import MappingTest
from gateway.model.outcomes import FieldState, ReplyWord
from gateway.workbench.bodies import read_reply

OPERATIONS = [
    ("population", "POP.IDENTITY_CHECK"),
    ("population", "POP.BASE_INFO"),
    ("population-hub", "open_session"),
    ("population-hub", "POP.HOUSEHOLD"),
    ("population-hub", "POP.HUKOU_STATUS"),
    ("population-hub", "POP.EXIT_ENTRY"),
    ("population-hub", "POP.DOC_STATUS"),
    ("realty", "REALTY.UNIT"),
    ("legal-person", "LEG.ENTERPRISE_INFO"),
    ("credit", "CRD.DISHONEST"),
    ("geo-address", "GEO.STD_ADDRESS"),
    ("geo-tianditu", "GEO.GEOCODE"),
    ("geo-tianditu", "GEO.REVERSE"),
]
SOAP, HUB, REALTY, LEGAL, CREDIT, ADDRESS, TIANDITU = (
    "POP.BASE_INFO",
    "POP.HOUSEHOLD",
    "REALTY.UNIT",
    "LEG.ENTERPRISE_INFO",
    "CRD.DISHONEST",
    "GEO.STD_ADDRESS",
    "GEO.GEOCODE",
)
NOT_OF_THE_REGISTRY = {"token", "coverage"}
"""Made anew by each question: a ticket, the day of the question."""
EVERYWHERE = [
    ("http_503", "registry_fault"),
    ("rate_limit", "rate_limited"),
    ("html_200", "unreadable"),
    ("half_document", "unreadable"),
    ("bom", "found"),
    ("extra_field", "found"),
    ("rate_limit_code", "rate_limited"),
    ("closed_hours", "closed_hours"),
    ("not_found_code", "not_found"),
]
HERE = [
    *((operation, "refused", "not_authorised") for operation in (SOAP, HUB, REALTY, LEGAL, CREDIT, ADDRESS)),
    (TIANDITU, "refused", "auth_rejected"),
    *((operation, "record_error", "record_error") for operation in (SOAP, HUB, REALTY, LEGAL, CREDIT)),
    *((operation, "empty_list", "not_found") for operation in (HUB, REALTY, LEGAL, ADDRESS, TIANDITU)),
    *((operation, "null_data", "not_found") for operation in (HUB, REALTY, LEGAL, ADDRESS, TIANDITU)),
    (CREDIT, "empty_list", "several"),  # it counts one record and shows none
    (CREDIT, "null_data", "unexpected"),
    (SOAP, "empty_list", "unexpected"),
    *((operation, "duplicate_hits", "several") for operation in (SOAP, HUB, REALTY, LEGAL, ADDRESS, TIANDITU)),
    (CREDIT, "duplicate_hits", "found"),  # two entries are two hits
    (SOAP, "soap_fault", "registry_fault"),
    (SOAP, "double_escaped", "found"),
    (HUB, "double_escaped", "unexpected"),
    (HUB, "expired_token", "auth_expired"),
    (SOAP, "gb18030_bytes", "unreadable"),
    (HUB, "gb18030_bytes", "unreadable"),
]
UNUSABLE = [
    (SOAP, "unmapped_code", {"name": FieldState.UNEXPECTED}),
    (SOAP, "missing_field", {"name": FieldState.UNDISCLOSED}),
    (HUB, "unmapped_code", {"relation_to_head": FieldState.NOT_COMPARABLE}),
    (HUB, "missing_field", {"relation_to_head": FieldState.ABSENT}),
    (HUB, "masked_name", {"name": FieldState.UNDISCLOSED}),
    ("POP.HUKOU_STATUS", "unmapped_code", {"hukou_status": FieldState.UNEXPECTED}),
    ("POP.EXIT_ENTRY", "unmapped_code", {"movements": FieldState.UNEXPECTED}),
    ("POP.EXIT_ENTRY", "missing_field", {"movements": FieldState.UNEXPECTED}),
    ("POP.DOC_STATUS", "unmapped_code", {"doc_state": FieldState.UNEXPECTED}),
    (REALTY, "unmapped_code", {"sealed": FieldState.UNEXPECTED}),
    (REALTY, "missing_field", {"sealed": FieldState.ABSENT}),
    (LEGAL, "unmapped_code", {"reg_state": FieldState.UNEXPECTED}),
    (ADDRESS, "unmapped_code", {"level": FieldState.UNEXPECTED}),
    (TIANDITU, "unmapped_code", {"level": FieldState.UNEXPECTED}),
]
REGISTRY = {operation: registry for registry, operation in OPERATIONS}


def recorded(release: Release, operation: str) -> MappingTest:
    """The first test of an operation: whole request, whole reply, about a subject of the sandbox."""
    return release.mappings[REGISTRY[operation]].operations[operation].tests[0]


@pytest.mark.parametrize(("registry", "operation"), OPERATIONS)
def test_the_sandbox_answers_as_the_mapping_recorded_it(
    live: Live, example: Release, registry: str, operation: str
) -> None:
    mapping, test = example.mappings[registry], recorded(example, operation)
    asked = live.ask(registry, operation, test.given)
    before = read_reply(test.replies[operation], mapping.folder, None)
    form = mapping.operations[operation].reply.form
    assert asked.reply.status == before.status
    assert shape(asked.reply.body, form) == shape(before.body, form)
    assert asked.response.word == test.expect.outcome == "found"
    assert {name: grade.value for name, grade in asked.response.judged.items()} == test.expect.judged
    values = {name: field.value for name, field in asked.response.fields.items() if field.state is FieldState.VALUE}
    wanted = dict(test.expect.fields)
    assert set(values) == set(wanted)
    for name in NOT_OF_THE_REGISTRY & set(wanted):
        assert type(values.pop(name)) is type(wanted.pop(name))
    assert values == wanted


@pytest.mark.parametrize("switch", [name for name, _ in EVERYWHERE])
@pytest.mark.parametrize("operation", [SOAP, HUB, REALTY, LEGAL, CREDIT, ADDRESS, TIANDITU])
def test_what_can_go_wrong_everywhere_has_its_word(live: Live, example: Release, operation: str, switch: str) -> None:
    live.sandbox.behave(SWITCHED[operation], switch)
    asked = live.ask(REGISTRY[operation], operation, recorded(example, operation).given)
    assert asked.response.word == dict(EVERYWHERE)[switch], asked.response.reason


@pytest.mark.parametrize(("operation", "switch", "word"), HERE)
def test_what_goes_wrong_at_one_registry_has_its_word(
    live: Live, example: Release, operation: str, switch: str, word: str
) -> None:
    live.sandbox.behave(SWITCHED[operation], switch)
    asked = live.ask(REGISTRY[operation], operation, recorded(example, operation).given)
    assert asked.response.word == word, asked.response.reason


@pytest.mark.parametrize(("operation", "switch", "states"), UNUSABLE)
def test_a_field_that_can_t_be_used_is_never_a_mismatch(
    live: Live, example: Release, operation: str, switch: str, states: dict[str, FieldState]
) -> None:
    live.sandbox.behave(SWITCHED[operation], switch)
    response = live.ask(REGISTRY[operation], operation, recorded(example, operation).given).response
    assert response.word is ReplyWord.FOUND
    read = {**response.fields, **response.unusable}
    assert {name: read[name].state for name in states} == states


def test_a_wrong_credential_is_named(live: Live, example: Release) -> None:
    for registry, operation in OPERATIONS:
        mapping = example.mappings[registry].operations[operation]
        secrets = {name: "wrong" for name in mapping.reads if name.startswith("secret.")}
        if not secrets:
            continue
        wrong = Live(live.sandbox, example.mappings)
        wrong._secrets = secrets
        asked = wrong.ask(registry, operation, recorded(example, operation).given)
        assert asked.response.word is ReplyWord.AUTH_REJECTED, operation


def test_an_unknown_ticket_asks_for_a_new_one(live: Live, example: Release) -> None:
    wrong = Live(live.sandbox, example.mappings)
    wrong._token = "0" * 32
    asked = wrong.ask("population-hub", HUB, recorded(example, HUB).given)
    assert asked.response.word is ReplyWord.AUTH_EXPIRED
