"""Facts: what a request may carry and a rule may compare with, by name, and how a `$name` is read."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.mapping.parts import Part, suggestion
from gateway.mapping.values import ABSENT

CONTEXT = (
    "operator.id_number",
    "operator.name",
    "organization.uscc",
    "organization.name",
    "item.code",
    "item.name",
    "purpose.code",
    "purpose.legal_basis",
    "case.number",
    "exchange.id",
    "exchange.time",
)


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """The names that may stand behind a dollar sign in one operation.

    `attributes` maps the vocabulary's names to their types; `steps` maps a private operation to its fields;
    `secrets` is None where the deployment's secrets are not known, so that any name is accepted.
    """

    attributes: Mapping[str, str]
    steps: Mapping[str, tuple[str, ...]]
    access: tuple[str, ...] = ()
    secrets: Container[str] | None = None
    internal: frozenset[str] = frozenset()
    any_access: bool = False
    """The access could not be read, so that nothing is known about what it gives."""

    def names(self) -> list[str]:
        """Everything that could have been meant."""
        steps = [f"{step}.{name}" for step, names in self.steps.items() for name in names]
        return [*self.attributes, *CONTEXT, *steps, *(f"access.{name}" for name in self.access)]

    def knows(self, name: str) -> bool:
        """Whether a fact of this name can exist."""
        if name in self.attributes or name in CONTEXT or name in self.internal:
            return True
        head, _, rest = name.partition(".")
        if head == "secret":
            return bool(rest)
        if head == "access":
            return self.any_access or rest in self.access
        if head in self.steps:
            return rest.partition(".")[0] in self.steps[head]
        return self.attributes.get(head) in ("point", "object") and bool(rest)


def read_reference(part: Part, known: KnownFacts) -> str | None:
    """The fact's name of a text `$name`; findings for unknown names and for texts that are no reference."""
    text = part.text()
    if not text.startswith("$") or text.startswith("$$"):
        if text:
            part.find("mapping.constant_looks_like_fact", text=text)
        return None
    return check_name(part, text[1:], known)


def check_name(part: Part, name: str, known: KnownFacts, *, at_key: bool = False) -> str | None:
    """The name itself where it is known."""
    if known.knows(name):
        if name.startswith("secret.") and known.secrets is not None and name[7:] not in known.secrets:
            variable = "SHUQIAO_SECRET_" + "".join(letter if letter.isalnum() else "_" for letter in name[7:]).upper()
            part.find("mapping.unknown_secret", name=name[7:], variable=variable)
        return name
    names = known.names()
    near = {key: value.replace("'", "$", 1).replace("'", "", 1) for key, value in suggestion(name, names).items()}
    part.find("mapping.unknown_fact", at_key=at_key, name=name, **near)
    return None


def look_up(facts: Mapping[str, Any], name: str) -> Any:
    """The value of a fact; a member of an object fact by its dots; ABSENT where there is none."""
    if name in facts:
        value = facts[name]
        return ABSENT if value is None else value
    head, _, rest = name.partition(".")
    value = facts.get(head, ABSENT)
    while rest and isinstance(value, Mapping):
        head, _, rest = rest.partition(".")
        value = value.get(head, ABSENT)
    return value if not rest and not isinstance(value, Mapping) and value is not None else ABSENT
