"""Bringing the sandbox up and down: ports, loopback, limits, credentials, and an end that does not wait."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from sandbox_caller import CLEAN, Caller

from gateway.errors import GatewayError
from gateway.sandbox import CREDENTIAL_NAMES, PORTS, make_credentials, start_sandbox

ROOT = Path(__file__).parents[2]


def finished(action, *, within: float = 20) -> bool:
    """Whether an action ends at all; the bound is far above what it takes and keeps a broken end from hanging us."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    thread.join(within)
    return not thread.is_alive()


def test_it_stops_with_connections_open_calls_hanging_and_documents_under_way():
    sandbox = start_sandbox(behaviours={"population-hub.hukou": ["hang:600"], "credit.dishonest": ["oversize"]})
    caller = Caller(sandbox)
    assert caller.base(CLEAN, "陈大文") is not None
    token = caller.token()
    body = {"gxData": {"head": {"token": token, "purpose": "X"}, "data": {"zjhm": CLEAN}}}

    def hanging():
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.post(sandbox.urls["population-hub"] + "/hukou", json=body, timeout=300)

    thread = threading.Thread(target=hanging)
    thread.start()
    headers = {"appKey": sandbox.secrets["credit.key"]}
    large = requests.post(
        sandbox.urls["credit"] + "/dishonest", json={"name": "x"}, headers=headers, stream=True, timeout=300
    )
    next(large.iter_content(10))
    while not sandbox.asked("population-hub.hukou"):
        threading.Event().wait(0.01)
    assert finished(sandbox.stop)
    thread.join(20)
    assert not thread.is_alive()
    large.close()
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(sandbox.urls["geo"], timeout=5)
    assert finished(sandbox.stop)
    caller.close()


def test_a_caller_that_leaves_frees_what_hung_for_it():
    with start_sandbox(behaviours={"population-hub.hukou": ["hang:600*1"]}) as sandbox:
        caller = Caller(sandbox)
        body = {"gxData": {"head": {"token": caller.token(), "purpose": "X"}, "data": {"zjhm": CLEAN}}}
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.post(sandbox.urls["population-hub"] + "/hukou", json=body, timeout=0.2)
        assert caller.hub("/hukou", zjhm=CLEAN)["code"] == "0000"
        caller.close()


def test_it_listens_on_loopback_only_and_every_register_has_a_port_of_its_own():
    with start_sandbox() as sandbox:
        assert set(sandbox.urls) == set(PORTS)
        parts = [urlsplit(url) for url in sandbox.urls.values()]
        assert {part.hostname for part in parts} == {"127.0.0.1"}
        assert len({part.port for part in parts}) == len(PORTS)
        assert sandbox.urls["population"].endswith("/wsproxy/gk")


def test_ports_can_be_named_and_a_taken_one_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(GatewayError) as caught:
            start_sandbox({"geo": port})
        assert caught.value.code == "gateway.port_in_use"
        assert str(port) in str(caught.value)
    with start_sandbox({"geo": port}) as sandbox:
        assert sandbox.urls["geo"] == f"http://127.0.0.1:{port}"
    with pytest.raises(GatewayError, match="geography"):
        start_sandbox({"geography": port})


def test_the_fixed_ports_are_those_of_the_documentation():
    assert list(PORTS.values()) == list(range(8461, 8467))
    guide = (ROOT / "gateway/sandbox/data/README.md").read_text(encoding="utf-8")
    for name, port in PORTS.items():
        assert f"| `{name}` | `:{port}" in guide


def test_a_body_over_one_mebibyte_is_refused(caller):
    address = caller.sandbox.urls["realty"] + "/unit"
    try:
        status = requests.post(address, data=b"x" * (1024 * 1024 + 1), timeout=10).status_code
    except requests.exceptions.ConnectionError:  # the answer may be lost where the caller is still sending
        status = 413
    assert status == 413
    assert requests.post(address, data=b"x" * (1024 * 1024), timeout=10).json()["code"] == "401"


def test_queries_with_too_many_parameters_or_strange_bytes(caller):
    address = caller.sandbox.urls["geo"] + "/geocoder?"
    assert requests.get(address + "&".join(f"a{n}=1" for n in range(60)), timeout=5).status_code == 400
    host, port = urlsplit(address).hostname, urlsplit(address).port
    with socket.create_connection((host, port), timeout=5) as line:
        line.sendall(b"GET /geocoder?tk=\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 4")


def test_credentials_are_made_by_the_given_randomness_or_taken_whole():
    made = make_credentials(lambda size: bytes(range(size)))
    assert set(made) == set(CREDENTIAL_NAMES)
    assert made["hub.app_id"] == "0001020304050607"
    with start_sandbox(secrets=made) as sandbox:
        assert sandbox.secrets == made
    with pytest.raises(GatewayError) as caught:
        start_sandbox(secrets={name: text for name, text in made.items() if name != "realty.key"})
    assert caught.value.code == "secret.missing"
    assert "SHUQIAO_SECRET_REALTY_KEY" in caught.value.hint
    with pytest.raises(GatewayError, match="gk2"):
        start_sandbox(secrets=made | {"gk2": "x"})


def test_two_sandboxes_know_nothing_of_each_other():
    with start_sandbox() as one, start_sandbox(behaviours={"credit.dishonest": ["http_503"]}) as two:
        assert one.secrets != two.secrets
        callers = [Caller(one), Caller(two)]
        codes = [each.post_keyed("credit", "/dishonest", "credit.key", {"name": "x"}).status_code for each in callers]
        for each in callers:
            each.close()
        assert codes == [200, 503]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_in_the_foreground_it_runs_until_it_is_told_to_stop_and_prints_nothing_itself(number):
    program = textwrap.dedent(
        """
        import sys
        from gateway.sandbox import run
        def started(sandbox):
            sys.stdout.write(sandbox.urls["geo"] + "\\n")
            sys.stdout.flush()
        run(started, ports="auto")
        """
    )
    command = [sys.executable, "-W", "error", "-c", program]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT
    ) as process:
        address = process.stdout.readline().decode().strip()
        assert requests.get(address + "/nothing", timeout=10).status_code == 404
        process.send_signal(number)
        rest, errors = process.communicate(timeout=30)
        assert (process.returncode, rest, errors) == (0, b"", b"")
