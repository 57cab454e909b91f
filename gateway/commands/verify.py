"""`shuqiao verify`: cases from files or standard input, through this machine's gateway or one over the network."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.commands.place import Place, sandboxed
from gateway.commands.statuses import first_that_applies, status_of
from gateway.commands.terminal import Step, Terminal, error_document
from gateway.errors import GatewayError, Words
from gateway.faces.statuses import exit_status

CALLER = "cli"
"""Whom a verification on the command line acts as."""
KEY_VARIABLE = "SHUQIAO_API_KEY"


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one file: a `verification` document or an error."""

    name: str
    document: dict[str, Any] | None = None
    error: GatewayError | None = None

    @property
    def status(self) -> int:
        """The exit status that this file alone would have."""
        if self.document is not None:
            return status_of(self.document)
        return exit_status(self.error) if self.error is not None else 0


def run(
    terminal: Terminal,
    place: Place,
    files: Sequence[str],
    source: str = "",
    json: bool = False,
    server: str = "",
    key: str = "",
) -> int:
    """Verify every file; one that is refused does not hold up the others.

    Args:
        terminal: where results go.
        place: configuration and state folder.
        files: paths; `-` is standard input.
        source: the source dialect where it is not to be recognised.
        json: one JSON document instead of tables.
        server: the address of a running gateway; this machine's own gateway where empty.
        key: a file with the API key for `server`; the variable SHUQIAO_API_KEY where empty.

    Raises:
        Diagnostics, GatewayError: nothing at all could be asked.
    """
    if server:
        results = _remote(terminal, place, files, source, server, key)
    else:
        results = _here(terminal, place, files, source)
    report(terminal, results, json)
    return first_that_applies(each.status for each in results)


def report(terminal: Terminal, results: Sequence[Asked], json: bool) -> None:
    """Print what came out, refused files on standard error."""
    for each in results:
        if each.error is not None:
            terminal.problem(each.error, each.name)
    documents = [each for each in results if each.document is not None]
    if json:
        refused = [{"file": each.name, **error_document(each.error)} for each in results if each.error is not None]
        terminal.document(
            {"verifications": [each.document for each in documents], **({"refused": refused} if refused else {})}
        )
        return
    from gateway.commands.results import show_verification

    for each in documents:
        if each.document is not None:
            show_verification(terminal, each.document, each.name)


def _here(terminal: Terminal, place: Place, files: Sequence[str], source: str) -> list[Asked]:
    from gateway.assembly import Gateway, open_gateway

    world = place.world()
    release = place.release(terminal)
    limit = release.policy.configuration.gateway.server.max_body
    with sandboxed(release, world, terminal) as sandbox:
        urls = sandbox.urls if sandbox else {}
        gateway: Gateway = open_gateway(place.folder, place.home, sandbox=urls, world=world, release=release)
        with terminal.progress("核验", "verifying") as step:
            return asyncio.run(_all(gateway, files, limit, source, step))


async def _all(gateway: Any, files: Sequence[str], limit: int, source: str, step: Step) -> list[Asked]:
    results = []
    try:
        for position, name in enumerate(files):
            step(position, len(files), name)
            try:
                data = await asyncio.to_thread(read_document, name, limit)
                results.append(Asked(name, await gateway.verify(data, CALLER, dialect=source)))
            except GatewayError as error:
                results.append(Asked(name, error=error))
        step(len(files), len(files))
    finally:
        await gateway.close()
    return results


def _remote(terminal: Terminal, place: Place, files: Sequence[str], source: str, server: str, key: str) -> list[Asked]:
    from gateway.client import Client

    with terminal.progress("核验", "verifying") as step, Client(server, _key(place, key)) as client:

        def ask(data: bytes) -> dict[str, Any]:
            return dict(client.verify(data, source=source or None).document)

        return each_file(files, ask, step)


def each_file(files: Sequence[str], ask: Callable[[bytes], dict[str, Any]], step: Step) -> list[Asked]:
    """Ask about one file after the other."""
    results = []
    for position, name in enumerate(files):
        step(position, len(files), name)
        try:
            results.append(Asked(name, ask(read_document(name))))
        except GatewayError as error:
            results.append(Asked(name, error=error))
    return results


def read_document(name: str, limit: int = 64 * 1024**2) -> bytes:
    """The bytes of a file, or of standard input for `-`; at most one more than the limit, which is then refused.

    Raises:
        GatewayError: `usage.file_missing`, `usage.wrong`.
    """
    try:
        if name == "-":
            return sys.stdin.buffer.read(limit + 1)
        with Path(name).open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        raise GatewayError("usage.file_missing", path=name) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GatewayError("usage.wrong", reason=Words(f"can't be read: {reason}", f"无法读取：{reason}")) from error


def _key(place: Place, named: str) -> str:
    """The API key; it never stands on the command line, where other users of the machine would see it."""
    if named:
        return read_document(named).decode("utf-8", "replace").strip()
    key = place.environment.get(KEY_VARIABLE, "").strip()
    if not key:
        raise GatewayError(
            "usage.wrong",
            reason=Words(
                f"an API key is needed: name its file with --key FILE, or set {KEY_VARIABLE}",
                f"需要接口密钥：请以 --key FILE 指定密钥文件，或设置 {KEY_VARIABLE}",
            ),
        )
    return key
