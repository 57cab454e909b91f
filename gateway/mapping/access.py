"""Access kinds: how a registry knows us. Each writes headers or parameters before the message is encoded."""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.mapping.facts import KnownFacts, check_name, look_up
from gateway.mapping.parts import Part, suggestion
from gateway.mapping.values import is_nothing, text_of
from gateway.model.wire import MessageTree

_DURATION = re.compile(r"([0-9]+)(ms|s|min|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class Access:
    """How one registry is entered. `settings` hold texts, or names of facts behind a dollar sign."""

    kind: str
    settings: Mapping[str, str]
    login: str = ""
    valid_for: float = 0.0
    """Seconds that a login is good for."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts (secrets) that it needs."""
        return tuple(value[1:] for value in self.settings.values() if value.startswith("$"))

    def apply(self, message: MessageTree, facts: Mapping[str, Any]) -> MessageTree:
        """The message with what the access kind adds. Pure: time and nonces are facts."""
        values = {name: _resolve(value, facts) for name, value in self.settings.items()}
        return KINDS[self.kind].write(message, values)


def _resolve(value: str, facts: Mapping[str, Any]) -> str:
    if not value.startswith("$"):
        return value
    found = look_up(facts, value[1:])
    return "" if is_nothing(found) else text_of(found)


@dataclass(frozen=True, slots=True)
class Kind:
    """One access kind: its settings, which of them are secrets, and what it writes."""

    name: str
    settings: tuple[str, ...]
    secret: tuple[str, ...]
    write: Callable[[MessageTree, Mapping[str, str]], MessageTree]


def _none(message: MessageTree, values: Mapping[str, str]) -> MessageTree:
    return message


def _with_header(message: MessageTree, name: str, value: str) -> MessageTree:
    return dataclasses.replace(message, headers=(*message.headers, (name, value)))


def _basic(message: MessageTree, values: Mapping[str, str]) -> MessageTree:
    pair = f"{values['user']}:{values['password']}".encode()
    return _with_header(message, "Authorization", f"Basic {base64.b64encode(pair).decode('ascii')}")


def _header_key(message: MessageTree, values: Mapping[str, str]) -> MessageTree:
    return _with_header(message, values["header"], values["key"])


def _query_key(message: MessageTree, values: Mapping[str, str]) -> MessageTree:
    return dataclasses.replace(message, query=(*message.query, (values["parameter"], values["key"])))


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("none", (), (), _none),
        Kind("basic", ("user", "password"), ("user", "password"), _basic),
        Kind("header_key", ("header", "key"), ("key",), _header_key),
        Kind("query_key", ("parameter", "key"), ("key",), _query_key),
        Kind("session", (), (), _none),
    )
}

NO_ACCESS = Access("none", {})


def read_access(part: Part, known: KnownFacts, registry: str) -> Access:
    """Read the access of a file; a wrong one is found and becomes `none`."""
    if not part.expect("map"):
        return NO_ACCESS
    name = part.child("kind").text() if "kind" in part.value else ""
    kind = KINDS.get(name)
    if kind is None:
        if "kind" not in part.value:
            part.find(
                "mapping.missing_key",
                key="kind",
                of="access",
                advice="{kind: none} must be said",
                advice_zh="须写明 {kind: none}",
            )
        else:
            part.child("kind").find(
                "mapping.unknown_access", kind=name, known=", ".join(KINDS), **suggestion(name, KINDS)
            )
        return NO_ACCESS
    members = part.keys(f"access {name}", ("kind", *kind.settings, "login", "valid_for"), kind.settings)
    settings: dict[str, str] = {}
    for setting in kind.settings:
        if setting not in members:
            continue
        value = members[setting].written()
        if value.startswith("$"):
            check_name(members[setting], value[1:], known)
        elif setting in kind.secret:
            members[setting].find("mapping.secret_in_clear", registry=registry, key=setting)
        settings[setting] = value
    if set(settings) != set(kind.settings):
        return NO_ACCESS
    login = members["login"].text() if "login" in members else ""
    if name == "session" and not login:
        part.find(
            "mapping.missing_key",
            key="login",
            of="access session",
            advice="name the private operation that logs in",
            advice_zh="请写明登录操作的名称",
        )
    valid_for = read_duration(members["valid_for"]) if "valid_for" in members else 0.0
    return Access(name, settings, login, valid_for)


def read_duration(part: Part) -> float:
    """Seconds from a text with a unit: `500ms`, `8s`, `30min`, `12h`, `1d`."""
    match = _DURATION.fullmatch(part.written())
    if match is None:
        part.find("mapping.bad_unit", key=part.name, value=part.written(), example="8s")
        return 0.0
    return int(match[1]) * _SECONDS[match[2]]
