"""``python -m sciflask_reflex.jobs.relay``: rings the bells, reaps dead attempts, sends mails, tells of faults, sweeps. Two of them do no harm.

Each duty has a thread of its own, so that a slow mail server delays no job. A duty that meets a deaf broker, database or disk tries
again, more and more slowly; one that meets anything else ends the whole process, and the supervisor starts it afresh.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from dramatiq.brokers.redis import RedisBroker
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from sciflask_reflex.jobs import alarms, faults, mail, outbox, reaper, sweeper
from sciflask_reflex.jobs.broker import make_broker
from sciflask_reflex.settings import settings

LONGEST_PAUSE_SECONDS = 10.0
MAIL_SECONDS = 2.0
ALARM_SECONDS = 10.0
SWEEP_SECONDS = 600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do again and again, and how to wait in between."""

    name: str
    act: Callable[[], object]
    wait: Callable[[], object]


def _duties(broker: RedisBroker, stop: threading.Event) -> tuple[Duty, ...]:
    ear = outbox.Ear(broker)
    every = settings().reap_seconds
    return (
        Duty("bells", lambda: outbox.relay(broker), ear.wait),
        Duty("reaper", reaper.reap, lambda: stop.wait(every)),
        Duty("lost bells", lambda: outbox.ring_again(broker), lambda: stop.wait(every)),
        Duty("mail", mail.send_due, lambda: stop.wait(MAIL_SECONDS)),
        Duty("alarms", alarms.tell, lambda: stop.wait(ALARM_SECONDS)),
        Duty("sweeper", sweeper.sweep, lambda: stop.wait(SWEEP_SECONDS)),
    )


def _perform(duty: Duty, stop: threading.Event) -> None:
    pause = 0.5
    while not stop.is_set():
        try:
            duty.act()
            pause = 0.5
        except (SQLAlchemyError, RedisError, OSError) as error:
            log.warning("%s: %s; trying again in %.1f s", duty.name, error, pause)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            continue
        duty.wait()


def _end_at_once(failure: threading.ExceptHookArgs) -> None:
    log.critical("a duty of the relay broke", exc_info=failure.exc_value)
    if failure.exc_value is not None:
        faults.record(failure.exc_value, f"relay, {failure.thread.name if failure.thread else 'a thread'}")
    logging.shutdown()
    os._exit(1)


def main() -> int:
    """Do all duties until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.excepthook = _end_at_once
    threads = [threading.Thread(target=_perform, args=(duty, stop), name=duty.name, daemon=True) for duty in _duties(make_broker(), stop)]
    for thread in threads:
        thread.start()
    log.info("relay is ready")
    while not stop.wait(0.5):
        continue
    for thread in threads:
        thread.join(1.0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
