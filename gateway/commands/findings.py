"""Findings of static checks on a terminal: place, code, message and advice, the severe ones first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from gateway.commands.terminal import Terminal, cell, safe
from gateway.errors import CODES, Diagnostic
from gateway.model.outcomes import ExitStatus


def show_findings(terminal: Terminal, findings: Sequence[Diagnostic]) -> None:
    """Print findings on standard output, two lines each: place with code, then what is wrong and what to do."""
    for finding in sorted(findings, key=lambda one: (one.severity != "error", one.mark)):
        kind, language = CODES[finding.code], terminal.language
        sign, style = ("✗", "red") if finding.severity == "error" else ("⚠", "yellow")
        head = Text(f"{sign} ", style=style)
        head.append(safe(finding.mark), style="bold").append(f"  {finding.code}", style=f"{style} not bold")
        terminal.out.print(head, soft_wrap=True)
        terminal.show(cell(f"    {kind.message(language, finding.values)}"))
        hint = kind.hint(language, finding.values)
        if hint:
            terminal.show(cell(f"    → {hint}", "cyan"))


def status_of_findings(findings: Sequence[Diagnostic], strict: bool = False) -> ExitStatus:
    """2 with an error, or in strict checks with any finding; 0 else."""
    bad = any(strict or finding.severity == "error" for finding in findings)
    return ExitStatus.USAGE if bad else ExitStatus.FINE


def findings_document(findings: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Findings as JSON."""
    return [finding.document() for finding in findings]
