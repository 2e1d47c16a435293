"""From the outbox to the doorbell. A bell may ring twice, never not at all."""

import logging
import time

from dramatiq.brokers.redis import RedisBroker
from redis.client import PubSub
from redis.exceptions import RedisError
from sqlalchemy import func, or_, update
from sqlmodel import col, select

from sciflask_reflex.db import now, reading, writing
from sciflask_reflex.jobs import events, queues, turns
from sciflask_reflex.jobs.broker import ring, unheard
from sciflask_reflex.models import FINAL, Analysis, Outbox, Status
from sciflask_reflex.settings import settings

BATCH = 50
POLL_SECONDS = 1.0

log = logging.getLogger(__name__)


def relay(broker: RedisBroker) -> int:
    """Ring for all that is due and not yet rung for; return how often.

    Raises:
        RedisError: If the broker does not answer. What was not rung stays in the outbox.
    """
    waiting = select(Outbox.id, Outbox.analysis_id, Analysis.tool).join(Analysis, col(Analysis.id) == col(Outbox.analysis_id))
    with reading() as session:
        bells = session.exec(waiting.where(col(Outbox.sent_at).is_(None), turns.due()).order_by(col(Outbox.id)).limit(BATCH)).all()
    for number, analysis_id, tool in bells:
        ring(broker, analysis_id, queues.queue_of(tool))
        with writing() as session:
            session.exec(update(Outbox).where(col(Outbox.id) == number).values(sent_at=now()))
    return len(bells)


def ring_again(broker: RedisBroker) -> int:
    """Ring again for what waits and may run although no bell of its queue is left unheard: the broker lost it. Return for how many.

    Raises:
        RedisError: If the broker does not answer.
    """
    quiet = [queue for queue in queues.all_queues() if not unheard(broker, queue)]
    if not quiet:
        return 0
    patience = 2 * settings().lease_seconds
    last = (
        select(func.max(func.coalesce(col(Outbox.sent_at), now())))
        .where(Outbox.analysis_id == Analysis.id)
        .correlate(Analysis)
        .scalar_subquery()
    )
    lost = select(Analysis.id, Analysis.owner_id).where(
        Analysis.status == Status.QUEUED,
        turns.due(),
        or_(*(queues.waits_in(queue) for queue in quiet)),
        func.coalesce(last, 0) < now() - patience,
    )
    with writing() as session:
        waiting = session.exec(lost).all()
        free = {owner_id for owner_id in {owner_id for _, owner_id in waiting} if turns.may_run(session, owner_id)}
        ids = [analysis_id for analysis_id, owner_id in waiting if owner_id in free]
        session.add_all(Outbox(analysis_id=analysis_id) for analysis_id in ids)
    if ids:
        log.warning("ringing again for %d analyses whose bell was lost", len(ids))
    return len(ids)


class Ear:
    """Hears at once when something was queued or has ended, so that nobody waits for the next round."""

    def __init__(self, broker: RedisBroker) -> None:
        self._broker = broker
        self._channel: PubSub | None = None

    def wait(self, seconds: float = POLL_SECONDS) -> None:
        """Return when there may be a bell to ring, at the latest after so long; also when the broker is down."""
        deadline = time.monotonic() + seconds
        try:
            if self._channel is None:
                self._channel = self._broker.client.pubsub(ignore_subscribe_messages=True)
                self._channel.subscribe(events.CHANNEL)
            while (left := deadline - time.monotonic()) > 0:
                message = self._channel.get_message(timeout=left)
                if message and _rings(message["data"]):
                    return
        except (RedisError, OSError):
            self._channel = None
            time.sleep(max(deadline - time.monotonic(), 0.0))


def _rings(data: bytes) -> bool:
    event = events.decode(data)
    return event is not None and event.get("status") in {Status.QUEUED, *FINAL, events.DELETED}
