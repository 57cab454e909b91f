"""Writes a document's shape as JSON Schema, draft 2020-12."""

from __future__ import annotations

from typing import Any

from gateway.schemas.kinds import KINDS, SCALARS
from gateway.schemas.shapes import Document, ListOf, MapOf, Member, Record, Scalar, Shape

LONGEST_LIST = 10_000
"""More items than this are not a document of ours."""


def json_schema(document: Document) -> dict[str, Any]:
    """The JSON Schema of one document; every object is closed (`additionalProperties: false`)."""
    writer = _Writer()
    top = writer.record(document.shape)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": document.schema_id,
        "title": document.zh,
        "description": document.en,
        **top,
        "$defs": dict(sorted(writer.definitions.items())),
    }


class _Writer:
    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}

    def shape(self, shape: Shape) -> dict[str, Any]:
        if isinstance(shape, Scalar):
            return self._scalar(shape)
        if isinstance(shape, ListOf):
            return {"type": "array", "maxItems": LONGEST_LIST, "items": self.shape(shape.shape)}
        if isinstance(shape, MapOf):
            keys, inner = self._scalar(shape.key), self.shape(shape.shape)
            return {"type": "object", "propertyNames": keys, "additionalProperties": inner}
        if not shape.name:
            return self.record(shape)
        if shape.name not in self.definitions:
            self.definitions[shape.name] = {}  # a type may stand inside itself
            self.definitions[shape.name] = self.record(shape)
        return {"$ref": f"#/$defs/{shape.name}"}

    def record(self, record: Record) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
        if record.least:
            schema["minProperties"] = record.least
        required = [member.name for member in record.members if member.required]
        if required:
            schema["required"] = required
        schema["properties"] = {member.name: self._member(member) for member in record.members}
        return schema

    def _member(self, member: Member) -> dict[str, Any]:
        schema = self.shape(member.shape)
        if member.nullable:
            # `anyOf` would hide the real reason behind "matches none of these"
            schema = {"if": {"type": "null"}, "else": schema}
        labels = {"title": member.zh} if member.zh else {}
        return {**labels, **({"description": member.en} if member.en else {}), **schema}

    def _scalar(self, scalar: Scalar) -> dict[str, Any]:
        if scalar.kind == "attribute":
            self.definitions["attribute"] = {"type": "string", "enum": list(scalar.values)}
            return {"$ref": "#/$defs/attribute"}
        if scalar.values:
            return {"type": "string", "enum": list(scalar.values)}
        if scalar.kind == "json":
            return {}
        name = f"kind.{scalar.kind}"
        self.definitions[name] = SCALARS if scalar.kind == "scalars" else KINDS[scalar.kind].json_schema()
        return {"$ref": f"#/$defs/{name}"}
