"""The client against a scripted gateway: what it sends, what it repeats, what it makes of answers."""

from __future__ import annotations

import ast
import doctest
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gateway import client as module
from gateway.client import Client, RefusedError, Text
from gateway.errors import CODES, GatewayError, Who

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "schemas/examples/verification/valid/full.json").read_text("utf-8"))
PROBLEM = "application/problem+json"
CUT = "cut"
"""In a script: close the connection without an answer."""

Step = tuple[int, Any, Mapping[str, str]]


def ok(document: Any = DOCUMENT) -> Step:
    return 200, document, {"Content-Type": "application/json"}


def problem(status: int, code: str, **more: Any) -> Step:
    headers = {"Content-Type": PROBLEM, **more.pop("headers", {})}
    return status, {"code": code, "detail": f"{{{code}}}", "detail_zh": "中文", "hint": "do", **more}, headers


class Scripted:
    """Answers as its script says, and keeps what it was asked."""

    def __init__(self) -> None:
        self.script: list[Step | str] = []
        self.asked: list[dict[str, Any]] = []
        handler = type("Handler", (_Handler,), {"gateway": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Handler(BaseHTTPRequestHandler):
    gateway: Scripted
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
        self.gateway.asked.append(asked)
        step = self.gateway.script.pop(0)
        if isinstance(step, str):
            self.close_connection = True
            return
        status, document, headers = step
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[Scripted]:
    made = Scripted()
    yield made
    made.close()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(gateway: Scripted, pauses: list[float]) -> Iterator[Client]:
    with Client(gateway.url + "/", "sq_00000000_synthetic", sleep=pauses.append) as made:
        yield made


def test_a_case_becomes_typed_findings(gateway: Scripted, client: Client) -> None:
    gateway.script = [ok()]
    found = client.verify({"number": "样例"})
    assert (found.id, found.case, found.item) == (DOCUMENT["id"], DOCUMENT["case"], DOCUMENT["item"])
    first = found.finding("M01")
    assert first is not None
    assert (first.outcome, first.title.en, first.evidence) == (
        "verified_with_variant", "Resident identity card", {"birth_date": "1988-07-04"},
    )  # fmt: skip
    assert (first.fields[0].grade, first.fields[0].required, first.fields[0].explain.zh) == (
        "variant",
        True,
        "繁简字形不同",
    )
    other = found.finding("M12", "applicant")
    assert other is not None
    assert other.error is not None
    assert (other.error.code, other.error.message, other.error.next_attempt) == (
        "registry.timeout", Text("超时", "timed out"), "",
    )  # fmt: skip
    assert found.finding("M12", "employer") is None
    assert found.receipt.entry == 7
    assert found.document == DOCUMENT
    asked = gateway.asked[0]
    assert (asked["method"], asked["path"]) == ("POST", "/v1/verifications")
    assert asked["headers"]["Authorization"] == "Bearer sq_00000000_synthetic"
    assert asked["headers"]["Content-Type"] == "application/json"
    assert json.loads(asked["body"]) == {"number": "样例"}
    assert len(asked["headers"]["Idempotency-Key"]) == 32


@pytest.mark.parametrize(
    ("document", "media_type"),
    [
        (b'{"number":1}', "application/json"),
        (b" <case/>", "application/xml"),
        (b"\xef\xbb\xbf<case/>", "application/xml"),
        ("<case/>", "application/xml"),
    ],
)
def test_bytes_go_as_they_are(gateway: Scripted, client: Client, document: bytes | str, media_type: str) -> None:
    gateway.script = [ok()]
    client.verify(document, source="hall json", idempotency_key="my-key")
    asked = gateway.asked[0]
    assert asked["body"] == (document.encode() if isinstance(document, str) else document)
    assert (asked["headers"]["Content-Type"], asked["headers"]["Idempotency-Key"]) == (media_type, "my-key")
    assert asked["path"] == "/v1/verifications?source=hall+json"


def test_a_repetition_carries_the_same_key(gateway: Scripted, client: Client, pauses: list[float]) -> None:
    gateway.script = [CUT, problem(503, "gateway.busy", headers={"Retry-After": "7"}), ok()]
    assert client.verify({}).id == DOCUMENT["id"]
    assert len({asked["headers"]["Idempotency-Key"] for asked in gateway.asked}) == 1
    assert len(gateway.asked) == 3
    assert pauses == [0.4, 7.0]
    gateway.script = [ok()]
    client.verify({})
    assert gateway.asked[3]["headers"]["Idempotency-Key"] != gateway.asked[0]["headers"]["Idempotency-Key"]


def test_an_attempt_that_is_still_at_work_is_waited_for(gateway: Scripted, client: Client, pauses: list[float]) -> None:
    busy = problem(409, "request.idempotency_busy", headers={"Retry-After": "1"})
    gateway.script = [CUT, *[busy] * 10, ok()]
    assert client.verify({}).id == DOCUMENT["id"]
    assert pauses == [0.4, *[1.0] * 10]


def test_the_last_refusal_is_told(gateway: Scripted, client: Client, pauses: list[float]) -> None:
    gateway.script = [problem(503, "gateway.closing", headers={"Retry-After": "999999"})] * 4
    with pytest.raises(RefusedError) as caught:
        client.verify({})
    assert (caught.value.code, caught.value.status) == ("gateway.closing", 503)
    assert pauses == [30.0] * 3


def test_a_refusal_is_not_repeated(gateway: Scripted, client: Client, pauses: list[float]) -> None:
    problems = [{"pointer": "/item/code", "message": "unknown"}]
    gateway.script = [problem(422, "case.unknown_item", where="/item/code", hint_zh="改", problems=problems)]
    with pytest.raises(GatewayError) as caught:
        client.verify({})
    error = caught.value
    assert isinstance(error, RefusedError)
    assert (error.code, error.where, error.who) == ("case.unknown_item", "/item/code", Who.CALLER)
    assert error.text("en") == "/item/code: case.unknown_item: {case.unknown_item} (do)"
    assert error.text("zh") == "/item/code: case.unknown_item: 中文（改）"
    assert list(error.problems) == problems
    assert not pauses


@pytest.mark.parametrize(("status", "who"), [(418, Who.CALLER), (500, Who.OPERATOR)])
def test_a_code_of_a_newer_gateway_is_no_accident(gateway: Scripted, client: Client, status: int, who: Who) -> None:
    assert "tomorrow.made_up" not in CODES
    gateway.script = [problem(status, "tomorrow.made_up")]
    with pytest.raises(RefusedError) as caught:
        client.verify({})
    assert (caught.value.code, caught.value.who) == ("tomorrow.made_up", who)


def test_a_gateway_that_is_not_there(gateway: Scripted, pauses: list[float]) -> None:
    url = gateway.url
    gateway.server.server_close()
    with Client(url, attempts=3, sleep=pauses.append) as client, pytest.raises(GatewayError) as caught:
        client.verify({})
    assert caught.value.code == "client.unreachable"
    assert "refused" in caught.value.message
    assert len(pauses) == 2


@pytest.mark.parametrize("url", ["not a url", "http://", "ftp://127.0.0.1"])
def test_an_address_that_is_none(url: str, pauses: list[float]) -> None:
    with Client(url, sleep=pauses.append) as client, pytest.raises(GatewayError) as caught:
        client.verify({})
    assert (caught.value.code, pauses) == ("client.unreachable", [])


@pytest.mark.parametrize(
    "step",
    [
        ok(b"<html>"),
        ok([]),
        ok({"id": "1"}),
        ok(DOCUMENT | {"findings": [{}]}),
        (404, b"<html>not here</html>", {"Content-Type": "text/html"}),
        (302, b"", {"Location": "http://elsewhere.invalid/"}),
        (400, b"no json", {"Content-Type": PROBLEM}),
        (400, [], {"Content-Type": PROBLEM}),
    ],
)
def test_what_is_no_gateway_is_told(gateway: Scripted, client: Client, step: Step) -> None:
    gateway.script = [step]
    with pytest.raises(GatewayError) as caught:
        client.verify({})
    assert caught.value.code == "client.unreadable"
    assert len(gateway.asked) == 1, "the key goes nowhere else"


def test_stored_results_and_services(gateway: Scripted, client: Client) -> None:
    service = {"key": "A", "title": {"zh": "甲", "en": "a"}, "basic_code": "1", "materials": 2}
    gateway.script = [ok(), ok({"services": [service]}), ok({"services": 1})]
    assert client.verification("a/b").id == DOCUMENT["id"]
    assert gateway.asked[0]["path"] == "/v1/verifications/a%2Fb"
    assert client.services()[0].title == Text("甲", "a")
    with pytest.raises(GatewayError, match=r"client\.unreadable"):
        client.services()


def test_a_netrc_file_does_not_replace_the_key(
    gateway: Scripted, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    gateway.script = [ok()]
    client.verify({})
    assert gateway.asked[0]["headers"]["Authorization"].startswith("Bearer ")


def test_the_example_runs(gateway: Scripted) -> None:
    short = DOCUMENT | {"findings": [DOCUMENT["findings"][0] | {"outcome": "verified"}]}
    gateway.script = [ok(short)]
    names = {"Client": Client, "url": gateway.url, "key": "sq_00000000_synthetic", "case": {"number": "SYNTHETIC-1"}}
    examples = doctest.DocTestFinder().find(Client, "Client", globs=names)
    example = next(each for each in examples if each.examples)
    outcome = doctest.DocTestRunner().run(example)
    assert (outcome.attempted, outcome.failed) == (2, 0)


def test_it_stands_alone() -> None:
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    found = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in found if name and name.startswith("gateway")} == {"gateway.errors"}
