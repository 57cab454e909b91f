"""Why a log or a proof does not hold is told in Chinese as well as in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from log_house import ORIGIN, House, draft, fill

from gateway.errors import GatewayError, Words
from gateway.messagelog.entry import Kind
from gateway.messagelog.findings import Findings
from gateway.messagelog.offline import check_proof
from gateway.messagelog.opening import trusted
from gateway.messagelog.tree import EMPTY_ROOT, verify_consistency, verify_inclusion

GATEWAY = Path(__file__).parents[2] / "gateway"
CODES = ("proof.invalid", "log.integrity", "log.unwritable")
SHORTENED = ("checkpoint", "offline", "proof", "tree")
CHINESE = re.compile("[\u4e00-\u9fff]")
PROSE = re.compile(r"[A-Za-z']{2,} [A-Za-z']{2,}")


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
            yield node


@pytest.mark.parametrize("name", SHORTENED)
def test_every_reason_why_a_proof_is_invalid_has_both_languages(name: str) -> None:
    found = list(calls(GATEWAY / "messagelog" / f"{name}.py", "_invalid"))
    assert len(found) >= 5
    for call in found:
        assert len(call.args) == 2, call.lineno
        english, chinese = (ast.unparse(argument) for argument in call.args)
        assert CHINESE.search(chinese), call.lineno
        assert not CHINESE.search(english), call.lineno


def test_no_reason_of_these_codes_is_in_one_language() -> None:
    seen = 0
    for path in sorted(GATEWAY.rglob("*.py")):
        for call in calls(path, "GatewayError"):
            if not call.args or not isinstance(call.args[0], ast.Constant) or call.args[0].value not in CODES:
                continue
            seen += 1
            reason = next(word.value for word in call.keywords if word.arg == "reason")
            assert not isinstance(reason, ast.Constant | ast.JoinedStr), f"{path}:{call.lineno}"
            if isinstance(reason, ast.Call) and ast.unparse(reason.func) == "Words":
                chinese = reason.args[1]
                passed_on = isinstance(chinese, ast.Name) and path.stem in SHORTENED
                assert passed_on or CHINESE.search(ast.unparse(chinese)), f"{path}:{call.lineno}"
    assert seen > 15


def told(error: GatewayError) -> str:
    """The Chinese text, after checking that nothing in it is English prose."""
    text = re.sub("'[^']*'", "", error.kind.message("zh", error.values))
    assert CHINESE.search(text)
    assert not PROSE.search(text), text
    return text


def test_a_proof_that_was_cut_or_changed_says_so_in_chinese(house: House) -> None:
    log = house.open_log()
    fill(log)
    log.close()
    text = house.archive.prove("x000001")
    texts = {told(_refused(text[:place], log.verifier_key)) for place in range(0, len(text), 7)}
    texts |= {
        told(_refused(f"{text[:place]}A\x01{text[place + 2 :]}", log.verifier_key)) for place in range(0, len(text), 7)
    }
    texts |= {told(_refused(text, key)) for key in ("", "x", "a+b+c", "log.example+00000000+AQAA")}
    assert len(texts) >= 8
    with pytest.raises(GatewayError) as caught:
        log.append(draft(Kind.DENIED, "d")).result(20)
    assert told(caught.value) == "日志无法写入，因此不发送任何内容：日志已关闭"


def _refused(text: str, key: str) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        check_proof(text, key)
    assert caught.value.code == "proof.invalid"
    return caught.value


def test_trees_and_checkpoints_say_why_in_chinese(house: House) -> None:
    one, other = b"1" * 32, b"2" * 32
    with pytest.raises(GatewayError) as caught:
        verify_inclusion(one, 5, 3, [], other)
    assert told(caught.value) == "证明不成立：序号 5 超出含 3 个条目的树"
    with pytest.raises(GatewayError) as caught:
        verify_consistency(2, 2, [], one, other)
    assert told(caught.value) == "证明不成立：大小相同而树根不同"
    with pytest.raises(GatewayError) as caught:
        verify_consistency(0, 2, [], one, EMPTY_ROOT)
    assert told(caught.value)
    with pytest.raises(GatewayError) as caught:
        trusted("nothing", house.keys.ring, ORIGIN)
    assert told(caught.value) == "日志校验未通过：检查点在签名之前缺少空行，或末行没有换行"


def test_a_finding_tells_its_reason_in_the_language_of_the_finding() -> None:
    findings = Findings()
    findings.add("checkpoint_changed", number=3, reason=Words("the reason", "原因"))
    (found,) = findings.told
    assert (found.en, found.zh) == ("checkpoint 3 was changed: the reason", "检查点 3 被改动：原因")


def test_an_error_is_told_within_another_in_both_languages() -> None:
    inner = GatewayError("log.body_erased")
    outer = GatewayError("log.unwritable", reason=inner.words)
    assert inner.message in outer.message
    assert inner.kind.zh in outer.text("zh")
