"""A body that hardly arrives gives its place to others."""

import asyncio
from typing import Any

import pytest

from sciflask_reflex.http import pace
from sciflask_reflex.http.pace import GRACE_SECONDS, LEAST_BYTES_PER_SECOND, Pace, paced


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time as pace sees it; set its one number."""
    now = [1_000.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


def piece(body: bytes, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_drops_are_too_slow_and_a_poor_line_is_not(clock: list[float]) -> None:
    drops, poor = Pace(), Pace()
    for _ in range(8):
        clock[0] += GRACE_SECONDS / 6
        slow = drops.is_too_slow(1)
        assert slow == (clock[0] > 1_000 + GRACE_SECONDS)
        assert not poor.is_too_slow(2 * LEAST_BYTES_PER_SECOND * int(GRACE_SECONDS / 6))


def test_a_slow_sender_is_hung_up_on(clock: list[float]) -> None:
    async def go() -> list[str]:
        async def receive() -> dict[str, Any]:
            clock[0] += 20
            return piece(b"1", more=True)

        channel = paced(receive)
        return [(await channel())["type"] for _ in range(4)]

    assert asyncio.run(go()) == ["http.request"] * 3 + ["http.disconnect"]


def test_a_silent_sender_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "IDLE_SECONDS", 0.05)

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def go() -> str:
        return (await paced(receive)())["type"]

    assert asyncio.run(go()) == "http.disconnect"


def test_who_waits_for_the_answer_may_be_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "IDLE_SECONDS", 0.05)

    async def go() -> bool:
        sent = iter([piece(b"all", more=False)])

        async def receive() -> dict[str, Any]:
            if (message := next(sent, None)) is None:
                await asyncio.Event().wait()
            return message or {}

        channel = paced(receive)
        await channel()
        waiting = asyncio.ensure_future(channel())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        waiting.cancel()
        return not done

    assert asyncio.run(go())
