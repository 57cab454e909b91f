"""Both schema languages: generated from one source, loading in every validator, agreeing on every example."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway import schemas, xmltree, yamlsource
from gateway.errors import GatewayError
from gateway.resources import schemas_dir
from gateway.schemas import ListOf, MapOf, Record, Scalar, Shape, generate
from gateway.schemas.kinds import LIMIT

_WRITABLE = st.characters(
    codec="utf-8", exclude_characters="".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
)
_VISIBLE = st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"], exclude_characters="\ufffe\uffff")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-LIMIT, LIMIT) | st.floats(-1e6, 1e6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
_PLAIN = st.text(max_size=5) | st.integers(-LIMIT, LIMIT) | st.booleans()
_DATES = st.dates(min_value=date(1, 1, 1))
_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))

KINDS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(_WRITABLE, min_size=1, max_size=12),
    "note": st.text(_WRITABLE, max_size=12),
    "date": st.builds(lambda day, length: day.isoformat()[:length], _DATES, st.sampled_from([4, 7, 10])),
    "day": _DATES.map(date.isoformat),
    "datetime": st.datetimes(timezones=_ZONES).map(lambda moment: moment.isoformat()),
    "number": st.integers(-LIMIT, LIMIT) | st.floats(-1e15, 1e15),
    "integer": st.integers(-LIMIT, LIMIT),
    "boolean": st.booleans(),
    "code": st.text(_VISIBLE, min_size=1, max_size=9),
    "word": st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True),
    "dotted": st.from_regex(r"[a-z][a-z_]{1,4}\.[a-z][a-z_]{1,4}", fullmatch=True),
    "operation": st.from_regex(r"[A-Z]{3}\.[A-Z][A-Z_]{1,4}", fullmatch=True),
    "hash": st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    "json": _JSON,
    "scalars": _PLAIN | st.lists(_PLAIN, max_size=3),
}  # fmt: skip


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Valid values of a shape."""
    if isinstance(shape, Scalar):
        return st.sampled_from(shape.values) if shape.values else KINDS[shape.kind]
    if isinstance(shape, ListOf):
        return st.lists(values(shape.shape), max_size=2)
    if isinstance(shape, MapOf):
        return st.dictionaries(values(shape.key), values(shape.shape), max_size=2)
    return records(shape)


@st.composite
def records(draw: st.DrawFn, shape: Record) -> dict[str, Any]:
    """Valid objects: the required members and a few others, in any order."""
    required = [member for member in shape.members if member.required]
    others = [member for member in shape.members if not member.required]
    few = (
        draw(
            st.lists(
                st.sampled_from(others),
                max_size=4,
                unique_by=lambda member: member.name,
                min_size=min(shape.least, len(others)),
            )
        )
        if others
        else []
    )
    found = {}
    for member in draw(st.permutations([*required, *few])):
        strategy = st.none() | values(member.shape) if member.nullable else values(member.shape)
        found[member.name] = draw(strategy)
    return found


NAMES = ("case", "catalog", "person", "legal_person", "credit_record", "location", "evidence", "verification")
EXAMPLES = schemas_dir() / "examples"


def files(kind: str, suffix: str) -> list[Any]:
    found = sorted(EXAMPLES.glob(f"*/{kind}/*{suffix}"))
    return [pytest.param(path.parents[1].name, path, id=f"{path.parents[1].name}-{path.stem}") for path in found]


def test_the_eight_documents() -> None:
    assert tuple(schemas.documents()) == NAMES


def test_the_committed_schemas_are_what_the_definitions_give(tmp_path: Path) -> None:
    assert generate.stale() == []
    assert sorted(generate.stale(tmp_path)) == sorted(generate.generated())
    generate.write(tmp_path)
    assert generate.stale(tmp_path) == []
    expected = {f"v1/{name}{suffix}" for name in NAMES for suffix in (".xsd", ".schema.json")}
    assert {path.relative_to(schemas_dir()).as_posix() for path in (schemas_dir() / "v1").iterdir()} == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_loads_everywhere(name: str) -> None:
    path = schemas_dir() / "v1" / f"{name}.xsd"
    assert xmltree.Schema(path)
    assert xmlschema.XMLSchema10(str(path)).target_namespace == f"urn:shuqiao:{name}:1"
    schema = json.loads((schemas_dir() / "v1" / f"{name}.schema.json").read_bytes())
    jsonschema_rs.meta.validate(schema)
    assert schema["$id"] == f"urn:shuqiao:schema:{name}:1"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", NAMES)
def test_there_are_enough_examples(name: str) -> None:
    assert len(list((EXAMPLES / name / "valid").glob("*.json"))) >= 3
    assert len({path.stem for path in (EXAMPLES / name / "invalid").iterdir() if path.stem != "expected"}) >= 6


@pytest.mark.parametrize(("name", "path"), files("valid", ".json"))
def test_valid_examples_are_valid_in_both_languages(name: str, path: Path) -> None:
    document = json.loads(path.read_bytes())
    assert schemas.check(name, document) == []
    converted = schemas.to_xml(name, document)
    tree = xmltree.parse(converted)
    assert schemas.check_xml(name, tree) == []
    assert xmlschema.XMLSchema10(str(schemas_dir() / "v1" / f"{name}.xsd")).is_valid(tree)
    assert path.with_suffix(".xml").read_bytes().strip() == converted.strip()
    assert schemas.require_xml(name, xmltree.parse(path.with_suffix(".xml").read_bytes())) == document


@pytest.mark.parametrize(("name", "path"), files("invalid", ".json") + files("invalid", ".xml"))
def test_invalid_examples_are_refused_with_the_right_words(name: str, path: Path) -> None:
    expected = yamlsource.load(path.parent / "expected.yaml").value[path.name]
    if path.suffix == ".json":
        problems = schemas.check(name, json.loads(path.read_bytes()))
    else:
        problems = schemas.check_xml(name, xmltree.parse(path.read_bytes()))
    assert (problems[0].pointer, problems[0].message.en) == (expected["at"], expected["says"])
    assert len(problems) <= 2
    assert all(problem.message.zh and problem.message.zh != problem.message.en for problem in problems)


def test_every_expectation_has_its_file() -> None:
    for sidecar in EXAMPLES.glob("*/invalid/expected.yaml"):
        there = {path.name for path in sidecar.parent.iterdir()} - {"expected.yaml"}
        assert set(yamlsource.load(sidecar).value) == there


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_valid_document_survives_the_way_to_xml_and_back(name: str, data: st.DataObject) -> None:
    document = data.draw(values(schemas.document(name).shape))
    assert schemas.check(name, document) == []
    tree = xmltree.parse(schemas.to_xml(name, document))
    assert schemas.check_xml(name, tree) == []
    back = schemas.from_xml(name, tree)
    assert back == document
    assert json.dumps(back, sort_keys=True) == json.dumps(document, sort_keys=True)


@settings(max_examples=300, deadline=None)
@given(
    text=st.from_regex(r"[0-9]{3,4}(-[0-9]{2}(-[0-9]{2}(T[0-9:]{5,8}Z?)?)?)?", fullmatch=True) | st.text(max_size=12)
)
def test_both_languages_agree_on_every_date_number_and_code(text: str) -> None:
    for attribute in ("birth_date", "birth_time", "currency", "name", "sex_code"):
        document = {"operation": "A.B", "registry": "r", "word": "found", "fields": {attribute: text}}
        in_json = schemas.check("evidence", document) == []
        try:
            tree = xmltree.parse(schemas.to_xml("evidence", document))
        except GatewayError:
            assert not in_json  # a character that XML can't carry is refused in JSON too
            continue
        assert (schemas.check_xml("evidence", tree) == []) == in_json


def test_members_of_an_object_may_stand_in_any_order_in_xml() -> None:
    document = {"reg_no": "SYNTHETIC", "org_name": "示例"}
    data = schemas.to_xml("legal_person", document)
    swapped = data.replace("<org_name>示例</org_name>".encode(), b"").replace(
        b"</reg_no>", "</reg_no><org_name>示例</org_name>".encode()
    )
    assert swapped != data
    assert schemas.require_xml("legal_person", xmltree.parse(swapped)) == document


def test_checking_needs_no_slow_import() -> None:
    script = (
        "import sys; from gateway import schemas, xmltree;"
        "assert not schemas.check('person', {'name': 'x'});"
        "assert not schemas.check_xml('person', xmltree.parse(schemas.to_xml('person', {'name': 'x'})));"
        "sys.exit('xmlschema' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=schemas_dir().parent).returncode == 0
