"""The only door to lxml: reading hostile XML, XPath, XML Schema, and writing.

Nothing that a document says can make this package open a file or a connection: no DOCTYPE is accepted (so there are no
entities beyond the five of XML itself), and depth and size are limited. Other modules name elements by the alias
`Element` and never see lxml.
"""

from gateway.xmltree.elements import (
    Element,
    Item,
    children,
    content,
    escape_attribute,
    escape_text,
    fit,
    is_nil,
    line_of,
    local_name,
    make,
    namespace,
    path_of,
    set_nil,
    text_of,
    to_bytes,
)
from gateway.xmltree.paths import PathError, XPath
from gateway.xmltree.read import MAX_BYTES, MAX_DEPTH, decode, decode_both, parse, parse_text
from gateway.xmltree.schema import Schema, Violation

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Element",
    "Item",
    "PathError",
    "Schema",
    "Violation",
    "XPath",
    "children",
    "content",
    "decode",
    "decode_both",
    "escape_attribute",
    "escape_text",
    "fit",
    "is_nil",
    "line_of",
    "local_name",
    "make",
    "namespace",
    "parse",
    "parse_text",
    "path_of",
    "set_nil",
    "text_of",
    "to_bytes",
]
