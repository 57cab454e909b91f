"""What a comparator may read beside the two values: the catalog's options, the item's parameters, the surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from gateway.assessment.answers import SourceView
from gateway.assessment.comparator import Options
from gateway.assessment.tables import NameTables
from gateway.model.case import Claims
from gateway.model.catalog import Comparison, Operation

# Option of the comparator → (attribute of the claims, attribute of the reply): exactly one of the two is named.
_CONTEXT: dict[str, dict[str, tuple[str, str]]] = {
    "zh_name": {"declared_former_names": ("former_names", ""), "registered_former_names": ("", "former_names")},
    "org_name": {"declared_former_names": ("former_names", ""), "registered_former_names": ("", "former_names")},
    "latin_name": {
        "declared_aliases": ("aliases", ""), "registered_aliases": ("", "aliases"),
        "western_names": ("western_names", ""),
    },
    "citizen_id": {"declared_numbers": ("other_numbers", ""), "registered_numbers": ("", "other_numbers")},
    "doc_no": {"declared_numbers": ("other_numbers", ""), "registered_numbers": ("", "other_numbers")},
    "frp_id": {"declared_numbers": ("other_numbers", ""), "registered_numbers": ("", "other_numbers")},
    "presence": {"coverage": ("", "coverage")},
}  # fmt: skip
_CONTEXTUAL = frozenset({*_CONTEXT, "empty_list", "address"})


class Surroundings(NamedTuple):
    """What comparisons of one material have in common; `plain` are the options of a comparison that is given none."""

    claims: Claims
    day: date
    tables: NameTables
    parameters: Mapping[str, Any]
    operations: Mapping[str, Operation]
    plain: Options


def options_of(comparison: Comparison, view: SourceView, around: Surroundings) -> Options:
    """The catalog's options, the item's parameters for this comparator, and what stands around the two values."""
    if not around.parameters and not comparison.options and comparison.by not in _CONTEXTUAL:
        return around.plain
    own = around.parameters.get(comparison.by)
    options = {
        **around.parameters, **(own if isinstance(own, Mapping) else {}), **comparison.options, **around.plain,
    }  # fmt: skip
    for option, (stated, given) in _CONTEXT.get(comparison.by, {}).items():
        options[option] = around.claims.get(stated) if stated else view.value(given)
    if comparison.by == "presence":
        options["held_documents"] = held_documents(around.claims)
    elif comparison.by == "empty_list":
        options["subject_numbers"] = [
            value for key in ("id_number", "uscc", "subject_code") if isinstance(value := around.claims.get(key), str)
        ]
    elif comparison.by == "address":
        codes = (around.claims.get("address_code"), view.value("address_code"))
        options["address_codes"] = codes if all(isinstance(code, str) and code for code in codes) else ()
    return options


def held_documents(claims: Claims) -> tuple[str, ...]:
    """The types of all documents that the applicant is known to hold (`doc_type`, `doc_types`, `documents`)."""
    held: list[str] = []
    for key in ("doc_type", "doc_types"):
        value = claims.get(key)
        held.extend([value] if isinstance(value, str) else value if isinstance(value, list | tuple) else [])
    documents = claims.get("documents")
    listed = documents if isinstance(documents, list | tuple) else ()
    held.extend(document.get("doc_type", "") for document in listed if isinstance(document, Mapping))
    return tuple(dict.fromkeys(item for item in held if isinstance(item, str) and item))
