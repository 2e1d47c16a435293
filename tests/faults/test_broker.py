"""The broker dies, is away, hangs, or repeats itself: F7, F9, F10, F12, F13. Losing it costs latency, never a job."""

import signal
import time

from sqlmodel import select

from sciflask_reflex.analyses import service
from sciflask_reflex.db import reading, writing
from sciflask_reflex.models import Analysis, Outbox, Status
from tests.factories import make_study
from tests.faults.rig import push_copies, wait_for


def test_f7_the_broker_is_killed_and_comes_back(rig):
    rig.start()
    jobs = [rig.submit("nap", seconds=0.5) for _ in range(5)]
    rig.until_computing(jobs[0])
    rig.valkey.kill()
    rig.valkey.wait()
    time.sleep(1)
    rig.start_valkey()
    for job in jobs:
        assert rig.until(job, Status.DONE, seconds=60).attempt == 1
    rig.assert_ledger()


def test_f8_the_broker_comes_back_empty(rig):
    rig.start_valkey()
    rig.start_relay()
    job = rig.submit("nap", seconds=0.1)
    wait_for(lambda: _sent(job), 10)
    rig.valkey.kill()
    rig.valkey.wait()
    for path in sorted((rig.folder / "data" / "valkey").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    rig.start_valkey()
    rig.start_worker()
    rig.until(job, Status.DONE)
    rig.assert_ledger()


def test_f9_work_is_accepted_while_the_broker_is_away(rig):
    rig.start_relay()
    rig.start_worker()
    started = time.monotonic()
    job = rig.submit("nap", seconds=0.1)
    assert time.monotonic() - started < 2
    assert rig.row(job).status == Status.QUEUED
    rig.start_valkey()
    rig.until(job, Status.DONE)
    rig.assert_ledger()


def test_f10_a_broker_that_hangs_holds_nobody_up(rig):
    rig.start()
    first = rig.submit("nap", seconds=1)
    rig.until_computing(first)
    rig.valkey.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        second = rig.submit("nap", seconds=0.1)
        assert time.monotonic() - started < 2
        rig.until(first, Status.DONE)
    finally:
        rig.valkey.send_signal(signal.SIGCONT)
    assert rig.until(second, Status.DONE).attempt == 1
    rig.assert_ledger()


def test_f12_one_message_five_times_runs_once(rig):
    rig.start(workers=2)
    job = rig.submit("nap", seconds=1)
    push_copies(job, 5)
    assert rig.until(job, Status.DONE).attempt == 1
    after = rig.submit("nap", seconds=0.1)
    assert rig.until(after, Status.DONE).attempt == 1
    assert rig.row(job).attempt == 1
    rig.assert_ledger()


def test_f13_no_message_before_its_row(rig):
    """While a submit is not committed, no bell can be seen; a message about an unknown row harms nobody."""
    rig.start()
    study = make_study(rig.owner.id, tool="fault-nap")
    push_copies("0" * 32, 1)
    with writing() as session:
        analysis = Analysis(
            study_id=study.id, owner_id=rig.owner.id, tool=study.tool, name="Held", idempotency_key="held", parameters={"seconds": 0.1}
        )
        session.add(analysis)
        session.flush()
        session.add(Outbox(analysis_id=analysis.id))
        session.flush()
        time.sleep(3)
        assert not _sent(analysis.id)
    rig.submitted.add(analysis.id)
    assert rig.until(analysis.id, Status.DONE).attempt == 1
    again = service.submit(study.id, owner_id=rig.owner.id, parameters={}, idempotency_key="held")
    assert again.id == analysis.id
    rig.assert_ledger()


def _sent(analysis_id: str) -> bool:
    """The bell has rung."""
    with reading() as session:
        return session.exec(select(Outbox.id).where(Outbox.analysis_id == analysis_id, Outbox.sent_at.is_not(None))).first() is not None
