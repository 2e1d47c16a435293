"""Faults that meet the supervisor: a worker dies (F4), the supervisor dies (F5), somebody starts twice (F29)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sciflask_reflex.models import Status
from tests.faults.rig import alive, children_of, wait_for

SUPERVISED = str(Path(__file__).with_name("supervised.py"))


def start(rig) -> subprocess.Popen[bytes]:
    return rig._start(sys.executable, SUPERVISED)


def family(pid: int) -> set[int]:
    """Return all descendants of a process."""
    direct = children_of(pid)
    return set(direct).union(*(family(child) for child in direct)) if direct else set()


def test_f4_a_dead_worker_is_replaced_and_the_other_goes_on(rig):
    start(rig)
    jobs = [rig.submit("nap", seconds=3) for _ in range(2)]
    for job in jobs:
        rig.until_computing(job)
    victim = rig.lease_owner(jobs[0])
    os.kill(victim, signal.SIGKILL)
    assert [rig.until(job, Status.DONE).attempt for job in jobs] == [2, 1]
    together = [rig.submit("nap", seconds=2) for _ in range(2)]
    wait_for(lambda: all(rig.row(job).status == Status.RUNNING for job in together))
    assert victim not in {rig.lease_owner(job) for job in together}
    for job in together:
        rig.until(job, Status.DONE)
    rig.assert_ledger()


def test_f5_nothing_outlives_a_killed_supervisor_and_the_next_start_goes_on(rig):
    first = start(rig)
    job = rig.submit("nap", seconds=3)
    rig.until_computing(job)
    everybody = family(first.pid)
    assert len(everybody) >= 5, "valkey, relay, two workers, a job"
    first.kill()
    first.wait()
    wait_for(lambda: not any(alive(pid) for pid in everybody), 5)
    start(rig)
    assert rig.until(job, Status.DONE).attempt == 2
    rig.assert_ledger()


def test_f29_a_second_start_on_the_same_folder_is_refused_and_harms_nobody(rig):
    first = start(rig)
    job = rig.submit("nap", seconds=2)
    rig.until_computing(job)
    second = subprocess.run(
        [sys.executable, SUPERVISED],
        cwd=Path(SUPERVISED).parents[2],
        env=rig.environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode == 1
    assert str(first.pid) in second.stderr
    assert "Traceback" not in second.stderr
    assert first.poll() is None
    assert rig.until(job, Status.DONE).attempt == 1
    rig.assert_ledger()


def test_a_supervisor_that_is_told_to_stop_leaves_nothing_running(rig):
    first = start(rig)
    job = rig.submit("nap", seconds=60)
    rig.until_computing(job)
    everybody = family(first.pid)
    first.terminate()
    assert first.wait(15) == 0
    assert not any(alive(pid) for pid in everybody)
    assert rig.row(job).status == Status.QUEUED
    assert rig.row(job).attempt == 1
