"""The page /docs: the OpenAPI description as plain HTML, without scripts and without anything from the network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape
from typing import Any, Final

_STYLE: Final = """
:root{color-scheme:light dark}
body{font:16px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.1rem;margin:2rem 0 .3rem}
code,pre{font:14px/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
pre{overflow:auto;max-height:32rem;padding:.8rem;border:1px solid #8886;border-radius:6px}
.verb{display:inline-block;min-width:3.6rem;text-align:center;border-radius:4px;background:#1457a8;color:#fff;padding:0 .4rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0;border-bottom:1px solid #8884}
p{white-space:pre-line}summary{cursor:pointer}
"""  # noqa: E501

_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the page: its one style sheet, and nothing else."""


def docs_page(described: Mapping[str, Any]) -> bytes:
    """The page, UTF-8."""
    head = described["info"]
    parts = [
        f"<h1>{_text(head['title'])} <small>{_text(head['version'])}</small></h1>",
        f"<p>{_text(head.get('description', ''))}</p>",
        '<p><a href="/openapi.json">openapi.json</a></p>',
    ]
    for path, operations in described["paths"].items():
        parts += [_operation(verb, path, operation) for verb, operation in operations.items()]
    parts.append("<h2>Schemas 数据结构</h2>")
    for name, schema in sorted(described["components"]["schemas"].items()):
        if "." not in name:
            parts.append(_schema(name, schema))
    title = _text(head["title"])
    page = (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>"
    )
    return page.encode("utf-8")


def _operation(verb: str, path: str, operation: Mapping[str, Any]) -> str:
    key = " 🔑" if operation.get("security") else ""
    lines = [
        f'<section><h2><span class="verb">{_text(verb.upper())}</span> <code>{_text(path)}</code>{key}</h2>',
        f"<p><strong>{_text(operation.get('summary', ''))}</strong></p>",
        f"<p>{_text(operation.get('description', ''))}</p>",
    ]
    rows = [(f"{each['name']} ({each['in']})", each.get("description", "")) for each in operation.get("parameters", ())]
    body = operation.get("requestBody", {}).get("content", {})
    rows += [("body", f"{kind}{_schema_name(content)}") for kind, content in body.items()]
    lines.append(_table(rows))
    given = operation["responses"].items()
    answers = [(number, f"{answer.get('description', '')} {_kinds(answer)}") for number, answer in given]
    lines.append(f"<details><summary>Answers 应答</summary>{_table(answers)}</details></section>")
    return "".join(lines)


def _kinds(answer: Mapping[str, Any]) -> str:
    return ", ".join(f"{kind}{_schema_name(content)}" for kind, content in answer.get("content", {}).items())


def _schema_name(content: Mapping[str, Any]) -> str:
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return f" → {name}" if name else ""


def _table(rows: list[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><th scope='row'><code>{_text(one)}</code></th><td>{_text(two)}</td></tr>" for one, two in rows
    )
    return f"<table>{cells}</table>" if rows else ""


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    written = _text(json.dumps(schema, ensure_ascii=False, indent=2))
    return f'<details id="{_text(name)}"><summary><code>{_text(name)}</code></summary><pre>{written}</pre></details>'


def _text(value: Any) -> str:
    return escape(str(value))
