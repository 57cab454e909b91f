"""The bytes of a test: written in the mapping itself, beside it, or among the recordings."""

from __future__ import annotations

import json
from pathlib import Path

from gateway.errors import GatewayError
from gateway.mapping.testcases import TestBody
from gateway.model.wire import WireReply


class NotRecordedError(Exception):
    """The recordings that a test needs are not here: the test is skipped. Never leaves the workbench."""


def read_body(body: TestBody, folder: Path | None, recordings: Path | None) -> bytes:
    """The bytes of a test body.

    Raises:
        NotRecordedError: it stands among recordings that are not here.
        GatewayError: `configuration.file_missing`, `mapping.file_outside`, `document.not_text`.
    """
    if body.recorded:
        if recordings is None or not recordings.is_dir():
            raise NotRecordedError("the folder of recordings (REGISTRY_CASES) is not here")
        return _inside(recordings, body.recorded)
    if body.file:
        return _inside(folder or Path(), body.file)
    if body.text is None:
        return json.dumps(body.tree, ensure_ascii=False).encode(body.encoding or "utf-8")
    try:
        return body.text.encode(body.encoding or "utf-8")
    except UnicodeEncodeError as error:
        raise GatewayError("document.not_text", offset=error.start) from error


def read_reply(body: TestBody, folder: Path | None, recordings: Path | None) -> WireReply:
    """The reply of a test; raises like `read_body`."""
    headers = body.headers
    if body.text is None and not body.file and not body.recorded:
        headers = (("Content-Type", "application/json"), *headers)
    return WireReply(body.status, headers, read_body(body, folder, recordings))


def _inside(folder: Path, name: str) -> bytes:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise GatewayError("mapping.file_outside", file=name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise GatewayError("configuration.file_missing", path=name) from error
