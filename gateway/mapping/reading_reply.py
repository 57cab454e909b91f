"""Reading the `reply` of an operation from YAML, with the parts that the file shares."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from gateway.errors import Words
from gateway.mapping.conditions import Condition, read_condition
from gateway.mapping.facts import check_name
from gateway.mapping.functions import FUNCTIONS
from gateway.mapping.parts import Part
from gateway.mapping.paths import read_path
from gateway.mapping.reading_sources import Context, read_fields, read_keep, read_source
from gateway.mapping.reply import Record, ReplyRules, Rule
from gateway.mapping.sources import Source
from gateway.mapping.unwrapping import read_format, read_unwraps
from gateway.model.outcomes import ReplyWord

REPLY_KEYS = ("format", "encoding", "unwrap", "outcomes", "record", "fields", "judged", "evidence")
SHARED_REPLY_KEYS = ("format", "encoding", "unwrap", "outcomes", "judged", "evidence")
EVIDENCE = ("message_id", "request_hash", "reference", "answered_at", "attribution", "message")
RULE_WORDS = tuple(word.value for word in ReplyWord if word is not ReplyWord.UNREADABLE)
_NONE = ("not_found", "undisclosed", "unexpected")
_SEVERAL = ("candidates", "first", "unexpected")
_JUDGED = Words(
    "add as: {code: …} with a table of match, weak, mismatch, not_comparable",
    "请加 as: {code: …}，码表取值为 match、weak、mismatch、not_comparable",
)


def read_reply(part: Part, shared: Part | None, context: Context, operation: str, encoding: str) -> ReplyRules | None:
    """Compile a reply; None where its format is not known."""
    own = part.keys("a reply", REPLY_KEYS)
    common = shared.keys("shared.reply", SHARED_REPLY_KEYS) if shared is not None else {}
    for key in ("format", "encoding", "unwrap"):
        if key in own and key in common:
            own[key].find("mapping.shared_key_repeated", at_key=True, key=f"reply.{key}")
    place = own.get("format") or common.get("format")
    if place is None:
        if part.kind == "map":
            part.find("mapping.missing_key", key="format", of="a reply", advice="json or xml", advice_zh="json 或 xml")
        return None
    form = read_format(place)
    if form is None:
        return None
    unwraps, inner = read_unwraps(own.get("unwrap") or common.get("unwrap"), form, context.namespaces)
    top = Context(inner, context.namespaces, context.scope, context.facts)
    record = _read_record(own["record"], top) if "record" in own else None
    within = top.within() if record is not None else top
    written = own.get("encoding") or common.get("encoding")
    return ReplyRules(
        form=form,
        encoding=written.text(encoding) if written is not None else encoding,
        unwraps=unwraps,
        rules=_read_rules(part, own.get("outcomes"), common.get("outcomes"), top, operation),
        record=record,
        fields=_as_texts(read_fields(own["fields"], within), within, own["fields"]) if "fields" in own else {},
        judged=_merged(own.get("judged"), common.get("judged"), within, judged=True),
        evidence=_merged(own.get("evidence"), common.get("evidence"), top),
    )


def _as_texts(fields: Mapping[str, Source], context: Context, place: Part) -> Mapping[str, Source]:
    """Attributes that are texts or codes are texts too where a registry writes them as JSON numbers."""
    if context.form != "json":
        return fields
    step = FUNCTIONS["text"].build(place, None, context.scope)
    types = context.facts.attributes

    def as_text(source: Source) -> Source:
        if source.first_of and not source.steps:
            return dataclasses.replace(source, first_of=tuple(as_text(inner) for inner in source.first_of))
        plain = (source.path or source.document) and not source.steps and source.fields is None
        return dataclasses.replace(source, steps=(step,)) if plain and step is not None else source

    return {name: as_text(source) if types.get(name) in ("text", "code") else source for name, source in fields.items()}


def _merged(own: Part | None, common: Part | None, context: Context, *, judged: bool = False) -> Mapping[str, Source]:
    found: dict[str, Source] = {}
    for part in (common, own):
        for name, member in part.entries() if part is not None else ():
            if part is own and name in found:
                member.find("mapping.shared_key_repeated", at_key=True, key=f"reply.{name}")
            if not judged and name not in EVIDENCE:
                member.find_unknown("mapping.unknown_evidence", name, EVIDENCE, at_key=True)
                continue
            source = read_source(member, context)
            if source is None:
                continue
            if judged and source.gives not in ("judgement", "any", "code"):
                member.find(
                    "mapping.type_mismatch",
                    name=name,
                    expected="judgement",
                    found=source.gives,
                    advice=_JUDGED,
                )
            found[name] = source
    return found


def _read_rules(
    reply: Part, own: Part | None, common: Part | None, context: Context, operation: str
) -> tuple[Rule, ...]:
    """The operation's rules, then the shared ones, `found` after all others."""
    found: list[tuple[Rule, Part]] = []
    for part in (own, common):
        for item in part.items() if part is not None else ():
            rule = _read_rule(item, context)
            if rule is not None:
                found.append((rule, item))
    successes = [entry for entry in found if entry[0].word is ReplyWord.FOUND]
    if not successes and any(_tries_found(part) for part in (own, common)):
        pass  # the success rule itself is wrong, and was found
    elif not successes and (own is not None or common is not None):
        (own or common or reply).find("mapping.no_found_rule", operation=operation)
    elif not successes:
        reply.find(
            "mapping.missing_key",
            key="outcomes",
            of="a reply",
            advice="say what a success is",
            advice_zh="请说明何为成功",
        )
    _check_order(own, context)
    _check_reach([entry for entry in found if entry not in successes] + successes)
    return tuple(rule for rule, _ in found if rule.word is not ReplyWord.FOUND) + tuple(rule for rule, _ in successes)


def _tries_found(part: Part | None) -> bool:
    rules = part.value if part is not None and isinstance(part.value, list) else []
    return any(isinstance(rule, dict) and "found" in rule for rule in rules)


def _read_rule(item: Part, context: Context) -> Rule | None:
    if not item.expect("map"):
        return None
    names = list(item.value)
    if len(names) != 1:
        item.find(
            "mapping.bad_value",
            key="outcomes",
            reason="one rule an item: outcome word and condition",
            reason_zh="每项一条规则：结果词与条件",
        )
        return None
    word, part = names[0], item.child(names[0])
    if word not in RULE_WORDS:
        part.find_unknown("mapping.unknown_outcome", word, RULE_WORDS, at_key=True)
        return None
    condition = read_condition(part, context.form, context.namespaces, context.facts)
    if condition is None:
        return None
    if (
        word == "not_found"
        and condition.status
        and not (
            condition.path
            or condition.text
            or condition.headers
            or condition.content_type
            or condition.empty_body is not None
            or condition.fault
            or condition.status <= {"410"}
        )
    ):
        part.find("mapping.not_found_by_status_alone", status=", ".join(sorted(condition.status)))
    return Rule(ReplyWord(word), condition)


def _check_order(own: Part | None, context: Context) -> None:
    words = (
        [next(iter(item.value), "") if item.kind == "map" else "" for item in own.items()] if own is not None else []
    )
    if own is None:
        return
    last = max((place for place, word in enumerate(words) if word != "found"), default=-1)
    for place, word in enumerate(words):
        if word == "found" and place < last:
            own.child(place).find("mapping.found_not_last")


def _check_reach(rules: list[tuple[Rule, Part]]) -> None:
    seen: list[Condition] = []
    for rule, part in rules:
        if any(_covers(earlier, rule.condition) for earlier in seen):
            part.find("mapping.rule_unreachable")
        seen.append(rule.condition)


def _covers(earlier: Condition, later: Condition) -> bool:
    """Whether every reply for which `later` holds was decided by `earlier`; only plain cases are seen."""
    if earlier.status and not (later.status and later.status <= earlier.status):
        return False
    same_rest = (earlier.content_type, earlier.headers, earlier.text, earlier.empty_body, earlier.fault) == (
        later.content_type,
        later.headers,
        later.text,
        later.empty_body,
        later.fault,
    )
    plain = (
        not (earlier.content_type or earlier.headers or earlier.text or earlier.fault) and earlier.empty_body is None
    )
    if not (same_rest or plain):
        return False
    if earlier.path is None:
        return True
    if later.path is None or earlier.path.expression != later.path.expression or earlier.test != later.test:
        return False
    return earlier.fact == later.fact and set(later.expected) <= set(earlier.expected)


def _read_record(part: Part, context: Context) -> Record | None:
    members = part.keys("record", ("path", "key", "keep", "none", "several"), ("path", "none", "several"))
    if not {"path", "none", "several"} <= set(members):
        return None
    path = read_path(members["path"], context.form, context.namespaces)
    none = members["none"].text()
    if none not in _NONE:
        members["none"].find_unknown("mapping.unknown_outcome", none, _NONE)
        none = "unexpected"
    several, highest = _read_several(members["several"], context.within())
    key = ""
    if "key" in members:
        text = members["key"].text()
        key = check_name(members["key"], text.removeprefix("$"), context.facts) or "" if text else ""
    return Record(path, key, read_keep(members.get("keep"), context.within()), ReplyWord(none), several, highest)


def _read_several(part: Part, context: Context) -> tuple[str, Any]:
    if part.kind == "map":
        members = part.keys("several", ("highest",), ("highest",))
        return "highest", read_source(members["highest"], context) if "highest" in members else None
    word = part.text()
    if word not in _SEVERAL:
        part.find_unknown("mapping.unknown_outcome", word, (*_SEVERAL, "highest"))
        return "unexpected", None
    return word, None
