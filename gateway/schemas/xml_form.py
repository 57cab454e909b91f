"""Writes a document's shape as XML Schema 1.0.

An object is an `xs:all`: its members may stand in any order, once each, as in JSON. A list is a wrapper with its items,
a map a wrapper whose items carry the attribute `key`.
"""

from __future__ import annotations

from gateway.schemas.json_form import LONGEST_LIST
from gateway.schemas.kinds import KINDS, LIMIT
from gateway.schemas.shapes import Document, ListOf, MapOf, Member, Record, Scalar, Shape
from gateway.xmltree import escape_attribute, escape_text


def xml_schema(document: Document) -> str:
    """The XML Schema of one document; its target namespace is the document's."""
    writer = _Writer()
    body = writer.record(document.shape, 2)
    top = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"',
        f'           xmlns="{document.namespace}" targetNamespace="{document.namespace}" version="{document.version}">',
        f'  <xs:element name="{document.name}">',
        *_notes(document.zh, document.en, 2),
        *body,
        "  </xs:element>",
    ]
    types = [line for name in sorted(writer.types) for line in writer.types[name]]
    return "\n".join([*top, *types, "</xs:schema>", ""])


def _pad(level: int, line: str) -> str:
    return "  " * level + line


def _notes(zh: str, en: str, level: int) -> list[str]:
    notes = [
        f'<xs:documentation xml:lang="{language}">{escape_text(text)}</xs:documentation>'
        for language, text in (("zh", zh), ("en", en))
        if text
    ]
    return [_pad(level, f"<xs:annotation>{''.join(notes)}</xs:annotation>")] if notes else []


class _Writer:
    def __init__(self) -> None:
        self.types: dict[str, list[str]] = {}
        self._lists: dict[tuple[str, ...], str] = {}
        self._uniques = 0

    def record(self, record: Record, level: int, key: Scalar | None = None) -> list[str]:
        """The complex type of an object; `key` where it is the item of a map."""
        name = f' name="{record.name}"' if record.name and level == 1 else ""
        lines = [_pad(level, f"<xs:complexType{name}>"), _pad(level + 1, "<xs:all>")]
        for member in record.members:
            lines += self._member(member, level + 2)
        lines.append(_pad(level + 1, "</xs:all>"))
        if key:
            lines.append(_pad(level + 1, self._key(key)))
        return [*lines, _pad(level, "</xs:complexType>")]

    def _key(self, key: Scalar) -> str:
        return f'<xs:attribute name="key" type="{self._named(key, "key")}" use="required"/>'

    def _member(self, member: Member, level: int) -> list[str]:
        bounds = "" if member.required else ' minOccurs="0"'
        bounds += ' nillable="true"' if member.nullable else ""
        return self._element(member.name, member.shape, bounds, level, _notes(member.zh, member.en, level + 1))

    def _element(self, name: str, shape: Shape, bounds: str, level: int, notes: list[str]) -> list[str]:
        opening = f'<xs:element name="{name}"'
        named = self._reference(shape, name)
        if named:
            opening += f' type="{named}"{bounds}'
            if not notes:
                return [_pad(level, opening + "/>")]
            return [_pad(level, opening + ">"), *notes, _pad(level, "</xs:element>")]
        body = self._inline(shape, level + 1)
        return [_pad(level, f"{opening}{bounds}>"), *notes, *body, _pad(level, "</xs:element>")]

    def _reference(self, shape: Shape, name: str) -> str:
        if isinstance(shape, Scalar):
            return self._named(shape, name)
        if isinstance(shape, Record) and shape.name:
            if shape.name not in self.types:
                self.types[shape.name] = []  # a type may stand inside itself
                self.types[shape.name] = self.record(shape, 1)
            return shape.name
        return ""

    def _inline(self, shape: Shape, level: int) -> list[str]:
        if isinstance(shape, Record):
            return self.record(shape, level)
        if isinstance(shape, ListOf):
            many = f' minOccurs="0" maxOccurs="{LONGEST_LIST}"'
            return self._wrapper(self._element(shape.item, shape.shape, many, level + 2, []), level)
        if isinstance(shape, MapOf):
            return self._wrapper(self._entry(shape, level + 2), level) + self._unique(shape, level)
        raise TypeError(f"no inline form of {shape}")

    def _wrapper(self, item: list[str], level: int) -> list[str]:
        return [
            _pad(level, "<xs:complexType>"), _pad(level + 1, "<xs:sequence>"), *item,
            _pad(level + 1, "</xs:sequence>"), _pad(level, "</xs:complexType>"),
        ]  # fmt: skip

    def _entry(self, shape: MapOf, level: int) -> list[str]:
        if isinstance(shape.shape, Record):
            body = self.record(shape.shape, level + 1, shape.key)
        elif isinstance(shape.shape, Scalar):
            base = self._named(shape.shape, shape.item)
            body = [
                _pad(level + 1, "<xs:complexType><xs:simpleContent>"),
                _pad(level + 2, f'<xs:extension base="{base}">{self._key(shape.key)}</xs:extension>'),
                _pad(level + 1, "</xs:simpleContent></xs:complexType>"),
            ]
        else:
            raise TypeError("a map holds objects or plain values")
        opening = f'<xs:element name="{shape.item}" minOccurs="0" maxOccurs="unbounded">'
        return [_pad(level, opening), *body, _pad(level, "</xs:element>")]

    def _unique(self, shape: MapOf, level: int) -> list[str]:
        self._uniques += 1
        inner = '<xs:selector xpath="*"/><xs:field xpath="@key"/>'
        return [_pad(level, f'<xs:unique name="{shape.item}.{self._uniques}">{inner}</xs:unique>')]

    def _named(self, scalar: Scalar, name: str) -> str:
        """The name of a simple type, which is written at its first use."""
        if scalar.values:
            known = self._lists.get(scalar.values)
            if known is None:
                wanted = scalar.kind if scalar.kind == "attribute" else f"list.{name}"
                known = wanted if wanted not in self.types else f"{wanted}.{len(self._lists)}"
                self._lists[scalar.values] = known
                facets = [f'<xs:enumeration value="{escape_attribute(value)}"/>' for value in scalar.values]
                self.types[known] = _simple(known, "xs:string", facets)
            return known
        kind = KINDS[scalar.kind]
        facets = [f'<xs:pattern value="{escape_attribute(kind.pattern)}"/>'] if kind.pattern else []
        if kind.json in ("number", "integer"):
            facets += [f'<xs:minInclusive value="{-LIMIT}"/>', f'<xs:maxInclusive value="{LIMIT}"/>']
        if kind.shortest:
            facets.append(f'<xs:minLength value="{kind.shortest}"/>')
        if kind.longest:
            facets.append(f'<xs:maxLength value="{kind.longest}"/>')
        self.types.setdefault(f"kind.{kind.name}", _simple(f"kind.{kind.name}", kind.base, facets))
        return f"kind.{kind.name}"


def _simple(name: str, base: str, facets: list[str]) -> list[str]:
    return [
        _pad(1, f'<xs:simpleType name="{name}">'),
        _pad(2, f'<xs:restriction base="{base}">'),
        *(_pad(3, facet) for facet in facets),
        _pad(2, "</xs:restriction>"),
        _pad(1, "</xs:simpleType>"),
    ]
