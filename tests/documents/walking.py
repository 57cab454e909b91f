"""Walks through a document as a stranger would: runs what it tells to run, and looks for what it says will appear.

Two things are put in the place of what is quoted: a port that is free, and the ids of this run (an id in a quoted line
stands for the one in the line that really appeared). `make` and the virtual environment are the checkout's: for
`make demo` runs what the Makefile runs.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from difflib import get_close_matches
from pathlib import Path
from shutil import which
from types import TracebackType
from typing import Any, Self

from quoted import LANGUAGES, ROOT, Block, blocks, commands, text_of

PORT = "8460"
LOCALES = {"en": "C.UTF-8", "zh": "zh_CN.UTF-8"}
BY_THE_CHECKOUT = {"make demo": "shuqiao demo", "make setup": "true", ". .venv/bin/activate": "true"}
LONGEST = 120.0
ID = r"\b[0-9a-f]{16,64}\b"
MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+Z)?"), "TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST"),
    (re.compile(r"^│ +\d+ │"), "│ # │"),
    (re.compile(r"\b\d+ (ms|毫秒)"), "DURATION"),
    (re.compile(r"[^\S\n]+"), " "),
)
STAND_IN = Path(__file__).with_name("curl_stand_in.py")


def masked(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, instead in MASKS:
        line = pattern.sub(instead, line)
    return line.strip()


class Walk:
    """One walk through one document, in a folder of its own; `complaints` is what did not happen as told."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.working = name, folder, folder
        self.complaints: list[str] = []
        self._output = ""
        self._ids: dict[str, str] = {}
        self._port = PORT
        self._server: subprocess.Popen[bytes] | None = None
        self._environment = _environment(folder, LOCALES[LANGUAGES[name]])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            try:
                self._server.wait(LONGEST)
            finally:
                self._server.kill()

    def all(self) -> list[str]:
        """Walk from top to bottom; gives the complaints."""
        for block in blocks(text_of(self.name)):
            getattr(self, f"_{block.language}")(block)
        return self.complaints

    def served(self) -> set[str]:
        """The paths that the gateway which the document started describes."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/openapi.json", timeout=LONGEST) as answer:
            return set(json.load(answer)["paths"])

    def _complain(self, block: Block, text: str) -> None:
        self.complaints.append(f"{self.name}:{block.line}: {text}\n--- what appeared:\n{self._output[-3000:]}")

    def _sh(self, block: Block) -> None:
        self._output = ""
        for command in commands(block):
            text = BY_THE_CHECKOUT.get(command.text, self._here(command.text))
            if text.startswith("cd "):
                self.working = self.working / text.removeprefix("cd ")
            elif text.split()[:2] == ["shuqiao", "serve"]:
                self._serve(block, text)
            else:
                self._run(block, ["sh", "-c", text], command.status)

    def _python(self, block: Block) -> None:
        self._output = ""
        self._run(block, [sys.executable, "-c", self._here(block.text)], 0)

    def _yaml(self, block: Block) -> None:
        """A file of which the first line says where it belongs."""
        path = self.working / block.text.partition("\n")[0].removeprefix("# ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")

    def _text(self, block: Block) -> None:
        """Each line appeared in the output of the block before."""
        appeared = [(re.sub(ID, "ID", masked(line)), line) for line in self._output.splitlines()]
        for quoted in filter(str.strip, block.text.splitlines()):
            form = re.sub(ID, "ID", masked(quoted))
            real = next((line for each, line in appeared if each == form), None)
            if real is None:
                near = get_close_matches(quoted, self._output.splitlines(), cutoff=0.5)
                self.complaints.append(
                    "\n".join([f"{self.name}:{block.line}: this line did not appear: {quoted}", *near])
                )
            else:
                self._ids |= dict(zip(re.findall(ID, quoted), re.findall(ID, real), strict=True))

    def _json(self, block: Block) -> None:
        """The quoted document is a part of what appeared."""
        try:
            missing = list(absent(json.loads(block.text), json.loads(self._output)))
        except ValueError as error:
            missing = [str(error)]
        for each in missing:
            self._complain(block, each)

    def _here(self, text: str) -> str:
        for quoted, real in sorted(self._ids.items(), key=lambda pair: -len(pair[0])):
            text = re.sub(rf"\b{quoted}\b", real, text)
        return text.replace(f"127.0.0.1:{PORT}", f"127.0.0.1:{self._port}")

    def _run(self, block: Block, words: list[str], status: int) -> None:
        done = subprocess.run(
            words, cwd=self.working, env=self._environment, capture_output=True, timeout=LONGEST, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self._output += done.stdout.decode() + done.stderr.decode()
        if done.returncode != status:
            self._complain(block, f"`{words[-1]}` ended with {done.returncode}, not with {status}")

    def _serve(self, block: Block, text: str) -> None:
        """Start the gateway on a free port and wait until it says where it is."""
        log = self.folder / "serve.out"
        with log.open("wb") as out:
            self._server = subprocess.Popen(
                text.split(), cwd=self.working, env=self._environment | {"SHUQIAO_PORT": "0"}, stdout=out,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        end = time.monotonic() + LONGEST
        while time.monotonic() < end and self._server.poll() is None:
            self._output = log.read_text("utf-8")
            found = re.search(r"http://127\.0\.0\.1:(\d+)/docs\n(.+\n){3}", self._output)
            if found:
                self._port = found[1]
                return
            time.sleep(0.05)
        self._complain(block, "the gateway did not come up")


def absent(part: Any, whole: Any, place: str = "") -> list[str]:
    """What of `part` is not in `whole`; a list holds each of its elements somewhere in the other list."""
    if isinstance(part, dict) and isinstance(whole, dict):
        missing = [f"{place}/{name} is not there" for name in part if name not in whole]
        return missing + [
            each for name in part if name in whole for each in absent(part[name], whole[name], f"{place}/{name}")
        ]
    if isinstance(part, list) and isinstance(whole, list):
        return [
            f"{place}/{number}: nothing like it"
            for number, each in enumerate(part)
            if all(absent(each, other) for other in whole)
        ] + ([f"{place} is not empty"] if whole and not part else [])
    return [] if part == whole else [f"{place} is {whole!r}, not {part!r}"]


def _environment(folder: Path, locale: str) -> dict[str, str]:
    """A stranger's environment: the commands of the checkout, the document's language, nobody's settings."""
    tools = folder / "bin"
    tools.mkdir()
    scripts = {"shuqiao": ROOT / "cli.py", "python": "", **({} if which("curl") else {"curl": STAND_IN})}
    for name, script in scripts.items():
        (tools / name).write_text(
            f'#!/bin/sh\nexec "{sys.executable}" {script and f"{chr(34)}{script}{chr(34)}"} "$@"\n'
        )
        (tools / name).chmod(0o755)
    inherited = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("SHUQIAO_", "LC_", "PYTHON", "COLUMNS", "LINES"))
        and not name.lower().endswith("_proxy")
    }  # fmt: skip
    return inherited | {
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": locale, "LC_ALL": locale, "HOME": str(folder),
    }  # fmt: skip
