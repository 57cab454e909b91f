"""Who may ask what: callers and their keys, grants, and the checks before a question leaves the house."""

from gateway.access.callers import Caller, Callers
from gateway.access.grants import Grant, Grants, grants_of
from gateway.access.policy import Policy, load_policy, read_policy
from gateway.access.require import require_case, require_operation

__all__ = [
    "Caller", "Callers", "Grant", "Grants", "Policy", "grants_of", "load_policy", "read_policy", "require_case",
    "require_operation",
]  # fmt: skip
