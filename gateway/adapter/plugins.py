"""Finding protocols: entry points of the group `gateway.adapters`, also of other packages, by an allow-list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import entry_points
from typing import cast

from gateway.adapter.contract import Adapter, AdapterSettings
from gateway.errors import GatewayError

GROUP = "gateway.adapters"
Opener = Callable[[AdapterSettings], Adapter]


def installed() -> frozenset[str]:
    """The names of all protocols that are installed here."""
    return frozenset(point.name for point in entry_points(group=GROUP))


def load_adapters(allowed: Iterable[str]) -> Mapping[str, Opener]:
    """Load the allowed protocols.

    Raises:
        GatewayError: `adapter.unknown` for an allowed name that is not installed or can't be loaded.
    """
    points = {point.name: point for point in entry_points(group=GROUP)}
    found: dict[str, Opener] = {}
    for name in allowed:
        if name not in points:
            raise GatewayError("adapter.unknown", name=name, known=", ".join(sorted(points)))
        try:
            found[name] = cast(Opener, points[name].load())
        except (ImportError, AttributeError) as error:
            raise GatewayError("adapter.unknown", name=name, known=str(error)) from error
    return found
