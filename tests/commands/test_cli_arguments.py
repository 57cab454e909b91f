"""The tables of the command line: every row leads to a function that takes its arguments, in both languages."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import subprocess
import sys
from unittest import mock

import pytest
from shell import PLAIN, ROOT, finish, process, shuqiao

import cli
from gateway.errors import CODES


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.words)
def test_every_command_leads_to_a_function_with_its_arguments(command: cli.Command) -> None:
    room, _, name = command.call.partition(":")
    parameters = inspect.signature(getattr(importlib.import_module(f"gateway.commands.{room}"), name)).parameters
    given = {each.names[0].lstrip("-").replace("-", "_") for each in command.arguments}
    assert set(parameters) - {"terminal", "place"} == given
    for argument in command.arguments:
        optional = argument.names[0].startswith("-") and not argument.options.get("required")
        name = argument.names[0].lstrip("-").replace("-", "_")
        if optional and "default" not in argument.options and argument.options.get("action") != "store_true":
            assert parameters[name].default is None, "argparse gives None where the option is absent"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("words", ["", *cli.GROUPS, *(command.words for command in cli.COMMANDS)])
def test_help_is_there_in_both_languages(words: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words.split(), "--help", "--lang", lang] if words else ["--lang", lang, "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert (
        ("用法：" in text and "显示帮助" in text) if lang == "zh" else ("usage: " in text and "show this help" in text)
    )


def test_no_later_command_stands_there_as_a_stub() -> None:
    assert {command.words for command in cli.COMMANDS} == {
        "init", "serve", "sandbox", "demo", "bench", "doctor", "verify", "version", "grants check", "keys list",
        "catalog list", "catalog show", "catalog check", "catalog import", "mappings check", "mappings test",
        "registries list", "registries ping",
        "log list", "log show", "log explain", "log verify", "log prove", "log check-proof",
    }  # fmt: skip


def test_advice_names_only_commands_that_there_are() -> None:
    known = {command.words for command in cli.COMMANDS}
    seen = 0
    for code in CODES.values():
        for advice in (code.en, code.zh, code.hint_en, code.hint_zh):
            for words in re.findall(r"`shuqiao ([^`]+)`", advice):
                seen += 1
                assert any(words == name or words.startswith(f"{name} ") for name in known), f"{code.code}: {words}"
    assert seen >= 4
    for language in ("en", "zh"):
        assert CODES["storage.schema"].hint(language, {}), "it says what to do instead"


@pytest.mark.parametrize(
    ("words", "en", "zh"),
    [
        ((), "required: COMMAND", "缺少参数：COMMAND"),
        (("verify",), "required: FILE", "缺少参数：FILE"),
        (("frob",), "invalid choice: 'frob'", "取值 'frob' 不在可选范围"),
        (("log",), "required: COMMAND", "缺少参数：COMMAND"),
        (("version", "--frob"), "unrecognized arguments: --frob", "无法识别的参数：--frob"),
        (("log", "list", "--limit", "many"), "invalid int value: 'many'", "应为整数，而不是 'many'"),
        (("log", "prove", "x"), "required: --out", "缺少参数：--out"),
        (("log", "list", "--case"), "expected one argument", "缺少取值"),
        (("version", "--js"), "unrecognized arguments: --js", "无法识别的参数：--js"),
    ],
)
def test_wrong_usage_is_told_in_one_line(words: tuple[str, ...], en: str, zh: str) -> None:
    for lang, text in (("en", en), ("zh", zh)):
        result = shuqiao(*words, config=None, lang=lang)
        assert result.status == 2
        assert not result.out
        assert text in result.err
        assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "en_US.UTF-8"}, "en"),
        ([], {}, "en"),
        ([], {"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang", "zh"], {"LANG": "en_US.UTF-8"}, "zh"),
        (["--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["--lang", "fr"], {"LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_the_language_is_that_of_the_terminal(words: list[str], environment: dict[str, str], expected: str) -> None:
    with mock.patch.dict(os.environ, environment, clear=True):
        assert cli.language_in(words) == expected


def test_global_options_stand_before_or_after_the_command() -> None:
    parser = cli.build_parser("en")
    before = parser.parse_args(["--home", "a", "--config", "b", "log", "list"])
    after = parser.parse_args(["log", "list", "--home", "a", "--config", "b"])
    assert vars(before) == vars(after)
    assert vars(parser.parse_args(["version"]))["home"] is None


def test_version_and_help_load_no_library_they_do_not_need() -> None:
    assert finish(process("version", config=None)).out.startswith("shuqiao ")
    heavy = ("rich", "pydantic", "sqlalchemy", "aiohttp", "lxml")
    code = f"""
import sys, cli
try:
    cli.main(["--help"])
except SystemExit:
    print([name for name in sys.modules if name in {heavy}])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=PLAIN, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_fault_of_the_program_is_no_finding() -> None:
    """Python ends with 1 after an uncaught exception, which here means that a finding is negative."""
    with mock.patch("gateway.commands.version.run", side_effect=RuntimeError("boom")):
        result = shuqiao("version")
    assert result.status == cli.FAULT
    assert "boom" in result.err


def test_ctrl_c_ends_a_command_without_a_trace() -> None:
    with mock.patch("gateway.commands.version.run", side_effect=KeyboardInterrupt):
        result = shuqiao("version")
    assert result.status == cli.INTERRUPTED
    assert "Traceback" not in result.err
