"""Events are hints: heard at once when all is well, and no harm to anybody when it is not."""

import asyncio
import logging
import time

import pytest

from sciflask_reflex.jobs import events

NEWS = {"owner": "o", "analysis": "a", "status": "running", "stage": "Ranking", "fraction": 0.5}


def publish() -> None:
    events.publish("o", "a", status="running", stage="Ranking", fraction=0.5)


async def collect(count: int, then) -> list[events.Event]:
    """Collect so many events; call ``then(n)`` after the n-th."""
    heard = []
    async with asyncio.timeout(20):
        stream = events.listen()
        async for event in stream:
            heard.append(event)
            if len(heard) == count:
                await stream.aclose()
                return heard
            await asyncio.to_thread(then, len(heard))
    return heard


@pytest.mark.usefixtures("valkey")
def test_an_event_is_heard_after_the_resync():
    heard = asyncio.run(collect(3, lambda n: publish()))
    assert heard == [{"resync": True}, NEWS, NEWS]


def test_after_a_lost_connection_comes_a_resync(valkey, caplog):
    caplog.set_level(logging.ERROR)

    def act(n: int) -> None:
        if n == 2:
            valkey.stop()
            time.sleep(0.3)
            valkey.start()
        if n in (1, 3):
            events._quiet_until = 0.0
            publish()

    heard = asyncio.run(collect(4, act))
    assert heard == [{"resync": True}, NEWS, {"resync": True}, NEWS]


@pytest.mark.usefixtures("sqlite")
def test_nobody_waits_for_a_broker_that_is_away():
    started = time.monotonic()
    for _ in range(20):
        publish()
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("data", [b"", b"no json", b"[]", b'{"owner": "o"}', b'{"analysis": 3}', b"\xff", b"[" * 100_000])
def test_strays_on_the_channel_are_no_events(data):
    assert events.decode(data) is None
