"""Texts for people: labels of outcomes, grades, flags and modes, and the reason behind every grade, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from gateway.model.catalog import Bilingual
from gateway.model.outcomes import Flag, Grade, Mode, Outcome

Language = Literal["en", "zh"]

OUTCOMES: dict[Outcome, Bilingual] = {
    Outcome.SUPPLIED: Bilingual("可免交", "supplied"),
    Outcome.VERIFIED: Bilingual("核验一致", "verified"),
    Outcome.VERIFIED_WITH_VARIANT: Bilingual("核验一致（姓名写法不同）", "verified, the name is spelled differently"),
    Outcome.INCONSISTENT: Bilingual("不一致", "inconsistent"),
    Outcome.NOT_FOUND: Bilingual("库中无此记录", "not found"),
    Outcome.INSUFFICIENT: Bilingual("信息不足，需人工判断", "insufficient, an officer looks"),
    Outcome.EXPIRED: Bilingual("已过有效期", "expired"),
    Outcome.REVOKED: Bilingual("已注销、吊销或作废", "revoked"),
    Outcome.MANUAL_REQUIRED: Bilingual("需人工审核", "an officer must look"),
    Outcome.NO_SOURCE: Bilingual("境内无数据来源", "no source in the country"),
    Outcome.UNAVAILABLE: Bilingual("暂时无法核验", "could not be asked"),
    Outcome.PENDING: Bilingual("核验中", "pending"),
    Outcome.FORBIDDEN: Bilingual("未获授权", "not allowed"),
}

GRADES: dict[Grade, Bilingual] = {
    Grade.EXACT: Bilingual("完全一致", "exact"),
    Grade.EQUIVALENT: Bilingual("等同", "equivalent"),
    Grade.VARIANT: Bilingual("异写", "variant"),
    Grade.PARTIAL: Bilingual("部分一致", "partial"),
    Grade.WEAK: Bilingual("弱相符", "weak"),
    Grade.MISMATCH: Bilingual("不一致", "mismatch"),
    Grade.NOT_COMPARABLE: Bilingual("无法比对", "not comparable"),
    Grade.NOT_PROVIDED: Bilingual("未提供", "not provided"),
}

FLAGS: dict[Flag, Bilingual] = {
    Flag.DECEASED: Bilingual("登记为已故", "registered as deceased"),
    Flag.MINOR: Bilingual("未成年人", "minor"),
    Flag.STALE: Bilingual("数据可能已过时", "may be out of date"),
    Flag.UNDISCLOSED: Bilingual("登记库不予提供", "the registry does not disclose it"),
    Flag.MULTIPLE_CANDIDATES: Bilingual("有多个候选对象", "several candidates"),
    Flag.RULE_NOT_MET: Bilingual("未满足条件", "a condition is not met"),
    Flag.DISPUTED: Bilingual("数据存在异议", "disputed"),
}

MODES: dict[Mode, Bilingual] = {
    Mode.SUPPLY: Bilingual("免提交", "supplied by the office"),
    Mode.VERIFY: Bilingual("提交并核验", "handed in and verified"),
    Mode.ECERT: Bilingual("调取电子证照", "fetched as an e-certificate"),
    Mode.DECLARE: Bilingual("申请人声明", "declared by the applicant"),
    Mode.MANUAL: Bilingual("人工审核", "looked at by an officer"),
    Mode.NONE: Bilingual("境内无数据来源", "no source in the country"),
}

STEPS: dict[str, Bilingual] = {
    "width": Bilingual("全角与半角", "full and half width"),
    "interpunct": Bilingual("间隔号", "middle dot"),
    "invisible": Bilingual("不可见字符", "invisible characters"),
    "blanks": Bilingual("空格", "blanks"),
    "brackets": Bilingual("括号与标点", "brackets and punctuation"),
    "case": Bilingual("大小写", "upper and lower case"),
    "diacritics": Bilingual("附加符号", "accents"),
    "separators": Bilingual("分隔符", "separators"),
    "private_use": Bilingual("自造字", "private-use characters"),
    "date_format": Bilingual("日期格式", "date format"),
    "type": Bilingual("数据类型", "type of value"),
}
"""Names of the canonicalisation steps, as values of the reason `written_differently`."""

LEVELS: dict[str, Bilingual] = {
    "province": Bilingual("省", "province"),
    "city": Bilingual("市", "city"),
    "county": Bilingual("区县", "county"),
    "town": Bilingual("街道乡镇", "town"),
    "community": Bilingual("社区村", "community"),
    "road": Bilingual("道路", "road"),
    "number": Bilingual("门牌号", "house number"),
}
"""Parts of an address, as values of the reason `address_differs`."""

REASONS: dict[str, Bilingual] = {
    # what every comparator may say
    "same": Bilingual("相同", "the same"),
    "written_differently": Bilingual("仅书写不同：{steps}", "only written differently: {steps}"),
    "differs": Bilingual("不同", "different"),
    "not_stated": Bilingual("申请人未填写", "the applicant stated nothing"),
    "absent": Bilingual("登记库没有该项", "the registry has no value"),
    "undisclosed": Bilingual("登记库不予提供该项", "the registry does not disclose it"),
    "disputed": Bilingual("登记库标明该项有异议", "the registry marks it as disputed"),
    "unexpected_value": Bilingual("登记库返回了无法解释的值（{note}）", "the registry sent a value that nothing explains ({note})"),
    "not_comparable": Bilingual("登记库的值无法比对（{note}）", "the registry's value can't be compared ({note})"),
    "value_type": Bilingual("值的类型无法比对", "values of this type can't be compared"),
    "too_long": Bilingual("值过长，未作比对", "too long to be compared"),
    "masked": Bilingual("含遮盖或无法显示的字符，不作判断", "characters are masked or unreadable; nothing is said"),
    "unmapped_text": Bilingual("码表中没有该文本", "no code table explains this text"),
    "unknown_code": Bilingual("代码表示未知", "the code means that it is not known"),
    "parent_code": Bilingual("一方为上级代码", "one side has the more general code"),
    # numbers
    "masked_agrees": Bilingual("号码部分遮盖，可见部分一致", "partly masked; the visible part agrees"),
    "masked_differs": Bilingual("号码部分遮盖，可见部分不一致", "partly masked; the visible part differs"),
    "upgraded_15_to_18": Bilingual("15 位号码升级后与 18 位号码一致", "the number of 15 digits became this one of 18"),
    "other_number": Bilingual("与登记的另一号码一致", "agrees with another number of the same record"),
    "organization_code_only": Bilingual("仅组织机构代码部分一致", "only the organisation code inside agrees"),
    "card_versions_differ": Bilingual("新旧版永久居留身份证号码不同，无法比对", "cards of 2017 and 2023 bear different numbers"),
    # names
    "trad_simp": Bilingual("繁简字形不同（{rule}）", "traditional and simplified script ({rule})"),
    "trad_simp_ambiguous": Bilingual("繁简字形不同，且简体字对应多个繁体字（{rule}）",
                                     "traditional and simplified script; the simplified character has several origins ({rule})"),
    "variant_character": Bilingual("登记中通用的异写（{rule}）", "a spelling that registers use for the same person ({rule})"),
    "private_use_character": Bilingual("旧系统自造字对应同一汉字", "a private-use character of an old system stands for it"),
    "interpunct_missing": Bilingual("仅缺少间隔号", "only the middle dot is missing"),
    "former_name": Bilingual("与曾用名一致", "agrees with a former name"),
    "as_written": Bilingual("登记库按所填字形判定一致", "the registry agrees with the name as written"),
    "other_form": Bilingual("登记库对另一写法判定一致", "the registry agrees with another spelling"),
    "other_order": Bilingual("用字相同，顺序不同", "the same characters in another order"),
    "one_character": Bilingual("相差一个字符", "one character differs"),
    "names_differ": Bilingual("名称不同", "the names differ"),
    "other_script": Bilingual("文字不同，无法比对", "in another script; can't be compared"),
    "mrz_truncated": Bilingual("机读区截断，其余一致", "cut off in the machine-readable zone; the rest agrees"),
    "u_umlaut": Bilingual("ü 的拼写不同", "another spelling of ü"),
    "dialect_surname": Bilingual("姓氏“{surname}”的方言拼写", "a dialect spelling of the surname {surname}"),
    "dialect_surname_only": Bilingual("仅姓氏为同一姓的不同拼写", "only the surnames are spellings of one surname"),
    "order_unknown": Bilingual("姓名顺序不同", "another order of surname and given names"),
    "split_differs": Bilingual("字母相同，分段不同", "the same letters, split differently"),
    "declared_alias": Bilingual("与别名一致", "agrees with an alias"),
    "western_name_declared": Bilingual("仅多出已申报的西文名", "only a declared Western name is extra"),
    "extra_tokens": Bilingual("一方多出若干词", "one side has further words"),
    "initials": Bilingual("一方仅为首字母", "one side has only initials"),
    "similar_spelling": Bilingual("拼写相近（{score}），不足以认定", "similar spelling ({score}), which proves nothing"),
    "legal_form_wording": Bilingual("仅组织形式表述不同", "only the wording of the legal form differs"),
    "branch": Bilingual("名称为另一方的开头，可能是分支机构", "one name begins the other; it may be a branch"),
    # dates, relations
    "partial_date": Bilingual("日期不完整（{known}），已知部分一致", "the date is only known as {known}"),
    "date_unreadable": Bilingual("日期无法识别", "the date can't be read"),
    "relation_text": Bilingual("关系名称与代码一致", "the word for the relation has this code"),
    "neutral_relation": Bilingual("一方为更宽泛的关系", "one side names the more general relation"),
    # places
    "address_code": Bilingual("标准地址编码一致", "the same code in the standard library"),
    "address_spelling": Bilingual("各级地址一致，写法不同", "all parts agree, written differently"),
    "address_to_number": Bilingual("一致至门牌号", "agrees down to the house number"),
    "address_division_not_stated": Bilingual("道路和门牌号一致，未写明区划", "road and number agree; the division is not stated"),
    "address_prefix": Bilingual("一方为另一方的部分地址", "one side is a part of the other"),
    "address_to_community": Bilingual("仅一致至社区或道路", "agrees only down to the community or road"),
    "address_differs": Bilingual("{level}不同", "the {level} differs"),
    "address_not_read": Bilingual("地址无法解析比对", "the address can't be read well enough"),
    "division_prefix": Bilingual("6 位与 12 位区划代码一致", "the same division, coded with other length"),
    "division_successor": Bilingual("区划代码已变更，前后对应", "one code replaced the other"),
    "same_county": Bilingual("同一区县", "the same county"),
    "same_city": Bilingual("同一城市", "the same city"),
    # predicates
    "state_active": Bilingual("状态有效", "in force"),
    "state_expired": Bilingual("状态为“{state}”，已过期", "the state is '{state}': expired"),
    "state_not_usable": Bilingual("状态为“{state}”，不可使用", "the state is '{state}': not usable"),
    "state_unmapped": Bilingual("状态“{state}”没有码表解释", "no table explains the state '{state}'"),
    "still_valid": Bilingual("有效期至 {date}，申请日 {day} 仍有效", "valid until {date}; the application is of {day}"),
    "validity_over": Bilingual("有效期至 {date}，申请日 {day} 已过期", "valid until {date}; the application is of {day}"),
    "no_end": Bilingual("长期有效", "without an end"),
    "none_listed": Bilingual("没有不良记录", "nothing is listed"),
    "entries_listed": Bilingual("有 {count} 条记录", "{count} entries are listed"),
    "hits_by_name": Bilingual("有 {count} 条记录仅姓名或遮盖号码相符，可能是他人",
                              "{count} entries agree only by name or by a masked number and may be somebody else's"),
    "at_least": Bilingual("{value} 不低于 {min}", "{value} is not below {min}"),
    "below": Bilingual("{value} 低于 {min}", "{value} is below {min}"),
    "presence_met": Bilingual("最长连续 {run} 天（要求 {run_days}），{alt_window} 天内最多 {alt} 天（要求 {alt_total}），近 {window} 天共 {days} 天",
                              "longest stay {run} days (asked: {run_days}), at most {alt} days in {alt_window} (asked: {alt_total}), "
                              "{days} days in the last {window}"),
    "presence_short": Bilingual("居住天数不足：最长连续 {run} 天（要求 {run_days}），{alt_window} 天内最多 {alt} 天（要求 {alt_total}），近 {window} 天共 {days} 天",
                                "too few days: longest stay {run} (asked: {run_days}), at most {alt} in {alt_window} (asked: {alt_total}), "
                                "{days} in the last {window}"),
    "presence_no_threshold": Bilingual("近 {window} 天共 {days} 天，未设要求", "{days} days in the last {window}; none are asked for"),
    "presence_gap": Bilingual("登记库不含所持证件 {documents} 的出入境记录，无法计算", "movements with documents {documents} are not in the record"),
    "presence_unpaired": Bilingual("出入境记录不成对（{date}），无法计算", "entries and exits don't pair ({date})"),
    "presence_unknown": Bilingual("没有出入境记录，无法判断在境内还是境外", "no movement is recorded, which says neither inside nor outside"),
    # the registry's own judgement, and why nothing was compared
    "judged_match": Bilingual("登记库判定一致", "the registry says that it agrees"),
    "judged_weak": Bilingual("登记库判定弱相符", "the registry says that it agrees weakly"),
    "judged_mismatch": Bilingual("登记库判定不一致", "the registry says that it does not agree"),
    "judged_not_comparable": Bilingual("登记库未作判定", "the registry does not judge it"),
    "form_unasked": Bilingual("首个写法不一致，其他写法未能询问", "the first spelling does not agree, and another could not be asked"),
    "source_unavailable": Bilingual("来源未能应答", "the source could not be asked"),
    "source_forbidden": Bilingual("未获准查询该来源", "the source may not be asked"),
    "subject_not_found": Bilingual("库中无此对象", "the registry knows no such subject"),
    "several_candidates": Bilingual("有多个候选对象，未作比对", "several candidates; none was compared"),
    "record_error": Bilingual("登记库标明该条记录有误", "the registry marks the record as faulty"),
    "not_asked": Bilingual("没有向任何来源询问该项", "no source was asked about it"),
    # notes beside an outcome
    "difference_not_required": Bilingual("有非必需项不一致，请经办人留意", "a field that is not required differs; the officer should look"),
    "nothing_compared": Bilingual("没有可比对的申报内容", "nothing was stated that could be compared"),
}  # fmt: skip
"""Reason codes of fields and notes; braces name values. A code is never reused for another meaning."""

_LABELS: dict[type[StrEnum], Mapping[Any, Bilingual]] = {Outcome: OUTCOMES, Grade: GRADES, Flag: FLAGS, Mode: MODES}
_EMPTY_BRACKETS = re.compile(r"\s*[(（]\s*[)）]")
_TABLES: dict[str, Mapping[str, Bilingual]] = {"steps": STEPS, "level": LEVELS}


class _Values(dict[str, str]):
    """Values of a reason; one that is missing leaves nothing behind."""

    def __missing__(self, key: str) -> str:
        return ""


def label(token: StrEnum, language: Language = "zh") -> str:
    """The label of an outcome, grade, flag or mode.

    Raises:
        KeyError: the token is none of these.
    """
    # By the kind first: tokens of two kinds may be the same word.
    return _in(_LABELS.get(type(token), {})[token], language)


def explain(reason: str, values: Mapping[str, str], language: Language = "zh") -> str:
    """The reason of a grade, or a note, as one phrase with its values; an unknown code comes back as it is."""
    text = REASONS.get(reason)
    if text is None:
        return reason
    phrase = _in(text, language)
    if "{" not in phrase:
        return phrase
    spoken = _Values({name: _spoken(name, value, language) for name, value in values.items()})
    return _EMPTY_BRACKETS.sub("", phrase.format_map(spoken))


def _spoken(name: str, value: str, language: Language) -> str:
    """A value that is itself a list of codes, in words."""
    table = _TABLES.get(name)
    if table is None:
        return value
    words = [_in(table[code], language) if code in table else code for code in value.split()]
    return ("、" if language == "zh" else ", ").join(words)


def _in(text: Bilingual, language: Language) -> str:
    return text.zh if language == "zh" else text.en
