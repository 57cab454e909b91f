"""The command line as tests use it: in this process with streams of its own, or in a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import cli

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "config" / "sample" / "cases"
PLAIN = {"PATH": os.environ.get("PATH", ""), "COLUMNS": "120", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class Result:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document; there must be nothing else on standard output."""
        return json.loads(self.out)


class _Input(io.TextIOWrapper):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), "utf-8")


def shuqiao(
    *words: object, home: Path | None = None, config: Path | None = ROOT / "config", lang: str = "en",
    stdin: bytes = b"", environment: Mapping[str, str] | None = None,
) -> Result:  # fmt: skip
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    variables = {**PLAIN, **(environment or {})}
    with (
        mock.patch.dict(os.environ, variables, clear=True), mock.patch.object(sys, "stdin", _Input(stdin)),
        redirect_stdout(out), redirect_stderr(err),
    ):  # fmt: skip
        status = cli.main(arguments(*words, home=home, config=config, lang=lang))
    return Result(status, out.getvalue(), err.getvalue())


def arguments(*words: object, home: Path | None, config: Path | None, lang: str) -> list[str]:
    """The words of a command line with the global options behind them."""
    found = [str(word) for word in words]
    for name, value in (("--home", home), ("--config", config), ("--lang", lang)):
        found += [name, str(value)] if value else []
    return found


def process(*words: object, home: Path | None = None, config: Path | None = ROOT / "config", lang: str = "en",
            **options: Any) -> subprocess.Popen[bytes]:  # fmt: skip
    """Start a command in a process of its own."""
    command = [sys.executable, str(ROOT / "cli.py"), *arguments(*words, home=home, config=config, lang=lang)]
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": PLAIN, **options}
    return subprocess.Popen(command, **settings)


def finish(running: subprocess.Popen[bytes]) -> Result:
    """Wait for the end of a process."""
    out, err = running.communicate(timeout=60)
    return Result(running.returncode, out.decode(), err.decode())
