"""What no test of a mapping covers: operations, outcomes, fields, codes."""

from __future__ import annotations

from gateway.lint.places import Sheet
from gateway.mapping.compiled import RegistryMapping
from gateway.mapping.coverage import coverage
from gateway.yamlsource import Trail


def check_tested(sheet: Sheet, mapping: RegistryMapping) -> None:
    """Warn of what is not tested. What follows from an operation without any test is held back."""
    seen = coverage(mapping)
    bare = set(seen.untested_operations)
    for name in seen.untested_operations:
        sheet.find("mapping.operation_never_tested", ("operations", name), at_key=True, operation=name)
    told: set[Trail] = set()
    for operation, outcome in seen.untested_outcomes:
        place = _rule(sheet, operation, outcome)
        if operation not in bare and place not in told:  # a rule that operations share is told of once
            told.add(place)
            sheet.find("mapping.outcome_never_tested", place, at_key=True, operation=operation, outcome=outcome)
    for operation, name in seen.untested_fields:
        if operation not in bare:
            place = _field(sheet, operation, name)
            sheet.find("mapping.field_never_tested", place, at_key=True, operation=operation, name=name)
    if not bare:
        for table, code in seen.untested_codes:
            place = ("codes", table, "values", code)
            sheet.find("mapping.code_never_tested", place, at_key=True, value=code, name=table)


def _rule(sheet: Sheet, operation: str, outcome: str) -> Trail:
    for trail in (("operations", operation, "reply", "outcomes"), ("shared", "reply", "outcomes")):
        for position, rule in enumerate(sheet.at(trail) or ()):
            if isinstance(rule, dict) and outcome in rule:
                return (*trail, position, outcome)
    return ("operations", operation)


def _field(sheet: Sheet, operation: str, name: str) -> Trail:
    for trail in (("operations", operation, "reply", "fields"), ("operations", operation, "reply", "judged")):
        if name in (sheet.at(trail) or ()):
            return (*trail, name)
    return ("shared", "reply", "judged", name)
