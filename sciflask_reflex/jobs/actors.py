"""What a worker does when the bell rings: claim, run, and let nothing escape. This is the worker boundary."""

import logging
import os
import socket
import threading
import traceback
from collections.abc import Sequence

from dramatiq import Actor, Broker

from pipeline.toolkit.tool import DEFAULT_QUEUE
from sciflask_reflex.jobs import attempt, faults, runs
from sciflask_reflex.jobs.broker import ACTOR, channel

log = logging.getLogger(__name__)

stopping = threading.Event()
"""Set when this worker has to stop: take nothing new, hand back what cannot end soon."""


def worker_name() -> str:
    """Return the name under which this process takes analyses."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}"


def run_analysis(analysis_id: str, queue: str = DEFAULT_QUEUE) -> None:
    """Run the analysis of a queue whose turn it is: the bell only says that something waits there. Rung twice, each analysis runs once."""
    if stopping.is_set():
        return  # still queued: the reaper rings for it again
    claim = runs.claim_next(worker_name(), queue)
    if claim is None:
        return
    log.info("analysis %s, attempt %d: started", claim.analysis_id, claim.attempt)
    try:
        attempt.run(claim, stopping)
    except Exception as error:  # the worker boundary: whatever it was, the ledger must hear of it and the worker must live
        log.exception("analysis %s, attempt %d: broke", claim.analysis_id, claim.attempt)
        faults.record(error, "worker")
        runs.crashed(claim, traceback.format_exc())
    log.info("analysis %s, attempt %d: over", claim.analysis_id, claim.attempt)


def declare(broker: Broker, queues: Sequence[str] = (DEFAULT_QUEUE,)) -> Actor[..., None]:
    """Make the bells of these queues reach ``run_analysis``."""
    for queue in queues:
        broker.declare_queue(channel(queue))
    return Actor(run_analysis, broker=broker, actor_name=ACTOR, queue_name=channel(queues[0]), priority=0, options={})
