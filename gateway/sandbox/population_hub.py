"""The register `population-hub`: household, registration state, movements and travel documents as REST.

The session token travels inside the body; it is had for an application's name and secret and lasts 30 minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from gateway.sandbox.credentials import same
from gateway.sandbox.records import Hukou, Movements, Person, TravelDocument
from gateway.sandbox.store import Store
from gateway.sandbox.wire import Ask, RestOperation, Shape, Told, Trail, text_at

TOKEN_LIFE = timedelta(minutes=30)
MAX_TOKENS = 1000


def envelope(code: str, message: str, data: Any = None) -> dict[str, Any]:
    """The hub's answer: a code, a text, and data where there is any."""
    return {"code": code, "msg": message} | ({} if data is None else {"data": data})


NOT_FOUND = envelope("0404", "查无此人")
BAD_TOKEN = envelope("2002", "安全token错误")
NOT_ALLOWED = envelope("2003", "未授权")
_REFUSALS: Mapping[str, Told] = {
    "expired_token": Told(BAD_TOKEN),
    "refused": Told(NOT_ALLOWED),
    "closed_hours": Told(envelope("2009", "非服务时间")),
    "rate_limit_code": Told(envelope("4290", "调用频率超限")),
    "record_error": Told(envelope("3003", "该条数据有误，待核实")),
}


def malformed(reason: str) -> Told:
    """The hub's parameter error."""
    return Told(envelope("4001", f"参数错误：{reason}"))


class _Tokens:
    """The sessions that are open."""

    def __init__(self, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._now, self._random_bytes = now, random_bytes
        self._until: dict[str, datetime] = {}

    def open(self) -> str:
        now = self._now()
        self._until = {token: until for token, until in self._until.items() if until > now}
        while len(self._until) >= MAX_TOKENS:
            self._until.pop(next(iter(self._until)))
        token = self._random_bytes(16).hex()
        self._until[token] = now + TOKEN_LIFE
        return token

    def holds(self, token: str) -> bool:
        until = self._until.get(token)
        return until is not None and self._now() < until


class PopulationHub:
    """The hub's operations over one store."""

    def __init__(
        self,
        store: Store,
        credentials: Mapping[str, str],
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._store, self._credentials, self._now = store, credentials, now
        self._tokens = _Tokens(now, random_bytes)

    def operations(self) -> list[RestOperation]:
        """Everything the hub serves."""

        def shape(rows: Trail, unmapped: tuple[Trail, str], missing: Trail, name: Trail | None) -> Shape:
            return Shape(rows, NOT_FOUND, unmapped, missing, name, _REFUSALS)

        row, papers = ("data", "cxjg", 0), ("data", "zjxx", 0)
        token = Shape(
            ("data",), envelope("1001", "应用标识错误"), (("code",), "9901"), ("data", "token"), None, _REFUSALS
        )
        household = shape(("data", "cxjg"), ((*row, "yhzgx"), "寄养子"), (*row, "yhzgx"), (*row, "xm"))
        hukou = shape(("data",), (("data", "hkzt"), "挂起"), ("data", "hkzt"), ("data", "xm"))
        moves = ("data", "movements")
        movements = shape(moves, ((*moves, 0, "direction"), "transit"), (*moves, 0, "date"), ("data", "xm"))
        document = shape(("data", "zjxx"), ((*papers, "zjzt"), "待定"), (*papers, "zjzt"), (*papers, "zwxm"))
        return [
            RestOperation("population-hub.token", "POST", "/token", self._open, token),
            RestOperation("population-hub.household", "POST", "/household", self._household, household),
            RestOperation("population-hub.hukou", "POST", "/hukou", self._hukou, hukou),
            RestOperation("population-hub.movements", "POST", "/movements", self._movements, movements),
            RestOperation("population-hub.document", "POST", "/document", self._document, document),
        ]

    def _open(self, ask: Ask) -> Told:
        body = ask.json()
        given = text_at(body, "appId"), text_at(body, "appSecret")
        if not (
            same(given[0], self._credentials["hub.app_id"]) and same(given[1], self._credentials["hub.app_secret"])
        ):
            return Told(envelope("1001", "应用标识错误"))
        data = {"token": self._tokens.open(), "expiresIn": int(TOKEN_LIFE.total_seconds())}
        return Told(envelope("0000", "成功", data))

    def _ask(self, ask: Ask, *names: str) -> tuple[list[str], str, Told | None]:
        """The demanded values of a question, its purpose, and the hub's refusal where the session does not hold."""
        body = ask.json()
        if not self._tokens.holds(text_at(body, "gxData", "head", "token", required=False)):
            return [], "", Told(BAD_TOKEN)
        purpose = text_at(body, "gxData", "head", "purpose")
        return [text_at(body, "gxData", "data", name) for name in names], purpose, None

    def _about(self, ask: Ask, tell: Callable[[Person], dict[str, Any] | None]) -> Told:
        """Answer about a person; the number decides, the name that was sent is not compared here."""
        values, purpose, refused = self._ask(ask, "zjhm")
        if refused:
            return refused
        id_number = values[0].upper()
        person = self._store.data().persons.get(id_number)
        if person is None:
            return Told(NOT_FOUND, id_number)
        if person.restricted_to and purpose not in person.restricted_to:
            return Told(NOT_ALLOWED, id_number)
        if person.fault is not None:
            return Told(envelope("3003", person.fault.message), id_number)
        data = tell(person)
        return Told(NOT_FOUND if data is None else envelope("0000", "成功", data), id_number)

    def _household(self, ask: Ask) -> Told:
        return self._about(ask, self._household_of)

    def _household_of(self, person: Person) -> dict[str, Any] | None:
        data = self._store.data()
        for household in data.households:
            if any(member.id_number == person.id_number for member in household.members):
                break
        else:
            return None
        rows = []
        for member in household.members:
            known = data.persons.get(member.id_number)
            hidden = known is not None and known.hidden
            address = "***" if hidden else household.address if member.relation == "户主" else "---"
            row = {"hh": household.number, "xm": shown(known), "cym": member.former_name or None,
                   "yhzgx": member.relation, "zjhm": member.id_number, "dz": address,
                   "xzqhdm": household.division}  # fmt: skip
            rows.append(row)
        return {"cxjg": rows}

    def _hukou(self, ask: Ask) -> Told:
        def tell(person: Person) -> dict[str, Any] | None:
            found = self._store.data().hukou.get(person.id_number)
            return None if found is None else _hukou_row(person, found)

        return self._about(ask, tell)

    def _movements(self, ask: Ask) -> Told:
        def tell(person: Person) -> dict[str, Any] | None:
            found = self._store.data().movements.get(person.id_number)
            return None if found is None else _movement_rows(person, found, self._now().strftime("%Y-%m-%d"))

        return self._about(ask, tell)

    def _document(self, ask: Ask) -> Told:
        values, _, refused = self._ask(ask, "zjlx", "zjhm")
        if refused:
            return refused
        found = self._store.data().documents.get((values[0], values[1].upper()))
        if found is None:
            return Told(envelope("0404", "查无此证"), values[1])
        return Told(envelope("0000", "成功", {"zjxx": [_document_row(found)]}), values[1])


def shown(person: Person | None) -> str:
    """A name as the hub shows it."""
    if person is None:
        return ""
    return person.name[0] + "*" * (len(person.name) - 1) if person.hidden else person.name


def _hukou_row(person: Person, found: Hukou) -> dict[str, Any]:
    return {
        "xm": shown(person), "zjhm": found.id_number, "hkzt": found.state, "zxyy": found.reason or None,
        "zxrq": found.cancelled_on or None, "zhxzqh": found.division, "zhdz": found.address,
    }  # fmt: skip


def _movement_rows(person: Person, found: Movements, today: str) -> dict[str, Any]:
    rows = [
        {"direction": each.direction, "date": each.date, "doc_type": each.doc_type, "doc_number": each.doc_number,
         "port": each.port, "flight": each.flight or None}
        for each in found.movements
    ]  # fmt: skip
    return {"xm": shown(person), "zjhm": found.id_number, "cxrq": today,
            "movements": rows, "coverage": {"excludes": list(found.excludes)}}  # fmt: skip


def _document_row(found: TravelDocument) -> dict[str, Any]:
    return {
        "zjlx": found.kind, "zjhm": found.number, "zjzt": found.state, "yxqz": found.expires,
        "csrq": found.birth_date, "ywxm": found.latin_name, "zwxm": found.chinese_name, "xbdm": found.sex,
        "hzhm": found.successor or None,
    }  # fmt: skip
