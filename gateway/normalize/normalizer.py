"""Recognising a document's dialect and reading it into the shared schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.errors import GatewayError
from gateway.mapping.dialects import Dialect
from gateway.model.case import Case
from gateway.normalize.cases import case_of
from gateway.normalize.documents import Document
from gateway.schemas import require, require_xml
from gateway.xmltree import local_name, namespace

NATIVE = "shuqiao"
"""The name of our own form, JSON or XML, as the shared schema has it."""
NATIVE_NAMESPACE = "urn:shuqiao:case:1"


@dataclass(frozen=True, slots=True)
class Normalizer:
    """Knows all dialects of this deployment."""

    dialects: Mapping[str, Dialect]

    def case(self, document: Document, dialect: str = "") -> Case:
        """The case in canonical form.

        Args:
            document: as `open_document` read it.
            dialect: the dialect's name where the sender said it; recognised otherwise.

        Raises:
            GatewayError: `document.unknown_dialect`, `document.not_recognised`, `document.ambiguous`,
                `document.unexpected_value`, `case.invalid`; `where` is a JSON pointer into the canonical case.
        """
        name = dialect or self._recognise(document)
        if name == NATIVE:
            return case_of(self._native(document))
        known = self.dialects.get(name)
        if known is None or known.yields != "case":
            names = ", ".join((NATIVE, *(each.name for each in self.dialects.values() if each.yields == "case")))
            raise GatewayError("document.unknown_dialect", dialect=name, known=names)
        root = document.again(known.encoding) if known.encoding else document.root
        if known.form != document.form:
            raise GatewayError("document.not_recognised", known=f"{known.name} ({known.form})")
        canonical = known.read(root)
        require("case", canonical)
        return case_of(canonical)

    def _native(self, document: Document) -> Any:
        if document.form == "xml":
            return require_xml("case", document.root)
        require("case", document.root)
        return document.root

    def _recognise(self, document: Document) -> str:
        found = [name for name, dialect in self.dialects.items() if _fits(dialect, document)]
        if not found and _is_native(document):
            return NATIVE
        if len(found) == 1:
            return found[0]
        if found:
            raise GatewayError("document.ambiguous", known=", ".join(found))
        names = ", ".join((NATIVE, *(name for name, each in self.dialects.items() if each.yields == "case")))
        raise GatewayError("document.not_recognised", known=names)


def _fits(dialect: Dialect, document: Document) -> bool:
    return dialect.yields == "case" and dialect.form == document.form and dialect.recognises(document.root)


def _is_native(document: Document) -> bool:
    root = document.root
    if document.form == "xml":
        return namespace(root) == NATIVE_NAMESPACE and local_name(root) == "case"
    return isinstance(root, dict) and bool(root.keys() & {"number", "item", "applicant", "materials"})
