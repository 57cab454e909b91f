"""How a Chinese address is read: divisions, road, house number, and what stands behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.assessment.script import simplified
from gateway.assessment.text import canonical

# Every quantifier is bounded: an address comes from outside, and reading it must stay linear.
_DIVISIONS = re.compile(
    r"(?:中华人民共和国|中国)?"
    r"(?:(?P<province>[^\d省市区县号]{2,8}?(?:省|自治区|特别行政区)))?"
    r"(?:(?P<city>[^\d省市县区号路街]{1,10}?(?:自治州|地区|市|盟)))?"
    r"(?:(?P<county>[^\d省市县区号路街]{1,10}?(?:自治县|县|区|旗)|[^\d省市县区号路街]{1,6}?市(?=.)))?"
    r"(?:(?P<town>[^\d省市县区号巷]{1,8}?(?:街道|镇|乡|苏木)(?!路|街|村)))?"
    r"(?:(?P<community>[^\d省市县号路街巷]{1,12}?(?:社区|居委会|居民委员会|村委会|村民委员会|行政村|村|屯)(?!路|街|巷)))?"
)
_ROAD = re.compile(
    r"(?P<road>[^\d号]{1,14}?(?:大道|大街|胡同|路|街|巷|弄|里|道|坊)(?:[东南西北中]?[一二三四五六七八九十]{0,2}[路街巷弄])?)"
)
_NUMBER = re.compile(r"(?:(?P<lane>\d{1,5})[弄巷里])?(?P<number>\d{1,5}(?:[-之]\d{1,4})?)(?:号(?!楼)|$)")
_DETAIL = re.compile(r"\d{1,5}|[A-Za-z]")
_NUMERAL = re.compile("[零〇一二三四五六七八九十百]{1,7}(?=号|栋|幢|座|单元|层|楼|室|弄)")
_NOISE = re.compile(r"[\s,，、。.;；:：()（）#]+")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_SUFFIX = {
    "province": re.compile("(?:省|特别行政区|(?:壮族|回族|维吾尔)?自治区)$"),
    "city": re.compile("(?:市|地区|盟|自治州)$"),
    "county": re.compile("(?:区|县|旗|市)$"),
    "town": re.compile("(?:街道|镇|乡|苏木)$"),
    "community": re.compile("(?:社区|居委会|居民委员会|村委会|村民委员会|行政村|村|屯)$"),
}
DIVISION_LEVELS = ("province", "city", "county", "town", "community")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address without their suffixes; empty where a part is not written.

    `detail` are the numbers and letters behind the house number (building, unit, floor, room), in order.
    """

    province: str = ""
    city: str = ""
    county: str = ""
    town: str = ""
    community: str = ""
    road: str = ""
    number: str = ""
    detail: tuple[str, ...] = ()

    @property
    def located(self) -> bool:
        """Whether more than divisions was understood."""
        return bool(self.community or self.road)

    def division(self, level: str) -> str:
        """One of `DIVISION_LEVELS`."""
        part: str = getattr(self, level)
        return part


def plain_address(text: str) -> str:
    """The address in simplified characters without blanks and punctuation, its counting words in digits."""
    bare = _NOISE.sub("", simplified(canonical(text).text))
    return _NUMERAL.sub(lambda found: str(_numeral(found.group())), bare)


def read_address(plain: str) -> Address:
    """Read what `plain_address` gave; what is not understood stays empty."""
    divisions = _DIVISIONS.match(plain)
    parts = dict.fromkeys(DIVISION_LEVELS, "")
    rest = plain
    if divisions:
        for level in DIVISION_LEVELS:
            parts[level] = _SUFFIX[level].sub("", divisions[level] or "")
        rest = plain[divisions.end() :]
    road = _ROAD.match(rest)
    if road:
        rest = rest[road.end() :]
    number = _NUMBER.search(rest[:40])
    house = "/".join(part for part in (number["lane"], number["number"]) if part).replace("之", "-") if number else ""
    tail = rest[number.end() :] if number else rest
    detail = tuple(sign.upper().lstrip("0") or "0" for sign in _DETAIL.findall(tail[:80]))
    return Address(**parts, road=road["road"] if road else "", number=house, detail=detail)


def _numeral(word: str) -> int:
    if not set(word) & {"十", "百"}:
        return int("".join(str(_DIGITS[sign]) for sign in word))
    total, digit = 0, 0
    for sign in word:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
    return total + digit
