"""Bending an answer as a switch says: first the document, then its bytes. Pure; what needs time is in `line`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from gateway.sandbox.switches import OK, Switch
from gateway.sandbox.wire import Shape, Told, Trail, Wire

PRIVATE_USE = "\ue863"
"""The place at which old GBK systems keep 䶮 (bytes FE9F)."""

_HTML = (
    "<!doctype html><html><head><title>系统维护</title></head><body><h1>系统维护中，请稍后再试</h1></body></html>"
).encode()


def bend(told: Told, shape: Shape, switch: Switch) -> Told:
    """What a register tells under a content switch or a refusal; untouched under any other.

    A place that the document does not have (a not-found answer has no name) leaves it as it is.
    """
    if switch.name in shape.refusals:
        return shape.refusals[switch.name]
    if switch.name == "not_found_code":
        return Told(copy.deepcopy(shape.not_found), told.subject)
    change = _CHANGES.get(switch.name)
    if change is None:
        return told
    document = copy.deepcopy(told.document)
    change(document, shape)
    return Told(document, told.subject, told.status)


def bend_bytes(wire: Wire) -> Wire:
    """The bytes under a line switch that needs no time; the switch is then done with."""
    name = wire.switch.name
    if name == "http_503":
        return Wire("服务暂不可用".encode(), "text/plain; charset=utf-8", 503)
    if name == "rate_limit":
        return Wire(b'{"error":"too many requests"}', status=429, headers=(("retry-after", "1"),))
    if name == "html_200":
        return Wire(_HTML, "text/html; charset=utf-8")
    if name == "half_document":
        return _with(wire, wire.body[: len(wire.body) // 2])
    if name == "gb18030_bytes":
        return _with(wire, wire.body.decode("utf-8", "surrogatepass").encode("gb18030", "replace"))
    if name == "bom":
        return _with(wire, b"\xef\xbb\xbf" + wire.body)
    return wire


def _with(wire: Wire, body: bytes) -> Wire:
    return Wire(body, wire.media_type, wire.status, wire.headers, OK)


def _holder(document: Any, trail: Trail) -> Any:
    """The map or list that holds the last step of a trail; None where the document does not go that far."""
    for step in trail[:-1]:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    last = trail[-1]
    if isinstance(document, dict):
        return document if last in document else None
    return document if isinstance(document, list) and isinstance(last, int) and last < len(document) else None


def _set(document: Any, trail: Trail, make: Callable[[Any], Any]) -> None:
    holder: Any = _holder(document, trail)
    if holder is not None:
        last: Any = trail[-1]
        holder[last] = make(holder[last])


def _twice(rows: Any) -> Any:
    return [*rows, *copy.deepcopy(rows)] if isinstance(rows, list) else [rows, copy.deepcopy(rows)]


def _add(document: Any, shape: Shape) -> None:
    holder = _holder(document, shape.missing)
    if isinstance(holder, dict):
        holder["kzzd9"] = "新增字段"


def _drop(document: Any, shape: Shape) -> None:
    holder = _holder(document, shape.missing)
    if isinstance(holder, dict):
        del holder[shape.missing[-1]]


def _rename(change: Callable[[str], str]) -> Callable[[Any, Shape], None]:
    def rename(document: Any, shape: Shape) -> None:
        if shape.name is not None:
            _set(document, shape.name, lambda name: change(name) if isinstance(name, str) and name else name)

    return rename


_CHANGES: Mapping[str, Callable[[Any, Shape], None]] = {
    "empty_list": lambda document, shape: _set(document, shape.rows, lambda rows: [] if isinstance(rows, list) else {}),
    "null_data": lambda document, shape: _set(document, shape.rows, lambda _: None),
    "duplicate_hits": lambda document, shape: _set(document, shape.rows, _twice),
    "unmapped_code": lambda document, shape: _set(document, shape.unmapped[0], lambda _: shape.unmapped[1]),
    "extra_field": _add,
    "missing_field": _drop,
    "pua_name": _rename(lambda name: name[:-1] + PRIVATE_USE),
    "masked_name": _rename(lambda name: name[0] + "*" * (len(name) - 1)),
}
