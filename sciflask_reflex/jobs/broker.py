"""The doorbell: Dramatiq on Redis or Valkey. It only says "look again"; what is to be done stands in the database."""

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from redis import ConnectionPool, Redis

from sciflask_reflex.settings import settings

NAMESPACE = "sciflask"
QUEUE = "jobs"
ACTOR = "run_analysis"
EVERY_COMMAND = 1_000_000
"""Dramatiq looks for dead workers' messages with this chance in a million: always, for its own default may take half an hour."""
HEARTBEAT_MS = 60_000
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0


def make_broker() -> RedisBroker:
    """Return the broker, without any middleware: no retries, no time limits, no age limits; those are the ledger's business."""
    pool = ConnectionPool.from_url(settings().broker_url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=ANSWER_SECONDS)
    return RedisBroker(
        client=Redis(connection_pool=pool),
        middleware=[],
        namespace=NAMESPACE,
        maintenance_chance=EVERY_COMMAND,
        heartbeat_timeout=HEARTBEAT_MS,
    )


def ring(broker: RedisBroker, analysis_id: str) -> None:
    """Tell one worker that an analysis waits. Ringing twice is harmless.

    Raises:
        RedisError: If the broker does not answer.
    """
    broker.enqueue(Message(queue_name=QUEUE, actor_name=ACTOR, args=(analysis_id,), kwargs={}, options={}))


def unheard(broker: RedisBroker) -> int:
    """Return how many rings no worker has taken yet.

    Raises:
        RedisError: If the broker does not answer.
    """
    return int(broker.client.llen(f"{NAMESPACE}:{QUEUE}"))  # pyright: ignore[reportArgumentType]
