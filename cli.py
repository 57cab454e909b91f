#!/usr/bin/env python3
"""The command line: one table of commands and arguments; each command is one call into `gateway.commands`."""

# ruff: noqa: E501 - a row of the tables holds both languages
from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn

Language = Literal["en", "zh"]
INTERRUPTED, PIPE_CLOSED, FAULT, UNWRITABLE = 130, 141, 70, 74
"""Statuses outside the five of the product: stopped by the user, reader gone (POSIX), a fault of the program, no way to write."""


@dataclass(frozen=True)
class Argument:
    """One argument of a command: its names, what it is for, and what argparse is told besides."""

    names: tuple[str, ...]
    zh: str
    en: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One command: its words, what it does, the function that does it, and its arguments."""

    words: str
    zh: str
    en: str
    call: str
    arguments: tuple[Argument, ...] = ()


def arg(*names: str, zh: str, en: str, **options: Any) -> Argument:
    """A row of the table of arguments."""
    return Argument(names, zh, en, options)


JSON = arg("--json", zh="在标准输出给出一个 JSON 文档", en="one JSON document on standard output", action="store_true")
STRICT = arg("--strict", zh="提醒也算不通过", en="warnings and skipped tests count as failures", action="store_true")
PATHS = arg(
    "paths",
    zh="映射目录、文件或名称；默认为全部",
    en="mapping folders, files or names; all where absent",
    nargs="*",
    metavar="PATH",
)
EXCHANGE = arg(
    "id",
    zh="交换或核验的编号，可用表格所示的前 16 位",
    en="id of an exchange or a verification, or its first 16 digits",
    metavar="ID",
)

GLOBAL = (
    arg(
        "--config",
        zh="配置目录；默认 ./config，否则为自带示例",
        en="configuration folder; ./config, else the packaged example",
        metavar="DIR",
    ),
    arg(
        "--home",
        zh="状态目录（数据库、密钥）；也可用 SHUQIAO_HOME",
        en="state folder (database, keys); also SHUQIAO_HOME",
        metavar="DIR",
    ),
    arg("--lang", zh="界面语言", en="language of the terminal", choices=("zh", "en")),
)

GROUPS: dict[str, tuple[str, str]] = {
    "catalog": ("事项与材料目录", "service items and materials"),
    "mappings": ("登记库与方言映射", "mappings of registries and dialects"),
    "registries": ("登记库", "registries"),
    "log": ("消息日志", "the message log"),
    "grants": ("授权", "grants"),
    "keys": ("密钥", "keys"),
}

COMMANDS = (
    Command("init", "在空目录放好配置、映射和共享文档", "lay out configuration, mappings and schemas in an empty folder", "init:run", (
        arg("folder", zh="空目录或新目录", en="an empty or new folder", metavar="DIR"),
    )),
    Command("serve", "启动网关（HTTP）", "serve the gateway over HTTP", "serve:run", (
        arg("--host", zh="监听地址，代替配置", en="address to listen on, instead of the configured one", default=""),
        arg("--port", zh="端口，代替配置；0 为任一空闲端口", en="port, instead of the configured one; 0 takes a free one", type=int),
        arg("--workers", zh="进程数，代替配置", en="number of processes, instead of the configured one", type=int),
    )),
    Command("sandbox", "在前台运行沙箱登记库", "run the sandbox registries in the foreground", "sandbox:run", (
        arg("--ports", zh="固定端口 8461–8466 或任意空闲端口", en="the fixed ports 8461-8466, or any free ones", choices=("fixed", "auto"), default="fixed"),
    )),
    Command("demo", "跑一遍主流程：沙箱、网关、全部样例、日志校验", "the main job on all samples: sandbox, gateway, findings, log check", "demo:run"),
    Command("bench", "与裸客户端并排测速（仅源码）", "speed beside a bare client (checkout only)", "bench:run", (
        JSON,
        arg("--seconds", zh="每轮每方的秒数", en="seconds a round and side", type=float, default=4.0),
        arg("--rounds", zh="轮数", en="rounds", type=int, default=3),
    )),
    Command("doctor", "检查本机与配置", "look at this machine and configuration", "doctor:run", (JSON,)),
    Command("verify", "核验办件", "verify cases", "verify:run", (
        arg("files", zh="办件文件（JSON 或 XML），- 为标准输入", en="case files (JSON or XML); - is standard input", nargs="+", metavar="FILE"),
        arg("--source", zh="来源方言；默认自动识别", en="source dialect; recognised where absent", default="", metavar="DIALECT"),
        JSON,
        arg("--server", zh="改由运行中的网关核验", en="ask a running gateway instead", default="", metavar="URL"),
        arg("--key", zh="接口密钥文件；也可用 SHUQIAO_API_KEY", en="file with the API key for --server; also SHUQIAO_API_KEY", default="", metavar="FILE"),
    )),
    Command("catalog list", "列出事项", "list service items", "catalog:listing", (JSON,)),
    Command("catalog show", "查看事项或材料", "show an item or a material", "catalog:show", (
        arg("name", zh="事项键、基本编码或材料代码", en="key or code of an item, or a material", nargs="?", default="", metavar="NAME"), JSON,
    )),
    Command("catalog check", "检查配置、目录与授权", "check configuration, catalog and grants", "catalog:check", (JSON,)),
    Command("catalog import", "导入全国政务服务平台交换表", "import an export of the national exchange tables", "catalog:import_file", (
        arg("file", zh="导出文件（JSON）", en="the export (JSON)", metavar="FILE"),
        arg("--out", zh="写入新文件；默认为标准输出", en="a new file to write; standard output where absent", default="", metavar="FILE"),
    )),
    Command("mappings check", "检查映射", "check mappings", "mappings:check", (PATHS, JSON, STRICT)),
    Command("mappings test", "运行映射自带的测试", "run the tests inside mappings", "mappings:run_inner_tests", (PATHS, JSON, STRICT)),
    Command("registries list", "列出登记库", "list the registries in force", "registries:listing", (JSON,)),
    Command("registries ping", "检查登记库能否连接（不发送查询）", "see which registries can be reached; nothing is asked", "registries:ping", (JSON,)),
    Command("log list", "列出日志条目", "list entries", "loglist:run", (
        arg("--case", zh="办件编号", en="number of the case", default=""),
        arg("--person", zh="个人或单位的号码；- 从标准输入读取", en="number of a person or organisation; - reads it from standard input", default="", metavar="NUMBER"),
        arg("--kind", zh="条目类别", en="kind of entry", default=""),
        arg("--caller", zh="调用方", en="caller", default=""),
        arg("--registry", zh="登记库", en="registry", default=""),
        arg("--operation", zh="操作", en="operation", default=""),
        arg("--since", zh="自何时（2026-11-24、2h、7d）", en="from when on (2026-11-24, 2h, 7d)", default="", metavar="TIME"),
        arg("--until", zh="至何时（不含）", en="until when (excluded)", default="", metavar="TIME"),
        arg("--limit", zh="至多条数", en="at most so many", type=int, default=100),
        arg("--after", zh="接在该条目之后", en="go on after this entry", type=int, metavar="INDEX"),
        arg("--newest-first", zh="最新的在前", en="the newest first", action="store_true"),
        JSON,
    )),
    Command("log show", "查看一次交换的条目与正文", "show an exchange with its bodies", "logshow:run", (
        EXCHANGE,
        arg("--unmask", zh="显示完整号码，须说明理由并记入日志", en="show numbers of persons in full; the reason is logged", default="", metavar="REASON"),
        JSON,
    )),
    Command("log explain", "用文字讲述一次交换", "tell the story of an exchange", "logexplain:run", (EXCHANGE, JSON)),
    Command("log verify", "重新计算并校验整个日志", "recompute and verify the whole log", "logverify:run", (
        arg("--checkpoint", zh="另存的检查点文件", en="a checkpoint kept elsewhere", default="", metavar="FILE"), JSON,
    )),
    Command("log prove", "导出条目的存在证明", "export the proof of an exchange's last entry", "logproof:prove_exchange", (
        EXCHANGE, arg("--out", zh="证明文件，- 为标准输出", en="the proof file; - is standard output", required=True, metavar="FILE"),
    )),
    Command("log check-proof", "离线校验证明", "check a proof offline", "logproof:check_file", (
        arg("file", zh="证明文件", en="the proof", metavar="FILE"),
        arg("--key", zh="日志验证密钥文件；默认用本机密钥", en="file with the log's verifier key; this gateway's own where absent", default="", metavar="FILE"),
        JSON,
    )),
    Command("grants check", "检查授权", "check grants", "grants:check", (JSON,)),
    Command("keys list", "列出密钥（不显示内容）", "list keys, never what they are", "keys:listing", (JSON,)),
    Command("version", "显示版本", "print the release", "version:run", (JSON,)),
)  # fmt: skip

_TRANSLATIONS = (
    (r"the following arguments are required: (.+)", "缺少参数：{}"),
    (r"unrecognized arguments: (.+)", "无法识别的参数：{}"),
    (r"argument (.+?): expected (?:one|at least one) argument", "参数 {} 缺少取值"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", "参数 {} 的取值 {} 不在可选范围：{}"),
    (r"argument (.+?): invalid int value: (.+)", "参数 {} 应为整数，而不是 {}"),
)


class Parser(argparse.ArgumentParser):
    """argparse in the terminal's language; a mistake raises `UsageError` instead of ending the program."""

    def __init__(self, *, language: Language, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_formatter(language), **options)
        chinese = language == "zh"
        self._positionals.title = "参数" if chinese else "arguments"
        self._optionals.title = "选项" if chinese else "options"
        self.add_argument("-h", "--help", action="help", help="显示帮助" if chinese else "show this help")

    def error(self, message: str) -> NoReturn:
        """What is wrong with the arguments."""
        raise UsageError(message)


class UsageError(Exception):
    """The arguments can't be read."""


def _formatter(language: Language) -> type[argparse.HelpFormatter]:
    class Formatter(argparse.HelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            super().add_usage(usage, actions, groups, "用法：" if language == "zh" else prefix)

    return Formatter


def build_parser(language: Language) -> Parser:
    """The parser of all commands."""
    chinese = language == "zh"
    top = Parser(language=language, prog="shuqiao", description="数桥：政务数据共享核验网关" if chinese else
                 "Shuqiao: a data-sharing gateway for government services")  # fmt: skip
    _add(top, GLOBAL, language)
    top.set_defaults(**{each.names[0][2:]: None for each in GLOBAL})
    title = "命令" if chinese else "commands"
    commands = top.add_subparsers(title=title, metavar="COMMAND", required=True, parser_class=_Sub(language))
    groups: dict[str, Any] = {}
    for command in COMMANDS:
        first, _, second = command.words.partition(" ")
        parent = commands
        if second:
            if first not in groups:
                text = GROUPS[first][0 if chinese else 1]
                group = commands.add_parser(first, help=text, description=text)
                _add(group, GLOBAL, language)
                groups[first] = group.add_subparsers(
                    title=title, metavar="COMMAND", required=True, parser_class=_Sub(language)
                )
            parent = groups[first]
        text = command.zh if chinese else command.en
        parser = parent.add_parser(second or first, help=text, description=text)
        _add(parser, command.arguments, language)
        _add(parser, GLOBAL, language)
        parser.set_defaults(call=command.call)
    return top


def _Sub(language: Language) -> Any:  # noqa: N802 - stands for a class
    return lambda **options: Parser(language=language, **options)


def _add(parser: argparse.ArgumentParser, arguments: Sequence[Argument], language: Language) -> None:
    for each in arguments:
        absent: dict[str, Any] = {"default": argparse.SUPPRESS} if each in GLOBAL else {}
        parser.add_argument(*each.names, help=each.zh if language == "zh" else each.en, **each.options, **absent)


def language_in(arguments: Sequence[str]) -> Language:
    """The language that `--lang` names, else the locale's; needed before anything can be parsed."""
    for place, word in enumerate(arguments):
        value = (
            word[7:]
            if word.startswith("--lang=")
            else arguments[place + 1]
            if word == "--lang" and place + 1 < len(arguments)
            else ""
        )
        if value in ("zh", "en"):
            return "zh" if value == "zh" else "en"
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if named.lower().startswith("zh") else "en"


def usage_text(message: str, language: Language) -> str:
    """argparse's complaint in the terminal's language; what it has no words for stays as it is."""
    for pattern, chinese in _TRANSLATIONS if language == "zh" else ():
        found = re.fullmatch(pattern, message)
        if found:
            return chinese.format(*found.groups())
    return message


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _open_streams()
    language = language_in(words)
    try:
        status = _run(words, language)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:  # a full disk behind standard output, say: what was to be told is not told
        print(f"shuqiao: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNWRITABLE
    except Exception:  # noqa: BLE001 - Python's own status would be 1, which says that a finding is negative
        traceback.print_exc()
        return FAULT


def _open_streams() -> None:
    """All three streams are there, whoever closed them before: else the next file opened would take their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for the program's whole life
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _run(words: Sequence[str], language: Language) -> int:
    try:
        options = vars(build_parser(language).parse_args(words))
    except UsageError as error:
        hint = "运行 shuqiao --help 查看用法" if language == "zh" else "run shuqiao --help"
        print(f"shuqiao: {usage_text(str(error), language)} ({hint})", file=sys.stderr)
        return 2
    options.pop("lang")
    room, _, name = options.pop("call").partition(":")
    from gateway.commands import Place, Terminal, error_document
    from gateway.errors import GatewayError

    terminal = Terminal(language)
    config, home = (Path(value) if value else None for value in (options.pop("config"), options.pop("home")))
    place = Place(config, home, Path(), dict(os.environ))
    try:
        call = getattr(importlib.import_module(f"gateway.commands.{room}"), name)
        return int(call(terminal, place, **options))
    except GatewayError as error:
        from gateway.faces.statuses import exit_status

        terminal.problem(error)
        if options.get("json"):
            terminal.document({"error": error_document(error)})
        return exit_status(error)


if __name__ == "__main__":
    sys.exit(main())
