"""The gateway on the wire: the same answer by every way, and nothing lost when callers or the gateway go."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import pytest
import requests
from faces_house import DOCUMENT, KEY, PasteboardGateway, Street, raw_request, until
from house import ROOT, clean_case

from gateway.assembly import Gateway
from gateway.errors import GatewayError
from gateway.faces.rest import start_server
from gateway.faces.rest.asking import Body
from gateway.faces.rest.protocol import GatewayProtocol
from gateway.faces.rest.server import RunningServer
from gateway.schemas import check, from_xml

PATH = "/v1/verifications"


def served(gateway: PasteboardGateway, grace: float = 5.0) -> RunningServer:
    return start_server(lambda: cast(Gateway, gateway), grace=grace)


def headers_for(street: Street, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {street.key('hall')}", **{name.replace("_", "-"): more[name] for name in more}}


def told(document: dict[str, Any]) -> Any:
    """What a result says, without what is new each time (ids of exchanges)."""

    def bare(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: bare(value) for key, value in part.items() if key not in ("exchange", "exchanges")}
        return [bare(each) for each in part] if isinstance(part, list) else part

    return bare(document["findings"])


@pytest.mark.parametrize("sample", ["01-clean.json", "02-name-variant.xml", "05-expired-revoked.json"])
def test_one_case_gives_the_same_findings_by_http_and_without(street: Street, sample: str) -> None:
    data = (ROOT / "config/sample/cases" / sample).read_bytes()
    media_type = "application/xml" if sample.endswith("xml") else "application/json"
    answer = requests.post(
        street.url + PATH, data=data, headers=headers_for(street, Content_Type=media_type), timeout=20
    )
    assert answer.status_code == 200
    assert check("verification", answer.json()) == []
    direct = street.house.verify(street.sandbox, data, caller="hall")[0]
    assert told(answer.json()) == told(direct)
    assert answer.json()["receipt"]["entry"] < direct["receipt"]["entry"], "both stand in the one log"


def test_the_answer_in_xml_is_the_stored_answer(street: Street) -> None:
    answer = requests.post(
        street.url + PATH, data=clean_case(), headers=headers_for(street, Accept="application/xml"), timeout=20
    )
    document = from_xml("verification", answer.content)
    stored = requests.get(street.url + answer.headers["content-location"], headers=headers_for(street), timeout=20)
    assert stored.json() == document
    other = {"Authorization": f"Bearer {street.key('window')}"}
    foreign = requests.get(street.url + answer.headers["content-location"], headers=other, timeout=20)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "request.not_found")


def test_gb18030_as_the_header_says(street: Street) -> None:
    for charset in ("gb18030", "GBK"):
        answer = requests.post(
            street.url + PATH, data=clean_case().decode().encode("gb18030"),
            headers=headers_for(street, Content_Type=f"application/json; charset={charset}"), timeout=20,
        )  # fmt: skip
        assert answer.status_code == 200
        assert {each["material"]: each["outcome"] for each in answer.json()["findings"]}["M01"] == "supplied"


def test_the_header_outranks_what_an_xml_document_declares(street: Street) -> None:
    text = (ROOT / "config/sample/cases/02-name-variant.xml").read_text("utf-8")
    body = text.partition("?>")[2] if text.startswith("<?xml") else text
    data = ('<?xml version="1.0" encoding="UTF-8"?>' + body).encode("gb18030")
    headers = headers_for(street, Content_Type="text/xml; charset=gb18030")
    answer = requests.post(street.url + PATH, data=data, headers=headers, timeout=20)
    assert answer.status_code == 200, answer.text


def test_an_idempotency_key_gives_the_stored_answer_and_asks_nobody(street: Street) -> None:
    headers = headers_for(street, Idempotency_Key="face-test-1")
    first = requests.post(street.url + PATH, data=clean_case(), headers=headers, timeout=20)
    asked = street.questions()
    again = requests.post(street.url + PATH, data=clean_case(), headers=headers, timeout=20)
    assert (again.status_code, again.content) == (200, first.content)
    assert street.questions() == asked
    size = len(street.entries())
    other = requests.post(street.url + PATH, data=clean_case(name="别人"), headers=headers, timeout=20)
    assert (other.status_code, other.json()["code"]) == (422, "request.idempotency_reused")
    assert [(entry["kind"], entry["error"]) for entry in street.entries(size - 1)] == [
        ("denied", "request.idempotency_reused")
    ]
    assert street.questions() == asked


def test_a_refused_body_leaves_the_connection_usable(street: Street) -> None:
    with requests.Session() as session:
        big = session.post(street.url + PATH, data=b" " * 3_000_000, headers=headers_for(street), timeout=20)
        assert big.status_code == 413
        assert "close" not in big.headers.get("connection", "")
        assert session.get(street.url + "/healthz", timeout=20).status_code == 200


def test_a_caller_that_asks_first_is_refused_before_it_sends(street: Street) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {street.key('hall')}\r\n"
    head += "Content-Length: 30000000\r\nExpect: 100-continue\r\n\r\n"
    answer = raw_request(street.url, head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()
    assert b"100 Continue" not in answer


def test_a_caller_that_goes_away_loses_its_answer_and_nothing_else(street: Street) -> None:
    data = json.loads(clean_case())
    data["number"] = "SAMPLE-GONE"
    body = json.dumps(data).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {street.key('hall')}\r\n"
    raw_request(street.url, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, read=False)

    def entries() -> list[dict[str, Any]]:
        return [entry for entry in street.entries() if entry.get("case") == "SAMPLE-GONE"]

    assert until(lambda: any(entry["kind"] == "verification" for entry in entries()))
    kinds = [entry["kind"] for entry in entries()]
    assert kinds.count("request") == kinds.count("response") > 5


def test_half_a_document_is_no_case(street: Street) -> None:
    size = len(street.entries())
    head = f"POST {PATH} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {street.key('hall')}\r\n"
    raw_request(street.url, f"{head}Content-Length: 1000\r\n\r\n{{".encode(), read=False)
    assert requests.get(street.url + "/healthz", timeout=20).status_code == 200
    assert len(street.entries()) == size


async def test_a_document_that_does_not_arrive_is_given_up() -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    with pytest.raises(GatewayError) as caught:
        await Body(never, {}, 100).read(0.01)
    assert caught.value.code == "request.too_slow"


@pytest.fixture
def slow() -> Iterator[tuple[PasteboardGateway, threading.Event, threading.Event]]:
    """A gateway whose cases are at work until the second event is set; the first is set when one begins."""
    gateway, begun, go = PasteboardGateway(), threading.Event(), threading.Event()

    async def answer() -> dict[str, Any]:
        begun.set()
        await asyncio.to_thread(go.wait, 20)
        return dict(DOCUMENT)

    gateway.answer = answer
    yield gateway, begun, go
    go.set()


def post_later(url: str) -> tuple[threading.Thread, list[requests.Response]]:
    answers: list[requests.Response] = []

    def run() -> None:
        answers.append(
            requests.post(url + PATH, data=b"{}", headers={"Authorization": f"Bearer {KEY}"}, timeout=20)
        )  # fmt: skip

    thread = threading.Thread(target=run)
    thread.start()
    return thread, answers


Slow = tuple[PasteboardGateway, threading.Event, threading.Event]


def test_the_end_waits_for_cases_at_work(slow: Slow) -> None:
    gateway, begun, go = slow
    server = served(gateway)
    thread, answers = post_later(server.url)
    assert begun.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()

    def refused() -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", int(server.url.rpartition(":")[2]))) != 0

    assert until(refused), "nobody is let in any more"
    assert not gateway.closed, "the log is open while a case is at work"
    go.set()
    thread.join(20)
    stopping.join(20)
    assert answers[0].json() == DOCUMENT
    assert gateway.closed


def test_the_end_does_not_wait_for_ever() -> None:
    gateway, begun = PasteboardGateway(), threading.Event()

    async def hang() -> dict[str, Any]:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    gateway.answer = hang
    server = served(gateway, grace=1)
    thread, answers = post_later(server.url)
    assert begun.wait(10)
    server.stop()
    thread.join(20)
    assert (answers[0].status_code, answers[0].json()["code"]) == (503, "gateway.closing")
    assert gateway.closed


def test_a_taken_port_is_told_before_the_gateway_is_opened() -> None:
    gateway = PasteboardGateway()
    opened: list[int] = []
    with served(gateway) as server, pytest.raises(GatewayError) as caught:
        start_server(partial(opened.append, 1), port=int(server.url.rpartition(":")[2]))  # type: ignore[arg-type]
    assert caught.value.code == "gateway.port_in_use"
    assert not opened


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 70000), ("no-such-host.invalid", 0)])
def test_an_address_that_is_none_is_told(host: str, port: int) -> None:
    with pytest.raises(GatewayError) as caught:
        start_server(lambda: cast(Gateway, PasteboardGateway()), host, port)
    assert caught.value.code == "gateway.address"


def test_a_gateway_that_can_not_be_opened_frees_the_port() -> None:
    def broken() -> Gateway:
        raise GatewayError("storage.unavailable", reason="the disk is gone")

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(GatewayError) as caught:
        start_server(broken, port=port)
    assert caught.value.code == "storage.unavailable"
    with start_server(lambda: cast(Gateway, PasteboardGateway()), port=port) as server:
        assert requests.get(server.url + "/healthz", timeout=10).status_code == 200
    server.stop()


def test_no_answer_names_the_server(street: Street) -> None:
    assert "server" not in requests.get(street.url + "/healthz", timeout=10).headers


def test_what_is_no_http_is_told(street: Street) -> None:
    head, _, body = raw_request(street.url, b"\x16\x03\x01 hello\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "request.malformed"


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost:"])
def test_half_a_head_does_not_hold_a_connection(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(GatewayProtocol, "head_seconds", 0.1)
    with served(PasteboardGateway()) as server:
        assert raw_request(server.url, sent) == b""


def test_a_connection_that_asks_again_and_again_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GatewayProtocol, "head_seconds", 0.1)
    with served(PasteboardGateway()) as server, requests.Session() as session:
        ports = set()
        for _ in range(3):
            with session.get(server.url + "/healthz", timeout=10, stream=True) as answer:
                ports.add(answer.raw._connection.sock.getsockname()[1])
                assert answer.json() == {"status": "alive"}
            threading.Event().wait(0.15)
        assert len(ports) == 1
