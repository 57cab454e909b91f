"""What a source gives, against the type of the attribute that it fills, down to the members of lists and objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.errors import Words
from gateway.lint.places import Sheet
from gateway.mapping.codes import CodeTable
from gateway.mapping.sources import Source
from gateway.mapping.values import ABSENT, text_of
from gateway.schemas.shapes import ListOf, MapOf, Record, Scalar, Shape
from gateway.yamlsource import Trail

_TEXTUAL = frozenset({"text", "code", "raw", "any", "constant"})
_ACCEPTS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"date", "any", "constant"}),
    "day": frozenset({"date", "any", "constant"}),
    "datetime": frozenset({"datetime", "any", "constant"}),
    "number": frozenset({"number", "raw", "any"}),
    "integer": frozenset({"number", "raw", "any"}),
    "boolean": frozenset({"boolean", "raw", "any"}),
    "json": frozenset({*_TEXTUAL, "number", "boolean", "date", "datetime", "list", "object", "point"}),
    "scalars": frozenset({*_TEXTUAL, "number", "boolean", "date", "datetime"}),
}
_ADVICE: Mapping[str, Words] = {
    "date": Words("add as: {date: …} with the registry's pattern", "请加 as: {date: …}，写明登记库的格式"),
    "datetime": Words("add as: {datetime: …} with the registry's pattern", "请加 as: {datetime: …}，写明登记库的格式"),
    "number": Words("add as: number", "请加 as: number"),
    "boolean": Words("add as: {code: …} with a table of true and false", "请加 as: {code: …}，码表取值为 true、false"),
    "point": Words("add as: {point: …} with the coordinate system", "请加 as: {point: …}，写明坐标系"),
    "list": Words("write {each: …}", "请写作 {each: …}"),
    "object": Words("write {fields: …}", "请写作 {fields: …}"),
}
_OTHERWISE = Words("give it what its type wants", "请给出与类型相符的值")


def check_shape(
    sheet: Sheet, name: str, source: Source, shape: Shape, kind: str, trail: Trail, tables: Mapping[str, CodeTable]
) -> None:
    """Check one source.

    Args:
        sheet: where findings go.
        name: the attribute or member, for messages.
        source: what fills it.
        shape: what it is in the vocabulary; `kind` is its type in one word.
        trail: where the source stands.
        tables: the file's own code tables, whose values can be pointed at.
    """
    if source.first_of and not source.steps:
        for position, inner in enumerate(source.first_of):
            check_shape(sheet, name, inner, shape, kind, (*trail, "first_of", position), tables)
        return
    given = gives(source)
    if not _accepts(kind, given):
        advice = _ADVICE.get(kind, _OTHERWISE)
        sheet.find("mapping.type_mismatch", trail, name=name, expected=kind, found=_plain(given), advice=advice)
        return
    if isinstance(shape, ListOf):
        _check_items(sheet, name, source, shape.shape, trail, tables)
    elif isinstance(shape, Record) and source.fields is not None:
        check_members(sheet, source.fields, shape, (*trail, "fields"), tables)
    elif isinstance(shape, Scalar) and shape.values:
        _check_codes(sheet, name, source, shape.values, trail, tables)


def check_members(
    sheet: Sheet, fields: Mapping[str, Source], shape: Record, trail: Trail, tables: Mapping[str, CodeTable]
) -> None:
    """Check the members of an object against a record."""
    for name, source in fields.items():
        member = shape.member(name)
        place = (*trail, name)
        if member is None:
            names = [each.name for each in shape.members]
            sheet.unknown("mapping.unknown_attribute", place, name, names, at_key=True)
        else:
            check_shape(sheet, name, source, member.shape, kind_of(member.shape), place, tables)


def kind_of(shape: Shape) -> str:
    """The type of a shape in one word."""
    if isinstance(shape, Scalar):
        return shape.kind
    if isinstance(shape, Record):
        names = {member.name for member in shape.members}
        return "point" if names == {"lon", "lat", "crs"} else "object"
    return "list" if isinstance(shape, ListOf) else "object"


def gives(source: Source) -> str:
    """What a source gives: a type, `raw` for a JSON value as it came, `constant` for a constant text."""
    if source.each is not None:
        return "list"
    if source.fields is not None:
        return "object"
    if source.gives == "any" and not source.first_of:
        return "any"
    if source.steps:
        return source.steps[-1].gives
    if source.constant is not ABSENT:
        return "constant" if isinstance(source.constant, str) else source.gives
    path = source.path or source.document
    return "raw" if path is not None and path.format == "json" else "text"


def _accepts(kind: str, given: str) -> bool:
    if kind in ("list", "object", "point"):
        return given in (kind, "any") or (kind == "point" and given == "object")
    return given in _ACCEPTS.get(kind, _TEXTUAL)


def _plain(given: str) -> str:
    return "text" if given in ("raw", "constant") else given


def _check_items(
    sheet: Sheet, name: str, source: Source, shape: Shape, trail: Trail, tables: Mapping[str, CodeTable]
) -> None:
    if isinstance(shape, Record):
        if source.fields is None:
            advice = _ADVICE["object"]
            found = gives(Source(path=source.each, steps=source.steps))
            sheet.find("mapping.type_mismatch", trail, name=name, expected="object", found=_plain(found), advice=advice)
            return
        check_members(sheet, source.fields, shape, (*trail, "fields"), tables)
    elif isinstance(shape, Scalar) and source.fields is None:
        item = Source(path=source.each, steps=source.steps)
        check_shape(sheet, name, item, shape, shape.kind, trail, tables)
    elif not isinstance(shape, MapOf):
        advice = _OTHERWISE
        expected = kind_of(shape)
        sheet.find("mapping.type_mismatch", trail, name=name, expected=expected, found="object", advice=advice)


def _check_codes(
    sheet: Sheet, name: str, source: Source, allowed: tuple[str, ...], trail: Trail, tables: Mapping[str, CodeTable]
) -> None:
    listed = ", ".join(allowed)
    if source.constant is not ABSENT and not source.steps:
        if text_of(source.constant) not in allowed:
            sheet.find("mapping.code_not_in_list", trail, value=text_of(source.constant), name=name, list=listed)
        return
    table = source.steps[-1].codes if source.steps else None
    if table is None:
        return
    own = tables.get(table.name) is table
    for code, value in _values(table):
        if text_of(value) in allowed:
            continue
        place: Trail = trail
        if own:
            place = ("codes", table.name, "values", code) if code else ("codes", table.name, "otherwise")
        sheet.find("mapping.code_not_in_list", place, value=text_of(value), name=name, list=listed)


def _values(table: CodeTable) -> Iterable[tuple[str, object]]:
    yield from table.values.items()
    if table.otherwise == "code":
        yield "", table.fallback
