"""The register `geo`: the standard address library and a geocoder in the Tianditu shape, both behind the key `tk`."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import Any

from gateway.sandbox.credentials import same
from gateway.sandbox.records import Address
from gateway.sandbox.store import Store
from gateway.sandbox.wire import Ask, BadQuestion, RestOperation, Shape, Told, parse_json, text_at

EARTH_RADIUS_M = 6_371_008.8
NEAR_M = 500.0
"""How far a point may lie from the address it is given, in metres."""

_HOUSE_NUMBER, _STREET, _COMMUNITY, _TOWN, _COUNTY = 9, 8, 4, 3, 2
_LEVELS = (
    (_HOUSE_NUMBER, "门址"),
    (_STREET, "道路"),
    (_COMMUNITY, "村"),
    (_TOWN, "乡镇"),
    (_COUNTY, "区县"),
    (0, "市"),
)
"""The lowest level of the library at which the geocoder uses each word."""
_NOTHING = {"msg": "无结果", "status": "101"}
_WRONG_KEY = Told({"code": "301001", "msg": "权限类型错误"}, status=403)


def malformed(reason: str) -> Told:
    """The geocoder's error for a parameter it can't read."""
    return Told({"msg": reason, "status": "1"})


def _library(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"code": 0, "success": True, "msg": "", "data": {"count": len(rows), "addrList": list(rows)}}


def _library_says(code: int, message: str) -> Told:
    return Told({"code": code, "success": False, "msg": message, "data": None})


def geography(store: Store, key: str) -> list[RestOperation]:
    """The address library (`/stdaddr?addr=`) and the geocoder (`/geocoder?ds=` forward, `?postStr=` reverse)."""

    def standard(ask: Ask) -> Told:
        if not same(ask.query.get("tk", ""), key):
            return _WRONG_KEY
        text = ask.query.get("addr", "").strip()
        if not text:
            return _library_says(400, "缺少参数 addr")
        return Told(_library([_library_row(each, score) for each, score in find(store.data().addresses, text)]), text)

    def geocode(ask: Ask) -> Told:
        if not same(ask.query.get("tk", ""), key):
            return _WRONG_KEY
        if "ds" in ask.query:
            return _forward(store, ask.query["ds"])
        if "postStr" in ask.query:
            return _reverse(store, ask.query["postStr"])
        return Told({"msg": "请求参数错误", "status": "404"})

    row = ("data", "addrList", 0)
    library = Shape(
        rows=("data", "addrList"),
        not_found={"code": 404, "success": False, "msg": "未匹配到标准地址", "data": None},
        unmapped=((*row, "lv"), "99"),
        missing=(*row, "lv"),
        name=(*row, "addr"),
        refusals={
            "refused": _library_says(403, "无权限"),
            "closed_hours": _library_says(503, "非服务时间"),
            "rate_limit_code": _library_says(429, "调用频率超限"),
        },
    )
    geocoder = Shape(
        rows=("location",),
        not_found=_NOTHING,
        unmapped=(("location", "level"), "飞地"),
        missing=("location", "level"),
        name=("location", "keyWord"),
        refusals={
            "refused": _WRONG_KEY,
            "rate_limit_code": Told({"code": "301004", "msg": "调用次数超限"}, status=403),
            "closed_hours": Told({"msg": "非服务时间", "status": "1"}),
        },
    )
    return [
        RestOperation("geo.standard_address", "GET", "/stdaddr", standard, library),
        RestOperation("geo.geocoder", "GET", "/geocoder", geocode, geocoder),
    ]


def find(addresses: Sequence[Address], asked: str) -> list[tuple[Address, float]]:
    """The library's own search: entries written alike, else the longest entry with which the question begins.

    The second is a hit at a coarser level; its score (0 to 1) is the share of the question that it explains.
    """
    wanted = _plain(asked)
    alike = [each for each in addresses if wanted in {_plain(text) for text in (each.text, *each.also)}]
    if alike:
        return [(each, each.score) for each in alike]
    begins = [
        (len(_plain(text)), each)
        for each in addresses
        if each.level < _HOUSE_NUMBER
        for text in (each.text, *each.also)
        if wanted.startswith(_plain(text))
    ]
    if not begins:
        return []
    explained, longest = max(begins, key=lambda pair: pair[0])
    return [(longest, round(explained / len(wanted), 2))]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _library_row(address: Address, score: float) -> dict[str, Any]:
    return {
        "addr": address.text, "code": address.code, "lv": address.level, "score": score,
        "lat": address.lat, "lng": address.lng, "division": address.division, "city": address.city,
        "county": address.county, "town": address.town, "community": address.community, "street": address.street,
        "door": address.door, "resregion": "", "building": address.building, "building_num": "",
        "unit": address.unit, "floor": address.floor, "room": address.room, "shape": "POINT",
    }  # fmt: skip


def _forward(store: Store, written: str) -> Told:
    text = text_at(parse_json(written), "keyWord")
    found = find(store.data().addresses, text)
    if not found:
        return Told(_NOTHING, text)
    address, score = found[0]
    level = next(name for lowest, name in _LEVELS if address.level >= lowest)
    location = {"score": round(score * 100), "level": level, "lon": address.lng, "lat": address.lat, "keyWord": text}
    return Told({"msg": "ok", "location": location, "searchVersion": "6.0.0", "status": "0"}, text)


def _reverse(store: Store, written: str) -> Told:
    try:
        point = parse_json(written)
    except BadQuestion:
        point = parse_json(written.replace("'", '"'))  # some documents show the parameter in single quotes
    lon, lat = (_degrees(point, key) for key in ("lon", "lat"))
    near = [(_metres(lon, lat, each), each) for each in store.data().addresses if each.level >= _HOUSE_NUMBER]
    if not near or min(near, key=lambda pair: pair[0])[0] > NEAR_M:
        return Told(_NOTHING, f"{lon},{lat}")
    distance, address = min(near, key=lambda pair: pair[0])
    component = {
        "province": address.province, "city": address.city, "county": address.county,
        "county_code": "156" + address.division, "town": address.town, "road": address.street, "poi": "",
        "address": address.text, "address_distance": round(distance),
    }  # fmt: skip
    result = {"formatted_address": address.text, "location": {"lon": lon, "lat": lat}, "addressComponent": component}
    return Told({"status": "0", "msg": "ok", "result": result}, f"{lon},{lat}")


def _degrees(point: Any, key: str) -> float:
    value = point.get(key) if isinstance(point, dict) else None
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= 180:
        raise BadQuestion(f"参数 {key} 应为经纬度")
    return number


def _metres(lon: float, lat: float, address: Address) -> float:
    """Great-circle distance (haversine) in metres."""
    to_lat, to_lon = math.radians(address.lat), math.radians(address.lng)
    from_lat, from_lon = math.radians(lat), math.radians(lon)
    half = math.sin((to_lat - from_lat) / 2) ** 2
    half += math.cos(from_lat) * math.cos(to_lat) * math.sin((to_lon - from_lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))
