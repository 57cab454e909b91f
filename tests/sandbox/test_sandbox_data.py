"""The sandbox's data: what is shipped holds together, a changed attribute changes the answer, mistakes are shown."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sandbox_caller import CLEAN, Caller

from gateway.errors import Diagnostics
from gateway.sandbox import packaged_data, start_sandbox
from gateway.sandbox.store import FILES, Store, read_data

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(number: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged_data(), tmp_path / "data"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_numbers_are_well_formed_and_records_refer_to_each_other():
    data = read_data(packaged_data())
    for person in data.persons.values():
        assert check_digit(person.id_number) == person.id_number[-1]
        assert person.id_number[6:14] == person.birth_date
        assert person.sex == ("1" if int(person.id_number[16]) % 2 else "2")
        assert person.why
    known = set(data.persons)
    assert set(data.hukou) <= known
    assert set(data.movements) <= known
    assert {member.id_number for household in data.households for member in household.members} <= known
    for unit in data.units:
        assert unit.owner_name == data.persons[unit.owner_id].name
    numbers = {number for _, number in data.documents}
    crossings = [each for rows in data.movements.values() for each in rows.movements]
    assert {each.doc_number for each in crossings} <= numbers
    assert all(document.successor in numbers | {""} for document in data.documents.values())
    for rows in data.movements.values():
        assert [each.date for each in rows.movements] == sorted(each.date for each in rows.movements)


def test_every_file_says_that_it_is_synthetic_and_the_guide_names_every_person_and_company():
    guide = (packaged_data() / "README.md").read_text(encoding="utf-8")
    data = read_data(packaged_data())
    for name in FILES:
        assert "synthetic: true\n" in (packaged_data() / f"{name}.yaml").read_text(encoding="utf-8")
    for number in (*data.persons, *data.companies):
        assert number in guide
    assert set(re.findall(r"\| ([0-9]{17}[0-9X]) \|", guide)) == {*data.persons, "440106199912310017"}


def judged_name(caller: Caller):
    return caller.base(CLEAN, "陈大文").findtext(".//XM_PPDDM")


def registration(caller: Caller):
    return caller.hub("/hukou", zjhm=CLEAN)["data"]["hkzt"]


def passport(caller: Caller):
    return caller.hub("/document", zjlx="14", zjhm="E00000001")["data"]["zjxx"][0]["yxqz"]


def company(caller: Caller):
    body = {"uniscid": "91440101MA5FAKE08A"}
    return caller.post_keyed("legal-person", "/enterprise/info", "legal.key", body).json()["data"]["regstateCn"]


@pytest.mark.parametrize(
    ("ask", "file", "key", "before", "after"),
    [
        (judged_name, "persons.yaml", "name: 陈大文", "1", ("name: 陈大武", "0")),
        (registration, "hukou.yaml", "state: 已注销", "已注销", ("state: 正常", "正常")),
        (passport, "documents.yaml", 'expires: "20340630"', "20340630", ('expires: "20200101"', "20200101")),
        (company, "companies.yaml", "state: 存续", "存续（在营、开业、在册）", ("state: 迁", "迁（在营、开业、在册）")),
    ],
)
def test_changing_one_attribute_changes_the_answer_of_a_running_register(folder, ask, file, key, before, after):
    with start_sandbox(data=folder) as sandbox:
        caller = Caller(sandbox)
        assert ask(caller) == before
        change(folder, file, key, after[0])
        assert ask(caller) == after[1]
        caller.close()


def test_a_file_broken_while_the_register_runs_is_a_fault_of_the_register(folder):
    with start_sandbox(data=folder) as sandbox:
        caller = Caller(sandbox)
        assert caller.post_hub("/hukou", zjhm=CLEAN).status_code == 200
        change(folder, "hukou.yaml", "records:", "rows:")
        answer = caller.post_hub("/hukou", zjhm=CLEAN)
        assert answer.status_code == 500
        assert "hukou.yaml" in answer.text
        change(folder, "hukou.yaml", "rows:", "records:")
        assert caller.post_hub("/hukou", zjhm=CLEAN).status_code == 200
        caller.close()


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("persons.yaml", "synthetic: true", "synthetic: false", "configuration.missing_key"),
        ("persons.yaml", "name: 陈大文", "nam: 陈大文", "configuration.unknown_key"),
        ("persons.yaml", "name: 陈大文, ", "", "configuration.missing_key"),
        ("persons.yaml", "deceased: true", "deceased: perhaps", "configuration.wrong_type"),
        ("units.yaml", "area: 89.5", "area: large", "configuration.wrong_type"),
        ("movements.yaml", 'excludes: ["415", "413"]', "excludes: 415", "configuration.wrong_type"),
        ("households.yaml", "members:", "members: x\n    member:", "configuration.wrong_type"),
        ("troubles.yaml", "switch: http_503", "switch: http_504", "configuration.bad_value"),
        ("addresses.yaml", "records:", "records: {}\nrest:", "configuration.wrong_type"),
        ("addresses.yaml", "records:", "records: [", "yaml.syntax"),
    ],
)
def test_mistakes_in_the_data_are_shown_with_their_place(folder, file, old, new, code):
    change(folder, file, old, new)
    with pytest.raises(Diagnostics) as caught:
        Store(folder)
    finding = next(each for each in caught.value.findings if each.code == code)
    assert finding.mark.file == file
    assert finding.mark.line >= 1


def test_a_missing_file_is_named(folder):
    (folder / "units.yaml").unlink()
    with pytest.raises(Diagnostics, match=r"units\.yaml"):
        start_sandbox(data=folder)
