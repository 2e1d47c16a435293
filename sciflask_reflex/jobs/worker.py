"""``python -m sciflask_reflex.jobs.worker``: one process that runs one analysis at a time. Supervise it: it ends rather than limps.

On SIGTERM or SIGINT it takes nothing new, gives the running analysis two seconds to end, and otherwise puts it back into the queue,
which counts as no crash.
"""

import logging
import signal
import sys
import threading
import time

import dramatiq
from dramatiq.worker import Worker

from sciflask_reflex.jobs import actors, presence, queues
from sciflask_reflex.jobs.broker import make_broker
from sciflask_reflex.jobs.sandbox import GRACE_SECONDS

IDLE_MS = 200
"""How long a bell may go unheard by an idle worker."""
STOP_MS = int((GRACE_SECONDS + 10) * 1000)

log = logging.getLogger(__name__)


def main() -> int:
    """Work until told to stop; return 1 if a thread died, so that the supervisor starts afresh."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    broker = make_broker()
    dramatiq.set_broker(broker)
    serves = queues.served_here()
    actors.declare(broker, serves)
    worker = Worker(broker, worker_timeout=IDLE_MS, worker_threads=1)
    worker.queue_prefetch = 1  # one bell at a time: a prefetched one would wait behind a long analysis
    worker.start()
    if unknown := set(serves) - set(queues.all_queues()):
        log.warning("no tool waits in %s: is SCIFLASK_WORKER_QUEUES what you mean?", ", ".join(sorted(unknown)))
    log.info("worker %s is ready and serves %s", actors.worker_name(), ", ".join(serves))
    sound = _watch(worker, told, serves)
    actors.stopping.set()
    presence.leave(actors.worker_name())
    worker.stop(timeout=STOP_MS)
    return 0 if sound else 1


def _watch(worker: Worker, told: threading.Event, serves: tuple[str, ...]) -> bool:
    presence.come(actors.worker_name(), serves)
    next_beat = time.monotonic() + presence.BEAT_SECONDS
    while not told.wait(0.5):
        if time.monotonic() >= next_beat:
            presence.beat(actors.worker_name(), serves)
            next_beat = time.monotonic() + presence.BEAT_SECONDS
        if not all(thread.is_alive() for thread in (*worker.workers, *worker.consumers.values())):
            log.error("a thread of this worker died")
            return False
    return True


if __name__ == "__main__":
    started = time.monotonic()
    code = main()
    log.info("worker stopped after %.0f s", time.monotonic() - started)
    logging.shutdown()
    sys.exit(code)
