"""The administrator's workbench: tests that stand inside mappings, run without a network."""

from gateway.workbench.dialect_testing import run_dialect_tests
from gateway.workbench.report import TestReport, TestResult
from gateway.workbench.testing import interface_settings, run_tests

__all__ = ["TestReport", "TestResult", "interface_settings", "run_dialect_tests", "run_tests"]
