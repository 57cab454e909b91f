"""One row of the national exchange tables → one entry of our catalog.

Column names are those of the platform's tables for items and materials. Columns that the shared catalog document knows
are carried over, the others are kept as they came under `details.origin`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.catalog.checks import code_fits
from gateway.config.fields import Code, Part, Text, Title
from gateway.errors import Diagnostic, Mark, Words

_CARRIED = (
    "dept_name", "dept_code", "dept_type", "entrust_name", "power_source", "handle_flow", "handle_type",
    "special_procedure", "fee_basis", "transact_addr", "transact_time", "link_way", "supervise_way", "task_version",
    "online_handle_depth", "result_type", "result_name", "other_dept", "promise_explain", "anticipate_explain",
)  # fmt: skip
_READ = frozenset({
    *_CARRIED, "catalog_code", "task_code", "task_handle_item", "task_name", "task_type", "by_law", "use_level",
    "server_type", "project_type", "anticipate_day", "anticipate_type", "promise_day", "promise_type",
    "accept_condition", "is_fee", "is_online", "limit_scene_num", "task_state", "plan_effective_date",
    "plan_cancel_date",
})  # fmt: skip
_MATERIAL_READ = frozenset(
    {"material_name", "source_type", "page_num", "order_num", "is_need", "material_type", "task_code", "catalog_code"}
)
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_CLAUSE = re.compile(r"[\n；;]+")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no shared document may hold, as it could not be written as XML (XML 1.0, section 2.2)."""
_SHORT, _LONG = 10_000, 100_000
"""How long the shared catalog document lets a detail and any other text be, in characters."""
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[ T].*)?")


class CodeTableFile(Part):
    """A shared code table of `config/codes`."""

    title: Title
    source: Text
    otherwise: Any
    values: Mapping[Code, Any]


class Quarantine(Exception):  # noqa: N818 - it is what happens to the row
    """Why a whole row is set aside, and which column is to blame."""

    def __init__(self, words: Words, column: str) -> None:
        super().__init__(words.en)
        self.words = words
        self.column = column


class Row:
    """One row: its columns as texts, its place, and what was found in it."""

    def __init__(self, columns: Mapping[str, Any], mark: Mark, tables: Mapping[str, CodeTableFile]) -> None:
        self.columns = columns
        self._mark = mark
        self._tables = tables
        self.findings: list[Diagnostic] = []
        for name in columns:
            if _COLUMN.fullmatch(name) is None:
                raise Quarantine(Words("a column has a name that is no name", "列名不合规"), "")
            self.text(name)

    def text(self, name: str) -> str:
        """A column as trimmed text; empty where it is missing or null.

        Raises:
            Quarantine: for a list or an object, and for text that no shared document may hold.
        """
        value = self.columns.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "1" if value else "0"
        if not isinstance(value, str | int | float):
            raise Quarantine(Words(f"{name} should be a text or a number", f"{name} 应为文本或数字"), name)
        text = str(value).strip()
        wrong = _wrong(text, _SHORT if name in _CARRIED else _LONG)
        if wrong is not None:
            raise Quarantine(Words(f"{name} {wrong.en}", f"{name} {wrong.zh}"), name)
        return text

    def needed(self, name: str) -> str:
        """A column that may not be empty; raises `Quarantine`."""
        found = self.text(name)
        if not found:
            raise Quarantine(Words(f"{name} is empty", f"{name} 为空"), name)
        return found

    def code(self, name: str, table: str, *, needed: bool = False) -> Any:
        """A code through its table; None and a finding where no table holds it, `Quarantine` where it is needed."""
        value = self.needed(name) if needed else self.text(name)
        values = self.table(table)
        if value in values:
            return values[value]
        if needed:
            raise Quarantine(
                Words(f"'{value}' of {name} is in no code table", f"{name} 的取值 '{value}' 不在码表中"), name
            )
        if value:
            self.unmapped(name, value, table)
        return None

    def table(self, name: str) -> Mapping[str, Any]:
        """The values of one code table."""
        return self._tables[name].values

    def unmapped(self, name: str, value: str, table: str) -> None:
        """Note a value that was left out."""
        values = {"value": value[:80], "column": name, "table": f"config/codes/{table}.yaml"}
        self.findings.append(Diagnostic(Mark(f"{self._mark.file}/{name}"), "catalog.code_unmapped", values))

    def number(self, name: str, least: int, most: int) -> int | None:
        """A whole number; None where the column is empty.

        Raises:
            Quarantine: for anything that is no whole number between the two.
        """
        text = self.text(name)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            reason = Words(
                f"{name} '{text[:40]}' should be a whole number from {least} to {most}",
                f"{name} '{text[:40]}' 应为 {least} 至 {most} 的整数",
            )
            raise Quarantine(reason, name)
        return int(text)

    def day(self, name: str) -> str | None:
        """A date as `2026-11-24`; None where the column is empty; `Quarantine` for anything else."""
        text = self.text(name)
        if not text:
            return None
        match = _DATE.fullmatch(text)
        try:
            return date(*(int(part) for part in match.groups())).isoformat() if match else _no_date(name, text)
        except ValueError:
            return _no_date(name, text)


def service_entry(row: Row, profile: str, status: str) -> tuple[str, dict[str, Any]]:
    """One item: its key and its entry without materials; raises `Quarantine`."""
    state = row.text("task_state")
    if state and state != "1":
        raise Quarantine(
            Words(f"the item is not in use (task_state {state})", f"事项不在用（task_state {state}）"), "task_state"
        )
    basic = row.needed("catalog_code")
    entry: dict[str, Any] = {"title": _both(row.needed("task_name")), "basic_code": basic}
    for column, name in (
        ("catalog_code", "basic_code"),
        ("task_code", "implementation_code"),
        ("task_handle_item", "handling_item"),
    ):
        value = row.text(column)
        if value and not code_fits(profile, name, value):
            raise Quarantine(
                Words(
                    f"{column} '{value}' is not a code of profile {profile}",
                    f"{column} '{value}' 不符合 {profile} 的编码规则",
                ),
                column,
            )
        if value:
            entry[name] = value
    key = "T" + re.sub(r"[^A-Z0-9]", "_", basic.upper())
    entry["type_code"] = row.code("task_type", "exchange_task_type", needed=True)
    entry["code_status"] = status
    entry["purpose"] = key
    entry["legal_basis"] = _clauses(row.needed("by_law"))
    entry["applicants"] = _applicants(row)
    entry["conditions"] = _clauses(row.text("accept_condition"))
    for name, prefix in (("statutory_limit", "anticipate"), ("promised_limit", "promise")):
        entry[name] = _limit(row, prefix)
    entry["valid_from"], entry["valid_to"] = row.day("plan_effective_date"), row.day("plan_cancel_date")
    entry["details"] = _details(row)
    return key, {name: value for name, value in entry.items() if value not in (None, [], {})}


def material_entry(row: Row) -> tuple[float, dict[str, Any], dict[str, Any]]:
    """One material: its order, its entry, and what its use says; raises `Quarantine`."""
    entry: dict[str, Any] = {"title": _both(row.needed("material_name")), "mode": "manual"}
    channel = row.code("source_type", "exchange_source_type")
    if channel:
        entry["source_channel"] = channel
    details = {
        name: row.code(name, table)
        for name, table in (("is_need", "exchange_need"), ("material_type", "exchange_material_type"))
    }
    details.update({name: row.text(name) for name in row.columns if name not in _MATERIAL_READ})
    entry["details"] = {name: value for name, value in details.items() if value}
    copies = row.number("page_num", 0, 99)
    order = row.number("order_num", 0, 999_999_999)
    return float("inf") if order is None else order, entry, {"copies": copies} if copies else {}


def _details(row: Row) -> dict[str, Any]:
    details: dict[str, Any] = {name: row.text(name) for name in _CARRIED if row.text(name)}
    details["use_level"] = row.code("use_level", "exchange_use_level")
    details["project_type"] = row.code("project_type", "exchange_project_type")
    details["server_type"] = row.text("server_type") or None
    details["is_fee"] = row.code("is_fee", "flag")
    details["is_online"] = row.code("is_online", "flag")
    details["limit_scene_num"] = row.number("limit_scene_num", 0, 99)
    details["task_state"] = row.text("task_state") or None
    origin = {name: row.text(name) for name in row.columns if name not in _READ and row.text(name)}
    details["origin"] = origin or None
    return {name: value for name, value in details.items() if value is not None}


def _applicants(row: Row) -> list[str]:
    found: list[str] = []
    table = "exchange_server_type"
    for code in re.split(r"[,，、^\s]+", row.text("server_type")):
        kind = row.table(table).get(code)
        if kind is None and code:
            row.unmapped("server_type", code, table)
        elif kind is not None and kind not in found:
            found.append(str(kind))
    if not found:
        raise Quarantine(
            Words("server_type says for nobody that we know", "server_type 没有可识别的服务对象"), "server_type"
        )
    return found


def _limit(row: Row, prefix: str) -> dict[str, Any] | None:
    """A limit needs its unit: a number of days of an unknown kind is left out, with a finding."""
    days = row.number(f"{prefix}_day", 0, 3660)
    if days is None:
        return None
    unit = row.code(f"{prefix}_type", "exchange_limit_unit")
    if unit is None and not row.text(f"{prefix}_type"):
        row.unmapped(f"{prefix}_type", "", "exchange_limit_unit")
    return {"value": days, "unit": unit} if unit else None


def _clauses(text: str) -> list[dict[str, str]]:
    return [_both(part.strip()) for part in _CLAUSE.split(text) if part.strip()]


def _both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _wrong(text: str, longest: int) -> Words | None:
    """Why the shared catalog document could not hold this text."""
    if len(text) > longest:
        return Words(f"is longer than {longest} characters", f"超过 {longest} 个字符")
    try:
        text.encode()
    except UnicodeEncodeError:
        return Words("holds half of a surrogate pair", "含有不完整的代理对字符")
    sign = _NO_CHARACTER.search(text)
    if sign is None:
        return None
    point = f"U+{ord(sign.group()):04X}"
    return Words(f"holds {point}, a character that no document may hold", f"含有文档不允许的字符 {point}")


def _no_date(name: str, text: str) -> str:
    raise Quarantine(Words(f"{name} '{text[:40]}' is not a date", f"{name} '{text[:40]}' 不是日期"), name)
