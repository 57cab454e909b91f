"""A gateway of pasteboard for the face's own tests, and the real one on the wire. Persons are synthetic."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
from house import House

from gateway.assembly import Gateway
from gateway.assembly.opening import load_release, prepare_home
from gateway.errors import GatewayError
from gateway.faces.rest.app import app_of
from gateway.faces.rest.face import Face
from gateway.faces.rest.server import RunningServer
from gateway.messagelog.entry import EntryDraft, Kind
from gateway.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
KEY = "sq_0a1b2c3d_synthetic-key-of-a-test"
DOCUMENT = json.loads((ROOT / "schemas/examples/verification/valid/full.json").read_text("utf-8"))
OPERATIONS = (
    "population.GK_JZCX_RKJCXXCX", "population.GK_GXFW_SFHC", "population-hub.token", "population-hub.household",
    "population-hub.hukou", "population-hub.movements", "population-hub.document", "realty.unit", "legal-person.info",
    "credit.dishonest", "geo.standard_address", "geo.geocoder",
)  # fmt: skip


class PasteboardLog:
    """Takes drafts; fails where told to."""

    def __init__(self) -> None:
        self.drafts: list[EntryDraft] = []
        self.broken = False

    async def append_async(self, draft: EntryDraft) -> None:
        if self.broken:
            raise GatewayError("log.unwritable", reason="the disk is full")
        self.drafts.append(draft)

    def of(self, kind: Kind) -> list[EntryDraft]:
        return [draft for draft in self.drafts if draft.kind is kind]


class PasteboardGateway:
    """Knows one key, gives one document, and keeps what it was asked."""

    def __init__(self, max_waiting: int = 2000, max_body: int = 64 * 1024) -> None:
        server = SimpleNamespace(max_body=max_body, max_waiting=max_waiting)
        self.configuration = SimpleNamespace(gateway=SimpleNamespace(server=server, sandbox="off"))
        self.now = 0.0
        self.services = SimpleNamespace(clock=lambda: self.now, new_id=lambda: "reference-1")
        self.release = SimpleNamespace(digest="d" * 64)
        self.callers = SimpleNamespace(identify=self._identify)
        self.log = PasteboardLog()
        self.asked: list[dict[str, Any]] = []
        self.answer: Callable[[], Awaitable[dict[str, Any]]] = self._document
        self.closed = False

    @staticmethod
    def _identify(key: str) -> Any:
        if key != KEY:
            raise GatewayError("access.unknown_caller" if key else "access.key_missing")
        return SimpleNamespace(id="hall")

    @staticmethod
    async def _document() -> dict[str, Any]:
        return dict(DOCUMENT)

    async def verify(self, data: bytes, caller: str, **options: Any) -> dict[str, Any]:
        self.asked.append({"data": data, "caller": caller, **options})
        return await self.answer()

    def verification(self, name: str, caller: str) -> dict[str, Any] | None:
        return dict(DOCUMENT) if (name, caller) == (DOCUMENT["id"], "hall") else None

    async def close(self) -> None:
        self.closed = True


def face_of(gateway: PasteboardGateway) -> Face:
    """The face of a pasteboard gateway."""
    return Face(cast(Gateway, gateway))


def caller_of(face: Face, **headers: str) -> httpx.AsyncClient:
    """A caller in the same process, with the right key unless told otherwise."""
    transport = httpx.ASGITransport(app_of(face), raise_app_exceptions=False)
    given = {"authorization": f"Bearer {KEY}", "content-type": "application/json", **headers}
    return httpx.AsyncClient(transport=transport, base_url="http://gateway.test", headers=given)


STRANGER = "  stranger:\n    title: {zh: 无授权调用方, en: Caller without grants}\n    key_secret: caller.stranger\n"


class Street:
    """A real gateway and its sandbox on the wire, with a caller who has a key and no grant."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        callers = self.house.config / "callers.yaml"
        callers.write_text(callers.read_text("utf-8") + STRANGER, "utf-8")
        self.house.release = load_release(self.house.config, self.house.home, self.house.world)
        prepare_home(self.house.release, self.house.world)
        self.sandbox: Sandbox = self.house.sandbox()
        self.gateway: Gateway | None = None
        self.server = RunningServer(self._open, "127.0.0.1", 0, 5.0)

    def _open(self) -> Gateway:
        self.gateway = self.house.open(self.sandbox)
        return self.gateway

    @property
    def url(self) -> str:
        return self.server.url

    def key(self, caller: str) -> str:
        secrets = self.house.release.policy.configuration.secrets({})
        return secrets.value(f"caller.{caller}").reveal()

    def questions(self) -> int:
        """How often any registry was asked."""
        return sum(self.sandbox.asked(operation) for operation in OPERATIONS)

    def entries(self, after: int = -1) -> list[dict[str, Any]]:
        """The log's entries that follow an index."""
        assert self.gateway is not None
        with self.gateway.store.snapshot() as snapshot:
            head = snapshot.head()
            return [json.loads(row.leaf) for row in snapshot.entries(after + 1, head.size if head else 0)]

    def close(self) -> None:
        self.server.stop()
        self.sandbox.stop()


def raw_request(url: str, data: bytes, *, read: bool = True) -> bytes:
    """Send bytes to an address and give back what comes until the other side closes."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(data)
        answer = b""
        while read and (part := line.recv(65536)):
            answer += part
    return answer


def until(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait for something that another thread does; whether it came to hold."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
