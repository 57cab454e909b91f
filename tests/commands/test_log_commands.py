"""`shuqiao log`: finding, showing, explaining; every look stands in the log, and no value of a person does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from shell import Result, shuqiao

PERSON = "350102198807041239"


def entries(home: Path, *words: str) -> list[dict[str, Any]]:
    result = shuqiao("log", "list", *words, "--json", "--limit", "10000", home=home)
    assert result.status == 0, result.err
    found: list[dict[str, Any]] = result.document["entries"]
    return found


def exchange_of(documents: list[dict[str, Any]], material: str) -> str:
    return next(str(each["exchanges"][-1]) for each in documents[0]["findings"] if each["material"] == material)


def test_entries_are_found_by_what_is_known_about_them(home: Path, documents: list[dict[str, Any]]) -> None:
    everything = entries(home)
    assert [each["index"] for each in everything] == list(range(len(everything)))
    assert all({"index", "time", "kind", "exchange"} <= set(each) for each in everything)
    for words, name, value in (
        (("--case", "SAMPLE-02"), "case", "SAMPLE-02"),
        (("--kind", "verification"), "kind", "verification"),
        (("--registry", "credit"), "registry", "credit"),
        (("--operation", "POP.EXIT_ENTRY"), "operation", "POP.EXIT_ENTRY"),
    ):
        found = entries(home, *words)
        assert 0 < len(found) < len(everything)
        assert {each[name] for each in found} == {value}
    assert entries(home, "--caller", "nobody") == []
    assert entries(home, "--since", "1h", "--until", "1min") == []
    assert len(entries(home, "--since", "2020-01-01", "--kind", "verification")) == 3


def test_pages_follow_each_other_in_both_orders(home: Path) -> None:
    for order in ((), ("--newest-first",)):
        first = shuqiao("log", "list", "--case", "SAMPLE-01", "--limit", "4", *order, "--json", home=home).document
        assert len(first["entries"]) == 4
        assert first["next"] == first["entries"][-1]["index"]
        more = ("--after", str(first["next"]), "--limit", "2000")
        rest = shuqiao("log", "list", "--case", "SAMPLE-01", *more, *order, "--json", home=home).document
        assert rest["next"] is None
        indexes = [each["index"] for each in (*first["entries"], *rest["entries"])]
        assert indexes == sorted(indexes, reverse=bool(order))
        assert len(indexes) == len(set(indexes))


def test_a_person_is_found_by_number_and_the_number_goes_nowhere(home: Path) -> None:
    found = entries(home, "--person", PERSON)
    assert found
    assert {each["case"] for each in found} == {"SAMPLE-01"}
    assert entries(home, "--person", PERSON.lower()) == found
    typed = shuqiao(
        "log", "list", "--person", "-", "--json", "--limit", "10000", home=home, stdin=f"{PERSON}\n".encode()
    )
    assert typed.document["entries"] == found
    assert entries(home, "--person", "E99999999") == []
    looks = [each for each in entries(home) if each.get("event") == "log.read"]
    assert {"command": "list", "filters": ["person"]} in [each["details"] for each in looks]
    for path in home.iterdir():
        if path.is_file():
            assert PERSON.encode() not in path.read_bytes(), path.name


def test_every_look_is_logged_before_anything_is_shown(home: Path, documents: list[dict[str, Any]]) -> None:
    name = exchange_of(documents, "M01")
    shuqiao("log", "list", "--case", "SAMPLE-01", "--since", "1d", home=home)
    shuqiao("log", "show", name, home=home)
    shuqiao("log", "show", name, "--unmask", "complaint 17 of the applicant", home=home)
    shuqiao("log", "explain", name, home=home)
    assert [(each["kind"], each["event"], each["caller"], each["details"]) for each in entries(home)[-5:-1]] == [
        ("event", "log.read", "cli", {"command": "list", "filters": ["case", "since"]}),
        ("event", "log.read", "cli", {"command": "show", "exchange": name}),
        ("event", "log.read", "cli", {"command": "show", "exchange": name, "unmask": "complaint 17 of the applicant"}),
        ("event", "log.read", "cli", {"command": "explain", "exchange": name}),
    ]


def test_a_log_that_can_not_be_written_is_not_shown(home: Path) -> None:
    (home / "log.checkpoint").unlink()
    result = shuqiao("log", "list", home=home)
    assert result.status == 4
    assert "log.checkpoint_missing" in result.err
    assert "SAMPLE" not in result.out


def test_an_exchange_is_shown_with_bodies_without_secrets_and_masked(
    home: Path, documents: list[dict[str, Any]]
) -> None:
    name = exchange_of(documents, "M01")
    shown = shuqiao("log", "show", name, home=home)
    assert shown.status == 0
    assert PERSON not in shown.out
    assert f"{PERSON[:4]}**********{PERSON[-4:]}" in shown.out
    assert ":Envelope" in shown.out
    assert "[secret:" in shown.out
    password = (home / "sandbox-secrets" / "gk.password").read_text()
    assert password not in shown.out
    open_shown = shuqiao("log", "show", name, "--unmask", "complaint 17", home=home)
    assert PERSON in open_shown.out
    assert password not in open_shown.out
    document = shuqiao("log", "show", name, "--json", home=home).document
    assert [each["kind"] for each in document["entries"]] == ["request", "response"]
    assert PERSON not in str(document)


def test_the_reason_for_unmasking_must_not_hold_a_number(home: Path, documents: list[dict[str, Any]]) -> None:
    result = shuqiao("log", "show", exchange_of(documents, "M01"), "--unmask", f"about {PERSON}", home=home)
    assert result.status == 2
    assert PERSON not in result.err
    assert not result.out


def test_an_id_may_be_cut_to_what_tables_show(home: Path, documents: list[dict[str, Any]]) -> None:
    for name in (exchange_of(documents, "M33"), documents[1]["id"]):
        whole = shuqiao("log", "show", name, "--json", home=home).document
        assert shuqiao("log", "show", name[:16], "--json", home=home).document == whole
    for name in ("0" * 32, "f" * 16, "zz", "", "%"):
        result = shuqiao("log", "show", name, home=home)
        assert result.status == 2
        assert "log.unknown_exchange" in result.err


@pytest.mark.parametrize(
    ("material", "zh", "en"),
    [
        (
            "M01",
            (
                "本机命令行（cli）", "经办人甲", "SETTLE_ORIGIN 华侨回国定居", "核验材料 M01", "授权 cli-settle-origin",
                "姓名", "HTTP 200", "M01 居民身份证：可免交", "log prove",
            ),
            ("Command line of this machine (cli)", "to verify M01", "what left:", "before anybody read it", "supplied"),
        ),
        ("M12", ("M12 出入境记录查询结果：可免交", "POP.EXIT_ENTRY"), ("Exit-entry record: supplied",)),
    ],
)  # fmt: skip
def test_the_story_of_an_exchange(
    home: Path, documents: list[dict[str, Any]], material: str, zh: tuple[str, ...], en: tuple[str, ...]
) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        result = shuqiao("log", "explain", exchange_of(documents, material), home=home, lang=lang,
                         environment={"COLUMNS": "400"})  # fmt: skip
        assert result.status == 0
        for word in words:
            assert word in result.out, (lang, word)
    document = shuqiao("log", "explain", exchange_of(documents, material), "--json", home=home).document
    assert set(document["story"]) == {"zh", "en"}
    assert document["verification"]["verification"] == documents[0]["id"]


def test_the_story_of_a_refusal_and_of_a_failure(home: Path) -> None:
    from shell import CASES

    done = shuqiao("verify", CASES / "08-unavailable.xml", "--json", home=home).document["verifications"]
    failed = shuqiao("log", "explain", exchange_of(done, "M03"), home=home, lang="zh", environment={"COLUMNS": "400"})
    assert "HTTP 503" in failed.out
    assert "M03 中华人民共和国普通护照：暂时无法核验" in failed.out
    verification = shuqiao("log", "explain", done[0]["id"], home=home, environment={"COLUMNS": "400"})
    assert "concluded" in verification.out
    assert verification.out.startswith(f"verification {done[0]['id']}\n")
    index = done[0]["receipt"]["entry"]
    assert f"entry #{index} under a checkpoint of" in verification.out
    assert failed.out.startswith("交换 ")
    assert re.search(r"条目 #\d+–#\d+，", failed.out)
    chinese = shuqiao("log", "explain", done[0]["id"], home=home, lang="zh", environment={"COLUMNS": "400"})
    assert chinese.out.startswith(f"核验 {done[0]['id']}\n")
    assert f"条目 #{index}，检查点" in chinese.out
    assert "could not be asked" in verification.out


def test_what_a_table_of_entries_says(home: Path) -> None:
    result = shuqiao("log", "list", "--case", "SAMPLE-07", "--limit", "1000", home=home, environment={"COLUMNS": "300"})
    for word in ("request", "response", "verification", "HTTP 200", "not allowed 2", "population-hub · POP.EXIT_ENTRY"):
        assert word in result.out, word
    short: Result = shuqiao("log", "list", "--limit", "1", home=home)
    assert "add --after 0" in short.err
    assert "no entry fits" in shuqiao("log", "list", "--case", "none", home=home).err


@pytest.mark.parametrize(
    "words",
    [("--since", "yesterday"), ("--until", "2026-99-01"), ("--since", "999999d"), ("--limit", "0"), ("--kind", "frob")],
)
def test_bad_filters_are_refused(home: Path, words: tuple[str, str]) -> None:
    before = len(entries(home))
    result = shuqiao("log", "list", *words, home=home)
    assert result.status == 2
    assert "request.bad_parameter" in result.err
    assert words[0] in result.err
    assert len(entries(home)) == before + 1, "a refused look at nothing is no look"


def test_where_no_gateway_ever_ran_nothing_is_made(tmp_path: Path) -> None:
    for words in (("list",), ("verify",), ("show", "x"), ("prove", "x", "--out", "-")):
        result = shuqiao("log", *words, home=tmp_path / "none")
        assert result.status == 2
        assert "usage.file_missing" in result.err
    assert not (tmp_path / "none").exists()
