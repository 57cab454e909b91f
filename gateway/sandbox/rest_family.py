"""Registers that answer JSON: finds the operation, asks it, bends what it tells as the switch says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.sandbox.distort import bend, bend_bytes
from gateway.sandbox.switches import OK, Script
from gateway.sandbox.wire import Ask, BadQuestion, RestOperation, Told, Wire, to_json


class RestFamily:
    """The operations of one port; `malformed` puts a reason into the register's own parameter error."""

    def __init__(self, operations: Sequence[RestOperation], malformed: Callable[[str], Told], script: Script) -> None:
        self._operations = {(each.method, each.path): each for each in operations}
        self._malformed = malformed
        self._script = script

    async def answer(self, ask: Ask) -> Wire:
        """Answer one request; an unknown path is 404, a wrong method 405."""
        operation = self._operations.get((ask.method, ask.path))
        if operation is None:
            allowed = sorted(method for method, path in self._operations if path == ask.path)
            if allowed:
                return Wire(b'{"error":"method not allowed"}', status=405, headers=(("allow", ", ".join(allowed)),))
            return Wire(b'{"error":"not found"}', status=404)
        try:
            told = operation.handle(ask)
        except BadQuestion as error:
            told = self._malformed(str(error))
        switch = self._script.pick(operation.name, told.subject)
        bent = bend(told, operation.shape, switch)
        body = to_json(bent.document)
        if switch.name == "double_escaped":
            body = to_json(body.decode("utf-8", "surrogatepass"))
        wire = Wire(body, status=bent.status, switch=switch)
        return wire if switch is OK else bend_bytes(wire)
