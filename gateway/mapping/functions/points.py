"""`point`: a pair of coordinates in any of the known writings, with the coordinate system that must be named."""

from __future__ import annotations

import re
from typing import Any

from gateway.mapping.functions.kinds import Function, Scope, Step
from gateway.mapping.functions.numbers import to_number
from gateway.mapping.parts import Part
from gateway.mapping.values import UnusableError, text_of

WRITINGS = ("lon,lat", "lat,lon", "lon lat", "lat lon", "POINT(lon lat)")
_WKT = re.compile(r"POINT\s*\(\s*(\S+)\s+(\S+)\s*\)", re.IGNORECASE)


def _build(place: Part, parameter: Part | None, scope: Scope) -> Step | None:
    if parameter is None or parameter.kind != "map" or "crs" not in parameter.value:
        (parameter or place).find("mapping.point_without_crs")
        return None
    members = parameter.keys("point", ("written", "crs"), ("written", "crs"))
    if len(members) != 2:
        return None
    written, crs = members["written"].text(), members["crs"].text()
    if written not in WRITINGS:
        members["written"].find(
            "mapping.bad_value",
            key="written",
            reason=f"one of {', '.join(WRITINGS)}",
            reason_zh=f"应为 {'、'.join(WRITINGS)} 之一",
        )
        return None
    latitude_first = written.startswith("lat")

    def read(value: Any) -> Any:
        text = ",".join(text_of(part) for part in value) if isinstance(value, list) else text_of(value)
        match = _WKT.fullmatch(text)
        pair = list(match.groups()) if match else re.split(r"\s*,\s*|\s+", text)
        if len(pair) != 2:
            raise UnusableError(f"'{text[:40]}' is not a pair of coordinates")
        first, second = to_number(pair[0]), to_number(pair[1])
        lon, lat = (second, first) if latitude_first else (first, second)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise UnusableError(f"'{text[:40]}' is outside the range of {written}")
        return {"lon": lon, "lat": lat, "crs": crs}

    return Step("point", "list", "point", read)


POINT = Function(
    "point",
    "list",
    "point",
    False,
    (
        "coordinates as {lon, lat, crs}; the coordinate system must be named",
        "将坐标转为 {lon, lat, crs}，必须注明坐标系",
    ),
    '{path: "[lon, lat]", as: {point: {written: "lon,lat", crs: "EPSG:4490"}}}',
    _build,
)
