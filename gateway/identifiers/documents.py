"""Numbers of travel and residence documents: which shapes exist, and which document type has which."""

from __future__ import annotations

import re
from datetime import date

from stdnum.iso7064 import mod_11_2

from gateway.errors import GatewayError
from gateway.identifiers.citizen import check_citizen_id
from gateway.identifiers.masking import mask

# Document types are codes of GA/T 2000.156. Shapes without a source are kept wide: a number is refused only where
# no issued document could bear it.
_SHAPES: dict[str, re.Pattern[str]] = {
    "411": re.compile(r"[DSP]E?[0-9]{7,8}"),
    "412": re.compile(r"[DSP]E?[0-9]{7,8}"),
    "413": re.compile(r"[DSP]E?[0-9]{7,8}"),
    "414": re.compile(r"E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|G[0-9]{8}|1[45][0-9]{7}"),
    "415": re.compile(r"[A-Z][0-9]{7,8}"),
    "511": re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"),
    "516": re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    "551": re.compile(r"[0-9A-Z]{6,24}"),
}
_PERMANENT_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")
_PERMANENT_2023 = re.compile(r"9[0-9]{16}[0-9X]")
_PERMANENT_TYPE = "553"
_CITIZEN_TYPES = frozenset({"111", "112"})


def is_permanent_resident_id(text: str) -> bool:
    """Whether this is the number of a foreign permanent resident's card, version 2017 or 2023.

    2017: three letters and twelve digits. 2023: eighteen characters beginning with 9, with a real birth date and the
    check digit of ISO 7064 MOD 11-2.
    """
    return _permanent_fault(text.strip().upper()) == ""


def document_kinds(text: str) -> tuple[str, ...]:
    """All document types (GA/T 2000.156) whose numbers have this shape, in ascending order."""
    number = text.strip().upper()
    kinds = [kind for kind, shape in _SHAPES.items() if shape.fullmatch(number)]
    if is_permanent_resident_id(number):
        kinds.append(_PERMANENT_TYPE)
    return tuple(sorted(kinds))


def check_document_number(text: str, doc_type: str, where: str = "") -> None:
    """Accept a document number of one type; a type without a known shape accepts every number.

    Raises:
        GatewayError: `case.bad_check_digit` or `case.bad_number`; the number is masked in the message.
    """
    number = text.strip().upper()
    if doc_type in _CITIZEN_TYPES:
        check_citizen_id(text, where)
        return
    if doc_type == _PERMANENT_TYPE:
        fault = _permanent_fault(number)
        if fault == "check_digit":
            raise GatewayError("case.bad_check_digit", where=where, masked=mask(text, "number"))
        wrong = bool(fault)
    else:
        shape = _SHAPES.get(doc_type)
        wrong = shape is not None and not shape.fullmatch(number)
    if wrong:
        kind = f"证件号码 document number (GA/T 2000.156 {doc_type})"
        raise GatewayError("case.bad_number", where=where, masked=mask(text, "number"), kind=kind)


def _permanent_fault(number: str) -> str:
    if _PERMANENT_2017.fullmatch(number):
        return ""
    if not _PERMANENT_2023.fullmatch(number):
        return "shape"
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "date"
    return "" if str(mod_11_2.calc_check_digit(number[:17])) == number[17] else "check_digit"
