"""Tools without measure (A7), cancellation at every moment (A8), damaged inputs (F24), and tools that print."""

import pytest

from sciflask_reflex import storage
from sciflask_reflex.analyses import service
from sciflask_reflex.errors import NotFound
from sciflask_reflex.models import Status
from sciflask_reflex.settings import settings
from tests.factories import make_owner
from tests.faults.rig import alive, children_of, wait_for


@pytest.mark.parametrize(
    ("tool", "parameters", "cause"),
    [("greedy", {}, "memory"), ("hoarder", {"one_file": True}, "output"), ("hoarder", {}, "output"), ("faulty", {}, "internal")],
)
def test_a7_a_tool_beyond_its_limits_fails_with_a_cause(rig, tool, parameters, cause):
    rig.start()
    row = rig.until(rig.submit(tool, **parameters), Status.FAILED)
    assert (row.cause, row.attempt) == (cause, 1)
    assert row.error.endswith(".")
    after = rig.submit("nap", seconds=0.1)
    rig.until(after, Status.DONE)
    rig.assert_ledger()


def test_a7_a_tool_that_never_ends_is_ended(rig, monkeypatch):
    monkeypatch.setenv("SCIFLASK_JOB_SECONDS", "4")
    settings.cache_clear()
    rig.start()
    row = rig.until(rig.submit("spinner"), Status.FAILED)
    assert row.cause == "walltime"
    assert children_of(rig.workers[0].pid) == []
    rig.assert_ledger()


def test_news_of_a_tool_reaches_the_person_as_it_stands(rig):
    rig.start()
    row = rig.until(rig.submit("faulty", news="All samples are equal."), Status.FAILED)
    assert (row.cause, row.error) == ("tool", "All samples are equal.")
    rig.assert_ledger()


def test_what_a_tool_prints_is_no_message(rig):
    rig.start()
    row = rig.until(rig.submit("chatter"), Status.DONE, Status.FAILED)
    assert (row.status, row.error) == (Status.DONE, None)
    rig.assert_ledger()


def test_f24_a_damaged_input_gives_no_numbers(rig):
    rig.start_valkey()
    rig.start_relay()
    job = rig.submit("nap", seconds=0.1)
    path = storage.study_input(rig.row(job).study_id, "dataset1")
    path.write_bytes(path.read_bytes().replace(b"1.3", b"1.4", 1))
    rig.start_worker()
    row = rig.until(job, Status.FAILED)
    assert row.cause == "input"
    rig.assert_ledger()


def test_a8_cancel_while_queued(rig):
    rig.start_valkey()
    job = rig.submit("nap", seconds=0.1)
    assert service.cancel(job, owner_id=rig.owner.id).status == Status.CANCELLED
    rig.start_relay()
    rig.start_worker()
    rig.until(rig.submit("nap", seconds=0.1), Status.DONE)
    assert rig.row(job).status == Status.CANCELLED
    rig.assert_ledger()


@pytest.mark.parametrize("tool", ["nap", "spinner"])
def test_a8_cancel_while_running_ends_the_child(rig, tool):
    rig.start()
    job = rig.submit(tool, **({"seconds": 60} if tool == "nap" else {}))
    rig.until(job, Status.RUNNING)
    children = wait_for(lambda: children_of(rig.workers[0].pid), 10)
    assert service.cancel(job, owner_id=rig.owner.id).status in (Status.CANCELLING, Status.CANCELLED)
    assert service.cancel(job, owner_id=rig.owner.id).status in (Status.CANCELLING, Status.CANCELLED)
    rig.until(job, Status.CANCELLED, seconds=10)
    assert not [child for child in children if alive(child)]
    rig.assert_ledger()


def test_a8_cancel_while_finishing_gives_one_end(rig):
    """Cancel a bit later each time, around the moment of the commit: DONE with a result, or CANCELLED without."""
    rig.start(workers=2)
    ends = set()
    for _ in range(6):
        job = rig.submit("nap", seconds=0.3)
        wait_for(lambda job=job: rig.row(job).fraction > 0.8 or rig.row(job).status == Status.DONE, 20, every=0.01)
        service.cancel(job, owner_id=rig.owner.id)
        ends.add(rig.until(job, Status.DONE, Status.CANCELLED).status)
    assert ends
    rig.assert_ledger()


def test_a8_nobody_cancels_the_work_of_others(rig):
    rig.start()
    job = rig.submit("nap", seconds=1)
    rig.until(job, Status.RUNNING)
    with pytest.raises(NotFound):
        service.cancel(job, owner_id=make_owner().id)
    assert rig.until(job, Status.DONE).attempt == 1
    rig.assert_ledger()


def test_a9_deleting_what_runs_leaves_nothing(rig):
    rig.start()
    job = rig.submit("nap", seconds=60)
    rig.until_computing(job)
    [child] = children_of(rig.workers[0].pid)
    service.delete(job, owner_id=rig.owner.id)
    rig.submitted.discard(job)
    wait_for(lambda: not alive(child), 10)
    rig.until(rig.submit("nap", seconds=0.1), Status.DONE)
    assert not (storage.root() / "results" / job).exists()
    rig.assert_ledger()
