"""Every outcome, grade, flag, mode and reason has a text in both languages, and no reason is without use."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from gateway.assessment import COMPARATORS
from gateway.messages import FLAGS, GRADES, LEVELS, MODES, OUTCOMES, REASONS, STEPS, explain, label
from gateway.model.outcomes import Flag, Grade, Mode, Outcome

ROOM = Path(__file__).parents[1] / "gateway" / "assessment"
CODE = re.compile(r"[a-z][a-z0-9_]*")


@pytest.mark.parametrize(("kind", "table"), [(Outcome, OUTCOMES), (Grade, GRADES), (Flag, FLAGS), (Mode, MODES)])
def test_every_member_has_a_label_in_both_languages(kind: type, table: dict[object, object]) -> None:
    assert set(table) == set(kind)
    for member in kind:
        assert label(member, "zh") != label(member, "en")


def test_a_label_belongs_to_its_own_list() -> None:
    # `insufficient` and `not_found` stand in one list only, but `none` and others could meet by their text.
    assert label(Mode.NONE, "en") == "no source in the country"
    with pytest.raises(KeyError):
        label("nonsense", "en")  # type: ignore[arg-type]


@pytest.mark.parametrize("table", [REASONS, STEPS, LEVELS])
def test_both_languages_name_the_same_values(table: dict[str, object]) -> None:
    formatter = string.Formatter()
    for code, text in table.items():
        assert CODE.fullmatch(code)
        named = [
            {name for _, name, _, _ in formatter.parse(words) if name}
            for words in (text.zh, text.en)  # type: ignore[attr-defined]
        ]
        assert named[0] == named[1], code
        assert text.zh, code  # type: ignore[attr-defined]
        assert text.en, code  # type: ignore[attr-defined]


def _reasons_in_code() -> set[str]:
    """The reason of every `FieldResult(…)` in the room, every note, and every reason of a form."""
    found: set[str] = set()
    for path in sorted(ROOM.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FieldResult":
                found.update(_text(node.args[1]))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
                found.update(_text(node.args[0]) if path.name == "finding.py" else ())
            if isinstance(node, ast.Tuple) and len(node.elts) == 2:
                first, second = node.elts
                if "Grade" in ast.unparse(first):
                    found.update(_text(second))
    return found


def _text(node: ast.expr) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_every_reason_that_the_code_gives_has_a_text_and_every_text_is_given() -> None:
    used = _reasons_in_code()
    assert len(used) > 60
    assert used - set(REASONS) == set()
    assert set(REASONS) - used == set()


def test_every_step_and_level_has_a_name() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    steps = set(re.findall(r'_step\(steps, "([a-z_]+)"', source)) | set(
        re.findall(r'written_differently\([^)]*"([a-z_]+)"\)', source)
    )
    assert steps <= set(STEPS)
    assert set(re.findall(r'"level": "([a-z]+)"', source)) <= set(LEVELS)


def test_reasons_are_spoken_with_their_values() -> None:
    assert (
        explain("written_differently", {"steps": "width blanks"}, "en")
        == "only written differently: full and half width, blanks"
    )
    assert explain("written_differently", {"steps": "width blanks"}, "zh") == "仅书写不同：全角与半角、空格"
    assert explain("address_differs", {"level": "road"}, "zh") == "道路不同"
    assert explain("trad_simp", {"rule": "陳→陈"}, "en").endswith("(陳→陈)")
    assert explain("trad_simp", {}, "en") == "traditional and simplified script"
    assert explain("trad_simp", {}, "zh") == "繁简字形不同"
    assert explain("no_such_reason", {}, "en") == "no_such_reason"
    assert explain("state_unmapped", {"state": "{x} {0}"}, "en") == "no table explains the state '{x} {0}'"


def test_comparators_are_documented_in_both_languages() -> None:
    for name, comparator in COMPARATORS.items():
        assert comparator.name == name
        assert comparator.label == f"{name}@{comparator.version}"
        assert comparator.doc.zh
        assert comparator.doc.en
        assert comparator.types
