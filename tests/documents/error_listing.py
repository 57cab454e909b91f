"""Writes `docs/errors.md` from the table of codes: `python tests/documents/error_listing.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "errors.md"

HEAD = """# Error codes 错误代码

Made from the table of codes by `python tests/documents/error_listing.py`; change the table, not this file. A code is
never reused. Braces stand for values. HTTP is the status of the problem document (RFC 9457), exit the status of a
command that ended with the code; a code marked as a warning stops no start.

由代码表生成（`python tests/documents/error_listing.py`），请修改代码表而非本文件。代码不复用。花括号表示取值；HTTP 为
problem 文档的状态码，exit 为命令以该代码结束时的退出状态；标有 warning 的代码不妨碍启动。
"""
TITLES = {
    "caller": "The caller must act 由调用方处理",
    "administrator": "The administrator must act 由管理员处理",
    "registry": "The registry's owner must act 由登记库一方处理",
    "operator": "The operator of this gateway must act 由网关运维处理",
}


def listing() -> str:
    """The whole file."""
    from gateway.errors import CODES, Who
    from gateway.faces.statuses import status_of

    parts = [HEAD]
    for who in Who:
        parts.append(f"\n## {TITLES[who.value]}\n\n| code | HTTP | exit | English | 中文 |\n|---|---|---|---|---|\n")
        for code in CODES.values():
            if code.who is who:
                status = status_of(code.code)
                english = _cell(code.en, code.hint_en, " → ")
                chinese = _cell(code.zh, code.hint_zh, " → ")
                severity = " (warning)" if code.severity == "warning" else ""
                parts.append(
                    f"| `{code.code}`{severity} | {status.http} | {int(status.exit)} | {english} | {chinese} |\n"
                )
    return "".join(parts)


def _cell(message: str, hint: str, between: str) -> str:
    text = message + (between + hint if hint else "")
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(listing(), "utf-8")
