"""What a worker does when the bell rings: claim, run, and let nothing escape. This is the worker boundary."""

import logging
import os
import socket
import threading
import traceback

from dramatiq import Actor, Broker

from sciflask_reflex.jobs import attempt, faults, runs
from sciflask_reflex.jobs.broker import ACTOR, QUEUE

log = logging.getLogger(__name__)

stopping = threading.Event()
"""Set when this worker has to stop: take nothing new, hand back what cannot end soon."""


def worker_name() -> str:
    """Return the name under which this process takes analyses."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}"


def run_analysis(analysis_id: str) -> None:
    """Run the analysis whose turn it is: the bell only says that something waits. Rung twice, each analysis runs once."""
    if stopping.is_set():
        return  # still queued: the reaper rings for it again
    claim = runs.claim_next(worker_name())
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


def declare(broker: Broker) -> Actor[[str], None]:
    """Make a broker's messages reach ``run_analysis``."""
    return Actor(run_analysis, broker=broker, actor_name=ACTOR, queue_name=QUEUE, priority=0, options={})
