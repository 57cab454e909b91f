"""The shared documents: one source of truth, two schema languages, checks with words for people.

`schemas/vocabulary.yaml` and `schemas/documents.yaml` say what there is; `schemas/v1` is generated from them.
"""

from gateway.schemas.checking import check, check_attribute, check_xml, require, require_xml
from gateway.schemas.codec import from_xml, to_xml
from gateway.schemas.definitions import document, documents
from gateway.schemas.evidence import evidence_document
from gateway.schemas.problems import Problem
from gateway.schemas.shapes import Document, ListOf, MapOf, Member, Record, Scalar, Shape
from gateway.schemas.vocabulary import Attribute, CodeList, Vocabulary, vocabulary

__all__ = [
    "Attribute",
    "CodeList",
    "Document",
    "ListOf",
    "MapOf",
    "Member",
    "Problem",
    "Record",
    "Scalar",
    "Shape",
    "Vocabulary",
    "check",
    "check_attribute",
    "check_xml",
    "document",
    "documents",
    "evidence_document",
    "from_xml",
    "require",
    "require_xml",
    "to_xml",
    "vocabulary",
]
