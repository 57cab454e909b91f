"""The circumstances of a question: whose case it is, under which grant, and the facts that stand for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.access import Grant
from gateway.model.case import Case
from gateway.model.catalog import ServiceItem
from gateway.model.evidence import EvidenceRequest, Purpose


@dataclass(frozen=True, slots=True)
class CaseContext:
    """What all questions of one case share. `deadline` is a monotonic time in seconds; no attempt begins after it."""

    case: Case
    item: ServiceItem
    grant: Grant
    caller: str
    deadline: float

    def purpose(self, request: EvidenceRequest) -> Purpose:
        """Why this question is asked."""
        return Purpose(self.item.key, self.item.purpose, request.materials, self.legal_basis, self.grant.id)

    @property
    def legal_basis(self) -> str:
        """The first legal basis of the item, in Chinese: the text that registries want to see."""
        return self.item.legal_basis[0].zh if self.item.legal_basis else ""

    def facts(self, exchange: str, now: datetime) -> Mapping[str, Any]:
        """The context facts of MAPPING section 4 for one attempt."""
        operator, organization = self.case.operator, self.case.organization
        return {
            "operator.id_number": operator.id_number if operator else None,
            "operator.name": operator.name if operator else None,
            "organization.uscc": organization.uscc if organization else None,
            "organization.name": organization.name if organization else None,
            "item.code": self.item.basic_code,
            "item.name": self.item.title.zh,
            "purpose.code": self.item.purpose,
            "purpose.legal_basis": self.legal_basis,
            "case.number": self.case.number,
            "exchange.id": exchange,
            "exchange.time": now.isoformat(timespec="seconds"),
        }
