"""The doorbell: Dramatiq on Redis or Valkey. It only says "look again"; what is to be done stands in the database."""

from threading import Lock
from typing import Any

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from redis import ConnectionPool, Redis

from pipeline.toolkit.tool import DEFAULT_QUEUE
from sciflask_reflex.settings import settings

NAMESPACE = "sciflask"
QUEUE = "jobs"
ACTOR = "run_analysis"
EVERY_COMMAND = 1_000_000
"""Dramatiq looks for dead workers' messages with this chance in a million: always, for its own default may take half an hour."""
HEARTBEAT_MS = 60_000
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0


class OneInHand(RedisBroker):
    """A broker of whose bells this process has one in hand, however many queues it hears: a second one would wait behind a long run."""

    _in_hand = False

    def __init__(self, **options: Any) -> None:
        """As RedisBroker."""
        super().__init__(**options)
        self._hand = Lock()

    def do_fetch(self, queue_name: str, *count: Any) -> Any:
        """Take a bell, unless there is one in hand."""
        with self._hand:
            if self._in_hand:
                return []
            bells = self._dispatch("fetch")(queue_name, *count)
            self._in_hand = bool(bells)
            return bells

    def do_ack(self, *bell: Any) -> Any:
        """Be done with a bell."""
        return self._put_down("ack", *bell)

    def do_nack(self, *bell: Any) -> Any:
        """Refuse a bell."""
        return self._put_down("nack", *bell)

    def _put_down(self, command: str, *bell: Any) -> Any:
        try:
            return self._dispatch(command)(*bell)
        finally:
            self._in_hand = False


def make_broker() -> RedisBroker:
    """Return the broker, without any middleware: no retries, no time limits, no age limits; those are the ledger's business."""
    pool = ConnectionPool.from_url(settings().broker_url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=ANSWER_SECONDS)
    return OneInHand(
        client=Redis(connection_pool=pool),
        middleware=[],
        namespace=NAMESPACE,
        maintenance_chance=EVERY_COMMAND,
        heartbeat_timeout=HEARTBEAT_MS,
    )


def channel(queue: str) -> str:
    """Return what a queue of analyses is called in the broker."""
    return QUEUE if queue == DEFAULT_QUEUE else f"{QUEUE}-{queue}"


def ring(broker: RedisBroker, analysis_id: str, queue: str = DEFAULT_QUEUE) -> None:
    """Tell one of the workers that serve a queue that an analysis waits in it. Ringing twice is harmless.

    Raises:
        RedisError: If the broker does not answer.
    """
    broker.enqueue(Message(queue_name=channel(queue), actor_name=ACTOR, args=(analysis_id, queue), kwargs={}, options={}))


def unheard(broker: RedisBroker, queue: str = DEFAULT_QUEUE) -> int:
    """Return how many rings of a queue no worker has taken yet.

    Raises:
        RedisError: If the broker does not answer.
    """
    return int(broker.client.llen(f"{NAMESPACE}:{channel(queue)}"))  # pyright: ignore[reportArgumentType]
