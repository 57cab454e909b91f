"""Reading the `request` of an operation from YAML, with the parts that the file shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.mapping.facts import CONTEXT, KnownFacts, check_name
from gateway.mapping.functions import Scope
from gateway.mapping.parts import Part, suggestion
from gateway.mapping.reading_sources import read_steps
from gateway.mapping.request import BRACES, RequestTemplate, all_references
from gateway.mapping.templates import Constant, Fact, Items, JsonText, Members, Nil, Node, XmlText

REST_KEYS = ("call", "path", "query", "http_headers", "json", "form", "xml", "service_id")
SOAP_KEYS = ("call", "query", "http_headers", "soap_action", "soap_header", "body", "service_id")
_BODIES = ("json", "form", "xml", "body")
_CALL = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*)")
_REFERENCE = re.compile(r"\$[A-Za-z_][\w.]*")
_SECRET_NAMES = re.compile(r"pass(word|wd)?|secret|token|api_?key|ident_?key", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What is known while a request is read."""

    adapter: str
    wsdl: bool
    namespaces: Mapping[str, str]
    scope: Scope
    facts: KnownFacts
    soap_version: str
    encoding: str
    registry: str
    used_prefixes: set[str]


def read_request(part: Part, shared: Part | None, context: RequestContext) -> RequestTemplate | None:
    """Compile a request; None where it can't be used."""
    allowed = (
        SOAP_KEYS
        if context.adapter == "soap"
        else REST_KEYS
        if context.adapter == "rest"
        else (*REST_KEYS, *(key for key in SOAP_KEYS if key not in REST_KEYS))
    )
    own, common = _members(part, allowed, context), _members(shared, allowed, context) if shared is not None else {}
    trees: dict[str, Node] = {}
    for key in ("query", "http_headers", "json", "form", "xml", "body", "soap_header", "path"):
        xml = key in ("xml", "body", "soap_header")
        if xml:
            _check_elements(own.get(key), common.get(key))
        node = _merge(own.get(key), common.get(key), context, xml=xml)
        if node is not None:
            trees[key] = node
    texts = {key: _one(key, own, common) for key in ("call", "soap_action", "service_id")}
    bodies = [key for key in _BODIES if key in trees]
    if len(bodies) > 1:
        part.find(
            "mapping.bad_value",
            key="request",
            reason=f"one body only; this has {', '.join(bodies)}",
            reason_zh=f"只能有一种正文，此处有 {'、'.join(bodies)}",
        )
        return None
    call = _call(part, own.get("call") or common.get("call"), context)
    if call is None:
        return None
    path = dict(trees["path"].entries) if isinstance(trees.get("path"), Members) else {}  # type: ignore[union-attr]
    _check_path_values(own.get("path") or own.get("call") or part, call, path)
    kind = {"body": "soap"}.get(bodies[0], bodies[0]) if bodies else ""
    body = trees[bodies[0]] if bodies else None
    if kind == "soap" and not isinstance(body, Members):
        own.get("body", part).expect("map")
        return None
    header = trees.get("soap_header")
    return RequestTemplate(
        call=call,
        path=path,
        query=_as_members(trees.get("query")),
        headers=_as_members(trees.get("http_headers")),
        body_kind=kind,
        body=body,
        soap_action=texts["soap_action"],
        soap_header=header if isinstance(header, Members) else None,
        service_id=texts["service_id"],
        namespaces=context.namespaces,
        soap_version=context.soap_version,
        encoding=context.encoding,
        reads=all_references([*path.values(), trees.get("query"), trees.get("http_headers"), body, header]),
    )


def _check_elements(*parts: Part | None) -> None:
    """At the top of a tree stand elements: an attribute or a text has nothing there to belong to."""
    for part in parts:
        for key in part.value if part is not None and part.kind == "map" else ():
            if key.startswith("@") or key == "text()":
                part.child(key).find(  # type: ignore[union-attr]
                    "mapping.bad_value",
                    at_key=True,
                    key=key,
                    reason="it needs an element around it",
                    reason_zh="须写在某个元素之内",
                )


def _as_members(node: Node | None) -> Members:
    return node if isinstance(node, Members) else Members(())


def _one(key: str, own: Mapping[str, Part], common: Mapping[str, Part]) -> str:
    if key in own and key in common:
        own[key].find("mapping.shared_key_repeated", at_key=True, key=f"request.{key}")
    part = own.get(key) or common.get(key)
    return part.written() if part is not None else ""


def _members(part: Part, allowed: tuple[str, ...], context: RequestContext) -> Mapping[str, Part]:
    for key in part.value if part.kind == "map" else ():
        other = "rest" if key in REST_KEYS else "soap"
        if key not in allowed and key in (*REST_KEYS, *SOAP_KEYS):
            part.child(key).find(
                "mapping.key_of_other_adapter", at_key=True, key=key, other=other, adapter=context.adapter
            )
    known = (*allowed, *(key for key in (*REST_KEYS, *SOAP_KEYS) if key not in allowed))
    return {key: member for key, member in part.keys("a request", known).items() if key in allowed}


def _call(part: Part, place: Part | None, context: RequestContext) -> str | None:
    if place is None:
        if context.adapter == "rest" or context.wsdl:
            if part.kind == "map":
                part.find(
                    "mapping.missing_key",
                    key="call",
                    of="a request",
                    advice="for example GET /persons/{number}",
                    advice_zh="例如 GET /persons/{number}",
                )
            return None
        return ""
    text = place.text()
    if context.adapter == "soap":
        return text
    if not _CALL.fullmatch(text):
        place.find("mapping.bad_call", call=text)
        return None
    return text


def _check_path_values(part: Part, call: str, path: Mapping[str, Node]) -> None:
    named, given = set(BRACES.findall(call)), set(path)
    if named != given:
        part.find(
            "mapping.path_values",
            named=", ".join(sorted(named)) or "nothing",
            given=", ".join(sorted(given)) or "nothing",
        )


def _merge(own: Part | None, common: Part | None, context: RequestContext, *, xml: bool) -> Node | None:
    """Both trees as one, shared parts first; the same leaf in both is an error."""
    if own is None or common is None:
        part = own or common
        return read_node(part, context, xml=xml) if part is not None else None
    if (
        own.kind != "map"
        or common.kind != "map"
        or any(str(key).startswith("$") for key in (*own.value, *common.value))
    ):
        own.find("mapping.shared_key_repeated", at_key=True, key=own.name)
        return read_node(own, context, xml=xml)
    entries: list[tuple[str, Node]] = []
    for key in dict.fromkeys((*common.value, *own.value)):
        node = _merge(own.get(key), common.get(key), context, xml=xml)
        if node is not None:
            entries.append((key, node))
    return Members(tuple(entries))


def read_node(part: Part, context: RequestContext, *, xml: bool = False) -> Node:
    """Compile one value of a message."""
    if part.kind == "list":
        return Items(tuple(read_node(item, context, xml=xml) for item in part.items()))
    if part.kind == "map":
        special = [key for key in part.value if str(key).startswith("$")]
        if special:
            return _special(part, context)
        for key, _ in part.entries() if xml else ():
            _note_prefix(part.child(key), key, context)
        return Members(tuple((key, read_node(member, context, xml=xml)) for key, member in part.entries()))
    if part.kind != "text":
        return Constant(part.value)
    text = part.value
    if text.startswith("$$"):
        return Constant(text[1:])
    if text.startswith("$"):
        return Fact(check_name(part, text[1:], context.facts) or text[1:])
    _check_constant(part, text, context)
    return Constant(text)


def _check_constant(part: Part, text: str, context: RequestContext) -> None:
    inside = _REFERENCE.search(text)
    if inside and context.facts.knows(inside[0][1:]):
        part.find("mapping.reference_inside_text", shift=inside.start(), text=text)
    elif text in context.facts.attributes or text in CONTEXT:
        part.find("mapping.constant_looks_like_fact", text=text)
    elif _SECRET_NAMES.search(part.name) and len(text) >= 6:
        part.find("mapping.secret_in_clear", registry=context.registry, key=part.name.lower())


def _note_prefix(part: Part, key: str, context: RequestContext) -> None:
    prefix, colon, _ = key.lstrip("@").partition(":")
    if not colon:
        return
    if prefix in context.namespaces:
        context.used_prefixes.add(prefix)
    else:
        part.find("mapping.unknown_prefix", at_key=True, prefix=prefix, **suggestion(prefix, context.namespaces))


def _special(part: Part, context: RequestContext) -> Node:
    lead = next(key for key in part.value if str(key).startswith("$"))
    if lead == "$value":
        members = part.keys("$value", ("$value", "as", "absent"))
        name = members["$value"].text().removeprefix("$")
        absent = members["absent"].written() if "absent" in members else "omit"
        if absent not in ("omit", "empty", "null"):
            members["absent"].find(
                "mapping.bad_value",
                key="absent",
                reason="one of omit, empty, null",
                reason_zh="应为 omit、empty、null 之一",
            )
            absent = "omit"
        steps = read_steps(members.get("as"), context.scope, request=True)
        return Fact(check_name(members["$value"], name, context.facts) or name, steps, absent)
    if lead == "$xml":
        members = part.keys("$xml", ("$xml", "cdata", "declaration"))
        _check_elements(members["$xml"])
        tree = read_node(members["$xml"], context, xml=True)
        if not isinstance(tree, Members):
            members["$xml"].expect("map")
            tree = Members(())
        cdata = members["cdata"].boolean() if "cdata" in members else False
        return XmlText(tree, cdata, members["declaration"].boolean() if "declaration" in members else False)
    if lead == "$json":
        members = part.keys("$json", ("$json",))
        return JsonText(read_node(members["$json"], context))
    if lead == "$nil":
        part.keys("$nil", ("$nil",))
        return Nil()
    part.keys("a value", ("$value", "$xml", "$json", "$nil"))
    return Constant(None)
