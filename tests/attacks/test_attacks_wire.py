"""A head or trailers without end: the connection is cut before the memory fills; others are served on."""

from __future__ import annotations

import contextlib
import socket

import pytest
import requests
from faces_house import Street

from gateway.faces.rest.protocol import MOST_OVERHEAD

PIECE = b"".join(b"X-%d: " % n + b"a" * 4_000 + b"\r\n" for n in range(64))
MOST_TAKEN = 24 * 1024 * 1024
"""What the system's own buffers may swallow of it."""


def flood(street: Street, opening: bytes, piece: bytes) -> tuple[int, bytes]:
    """Send an opening and pieces without end; gives how many bytes went, and what came back."""
    host, _, port = street.url.removeprefix("http://").partition(":")
    sent, answer = 0, b""
    with socket.create_connection((host, int(port)), timeout=10) as line:
        try:
            line.sendall(opening)
            while sent <= MOST_TAKEN:
                line.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        with contextlib.suppress(OSError):
            answer = line.recv(65536)
    return sent, answer


@pytest.mark.parametrize(
    ("opening", "piece"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n", PIECE),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 256_000),
        (b"GET /", b"a" * 256_000),
        (b"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", PIECE),
        (b"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;", b"a" * 256_000),
    ],
)  # fmt: skip
def test_what_has_no_end_is_cut(street: Street, opening: bytes, piece: bytes) -> None:
    sent, _ = flood(street, opening, piece)
    assert sent <= MOST_TAKEN
    assert requests.get(f"{street.url}/healthz", timeout=5).status_code == 200


def test_a_head_that_is_too_large_is_told(street: Street) -> None:
    host, _, port = street.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * (MOST_OVERHEAD + 1))
        answer = line.recv(65536)
    assert b" 400 " in answer
    assert b"request.malformed" in answer


def test_a_document_in_many_chunks_and_many_requests_on_one_line_pass(street: Street) -> None:
    def chunks() -> object:
        for _ in range(4_000):
            yield b" " * 500

    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {street.key('hall')}"
        for _ in range(3):
            answer = session.post(f"{street.url}/v1/verifications", data=chunks(), timeout=20)
            assert answer.json()["code"] == "document.empty"
        for _ in range(300):
            assert session.get(f"{street.url}/healthz", headers={"X": "a" * 2_000}, timeout=5).status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/services/%0A", "/v1/verifications/%0Ax", "/%0D%0AX-Evil:%201", "/%00", "/%ED%A0%80"]
)
def test_a_path_that_no_pattern_covers_is_refused_as_any_other(street: Street, path: str) -> None:
    answer = requests.get(street.url + path, headers={"Authorization": f"Bearer {street.key('hall')}"}, timeout=5)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "request.not_found"
    assert "X-Evil" not in answer.headers
