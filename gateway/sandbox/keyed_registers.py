"""The registers `realty`, `legal-person` and `credit`: one REST operation each, behind a key in the header `appKey`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from gateway.sandbox.credentials import same
from gateway.sandbox.records import Company, Dishonest, Unit
from gateway.sandbox.store import Store
from gateway.sandbox.wire import Ask, RestOperation, Shape, Told, text_at

_CHINA = timezone(timedelta(hours=8))
KEY_HEADER = "appKey"


def keyed(handle: Callable[[Ask], Told], key: str, refused: Told) -> Callable[[Ask], Told]:
    """The operation behind its key."""

    def guarded(ask: Ask) -> Told:
        return handle(ask) if same(ask.headers.get(KEY_HEADER.lower(), ""), key) else refused

    return guarded


def _code(code: str, message: str, data: Any = None) -> dict[str, Any]:
    return {"code": code, "msg": message, "data": data}


REALTY_EMPTY = {"code": "200", "message": "成功", "data": []}
LEGAL_UNKNOWN = _code("2004", "未查询到数据")
CREDIT_CLEAN: dict[str, Any] = {"code": "0", "msg": "success", "total": 0, "data": []}


def _realty_says(code: str, message: str) -> Told:
    return Told({"code": code, "message": message, "data": None})


def realty_malformed(reason: str) -> Told:
    """The property register's parameter error."""
    return _realty_says("400", f"参数错误：{reason}")


def legal_malformed(reason: str) -> Told:
    """The enterprise register's parameter error."""
    return Told(_code("4001", f"参数错误：{reason}"))


def credit_malformed(reason: str) -> Told:
    """The credit register's parameter error."""
    return Told(_code("400", f"参数错误：{reason}"))


def realty(store: Store, key: str) -> list[RestOperation]:
    """Property units by owner and certificate: owner's number is compared whole, the certificate may be left out."""

    def unit(ask: Ask) -> Told:
        body = ask.json()
        text_at(body, "qlrmc")
        owner, certificate = text_at(body, "qlrzjh"), text_at(body, "bdcqzh", required=False)
        found = [
            each for each in store.data().units
            if each.owner_id == owner and (not certificate or each.certificate == certificate)
        ]  # fmt: skip
        return Told(
            {"code": "200", "message": "成功", "data": [_unit_row(each) for each in found]}, certificate or owner
        )

    shape = Shape(
        rows=("data",),
        not_found={"code": "404", "message": "未查询到不动产登记信息", "data": None},
        unmapped=(("data", 0, "sfcf"), "9"),
        missing=("data", 0, "sfcf"),
        name=("data", 0, "qlrmc"),
        refusals={
            "refused": _realty_says("403", "无权限"),
            "closed_hours": _realty_says("503", "非服务时间"),
            "rate_limit_code": _realty_says("429", "调用频率超限"),
            "record_error": _realty_says("500", "该不动产单元数据异常"),
        },
    )
    refused = _realty_says("401", "appKey无效")
    return [RestOperation("realty.unit", "POST", "/unit", keyed(unit, key, refused), shape)]


def _unit_row(unit: Unit) -> dict[str, Any]:
    return {
        "bdcdyh": unit.unit_number, "bdcqzh": unit.certificate, "qlrmc": unit.owner_name, "qlrzjh": unit.owner_id,
        "zl": unit.location, "xzqhdm": unit.division, "yt": unit.use, "mj": unit.area,
        "sfdy": "1" if unit.mortgaged else "0", "sfcf": "1" if unit.sealed else "0",
    }  # fmt: skip


def legal_person(store: Store, key: str) -> list[RestOperation]:
    """Enterprise information by unified social credit code."""

    def info(ask: Ask) -> Told:
        code = text_at(ask.json(), "uniscid").upper()
        found = store.data().companies.get(code)
        return Told(LEGAL_UNKNOWN if found is None else _code("2000", "查询成功", _company_row(found)), code)

    shape = Shape(
        rows=("data",),
        not_found=LEGAL_UNKNOWN,
        unmapped=(("data", "regstateCn"), "歇业备案"),
        missing=("data", "regstateCn"),
        name=("data", "name"),
        refusals={
            "refused": Told(_code("4030", "接口未授权")),
            "closed_hours": Told(_code("5030", "非服务时间")),
            "rate_limit_code": Told(_code("4290", "调用频率超限")),
            "record_error": Told(_code("2005", "该企业数据异常")),
        },
    )
    refused = Told(_code("4010", "appKey无效"))
    return [RestOperation("legal-person.info", "POST", "/enterprise/info", keyed(info, key, refused), shape)]


def _epoch_ms(day: str) -> int | None:
    """Midnight in China of a yyyy-MM-dd day, in milliseconds since 1970; None for no day."""
    if not day:
        return None
    return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=_CHINA).timestamp()) * 1000


def _company_row(company: Company) -> dict[str, Any]:
    established = _epoch_ms(company.established)
    return {
        "entname": company.name, "uniscid": company.uscc, "regno": company.registration_number,
        "enttypeCn": company.kind, "name": company.representative, "dom": company.domicile,
        "opfrom": established, "opto": _epoch_ms(company.term_to), "estdate": established,
        "apprdate": established, "opscope": company.scope, "regcap": company.capital,
        "regcapcurCn": company.currency, "regorgCn": company.authority, "regstateCn": company.state,
        "sExtNodenum": company.uscc[2:4] + "0000",
    }  # fmt: skip


def credit(store: Store, key: str) -> list[RestOperation]:
    """Dishonest judgment debtors: by name and whole number, or by name alone (namesakes); an empty list is clean."""

    def dishonest(ask: Ask) -> Told:
        body = ask.json()
        name, number = text_at(body, "name"), text_at(body, "cardNum", required=False).upper()
        found = [
            _debtor_row(each) for each in store.data().dishonest
            if each.name == name and (not number or each.card_number == number)
        ]  # fmt: skip
        return Told(CREDIT_CLEAN | {"total": len(found), "data": found}, number or name)

    shape = Shape(
        rows=("data",),
        not_found=_code("404", "未查询到记录"),
        unmapped=(("data", 0, "partyTypeName"), "8"),
        missing=("data", 0, "caseCode"),
        name=("data", 0, "iname"),
        refusals={
            "refused": Told(_code("403", "接口未授权")),
            "closed_hours": Told(_code("503", "非服务时间")),
            "rate_limit_code": Told(_code("429", "调用频率超限")),
            "record_error": Told(_code("500", "该条记录异常")),
        },
    )
    refused = Told(_code("401", "appKey无效"))
    return [RestOperation("credit.dishonest", "POST", "/dishonest", keyed(dishonest, key, refused), shape)]


def masked_number(number: str) -> str:
    """A published number: ten characters, four asterisks, the last four (persons) or two (organisations)."""
    tail = 4 if number[:1].isdigit() and len(number) == 18 and number[6:10].isdigit() else 2
    return number[:10] + "****" + number[-tail:]


def _debtor_row(debtor: Dishonest) -> dict[str, Any]:
    return {
        "iname": debtor.name, "cardNum": masked_number(debtor.card_number), "caseCode": debtor.case_code,
        "age": debtor.age, "sexy": debtor.sex, "businessEntity": debtor.representative,
        "courtName": debtor.court, "areaName": debtor.area, "gistId": debtor.basis_number,
        "gistUnit": debtor.basis_unit, "regDate": debtor.registered_on, "duty": debtor.duty,
        "performance": debtor.performance, "performedPart": "", "unperformPart": "",
        "disruptTypeName": debtor.conduct, "partyTypeName": debtor.party_kind, "publishDate": debtor.published_on,
    }  # fmt: skip
