"""What admins see of the queue and do about it, on both databases."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from sciflask_reflex import audit
from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.manage.queue import service, statistics
from sciflask_reflex.manage.queue.rows import board_view
from sciflask_reflex.models import Analysis, AuditEvent, Outbox, Role, RoleLimits, Status, utcnow
from tests.factories import make_analysis, make_owner, make_study

PARAMETERS = {"alpha": 0.01}


def note_of(tag):
    with reading() as session:
        return session.exec(select(AuditEvent).where(AuditEvent.tag == tag)).one()


def ended(study, status=Status.DONE, *, ago=60.0, wait=10.0, run=20.0, **more):
    finished = utcnow() - timedelta(seconds=ago)
    started = finished - timedelta(seconds=run)
    return make_analysis(
        study, status=status, created_at=started - timedelta(seconds=wait), started_at=started, finished_at=finished, **more
    )


def test_everybodys_work_in_its_order(site, ada):
    guest = make_owner(Role.GUEST, name="Guest")
    now = utcnow()
    second = make_analysis(make_study(guest.id), created_at=now - timedelta(minutes=1))
    first = make_analysis(make_study(ada.owner_id), created_at=now - timedelta(minutes=2))
    running = make_analysis(
        make_study(ada.owner_id), status=Status.RUNNING, started_at=now, lease_owner="node:1", lease_until=now + timedelta(seconds=20), log=["x"],
    )  # fmt: skip
    failed = ended(make_study(guest.id), Status.FAILED, error="No.", cause="memory", traceback="SECRET")
    make_analysis(make_study(ada.owner_id), status=Status.DONE)
    board = service.board()
    assert [job.id for job in board.waiting] == [first.id, second.id]
    assert [job.person for job in board.waiting] == ["Ada Lovelace (ada@example.org)", f"Guest {guest.id[:8]}"]
    assert [job.id for job in board.running] == [running.id]
    assert [job.id for job in board.failed] == [failed.id]
    assert [(worker.name, worker.is_late) for worker in board.workers] == [("node:1", False)]
    assert 5 < board.workers[0].heard_seconds_ago < 20
    assert "SECRET" not in repr(board_view(board))


def test_a_long_queue_is_counted_and_cut(site, ada, monkeypatch):
    monkeypatch.setattr(service, "MOST_WAITING", 3)
    study = make_study(ada.owner_id)
    for _ in range(5):
        make_analysis(study)
    board = service.board()
    assert (board.waiting_count, len(board.waiting)) == (5, 3)


def test_a_worker_whose_lease_ran_out_is_late(site, ada):
    past = utcnow() - timedelta(seconds=5)
    make_analysis(make_study(ada.owner_id), status=Status.RUNNING, started_at=past, lease_owner="node:1", lease_until=past)
    assert service.board().workers[0].is_late


def test_cancelling_anybodys_analysis_is_written_down(site, ada):
    root = make_owner(Role.ADMIN)
    analysis = make_analysis(make_study(ada.owner_id))
    with audit.acting(audit.Actor(root.id)):
        service.cancel(analysis.id)
    assert analyses.get(analysis.id, owner_id=ada.owner_id).status == Status.CANCELLED
    event = note_of("admin:analysis:cancel")
    assert (event.actor_id, event.subject_id, event.thing) == (root.id, ada.owner_id, f"analysis:{analysis.id}")
    with pytest.raises(Refused, match="over already"):
        service.cancel(analysis.id)


def test_running_again_makes_one_new_analysis_of_the_same_person(site, ada):
    root = make_owner(Role.ADMIN)
    study = make_study(ada.owner_id)
    old = ended(study, Status.FAILED, name="Mine", parameters=PARAMETERS)
    with audit.acting(audit.Actor(root.id)):
        made = {service.run_again(old.id) for _ in range(3)}
    (new_id,) = made
    new = analyses.get(new_id, owner_id=ada.owner_id)
    assert (new.status, new.name, new.study_id, new.parameters["alpha"]) == (Status.QUEUED, "Mine", study.id, 0.01)
    assert analyses.get(old.id, owner_id=ada.owner_id).status == Status.FAILED
    with reading() as session:
        assert session.exec(select(Outbox.analysis_id)).all() == [new_id]
        assert {event.actor_id for event in session.exec(select(AuditEvent).where(AuditEvent.tag == "admin:analysis:retry"))} == {root.id}


def test_running_again_counts_in_the_persons_limits(site, ada):
    old = ended(make_study(ada.owner_id), Status.FAILED)
    with writing() as session:
        session.add(RoleLimits(role=Role.USER, max_analyses=1))
    with pytest.raises(Refused, match="could not be run again for Ada Lovelace"):
        service.run_again(old.id)
    assert note_of("admin:analysis:retry").outcome == "failure"
    with reading() as session:
        assert len(session.exec(select(Analysis.id)).all()) == 1


def test_what_is_not_over_cannot_be_run_again(site, ada):
    with pytest.raises(Refused, match="not over yet"):
        service.run_again(make_analysis(make_study(ada.owner_id)).id)


@pytest.mark.parametrize("odd", ["", "f" * 32, "../x", "' or 1=1 --"])
def test_what_is_not_there(site, odd):
    for act in (service.cancel, service.run_again):
        with pytest.raises(NotFound):
            act(odd)


def test_medians_and_failures_of_each_tool(site, ada):
    study = make_study(ada.owner_id)
    for wait, run, status in ((1, 10, Status.DONE), (3, 30, Status.DONE), (100, 20, Status.FAILED)):
        ended(study, status, wait=wait, run=run)
    ended(study, tool="other", wait=5, run=7)
    ended(study, ago=8 * 86_400, wait=9_999)
    make_analysis(study, status=Status.CANCELLED, finished_at=utcnow())
    first, second = statistics.per_tool()
    assert (first.tool, first.count, first.failed) == ("correlation", 3, 1)
    assert (round(first.wait_seconds, 3), round(first.run_seconds, 3), first.failure_rate) == (3, 20, 1 / 3)
    assert (second.tool, second.count, round(second.run_seconds, 3)) == ("other", 1, 7)


def test_what_ended_in_each_hour(site, ada):
    study = make_study(ada.owner_id)
    ended(study, ago=0.0)
    ended(study, Status.FAILED, ago=0.0)
    ended(study, ago=3_600)
    ended(study, ago=50 * 3_600)
    found = statistics.throughput(seconds=3_600, back=24)
    assert len(found) == 24
    assert [row[1:] for row in found[-2:]] == [(1, 0), (1, 1)]
    assert sum(done + failed for _, done, failed in found) == 3
    assert all((later[0] - earlier[0]).total_seconds() == 3_600 for earlier, later in pairwise(found))
