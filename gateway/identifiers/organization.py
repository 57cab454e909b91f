"""Numbers of organisations: unified social credit code (GB 32100) and organisation code (GB 11714)."""

from __future__ import annotations

import re

from stdnum.cn import uscc as _uscc

from gateway.errors import GatewayError
from gateway.identifiers.masking import mask

_USCC_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_CODE_SHAPE = re.compile(r"[0-9A-Z]{8}-?[0-9X]")
_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organization_check_character(body: str) -> str:
    """The check character over eight characters 0–9, A–Z (GB 11714: 11 − Σ mod 11; 10 is X, 11 is 0).

    Raises:
        ValueError: `body` is not eight such characters.
    """
    if not re.fullmatch(r"[0-9A-Z]{8}", body):
        raise ValueError("an organisation code has eight characters before its check character")
    rest = 11 - sum(int(sign, 36) * weight for sign, weight in zip(body, _CODE_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def is_organization_code(text: str) -> bool:
    """Whether this is an organisation code, with or without the dash before its check character."""
    code = text.strip().upper()
    return bool(_CODE_SHAPE.fullmatch(code)) and organization_check_character(code[:8]) == code[-1]


def organization_code_of(text: str) -> str:
    """The nine characters of the organisation code inside a credit code (characters 9–17), or the code itself.

    Empty where the text is neither.
    """
    code = text.strip().upper()
    if _USCC_SHAPE.fullmatch(code):
        return code[8:17]
    return code.replace("-", "") if _CODE_SHAPE.fullmatch(code) else ""


def is_uscc(text: str) -> bool:
    """Whether this is a unified social credit code with a right check character (GB 32100-2015)."""
    code = text.strip().upper()
    return bool(_USCC_SHAPE.fullmatch(code)) and bool(_uscc.is_valid(code))


def check_uscc(text: str, where: str = "") -> None:
    """Accept a unified social credit code.

    Raises:
        GatewayError: `case.bad_check_digit` or `case.bad_number`.
    """
    code = text.strip().upper()
    if not _USCC_SHAPE.fullmatch(code):
        kind = "统一社会信用代码 unified social credit code"
        raise GatewayError("case.bad_number", where=where, masked=mask(text, "number"), kind=kind)
    if _uscc.calc_check_digit(code[:17]) != code[17]:
        raise GatewayError("case.bad_check_digit", where=where, masked=mask(text, "number"))
