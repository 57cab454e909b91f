"""Shipped mappings and dialects: nothing to find in them, their own tests pass, each question has one holder."""

from __future__ import annotations

import pytest
from mappings_live import PROTOCOLS

from gateway.assembly import Release, read_release
from gateway.assembly.release import surroundings
from gateway.directory import build_directory
from gateway.lint import check_mappings
from gateway.mapping.coverage import coverage
from gateway.workbench import run_dialect_tests, run_tests

REGISTRIES = ("population", "population-hub", "realty", "legal-person", "credit", "geo-address", "geo-tianditu")
UNSERVED = {"GEO.DIVISION"}
"""Operations that the example's registries don't answer, and that no material asks for."""


def test_nothing_is_found_in_the_example_configuration(example: Release) -> None:
    folder = example.policy.configuration.folder
    _, findings = read_release(folder, environment={})
    assert [finding.text("en") for finding in findings] == []
    around, found = surroundings(folder, frozenset(PROTOCOLS))
    checked = check_mappings(example.policy.catalog, example.policy.configuration.mappings, around, PROTOCOLS)
    assert [finding.text("en") for finding in (*found, *checked)] == []


def test_every_mapping_folder_is_in_force(example: Release) -> None:
    folders = {path.parent.name for path in example.policy.configuration.mappings.glob("registries/*/mapping.yaml")}
    assert folders == set(example.mappings) == set(REGISTRIES)
    sources = {path.parent.name for path in example.policy.configuration.mappings.glob("sources/*/mapping.yaml")}
    assert sources == set(example.dialects) >= {"hall-json"}


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_mapping_passes_its_own_tests(example: Release, name: str) -> None:
    mapping = example.mappings[name]
    report = run_tests(mapping, PROTOCOLS[mapping.endpoint.adapter])
    assert [finding.text("en") for finding in report.failures] == []
    assert report.count("skipped") == 0
    assert report.count("passed") >= 10


@pytest.mark.parametrize("name", REGISTRIES)
def test_its_tests_look_at_every_outcome_field_and_code(example: Release, name: str) -> None:
    mapping = example.mappings[name]
    covered = coverage(mapping)
    missing = (
        *covered.untested_operations,
        *covered.untested_outcomes,
        *covered.untested_fields,
        *covered.untested_codes,
    )
    assert missing == ()
    for operation in mapping.operations.values():
        request = operation.tests[0].expect.request
        assert request is not None, f"{operation.name}: the first test states the whole request"
        assert request.text if mapping.endpoint.adapter == "soap" else request.call
        assert bool(request.json) is (operation.request.body_kind == "json")


@pytest.mark.parametrize("name", ["hall-json"])
def test_a_dialect_passes_its_own_tests(example: Release, name: str) -> None:
    report = run_dialect_tests(example.dialects[name])
    assert [finding.text("en") for finding in report.failures] == []
    assert report.count("passed") >= 5


def test_every_question_of_the_item_has_exactly_one_holder(example: Release) -> None:
    directory = build_directory(example.policy.configuration, example.mappings, {})
    catalog = example.policy.catalog
    asked = {
        source.operation
        for use in catalog.item("SETTLE_ORIGIN").materials
        for source in catalog.material(use.material).sources
    }
    assert len(asked) == 11
    assert {operation: len(directory.holders(operation)) for operation in asked} == dict.fromkeys(asked, 1)


def test_every_operation_of_the_catalog_is_answered_but_one(example: Release) -> None:
    answered = {name for mapping in example.mappings.values() for name in mapping.public}
    assert set(example.policy.catalog.operations) - answered == UNSERVED
    assert not answered - set(example.policy.catalog.operations)


@pytest.mark.parametrize("name", REGISTRIES)
def test_only_what_the_catalog_names_leaves_and_stays(example: Release, name: str) -> None:
    for operation in example.mappings[name].public.values():
        question = example.policy.catalog.operation(operation.name)
        attributes = {fact.partition(".")[0] for fact in operation.request.reads} & set(
            example.policy.catalog.operations[operation.name].takes
        )
        personal = {
            fact
            for fact in operation.request.reads
            if not fact.startswith(
                ("secret.", "access.", "exchange.", "operator.", "organization.", "item.", "purpose.")
            )
        }
        assert {fact.partition(".")[0] for fact in personal} == attributes
        assert {key for key, required in question.takes.items() if required} <= attributes
        assert set(operation.writes) == {*question.gives, *question.judges}


@pytest.mark.parametrize("name", REGISTRIES)
def test_limits_are_stated(example: Release, name: str) -> None:
    limits = example.mappings[name].endpoint.limits
    assert (limits.timeout, limits.attempts) == (8.0, 2)
    assert limits.rate / limits.period * 3600 >= 100_000, "benches and demonstrations are not limited"
