"""The population register's package: XML inside a string, read and written, and the answer to one.

The register judges for itself, by plain equality of strings, as a yes/no register does.
Source of the shape: public code for the interface family (operations GK_GXFW_SFHC and GK_JZCX_RKJCXXCX).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.records import Person
from gateway.sandbox.wire import BadQuestion

IDENTITY_CHECK = "GK_GXFW_SFHC"
BASE_INFORMATION = "GK_JZCX_RKJCXXCX"
MAX_RECORDS = 50

SUCCESS, PARTIAL = ("10", "成功"), ("11", "部分成功")
MALFORMED, MISSING_HEAD, BAD_USER = "20", "21", "22"
NOT_ALLOWED, CLOSED, TOO_OFTEN = ("23", "无权以该业务类型查询"), ("24", "非服务时间"), ("25", "调用频率超限")
UNKNOWN_NUMBER = ("1001", "库中无此号")

_DEMANDED: Mapping[str, str] = {
    "QQRGMSFHM": "请求人公民身份号码",
    "QQRXM": "请求人姓名",
    "QQRDWDM": "请求人单位代码",
    "QQRDWMC": "请求人单位名称",
    "QQYWLXMC": "请求业务类型名称",
}


@dataclass(frozen=True, slots=True)
class Package:
    """A question as read: its header, and the pairs of number and name asked about."""

    head: Mapping[str, str]
    asked: Sequence[tuple[str, str]]


class _NoDoctype(ET.TreeBuilder):
    """A tree builder that refuses a DOCTYPE as soon as it begins, so that no entity is ever declared."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        raise BadQuestion("报文不得含有DOCTYPE")


def read_package(text: str) -> Package:
    """Read the XML of `in0`.

    Raises:
        BadQuestion: not XML, a DOCTYPE, not a PACKAGE, or too many records.
    """
    body = text.strip().lstrip("\ufeff")
    if body.startswith("<?xml"):  # the string is text already; what it says of its encoding no longer holds
        body = body.partition("?>")[2]
    try:
        root = ET.fromstring(body, ET.XMLParser(target=_NoDoctype()))  # noqa: S314  (see _NoDoctype)
    except (ET.ParseError, ValueError) as error:
        raise BadQuestion("请求报文不是合法的XML") from error
    records = root.findall("DATA/RECORD")
    if root.tag != "PACKAGE" or not records:
        raise BadQuestion("请求报文缺少PACKAGE或RECORD")
    if len(records) > MAX_RECORDS:
        raise BadQuestion(f"每次最多{MAX_RECORDS}条")
    head = {each.tag: (each.text or "").strip() for each in root.findall("PACKAGEHEAD/*")}
    return Package(head, [(_text(each, "GMSFHM"), _text(each, "XM")) for each in records])


def _text(record: ET.Element, tag: str) -> str:
    return (record.findtext(tag) or "").strip()


def missing_head(head: Mapping[str, str]) -> str:
    """What the header should name and does not, for people; empty where it is complete."""
    return "、".join(f"{label}({tag})" for tag, label in _DEMANDED.items() if not head.get(tag))


def reply(head: Mapping[str, str], sent_at: str, state: tuple[str, str], records: Sequence[Any] = ()) -> dict[str, Any]:
    """An answer as a document; `sent_at` is yyyyMMddHHmmss, `state` the code and its text.

    The answer's number is called FFQQBH although the question's is FWQQBH: that is how the interface spells it.
    """
    code, text = state
    return {
        "PACKAGEHEAD": {"FFQQBH": head.get("FWQQBH", ""), "FSSJ": sent_at, "FHDM": code, "FHMS": text},
        "DATA": list(records),
    }


def record_of(number: int, operation: str, asked: tuple[str, str], person: Person | None) -> dict[str, Any]:
    """The answer about one person; keys that begin with @ are attributes."""
    id_number, name = asked
    if person is None:
        return {"@no": str(number), "@code": UNKNOWN_NUMBER[0], "@msg": UNKNOWN_NUMBER[1]}
    if person.fault is not None:
        return {"@no": str(number), "@code": person.fault.code, "@msg": person.fault.message}
    agrees = "" if person.hidden or not name else "1" if name == person.name else "0"
    shown = person.name[0] + "*" * (len(person.name) - 1) if person.hidden else person.name
    record = {
        "@no": str(number), "@code": "", "@msg": "",
        "GMSFHM": id_number, "GMSFHM_PPDDM": "1",
        "XM": name if operation == IDENTITY_CHECK else shown, "XM_PPDDM": agrees,
        "SWBS": "1" if person.deceased else "0",
    }  # fmt: skip
    if operation == BASE_INFORMATION:
        record |= {
            "XBDM": person.sex, "MZDM": person.ethnic_code, "CSRQ": person.birth_date,
            "CSD_GJHDQDM": person.birth_country, "CSD_SSXQDM": person.birth_division,
        }  # fmt: skip
    return record


def write_package(document: Mapping[str, Any]) -> str:
    """The answer as XML text, with its declaration."""
    root = ET.Element("PACKAGE")
    head = ET.SubElement(root, "PACKAGEHEAD")
    for tag, text in document["PACKAGEHEAD"].items():
        ET.SubElement(head, tag).text = text
    data = ET.SubElement(root, "DATA")
    for record in document["DATA"] or ():
        attributes = {key[1:]: value for key, value in record.items() if key.startswith("@")}
        row = ET.SubElement(data, "RECORD", attributes)
        for tag, text in record.items():
            if not tag.startswith("@"):
                ET.SubElement(row, tag).text = text
    return '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(root, encoding="unicode")
