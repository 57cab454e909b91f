"""The citizen id number (公民身份号码, GB 11643): check digit, birth date, sex, and the old form of 15 digits."""

from __future__ import annotations

import re
from datetime import date

from stdnum.iso7064 import mod_11_2

from gateway.errors import GatewayError
from gateway.identifiers.masking import mask

_SHAPE_18 = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SHAPE_15 = re.compile(r"[1-9][0-9]{14}")
_FOREIGN_RESIDENT = "9"
_OLD_LENGTH = 15


def citizen_check_digit(body: str) -> str:
    """The check digit over the first 17 digits (ISO 7064 MOD 11-2, GB 11643 section 4).

    Raises:
        ValueError: `body` is not 17 ASCII digits.
    """
    if not re.fullmatch(r"[0-9]{17}", body):
        raise ValueError("a citizen id number has 17 digits before its check digit")
    return str(mod_11_2.calc_check_digit(body))


def upgrade_citizen_id(number: str) -> str:
    """The 18-digit form of a 15-digit number (issued until 1999); any other text comes back unchanged."""
    if len(number) != _OLD_LENGTH or not _SHAPE_15.fullmatch(number):
        return number
    body = f"{number[:6]}19{number[6:]}"
    return body + citizen_check_digit(body)


def birth_date_of(number: str) -> date | None:
    """The birth date inside a citizen id number of 18 or 15 digits; None where there is none."""
    full = upgrade_citizen_id(number.strip().upper())
    if not _SHAPE_18.fullmatch(full):
        return None
    try:
        return date(int(full[6:10]), int(full[10:12]), int(full[12:14]))
    except ValueError:
        return None


def sex_code_of(number: str) -> str:
    """The sex inside a citizen id number as GB/T 2261.1 (`1` male, `2` female); empty where it is no such number."""
    full = upgrade_citizen_id(number.strip().upper())
    if not _SHAPE_18.fullmatch(full):
        return ""
    return "1" if int(full[16]) % 2 else "2"


def is_citizen_id(number: str) -> bool:
    """Whether this is a citizen id number with a real date and a right check digit.

    Permits of residents of Hong Kong, Macao and Taiwan (81, 82, 83) count. Division codes are historic and therefore
    not looked up. Numbers that begin with 9 are those of foreign permanent residents, not of citizens.
    """
    return _fault(number) == ""


def check_citizen_id(text: str, where: str = "") -> None:
    """Accept a citizen id number, upper or lower case X, 18 or 15 digits.

    Raises:
        GatewayError: `case.bad_check_digit` or `case.bad_number`; the number is masked in the message.
    """
    fault = _fault(text)
    if fault == "check_digit":
        raise GatewayError("case.bad_check_digit", where=where, masked=mask(text, "number"))
    if fault:
        raise GatewayError("case.bad_number", where=where, masked=mask(text, "number"), kind="公民身份号码 citizen id")


def _fault(text: str) -> str:
    number = text.strip().upper()
    if _SHAPE_15.fullmatch(number):
        return "" if birth_date_of(number) else "date"
    if not _SHAPE_18.fullmatch(number) or number[0] == _FOREIGN_RESIDENT:
        return "shape"
    if not birth_date_of(number):
        return "date"
    return "" if number[17] == citizen_check_digit(number[:17]) else "check_digit"
