"""Words for what is wrong, the vocabulary, conversions of bad documents, mistakes in the definitions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import schemas, xmltree
from gateway.errors import Diagnostics, GatewayError
from gateway.model.evidence import EvidenceResponse, FieldValue
from gateway.model.outcomes import FieldState, Flag, Grade, Judgement, Mode, Outcome, ReplyWord
from gateway.schemas.definitions import read_documents
from gateway.schemas.shapes import Scalar, at
from gateway.schemas.vocabulary import read_vocabulary

CASE = {
    "number": "SYNTHETIC-1",
    "item": {"code": "SETTLE_ORIGIN"},
    "submitted_at": "2026-11-24T10:00:00+08:00",
    "applicant": {"name": "陈大文"},
}


def test_a_case_needs_no_operator_here() -> None:
    schemas.require("case", CASE)


def test_require_names_the_first_place_and_keeps_all_problems() -> None:
    bad = {**CASE, "applicant": {"nmae": "陈大文", "sex_code": "male"}, "materials": [{"submitted": True}]}
    with pytest.raises(GatewayError) as caught:
        schemas.require("case", bad)
    error = caught.value
    assert (error.code, error.where) == ("case.invalid", "/applicant/sex_code")
    problems = error.values["problems"]
    assert isinstance(problems, tuple)
    assert {problem.pointer for problem in problems} == {"/applicant/nmae", "/applicant/sex_code", "/materials/0/code"}
    assert "did you mean 'name'?" in {problem.expected.en for problem in problems}
    assert "one of 0, 1, 2, 9" in error.text("en")
    assert "以下之一：0、1、2、9" in error.text("zh")


def test_the_place_and_the_code_can_be_given() -> None:
    with pytest.raises(GatewayError) as caught:
        schemas.require("person", {"x": 1}, "reply.json#", code="catalog.row_invalid")
    assert (caught.value.code, caught.value.where) == ("catalog.row_invalid", "reply.json#/x")


def test_require_xml_also_knows_what_xml_schema_cannot_say() -> None:
    tree = xmltree.parse(b'<person xmlns="urn:shuqiao:person:1"/>')
    assert schemas.check_xml("person", tree) == []
    with pytest.raises(GatewayError, match="nothing is stated here"):
        schemas.require_xml("person", tree)


def test_problems_do_not_repeat_personal_values() -> None:
    secret = "350102198807041239"
    for problem in schemas.check(
        "person", {"birth_date": secret, "death_flag": secret, "members": secret, secret[:3]: 1}
    ):
        assert secret not in str(problem.document())


def test_problem_as_json() -> None:
    (problem,) = schemas.check("person", {"birth_date": "1988-07-32"})
    assert problem.document()["pointer"] == "/birth_date"
    assert set(problem.document()) == {"pointer", "message", "expected"}


@pytest.mark.parametrize(
    "value", ["\ud800", {1: 2}, object(), b"x", float("nan"), None, [], 10**400, {"number": float("inf")}]
)
def test_whatever_is_given_is_only_wrong(value: object) -> None:
    assert schemas.check("case", value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_no_value_makes_the_check_raise(value: object) -> None:
    assert schemas.check("case", value)
    assert schemas.check("case", {**CASE, "applicant": value})


def test_many_problems_are_cut() -> None:
    assert len(schemas.check("case", {**CASE, "materials": [{}] * 500})) == 50
    items = b"<material/>" * 500
    data = schemas.to_xml("case", {**CASE, "materials": []}).replace(
        b"<materials/>", b"<materials>" + items + b"</materials>"
    )
    assert len(schemas.check_xml("case", xmltree.parse(data))) == 50


def test_unknown_document() -> None:
    with pytest.raises(GatewayError, match=r"request\.not_found"):
        schemas.check("cases", {})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"<name>", b"<nmae>", "nmae"),
        (b"<name>", b"<name xmlns='urn:x'>", "not expected"),
        (b"<applicant>", b"<applicant><name>x</name>", "stands twice"),
        (b"urn:shuqiao:case:1", b"urn:shuqiao:case:2", "root"),
    ],
)
def test_from_xml_refuses_what_is_not_of_the_document(old: bytes, new: bytes, says: str) -> None:
    data = (
        schemas.to_xml("case", CASE)
        .replace(old, new, 1)
        .replace(b"</name>", b"</nmae>" if new == b"<nmae>" else b"</name>")
    )
    with pytest.raises(GatewayError, match=says) as caught:
        schemas.from_xml("case", data)
    assert caught.value.code == "document.unexpected_value"


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (b"<operations><operation/></operations>", "'key' is missing"),
        (b"<operations><o key='A.B'/></operations>", "expected operation"),
        (b"<materials><material key='A'><details>{</details></material></materials>", "not JSON"),
        (b"<materials><material key='A'><details>" + b"[" * 100_000 + b"</details></material></materials>", "not JSON"),
    ],
)
def test_from_xml_refuses_broken_maps_and_json(part: bytes, says: str) -> None:
    with pytest.raises(GatewayError, match=says):
        schemas.from_xml("catalog", b'<catalog xmlns="urn:shuqiao:catalog:1">' + part + b"</catalog>")


# --- vocabulary -------------------------------------------------------------------------------------------------------


def test_vocabulary() -> None:
    words = schemas.vocabulary()
    assert words.attribute("birth_date").type == "date"
    assert words.attribute("id_number").personal
    assert "id_number" in words.sensitive
    assert "uscc" not in words.personal
    assert words.suggest("birthdate")[0] == "birth_date"
    assert words.attribute("hits").members[0] == "list"
    assert words.attribute("position").members == ("lon", "lat", "crs")
    assert (words.type_of("position.lon"), words.type_of("hits"), words.type_of("hits.date_in")) == (
        "number",
        "list",
        "date",
    )
    codes = words.attribute("sex_code").codes
    assert codes is not None
    assert codes.zh["1"] == "男"
    with pytest.raises(KeyError):
        words.type_of("position.altitude")
    assert "nothing" not in words


def test_every_attribute_has_both_labels_and_valid_examples() -> None:
    for attribute in schemas.vocabulary().attributes.values():
        assert attribute.zh
        assert attribute.en
        assert attribute.zh != attribute.en
        if attribute.example is not None:
            assert schemas.check_attribute(attribute.name, attribute.example) == [], attribute.name


def test_names_of_persons_and_their_numbers_are_marked() -> None:
    words = schemas.vocabulary().attributes
    for name, attribute in words.items():
        if name.endswith("_id") and name not in {"cert_id"}:
            assert attribute.personal, name
            assert attribute.sensitive, name
        if attribute.sensitive:
            assert attribute.personal, name


def test_check_attribute() -> None:
    assert schemas.check_attribute("capital", 1.5) == []
    (problem,) = schemas.check_attribute("capital", "1.5")
    assert problem.pointer == "/capital"
    with pytest.raises(KeyError):
        schemas.check_attribute("captial", 1)


def test_closed_lists_agree_with_the_model() -> None:
    def listed(name: str, *trail: str | int) -> tuple[str, ...]:
        shape = at(schemas.document(name).shape, trail)
        assert isinstance(shape, Scalar)
        return shape.values

    assert listed("verification", "findings", 0, "outcome") == tuple(Outcome)
    assert listed("verification", "findings", 0, "flags", 0) == tuple(Flag)
    assert listed("verification", "findings", 0, "fields", 0, "grade") == tuple(Grade)
    assert listed("catalog", "materials", "M01", "mode") == tuple(Mode)
    assert listed("evidence", "word") == tuple(ReplyWord)
    assert listed("evidence", "judged", "name") == tuple(Judgement)
    assert listed("evidence", "missing", 0, "state") == tuple(
        state for state in FieldState if state != FieldState.VALUE
    )


def test_evidence_document_is_valid() -> None:
    response = EvidenceResponse(
        ReplyWord.FOUND,
        fields={
            "birth_date": FieldValue(FieldState.VALUE, "1988"),
            "ethnic_code": FieldValue(FieldState.UNDISCLOSED, note="*"),
        },
        judged={"name": Judgement.MISMATCH},
        evidence={"message_id": "SYNTHETIC"},
    )
    document = schemas.evidence_document("POP.BASE_INFO", "population", response, "X1")
    schemas.require("evidence", document)
    assert document["fields"] == {"birth_date": "1988"}
    assert document["missing"] == [{"field": "ethnic_code", "state": "undisclosed", "note": "*"}]
    smallest = schemas.evidence_document("POP.BASE_INFO", "population", EvidenceResponse(ReplyWord.NOT_FOUND))
    assert smallest == {"operation": "POP.BASE_INFO", "registry": "population", "word": "not_found"}


# --- mistakes in the definitions --------------------------------------------------------------------------------------


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("name: {type: txt, zh: 名, en: Name}", "'txt' is not a type"),
        ("name: {type: text, zh: 名}", "needs the key 'en'"),
        ("name: {type: text, zh: 名, en: Name, personel: true}", "not a key of an attribute"),
        ("sex: {type: code, codes: sexes, zh: 性别, en: Sex}", "there is no list 'sexes'"),
        ("name: {type: text, zh: 名, en: Name}\n  name: {type: text, zh: 名, en: Name}", "stands twice"),
    ],
)
def test_a_broken_vocabulary_is_refused_with_its_place(tmp_path: Path, line: str, says: str) -> None:
    path = write(tmp_path, "vocabulary.yaml", f"version: 1\nattributes:\n  {line}\n")
    with pytest.raises(Diagnostics) as caught:
        read_vocabulary(path)
    assert says in caught.value.text("en")
    assert caught.value.findings[0].mark.line >= 3


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x: {type: txt}", "there is no 'txt'"),
        ("x: {attribute: birthdate}", "did you mean: birth_date"),
        ("x: {use: bilingul}", "did you mean: bilingual"),
        ("x: {claims: [persn]}", "did you mean: person"),
        ("x: {codes: sexx}", "there is no 'sexx'"),
        ("x: {type: text, requird: true}", "did you mean: required"),
    ],
)
def test_broken_definitions_are_refused_with_their_place(tmp_path: Path, line: str, says: str) -> None:
    head = "version: 1\ngroups: {person: [name]}\ntypes: {bilingual: {members: {}}}\n"
    text = head + "documents:\n  a:\n    members:\n      "
    path = write(tmp_path, "documents.yaml", text + line + "\n")
    with pytest.raises(Diagnostics) as caught:
        read_documents(path, schemas.vocabulary())
    assert says in caught.value.text("en")
    assert caught.value.findings[0].mark.line == 7
