"""The documents say what is: commands run, quoted lines appear, named files exist, tables are complete."""

from __future__ import annotations

import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import curl_stand_in
import pytest
from error_listing import TARGET, listing
from quoted import READMES, ROOT, blocks, code_words, commands, headings, links, prose, tables, text_of
from walking import BY_THE_CHECKOUT, Walk, absent

import gateway
from cli import COMMANDS
from gateway.commands.statuses import status_of
from gateway.crypto.digests import api_key_prefix, hash_api_key
from gateway.errors import CODES
from gateway.faces.statuses import status_of as status_of_code
from gateway.model.outcomes import ExitStatus, Flag, Grade, Outcome

DOCUMENTS = (*READMES, "CHANGELOG.md", "DESIGN.md")
LONGEST = 300
# Made by what a document tells to do, or in the state folder: they are in no checkout.
MADE = ("var/", "office", "draft/", "keys/", "secrets/", "sandbox-secrets/", "mappings/registries/court")
ENDPOINT = re.compile(r"((?:GET|POST) )?(/[\w./{}-]+)")
NOT_OF_THE_PRODUCT = re.compile(r"/(work|root|home|tmp)/|\bissues?\b|\bagents?\b|工单", re.IGNORECASE)


@pytest.mark.slow
@pytest.mark.parametrize("name", READMES)
def test_what_is_told_to_do_can_be_done_and_shows_what_is_quoted(name: str, tmp_path: Path) -> None:
    with Walk(name, tmp_path) as walk:
        complaints = walk.all()
        served = {re.sub(r"\{\w+\}", "{}", path) for path in walk.served()}
    assert not complaints, "\n\n".join(complaints)
    named = {
        re.sub(r"\{\w+\}", "{}", found[2]) for found in map(ENDPOINT.fullmatch, code_words(text_of(name))) if found
    }
    assert named == served | {"/openapi.json", "/docs"}
    assert (tmp_path / "office" / "var" / "shuqiao.sqlite").is_file()


def test_a_walk_complains_about_what_does_not_happen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "```sh\nshuqiao version\nshuqiao nonsense\n```\n```text\nshuqiao 99\n```\n```json\n{}\n```\n"
    monkeypatch.setattr("walking.text_of", lambda name: told)
    with Walk("README.md", tmp_path) as walk:
        complaints = [each.partition("\n")[0] for each in walk.all()]
    assert complaints[0] == "README.md:1: `shuqiao nonsense` ended with 2, not with 0"
    assert complaints[1] == "README.md:5: this line did not appear: shuqiao 99"
    assert complaints[2].startswith("README.md:8: ")


def test_a_quoted_document_is_a_part_of_the_real_one() -> None:
    whole = {"a": 1, "b": [{"c": 2, "d": 3}, {"c": 4}], "e": [5]}
    assert not absent({"b": [{"c": 4}]}, whole)
    assert absent({"b": [{"c": 5}]}, whole) == ["/b/0: nothing like it"]
    assert absent({"a": 2, "z": 0}, whole) == ["/z is not there", "/a is 1, not 2"]
    assert absent({"e": []}, whole) == ["/e is not empty"]


def test_the_stand_ins_are_what_the_makefile_does() -> None:
    makefile = text_of("Makefile")
    assert re.search(
        r"^demo: setup .*\n\t@\$\(BIN\)/" + re.escape(BY_THE_CHECKOUT["make demo"]) + "$", makefile, re.MULTILINE
    )
    assert re.search(r"^VENV \?= \.venv$", makefile, re.MULTILINE)
    assert re.search(r"^setup: ", makefile, re.MULTILINE)


@pytest.mark.parametrize(
    ("target", "command"), [("errors", "tests/documents/error_listing.py"), ("schemas", "-m gateway.schemas.generate")]
)
def test_every_generated_file_has_its_target(target: str, command: str) -> None:
    makefile = text_of("Makefile")
    line = rf"^{target}: setup +##[^\n]+\n\t\$\(BIN\)/python {re.escape(command)}$"
    assert re.search(line, makefile, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert target in phony[1].split()


def test_both_readmes_tell_the_same() -> None:
    english, chinese = (text_of(name) for name in READMES)
    assert headings(english) == headings(chinese)
    assert [each.language for each in blocks(english)] == [each.language for each in blocks(chinese)]
    for one, other in zip(blocks(english), blocks(chinese), strict=True):
        if one.language == "sh":
            assert commands(one) == commands(other)
        elif one.language != "text":
            assert one.text == other.text
        else:
            assert len(one.text.splitlines()) == len(other.text.splitlines()), one.text
    for rows, others in zip(tables(english), tables(chinese), strict=True):
        assert [re.findall("`[^`]+`", row[0]) for row in rows] == [re.findall("`[^`]+`", row[0]) for row in others]
    assert links(english)[1:] == links(chinese)[1:], "after the link to each other"


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_the_program_is_named(name: str) -> None:
    named = set(code_words(text_of(name)))
    assert {command.words for command in COMMANDS} <= named


@pytest.mark.parametrize("name", READMES)
def test_every_outcome_flag_grade_and_exit_status_is_explained(name: str) -> None:
    table = next(rows for rows in tables(text_of(name)) if rows[0][0] == "`supplied`")
    told = {row[0].strip("`"): int(row[2]) for row in table}
    real = {outcome.value: int(status_of({"findings": [{"outcome": outcome.value}]})) for outcome in Outcome}
    assert told == real
    words = set(code_words(text_of(name)))
    assert {each.value for each in (*Flag, *Grade)} <= words
    assert {int(number) for number in re.findall(r"\*\*(\d)\*\*", text_of(name))} == {int(each) for each in ExitStatus}


@pytest.mark.parametrize("name", READMES)
def test_codes_in_prose_are_real_and_stand_beside_their_status(name: str) -> None:
    for line in prose(text_of(name)).splitlines():
        for code in re.findall(r"`((?:document|case|access|request|mapping|log|proof)\.[a-z]+_[a-z_]+)`", line):
            assert code in CODES
            assert str(status_of_code(code).http) in line, code
    assert "`request.idempotency_busy`" in text_of(name)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_named_exists(name: str) -> None:
    text = text_of(name)
    missing = [target for target in links(text) if not (ROOT / target).exists()]
    for word in code_words(text):
        path = word.rstrip("/")
        if re.fullmatch(r"[\w.-]+(/[\w.*-]+)+/?", word) and not word.startswith(MADE) and "*" not in word:
            places = [ROOT / path, ROOT / "gateway" / path]
            missing += [] if any(place.exists() for place in places) else [word]
    assert not missing


@pytest.mark.parametrize("name", [*DOCUMENTS, "docs/errors.md"])
def test_documents_speak_of_the_product_alone(name: str) -> None:
    wrong = [line for line in text_of(name).splitlines() if NOT_OF_THE_PRODUCT.search(line)]
    assert not wrong


@pytest.mark.parametrize("name", READMES)
def test_a_readme_can_be_read(name: str) -> None:
    lines = text_of(name).splitlines()
    assert len(lines) <= LONGEST
    assert lines[0].startswith("# ")


def test_the_changelog_has_this_release() -> None:
    text = text_of("CHANGELOG.md")
    assert re.search(r"^## \[Unreleased\]$", text, re.MULTILINE)
    assert re.search(rf"^## \[{re.escape(gateway.__version__)}\] - \d{{4}}-\d\d-\d\d$", text, re.MULTILINE)
    kinds = set(re.findall(r"^### (\w+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_listing_of_codes_is_the_table_of_codes() -> None:
    assert TARGET.read_text("utf-8") == listing(), "run `python tests/documents/error_listing.py`"


def test_the_api_key_that_a_reader_makes_is_one_that_the_gateway_takes() -> None:
    told = next(
        command.text for block in blocks(text_of("README.md")) if block.language == "sh"
        for command in commands(block) if command.text.startswith("python -c")
    )  # fmt: skip
    code = told.removeprefix("python -c '").removesuffix("'")
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert made[1] == f"{api_key_prefix(made[0])}:{hash_api_key(made[0])}"
    assert made[0].startswith("sq_")


def test_the_stand_in_for_curl_sends_what_curl_would(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    class Echo(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(422)
            self.end_headers()
            self.wfile.write(self.headers["Authorization"].encode() + b" " + body)

        def log_message(self, *_: object) -> None:
            """Nothing: it is a test's own server."""

    (tmp_path / "case.json").write_bytes(b"{}")
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        status = curl_stand_in.main(
            ["-sS", url, "-H", "Authorization: Bearer k", "--data-binary", f"@{tmp_path / 'case.json'}"]
        )
        server.shutdown()
    assert (status, capfdbinary.readouterr().out) == (0, b"Bearer k {}")
    assert curl_stand_in.main(["--compressed"]) == 2
