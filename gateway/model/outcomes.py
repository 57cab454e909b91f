"""The closed lists: outcomes, grades, flags, modes, reply words, judgements, conditions of a field."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Outcome(StrEnum):
    """What is said about one material (BLUEPRINT section 4)."""

    SUPPLIED = "supplied"
    VERIFIED = "verified"
    VERIFIED_WITH_VARIANT = "verified_with_variant"
    INCONSISTENT = "inconsistent"
    NOT_FOUND = "not_found"
    INSUFFICIENT = "insufficient"
    EXPIRED = "expired"
    REVOKED = "revoked"
    MANUAL_REQUIRED = "manual_required"
    NO_SOURCE = "no_source"
    UNAVAILABLE = "unavailable"
    PENDING = "pending"
    FORBIDDEN = "forbidden"


class Flag(StrEnum):
    """What an officer should know beside the outcome."""

    DECEASED = "deceased"
    MINOR = "minor"
    STALE = "stale"
    UNDISCLOSED = "undisclosed"
    MULTIPLE_CANDIDATES = "multiple_candidates"
    RULE_NOT_MET = "rule_not_met"
    DISPUTED = "disputed"


class Grade(StrEnum):
    """How well one stated value agrees with the registry's (DOMAIN 4.8)."""

    EXACT = "exact"
    EQUIVALENT = "equivalent"
    VARIANT = "variant"
    PARTIAL = "partial"
    WEAK = "weak"
    MISMATCH = "mismatch"
    NOT_COMPARABLE = "not_comparable"
    NOT_PROVIDED = "not_provided"


class Mode(StrEnum):
    """How a material can be had: by the office, by the applicant, by nobody online."""

    SUPPLY = "supply"
    VERIFY = "verify"
    ECERT = "ecert"
    DECLARE = "declare"
    MANUAL = "manual"
    NONE = "none"


class ReplyWord(StrEnum):
    """What a mapping says about one reply (MAPPING section 7)."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    SEVERAL = "several"
    UNDISCLOSED = "undisclosed"
    UNCHANGED = "unchanged"
    AUTH_EXPIRED = "auth_expired"
    AUTH_REJECTED = "auth_rejected"
    BAD_REQUEST = "bad_request"
    NOT_AUTHORISED = "not_authorised"
    RATE_LIMITED = "rate_limited"
    REGISTRY_FAULT = "registry_fault"
    CLOSED_HOURS = "closed_hours"
    RECORD_ERROR = "record_error"
    UNEXPECTED = "unexpected"
    UNREADABLE = "unreadable"


class Judgement(StrEnum):
    """What a registry itself says about a value that we sent."""

    MATCH = "match"
    WEAK = "weak"
    MISMATCH = "mismatch"
    NOT_COMPARABLE = "not_comparable"


class FieldState(StrEnum):
    """What became of one field of a reply."""

    VALUE = "value"
    ABSENT = "absent"
    UNDISCLOSED = "undisclosed"
    DISPUTED = "disputed"
    NOT_COMPARABLE = "not_comparable"
    UNEXPECTED = "unexpected"


class ExitStatus(IntEnum):
    """Exit statuses of the command line (BLUEPRINT section 7)."""

    FINE = 0
    NEGATIVE = 1
    USAGE = 2
    UNDETERMINED = 3
    INTEGRITY = 4


NEGATIVE_OUTCOMES = frozenset(
    {Outcome.INCONSISTENT, Outcome.NOT_FOUND, Outcome.EXPIRED, Outcome.REVOKED, Outcome.FORBIDDEN}
)
UNDETERMINED_OUTCOMES = frozenset({Outcome.INSUFFICIENT, Outcome.UNAVAILABLE, Outcome.PENDING})
