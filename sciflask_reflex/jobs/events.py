"""Hints from workers to the web: "analysis N changed". Losing one costs a refresh, never a result."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any, TypeVar

import redis
import redis.asyncio
from redis.exceptions import RedisError

from sciflask_reflex.settings import settings

CHANNEL = "sciflask:events"
TIMEOUT_SECONDS = 1.0
QUIET_SECONDS = 2.0
"""After a failure nothing is sent or asked for so long: a broker that hangs must not slow down whoever has news."""
LONGEST_PAUSE_SECONDS = 5.0
PING_SECONDS = 15.0
WORKERS = "workers"
"""Stands for a status when a worker came or went: places and estimates of everybody may have changed."""
DELETED = "deleted"
"""Stands for a status when the analysis is gone."""

Event = dict[str, Any]
T = TypeVar("T")

log = logging.getLogger(__name__)
_quiet_until = 0.0


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry=None)


def briefly(act: Callable[[redis.Redis], T], otherwise: str) -> T | None:
    """Do something short with the broker, in a second at most; None when it does not answer, and for a while after that."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return None
    try:
        return act(_client(settings().broker_url))
    except (RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("%s: %s", otherwise, error)
        return None


def publish(owner_id: str, analysis_id: str, *, status: str, stage: str = "", fraction: float = 0.0) -> None:
    """Tell every web process, after the commit. Never raises and never takes longer than a second, even when the broker is down."""
    event = {"owner": owner_id, "analysis": analysis_id, "status": status, "stage": stage, "fraction": fraction}
    briefly(lambda broker: broker.publish(CHANNEL, json.dumps(event)), "an event could not be published")


def decode(data: bytes) -> Event | None:
    """Return the event in a message; None if it is not one of ours."""
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("analysis"), str) else None


async def listen() -> AsyncIterator[Event]:
    """Yield events for ever, reconnecting as long as it takes.

    After every connect comes ``{"resync": True}``: what happened before was missed, so load the truth again.
    """
    pause = 0.1
    while True:
        listener = redis.asyncio.Redis.from_url(
            settings().broker_url, socket_connect_timeout=TIMEOUT_SECONDS, health_check_interval=PING_SECONDS
        )
        try:
            async with listener.pubsub(ignore_subscribe_messages=True) as channel:
                await channel.subscribe(CHANNEL)
                yield {"resync": True}
                pause = 0.1
                while True:
                    message = await channel.get_message(timeout=PING_SECONDS)
                    if message and (event := decode(message["data"])):
                        yield event
                    elif message is None:
                        await asyncio.wait_for(channel.ping(), TIMEOUT_SECONDS)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("events cannot be heard, trying again in %.1f s: %s", pause, error)
        finally:
            await listener.aclose()
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
