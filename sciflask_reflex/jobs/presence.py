"""Which workers live, and which queues they serve: each says so in the broker every few seconds.

A hint, from which nothing follows but what people are told: no job depends on it, and a broker that forgets it hears it again soon.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast

import redis

from sciflask_reflex.jobs.events import WORKERS, briefly, publish
from sciflask_reflex.settings import settings

ROLL = "sciflask:workers"
BEAT_SECONDS = 5.0
FORGOTTEN_SECONDS = 20
"""A worker that was not heard of for so long counts as gone."""
FRESH_SECONDS = 2.0
"""For so long the last answer is good enough for pages, and a broker that does not answer is not asked again."""


@dataclass(frozen=True, slots=True)
class Present:
    """A worker that lives."""

    name: str
    queues: tuple[str, ...]


def beat(worker: str, queues: Sequence[str]) -> bool:
    """Say that a worker lives; False when the broker does not answer."""

    def say(broker: redis.Redis) -> bool:
        with broker.pipeline() as steps:
            steps.sadd(ROLL, worker)
            steps.set(f"{ROLL}:{worker}", json.dumps(list(queues)), ex=FORGOTTEN_SECONDS)
            steps.execute()
        return True

    return bool(briefly(say, "no sign of life could be given"))


def come(worker: str, queues: Sequence[str]) -> None:
    """Say that a worker lives from now on, and let pages look again."""
    if beat(worker, queues):
        publish("", "", status=WORKERS)


def leave(worker: str) -> None:
    """Say that a worker goes, and let pages look again."""
    if briefly(lambda broker: [broker.srem(ROLL, worker), broker.delete(f"{ROLL}:{worker}")], "nobody could be told that a worker goes"):
        publish("", "", status=WORKERS)


def ask() -> tuple[Present, ...] | None:
    """Return the workers that live, by name; None when the broker does not answer."""
    return briefly(_present, "nobody knows which workers live")


def _present(broker: redis.Redis) -> tuple[Present, ...]:
    names = sorted(name.decode() for name in cast(Any, broker.smembers(ROLL)))
    said = cast(Any, broker.mget([f"{ROLL}:{name}" for name in names])) if names else []
    if gone := [name for name, queues in zip(names, said, strict=True) if queues is None]:
        broker.srem(ROLL, *gone)
    return tuple(Present(name, tuple(json.loads(queues))) for name, queues in zip(names, said, strict=True) if queues is not None)


class Roll:
    """Who lives, asked at most every other second: pages ask often."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._asked = ""
        self._known: tuple[Present, ...] | None = None

    def workers(self) -> tuple[Present, ...] | None:
        """Return the workers that live; None when that is not known."""
        with self._lock:
            if time.monotonic() >= self._until or self._asked != settings().broker_url:
                self._known, self._asked = ask(), settings().broker_url
                self._until = time.monotonic() + FRESH_SECONDS
            return self._known

    def serving(self, queue: str) -> int | None:
        """Return how many workers serve a queue; None when that is not known."""
        known = self.workers()
        return None if known is None else sum(queue in worker.queues for worker in known)


roll = Roll()
