"""Documents inside documents: the text at a path is itself XML or JSON, escaped or in CDATA, even twice."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.errors import GatewayError
from gateway.jsontext import parse_json
from gateway.mapping.parts import Part
from gateway.mapping.paths import Format, Path, read_path
from gateway.xmltree import Element, parse, text_of

MAX_INNER_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unwrap:
    """One level: where the text stands, and what it is."""

    path: Path
    form: Format

    def apply(self, root: Any) -> Any:
        """The document with the inner one in its place (same format), or the inner one alone (other format).

        Nothing at the path leaves the document as it is where both formats are the same (a fault has no result), and
        gives None otherwise.

        Raises:
            GatewayError: the text is not a document of this format.
        """
        found = self.path.nodes(root)
        if not found or (len(found) == 1 and not _text(found[0])):
            return root if self.path.format == self.form else None
        if len(found) > 1:
            raise GatewayError("document.not_xml", reason=f"{len(found)} texts to unwrap where one is wanted")
        text = _text(found[0])
        if self.form == "json":
            inner = parse_json(text)
            return inner if self.path.format == "xml" else _put(root, self.path.expression, inner)
        tree = parse(_unescape(text).encode("utf-8"), encoding="utf-8", max_bytes=MAX_INNER_BYTES)
        if self.path.format == "json" or not isinstance(found[0], Element):
            return tree
        host = found[0]
        host.text = None
        for child in list(host):
            host.remove(child)
        host.append(tree)
        return root


def _text(node: Any) -> str:
    return text_of(node).strip() if not isinstance(node, dict | list) and node is not None else ""


def _unescape(text: str) -> str:
    for _ in range(2):
        if text.lstrip("\ufeff \t\r\n").startswith("<"):
            break
        text = html.unescape(text)
    return text.lstrip("\ufeff \t\r\n")


def _put(root: Any, expression: str, inner: Any) -> Any:
    names = expression.split(".")
    node = root
    for name in names[:-1]:
        node = node[name]
    copied = dict(node)
    copied[names[-1]] = inner
    if len(names) == 1:
        return copied
    return _put(root, ".".join(names[:-1]), copied)


def read_unwraps(part: Part | None, form: Format, namespaces: Mapping[str, str]) -> tuple[tuple[Unwrap, ...], Format]:
    """The levels of an `unwrap`, outermost first, and the format that paths are written in afterwards."""
    unwraps: list[Unwrap] = []
    for item in part.many() if part is not None else ():
        members = item.keys("unwrap", ("path", "format"), ("path", "format"))
        if len(members) != 2:
            continue
        inner = read_format(members["format"])
        path = read_path(members["path"], form, namespaces)
        if path is not None and form == "json" and not path.expression.replace(".", "").replace("_", "").isalnum():
            members["path"].find("mapping.bad_path", reason="only names and dots can be unwrapped", column=1)
            path = None
        if path is None or inner is None:
            continue
        unwraps.append(Unwrap(path, inner))
        form = inner
    return tuple(unwraps), form


def read_format(part: Part) -> Format | None:
    """`json` or `xml`."""
    word = part.text()
    if word == "json":
        return "json"
    if word == "xml":
        return "xml"
    if word:
        part.find(
            "mapping.bad_value",
            key="format",
            reason=f"'{word}' is neither json nor xml",
            reason_zh=f"'{word}' 既不是 json 也不是 xml",
        )
    return None
