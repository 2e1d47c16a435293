"""Two queues and workers that serve one, the other, or both, as real processes."""

import signal

from sciflask_reflex.jobs import presence
from sciflask_reflex.models import Status
from tests.faults.rig import wait_for


def until_present(number: int) -> None:
    def all_there() -> bool:
        """The workers have said that they live."""
        return len(presence.ask() or ()) == number

    wait_for(all_there)


def test_a_worker_leaves_alone_what_waits_in_a_queue_that_it_does_not_serve(rig):
    rig.start_valkey()
    rig.start_relay()
    rig.start_worker("default")
    until_present(1)
    long, short = rig.submit("long-nap", seconds=0.1), rig.submit("nap", seconds=0.1)
    rig.until(short, Status.DONE)
    row = rig.row(long)
    assert (row.status, row.is_served, row.queue, row.queue_position) == (Status.QUEUED, False, "long", 1)
    other = rig.start_worker("long")
    rig.until(long, Status.DONE)
    assert {worker.queues for worker in presence.ask() or ()} == {("default",), ("long",)}
    other.send_signal(signal.SIGTERM)
    other.wait(15)
    assert [worker.queues for worker in presence.ask() or ()] == [("default",)]
    rig.assert_ledger()


def test_a_worker_of_all_queues_has_one_bell_in_hand_so_that_an_idle_one_takes_the_other(rig):
    rig.start(workers=2)
    until_present(2)
    for _ in range(3):
        jobs = [rig.submit("nap", seconds=4), rig.submit("long-nap", seconds=4)]
        for job in jobs:
            rig.until(job, Status.RUNNING, seconds=3)  # while the other runs
        for job in jobs:
            rig.until(job, Status.DONE)
    rig.assert_ledger()
