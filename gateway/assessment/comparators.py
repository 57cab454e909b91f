"""The registry of comparators by name: what each reads, says, and means for the outcome."""

from __future__ import annotations

from gateway.assessment.comparator import Comparator, Role
from gateway.assessment.dates import compare_date, not_before_today
from gateway.assessment.han_names import zh_name
from gateway.assessment.latin_names import latin_name
from gateway.assessment.numbers import citizen_id, doc_no, frp_id, uscc
from gateway.assessment.org_names import org_name
from gateway.assessment.places import address, division
from gateway.assessment.plain import code, exact, relation_code
from gateway.assessment.predicates import active_state, at_least, empty_list
from gateway.assessment.presence import presence
from gateway.model.catalog import Bilingual

_TEXT = ("text",)
_ANY = ("text", "date", "datetime", "number", "boolean", "code", "point", "object", "list")

_ALL = (
    Comparator(
        "exact", 1, _ANY, Bilingual("完全相同，或规范化后相同", "equal as it stands or after canonicalisation"), exact,
        literal=True,
    ),
    Comparator(
        "citizen_id", 1, _TEXT, Bilingual("公民身份号码", "citizen id number"), citizen_id,
        role=Role.CITIZEN_ID, mask="number", literal=True,
    ),
    Comparator(
        "doc_no", 1, _TEXT, Bilingual("证件号码", "document number"), doc_no,
        role=Role.IDENTIFIER, mask="number", literal=True,
    ),
    Comparator(
        "frp_id", 1, _TEXT,
        Bilingual("外国人永久居留身份证号码", "number of a foreign permanent resident's card"), frp_id,
        role=Role.IDENTIFIER, mask="number", literal=True,
    ),
    Comparator(
        "uscc", 1, _TEXT, Bilingual("统一社会信用代码", "unified social credit code"), uscc,
        role=Role.IDENTIFIER, literal=True,
    ),
    Comparator(
        "org_name", 1, _TEXT, Bilingual("单位名称", "name of an organisation"), org_name,
        role=Role.NAME, literal=True,
    ),
    Comparator(
        "zh_name", 1, _TEXT, Bilingual("中文姓名", "name in Chinese characters"), zh_name,
        role=Role.NAME, mask="name", literal=True,
    ),
    Comparator(
        "latin_name", 1, ("text", "object"), Bilingual("拉丁字母姓名", "name in Latin letters"), latin_name,
        role=Role.NAME, mask="latin",
    ),
    Comparator(
        "date", 1, ("date", "datetime", "text", "number"), Bilingual("日期", "date"), compare_date,
        mask="date",
    ),
    Comparator(
        "code", 1, ("code", "text", "boolean", "number"), Bilingual("代码", "code of one list"), code,
    ),
    Comparator(
        "relation_code", 1, ("code", "text"),
        Bilingual("家庭关系（GB/T 4761）", "family relation (GB/T 4761)"), relation_code,
        literal=True,
    ),
    Comparator(
        "address", 1, _TEXT, Bilingual("地址", "address"), address,
        mask="address", literal=True,
    ),
    Comparator(
        "division", 1, ("code", "text"), Bilingual("行政区划代码", "code of an administrative division"), division,
        literal=True,
    ),
    Comparator(
        "active_state", 1, ("code", "text"), Bilingual("状态有效", "the state is in force"), active_state,
        role=Role.STATE, predicate=True, symmetric=False,
    ),
    Comparator(
        "not_before_today", 1, ("date", "datetime", "text"),
        Bilingual("在申请日仍有效", "not before the day of application"), not_before_today,
        role=Role.EXPIRY, predicate=True, symmetric=False,
    ),
    Comparator(
        "empty_list", 1, ("list",), Bilingual("没有不良记录", "nothing adverse is listed"), empty_list,
        role=Role.PREDICATE, predicate=True, symmetric=False,
    ),
    Comparator(
        "at_least", 1, ("number", "code", "text"), Bilingual("不低于下限", "not below a least value"), at_least,
        role=Role.PREDICATE, predicate=True, symmetric=False,
    ),
    Comparator(
        "presence", 1, ("list",),
        Bilingual("申请前在境内居住天数", "days in the country before the application"), presence,
        role=Role.PREDICATE, predicate=True, symmetric=False,
    ),
)  # fmt: skip

COMPARATORS: dict[str, Comparator] = {comparator.name: comparator for comparator in _ALL}
