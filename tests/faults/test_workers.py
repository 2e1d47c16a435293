"""Workers and job children that die: F1, F2, F4, F30."""

import os
import signal
import time

import pytest

from pipeline import tools
from sciflask_reflex.analyses import service
from sciflask_reflex.db import writing
from sciflask_reflex.models import Status
from tests.factories import make_study
from tests.faults.rig import alive, children_of, wait_for


def test_an_undisturbed_run(rig):
    rig.start()
    row = rig.until(rig.submit("nap", seconds=0.5), Status.DONE)
    assert (row.attempt, row.fraction, row.log) == (1, 1.0, ["awake"])
    rig.assert_ledger()


def test_f1_a_worker_is_killed_while_a_job_computes(rig):
    """Its child dies with it, and another worker starts afresh with the same numbers."""
    rig.start(workers=2)
    undisturbed = rig.submit("nap", seconds=0.2)
    rig.until(undisturbed, Status.DONE)
    job = rig.submit("nap", seconds=3)
    rig.until_computing(job)
    worker = rig.lease_owner(job)
    [child] = children_of(worker)
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not alive(child), 2)
    row = rig.until(job, Status.DONE, seconds=30)
    assert row.attempt == 2
    assert rig.total(job) == rig.total(undisturbed)
    rig.assert_ledger()


def test_f2_a_job_child_is_killed(rig):
    """The worker lives, notices at once, and tries again."""
    rig.start()
    job = rig.submit("nap", seconds=2)
    rig.until_computing(job)
    [child] = children_of(rig.workers[0].pid)
    os.kill(child, signal.SIGKILL)
    row = rig.until(job, Status.DONE)
    assert row.attempt == 2
    assert rig.workers[0].poll() is None
    rig.assert_ledger()


def test_f4_one_of_two_workers_dies(rig):
    """The other goes on with its own job, then takes the one that was left."""
    rig.start(workers=2)
    jobs = [rig.submit("nap", seconds=3) for _ in range(2)]
    for job in jobs:
        rig.until_computing(job)
    os.kill(rig.lease_owner(jobs[0]), signal.SIGKILL)
    attempts = [rig.until(job, Status.DONE, seconds=30).attempt for job in jobs]
    assert attempts == [2, 1]
    rig.assert_ledger()


def test_a_worker_that_is_told_to_stop_hands_its_job_back(rig):
    rig.start()
    job = rig.submit("nap", seconds=4)
    rig.until_computing(job)
    [child] = children_of(rig.workers[0].pid)
    rig.workers[0].terminate()
    assert rig.workers[0].wait(8) == 0
    assert not alive(child)
    assert rig.row(job).status == Status.QUEUED
    rig.start_worker()
    assert rig.until(job, Status.DONE).attempt == 2
    rig.assert_ledger()


def test_f30_a_poison_job_fails_after_three_tries_and_others_move_in_between(rig):
    rig.start()
    poison = rig.submit("poison")
    others = [rig.submit("nap", seconds=0.1) for _ in range(3)]
    row = rig.until(poison, Status.FAILED)
    assert (row.attempt, row.cause) == (3, "crash")
    ends = [rig.until(job, Status.DONE).finished_at for job in others]
    assert min(ends) < row.finished_at
    rig.assert_ledger()


def test_a_process_that_a_tool_left_behind_is_ended(rig):
    rig.start()
    row = rig.until(rig.submit("breeder"), Status.DONE)
    left = int(row.log[0].removeprefix("child "))
    wait_for(lambda: not alive(left), 2)
    rig.assert_ledger()


def test_the_correlation_tool_through_the_whole_queue(rig):
    example = tools()["correlation"].examples[0]
    study = make_study(rig.owner.id, tool="correlation", files=dict(example.files), labels=dict(example.labels))
    rig.start()
    job = service.submit(study.id, owner_id=rig.owner.id, parameters=example.parameters).id
    row = rig.until(job, Status.DONE)
    metrics = {name: metric["value"] for name, metric in row.metrics.items()}
    assert example.expected
    assert {name: metrics[name] for name in example.expected} == pytest.approx(dict(example.expected))
    rig.assert_ledger()


def test_a_job_outlives_many_leases_and_a_locked_database(rig):
    """F16 in short: another process holds the write lock for half a lease; nobody notices."""
    rig.start()
    job = rig.submit("nap", seconds=6)
    rig.until_computing(job)
    with writing():
        time.sleep(1.5)
    assert rig.until(job, Status.DONE).attempt == 1
    rig.assert_ledger()
