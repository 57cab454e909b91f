"""A case from the first question to the stored, signed result."""

from gateway.verification.rendering import document_of
from gateway.verification.verify import Services, verify_case

__all__ = ["Services", "document_of", "verify_case"]
