"""The promises under attack: whatever happens to an exchange stands in the log, and a secret stands nowhere."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from house import House, clean_case, finding

from gateway.assembly import Gateway
from gateway.errors import GatewayError
from gateway.exchange.redaction import redact
from gateway.messagelog.entry import EntryDraft, Kind
from gateway.model.wire import WireMessage, WireReply
from gateway.xmltree import escape_text

SECRET = 'p&"ß<秘>\\ +/%'


def entries(gateway: Gateway) -> list[dict[str, Any]]:
    with gateway.store.snapshot() as snapshot:
        head = snapshot.head()
        return [json.loads(row.leaf) for row in snapshot.entries(0, head.size if head else 0)]


def played(folder: Path, play: Callable[[Gateway], Any]) -> Any:
    """Open a gateway beside its sandbox, let something happen, close it; the log must be whole afterwards."""
    house = House(folder)
    with house.sandbox() as sandbox:

        async def run() -> Any:
            gateway = house.open(sandbox)
            try:
                return await play(gateway)
            finally:
                await gateway.close()

        result = asyncio.run(run())
        report = house.check_log(sandbox)
        assert report.sound, report.findings
        assert not report.findings
    return result


@pytest.mark.parametrize(
    "written",
    [
        json.dumps({"x": f"<p>{escape_text(SECRET)}</p>"}).encode(),
        escape_text(json.dumps({"p": SECRET}, ensure_ascii=False)).encode("gb18030"),
        urlencode({"q": json.dumps({"p": SECRET})}).encode(),
        urlencode({"q": escape_text(SECRET)}).encode(),
        urlencode({"q": SECRET}, encoding="gb18030", errors="replace").encode(),
        SECRET.encode("gb18030"),
        base64.b64encode(SECRET.encode()),
    ],
)
def test_a_secret_inside_another_form_is_cut_out(written: bytes) -> None:
    kept = redact(b"before " + written + b" after", [("secret.a", SECRET)])
    assert b"[secret:secret.a]" in kept
    assert kept.startswith(b"before ")
    assert kept.endswith(b" after")


def test_a_secret_that_a_registry_repeats_is_not_kept(tmp_path: Path) -> None:
    async def play(gateway: Gateway) -> None:
        adapter = gateway.services.exchanger.lines["population"].adapter

        async def echo(message: WireMessage) -> WireReply:
            return WireReply(200, (("X-Echo", "1"),), message.record())

        adapter._transport.send = echo  # type: ignore[attr-defined]
        found = finding(await gateway.verify(clean_case(), "cli"), "M01")
        assert found["outcome"] == "unavailable"
        secret = gateway.services.exchanger.lines["population"].vault.value("gk.password").reveal()
        assert secret not in json.dumps(found)
        kept = [
            gateway.archive.body(index)
            for index, entry in enumerate(entries(gateway))
            if entry.get("registry") == "population" and entry["kind"] in ("request", "response")
        ]
        assert kept
        assert all(b"[secret:" in body and secret.encode() not in body for body in kept)

    played(tmp_path, play)


def test_an_exchange_that_lacks_its_secret_stands_in_the_log(tmp_path: Path) -> None:
    async def play(gateway: Gateway) -> None:
        for path in (gateway.configuration.home / "sandbox-secrets").glob("gk.password"):
            path.unlink()
        found = finding(await gateway.verify(clean_case(), "cli"), "M01")
        assert found["error"]["code"] == "secret.missing"
        logged = [(entry["exchange"], entry["kind"]) for entry in entries(gateway) if entry.get("exchange")]
        assert [(exchange, "failure") for exchange in found["exchanges"]] == [
            row for row in logged if row[0] in found["exchanges"]
        ]

    played(tmp_path, play)


def test_no_attempt_begins_after_the_deadline(tmp_path: Path) -> None:
    async def play(gateway: Gateway) -> None:
        services = dataclasses.replace(gateway.services, seconds=0.0)
        late = dataclasses.replace(gateway, services=services)
        document = await late.verify(clean_case(), "cli")
        assert finding(document, "M01")["error"]["code"] == "registry.deadline"
        assert {entry["kind"] for entry in entries(gateway)} == {"failure", "verification"}

    played(tmp_path, play)


@pytest.mark.parametrize("kind", ["fault", "cancelled"])
def test_an_exchange_that_breaks_off_on_our_side_has_its_second_entry(tmp_path: Path, kind: str) -> None:
    async def play(gateway: Gateway) -> None:
        adapter = gateway.services.exchanger.lines["population"].adapter

        async def broken(message: WireMessage) -> WireReply:
            raise RuntimeError("no such luck") if kind == "fault" else asyncio.CancelledError

        adapter._transport.send = broken  # type: ignore[attr-defined]
        with pytest.raises(RuntimeError if kind == "fault" else asyncio.CancelledError):
            await gateway.verify(clean_case(), "cli")

    played(tmp_path, play)


def test_a_case_cancelled_while_its_question_is_written_down_leaves_no_open_exchange(tmp_path: Path) -> None:
    async def play(gateway: Gateway) -> None:
        running = asyncio.ensure_future(gateway.verify(clean_case(), "cli"))
        log, append = gateway.log, gateway.log.append_async

        async def stop(draft: EntryDraft, *rest: Any, **more: Any) -> Any:
            if draft.kind is Kind.REQUEST:
                asyncio.get_running_loop().call_soon(running.cancel)
            return await append(draft, *rest, **more)

        log.append_async = stop  # type: ignore[method-assign]
        with pytest.raises(asyncio.CancelledError):
            await running
        log.append_async = append  # type: ignore[method-assign]

    played(tmp_path, play)


def test_where_the_log_fails_between_question_and_reply_the_reply_is_not_read(tmp_path: Path) -> None:
    async def play(gateway: Gateway) -> list[str]:
        append = gateway.log.append_async
        refused: list[str] = []

        async def failing(draft: EntryDraft, *rest: Any, **more: Any) -> Any:
            if draft.kind is Kind.RESPONSE:
                refused.append(draft.exchange)
                raise GatewayError("log.unwritable", reason="the disk is full")
            return await append(draft, *rest, **more)

        gateway.log.append_async = failing  # type: ignore[method-assign]
        with pytest.raises(GatewayError) as error:
            await gateway.verify(clean_case(), "cli")
        assert error.value.code == "log.unwritable"
        gateway.log.append_async = append  # type: ignore[method-assign]
        assert not [entry for entry in entries(gateway) if entry["kind"] == "verification"]
        return refused

    house = House(tmp_path)
    with house.sandbox() as sandbox:

        async def run() -> list[str]:
            gateway = house.open(sandbox)
            try:
                return await play(gateway)
            finally:
                await gateway.close()

        refused = asyncio.run(run())
        report = house.check_log(sandbox)
    assert refused
    assert report.sound
    assert len(report.findings) == len(refused)  # each is named as left open, which is what happened


def test_an_answer_given_again_under_its_key_stands_in_the_log(tmp_path: Path) -> None:
    async def play(gateway: Gateway) -> None:
        first = await gateway.verify(clean_case(), "cli", idempotency_key="k-1")
        size = len(entries(gateway))
        again = await gateway.verify(clean_case(), "cli", idempotency_key="k-1")
        assert again == first
        new = entries(gateway)[size:]
        assert [(entry["kind"], entry["event"], entry["caller"]) for entry in new] == [
            ("event", "verification.read", "cli")
        ]

    played(tmp_path, play)


def test_another_caller_gets_nothing_under_the_same_key_and_no_result_by_its_name(tmp_path: Path) -> None:
    async def play(gateway: Gateway) -> None:
        first = await gateway.verify(clean_case(), "cli", idempotency_key="k-1")
        other = await gateway.verify(clean_case(), "hall", idempotency_key="k-1")
        assert other["id"] != first["id"]
        assert gateway.verification(first["id"], "hall") is None

    played(tmp_path, play)


def test_the_reply_to_a_login_is_committed_to_and_not_kept(tmp_path: Path) -> None:
    async def play(gateway: Gateway) -> None:
        await gateway.verify(clean_case(), "cli")
        line = gateway.services.exchanger.lines["population-hub"]
        ticket = str(next(iter(line.ticket.values())))
        logins = line.registry.mapping.logins
        rows = [(index, entry) for index, entry in enumerate(entries(gateway)) if entry["kind"] == "response"]
        kept = {index: gateway.archive.body(index) for index, _ in rows}
        assert ticket
        assert all(ticket.encode() not in body for body in kept.values())
        of_login = [kept[index] for index, entry in rows if entry["operation"] in logins]
        assert of_login == [b"HTTP 200\r\n\r\n[secret:reply to a login]"]

    played(tmp_path, play)
