"""Randomness in blocks: each byte is handed out once, also across a fork."""

from __future__ import annotations

import hmac
import os
import secrets
from concurrent.futures import ThreadPoolExecutor

from gateway.crypto.digests import Pepper
from gateway.crypto.randomness import BLOCK, BlockRandom


class Counter:
    """A source whose bytes can be told apart."""

    def __init__(self) -> None:
        self.drawn: list[int] = []
        self.next = 0

    def __call__(self, count: int) -> bytes:
        self.drawn.append(count)
        self.next += count
        return b"".join(number.to_bytes(4, "big") for number in range((self.next - count) // 4, self.next // 4))


def test_pieces_never_overlap_and_the_source_is_asked_once_a_block() -> None:
    source = Counter()
    draw = BlockRandom(source)
    with ThreadPoolExecutor(8) as pool:
        pieces = list(pool.map(lambda _: draw(16), range(2_000)))
    assert {len(piece) for piece in pieces} == {16}
    assert len(set(pieces)) == 2_000
    assert source.drawn == [BLOCK] * 8


def test_a_large_draw_is_drawn_whole() -> None:
    source = Counter()
    draw = BlockRandom(source)
    assert len(draw(3 * BLOCK)) == 3 * BLOCK
    assert len(draw(0)) == 0
    assert source.drawn == [3 * BLOCK]


def test_another_process_draws_anew() -> None:
    draw = BlockRandom(secrets.token_bytes)
    draw(1)
    draw._owner = os.getpid() + 1  # as a forked child finds it
    parent, left = draw._block, draw._used
    assert draw(16) != parent[left : left + 16]
    assert draw._owner == os.getpid()


def test_a_copied_keyed_state_gives_the_plain_hmac() -> None:
    key = secrets.token_bytes(32)
    pepper = Pepper(key)
    for number in ("110101190001010009", "甲", ""):
        assert pepper.person("citizen_id", number) == hmac.digest(key, f"citizen_id|{number}".encode(), "sha256")
