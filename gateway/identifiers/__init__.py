"""Numbers of persons, organisations and documents: shapes, check digits, what they carry, and masking."""

from gateway.identifiers.citizen import (
    birth_date_of,
    check_citizen_id,
    citizen_check_digit,
    is_citizen_id,
    sex_code_of,
    upgrade_citizen_id,
)
from gateway.identifiers.documents import check_document_number, document_kinds, is_permanent_resident_id
from gateway.identifiers.masking import MASKS, MaskKind, has_mask, mask
from gateway.identifiers.organization import (
    check_uscc,
    is_organization_code,
    is_uscc,
    organization_check_character,
    organization_code_of,
)

__all__ = [
    "MASKS",
    "MaskKind",
    "birth_date_of",
    "check_citizen_id",
    "check_document_number",
    "check_uscc",
    "citizen_check_digit",
    "document_kinds",
    "has_mask",
    "is_citizen_id",
    "is_organization_code",
    "is_permanent_resident_id",
    "is_uscc",
    "mask",
    "organization_check_character",
    "organization_code_of",
    "sex_code_of",
    "upgrade_citizen_id",
]
