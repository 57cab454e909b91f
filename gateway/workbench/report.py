"""What came of the tests of one mapping: each passed, failed or skipped, and what they cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.errors import Diagnostic

Verdict = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test. `findings` say what differs, at the place of the expectation; `reason` why it was skipped."""

    __test__ = False

    operation: str
    name: str
    verdict: Verdict
    findings: tuple[Diagnostic, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TestReport:
    """All tests of one mapping. `findings` are about the whole file (an interface file that can't be used)."""

    __test__ = False

    mapping: str
    results: tuple[TestResult, ...]
    findings: tuple[Diagnostic, ...] = ()
    coverage: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """`operations`, `outcomes`, `fields`, `codes` → how many are tested, of how many."""

    @property
    def passed(self) -> bool:
        """Whether nothing failed; skipped tests do not count."""
        return not self.failures

    @property
    def failures(self) -> tuple[Diagnostic, ...]:
        """Everything that differs, in the order of the file."""
        return (*self.findings, *(finding for result in self.results for finding in result.findings))

    def count(self, verdict: Verdict) -> int:
        """How many tests ended so."""
        return sum(result.verdict == verdict for result in self.results)

    def document(self) -> dict[str, object]:
        """The report as JSON."""
        return {
            "mapping": self.mapping,
            "passed": self.count("passed"),
            "failed": self.count("failed"),
            "skipped": self.count("skipped"),
            "tests": [
                {
                    "operation": result.operation,
                    "name": result.name,
                    "verdict": result.verdict,
                    **({"reason": result.reason} if result.reason else {}),
                    "findings": [finding.document() for finding in result.findings],
                }
                for result in self.results
            ],
            "findings": [finding.document() for finding in self.findings],
            "coverage": {name: {"tested": part, "of": whole} for name, (part, whole) in self.coverage.items()},
        }
