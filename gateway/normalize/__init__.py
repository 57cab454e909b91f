"""From bytes in any registered dialect to a case in canonical form."""

from gateway.normalize.cases import case_of
from gateway.normalize.documents import Document, open_document
from gateway.normalize.normalizer import NATIVE, Normalizer

__all__ = ["NATIVE", "Document", "Normalizer", "case_of", "open_document"]
