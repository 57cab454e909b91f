"""Replay: a recorded registry. Requests are written as in earnest, replies come from recordings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.adapter import Adapter, AdapterSettings, Interface
from gateway.errors import GatewayError
from gateway.model.wire import Decoded, MessageTree, WireMessage, WireReply


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded reply, and which request it answers: method, the path's end, and texts of the body."""

    reply: WireReply
    method: str = ""
    path_ends: str = ""
    contains: tuple[str, ...] = ()

    def answers(self, message: WireMessage) -> bool:
        """Whether this reply was recorded for such a request."""
        if self.method and self.method != message.method:
            return False
        if self.path_ends and not message.url.split("?")[0].endswith(self.path_ends):
            return False
        return all(text.encode() in message.body or text in message.url for text in self.contains)


class ReplayAdapter:
    """A full stand-in for a registry: only `send` differs from the protocol that was recorded."""

    def __init__(
        self,
        settings: AdapterSettings,
        inner: Callable[[AdapterSettings], Adapter] | None = None,
        recordings: Sequence[Recording] | None = None,
    ) -> None:
        if inner is None:
            from adapters.rest import RestAdapter
            from adapters.soap import SoapAdapter

            inner = SoapAdapter if settings.options.get("protocol") == "soap" else RestAdapter
        self._settings = settings
        self._inner = inner(settings)
        folder = settings.options.get("recordings", "")
        self._recordings = list(recordings if recordings is not None else load_recordings(Path(folder)))
        self.sent: list[WireMessage] = []

    def encode(self, message: MessageTree) -> WireMessage:
        """As the recorded protocol writes it."""
        return self._inner.encode(message)

    async def send(self, message: WireMessage) -> WireReply:
        """The next recording that answers this request.

        Raises:
            GatewayError: `registry.connect` where none does.
        """
        self.sent.append(message)
        for position, recording in enumerate(self._recordings):
            if recording.answers(message):
                if len([row for row in self._recordings if row.answers(message)]) > 1:
                    del self._recordings[position]
                return recording.reply
        reason = f"no recording answers {message.method} {message.url.partition('?')[0]}"
        raise GatewayError("registry.connect", registry=self._settings.registry, reason=reason)

    def decode(self, reply: WireReply, form: str, encoding: str) -> Decoded:
        """As the recorded protocol reads it."""
        return self._inner.decode(reply, form, encoding)

    def describe(self) -> Interface:
        """What the recorded protocol's interface file says."""
        return self._inner.describe()

    async def close(self) -> None:
        """Close the protocol below."""
        await self._inner.close()


def load_recordings(folder: Path) -> list[Recording]:
    """The recordings that `index.json` of a folder lists: method, path_ends, contains, status, headers, file.

    Raises:
        GatewayError: `adapter.interface_file` where the list or a file can't be read.
    """
    index = folder / "index.json"
    try:
        rows = json.loads(index.read_text("utf-8"))
        return [
            Recording(
                WireReply(
                    int(row.get("status", 200)),
                    tuple(row.get("headers", {}).items()),
                    (folder / row["file"]).read_bytes(),
                ),
                row.get("method", ""),
                row.get("path_ends", ""),
                tuple(row.get("contains", ())),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GatewayError("adapter.interface_file", path=str(index), reason=str(error)) from error
