"""What leaves with a request, against what the catalog's operation takes."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.lint.places import Sheet, references
from gateway.mapping.compiled import RegistryMapping
from gateway.model.catalog import Operation
from gateway.yamlsource import Trail


def check_facts(
    sheet: Sheet, mapping: RegistryMapping, operations: Mapping[str, Operation], attributes: frozenset[str]
) -> None:
    """Find facts that may not leave, facts that are never known, and required facts that are never sent."""
    for name in mapping.public:
        operation = operations.get(name)
        if operation is None:
            continue
        sent: set[str] = set()
        for step in _chain(mapping, name):
            for trail in (("operations", step, "request"), ("shared", "request")):
                sent |= _check_sent(sheet, trail, operation, attributes)
            _check_compared(sheet, step, operation, attributes)
        for fact, required in operation.takes.items():
            if required and fact not in sent:
                place: Trail = ("operations", name, "request")
                sheet.find("mapping.required_fact_unused", place, at_key=True, operation=name, name=fact)
    _check_login(sheet, mapping, attributes)


def _chain(mapping: RegistryMapping, name: str) -> list[str]:
    chain = [name]
    while chain[-1] in mapping.operations and mapping.operations[chain[-1]].after not in ("", *chain):
        chain.append(mapping.operations[chain[-1]].after)
    return [step for step in chain if step in mapping.operations]


def _check_sent(sheet: Sheet, trail: Trail, operation: Operation, attributes: frozenset[str]) -> set[str]:
    sent = set()
    for fact, place in references(sheet.at(trail), trail):
        name = fact.partition(".")[0]
        if name not in attributes:
            continue
        sent.add(name)
        if name not in operation.takes:
            sheet.find("mapping.fact_not_granted", place, name=name, operation=operation.code)
    return sent


def _check_compared(sheet: Sheet, step: str, operation: Operation, attributes: frozenset[str]) -> None:
    """A fact that the operation does not take is never known: what is compared with it never holds."""
    for trail in (("operations", step, "reply"), ("shared", "reply")):
        for fact, place in references(sheet.at(trail), trail):
            name = fact.partition(".")[0]
            if name in attributes and name not in operation.takes:
                sheet.find("mapping.fact_not_taken", place, name=name, operation=operation.code)


def _check_login(sheet: Sheet, mapping: RegistryMapping, attributes: frozenset[str]) -> None:
    """A login is asked for nobody: nothing of a person may leave with it."""
    logins = {operation.access.login for operation in mapping.operations.values()} - {""}
    for name in logins & set(mapping.operations):
        trail: Trail = ("operations", name, "request")
        for fact, place in references(sheet.at(trail), trail):
            if fact.partition(".")[0] in attributes:
                sheet.find("mapping.fact_not_granted", place, name=fact, operation=name)
