"""The ledger: every arrow of its status machine, and every arrow that must not exist."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from sciflask_reflex.db import reading, writing
from sciflask_reflex.jobs import runs
from sciflask_reflex.jobs.causes import Cause
from sciflask_reflex.jobs.runs import Standing
from sciflask_reflex.models import Analysis, Mail, Outbox, Role, Status
from sciflask_reflex.settings import settings
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database")
FINAL = (Status.DONE, Status.FAILED, Status.CANCELLED)


@pytest.fixture
def owner():
    return make_owner()


@pytest.fixture
def queued(owner):
    return make_analysis(make_study(owner.id))


def read(analysis_id: str) -> Analysis:
    with reading() as session:
        return session.exec(select(Analysis).where(Analysis.id == analysis_id)).one()


def mails() -> list[Mail]:
    with reading() as session:
        return list(session.exec(select(Mail)))


def bells() -> list[str]:
    with reading() as session:
        return list(session.exec(select(Outbox.analysis_id)))


def expire(analysis_id: str) -> None:
    """Let the lease run out, as when the worker has died."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    with writing() as session:
        session.exec(update(Analysis).where(Analysis.id == analysis_id).values(lease_until=past))


def make_due(analysis_id: str) -> None:
    with writing() as session:
        session.exec(update(Analysis).where(Analysis.id == analysis_id).values(not_before=None))


def test_a_claim_starts_the_first_attempt_with_a_lease(queued):
    claim = runs.claim(queued.id, "w")
    row = read(queued.id)
    assert (claim.attempt, row.attempt, row.status, row.lease_owner) == (1, 1, Status.RUNNING, "w")
    left = (row.lease_until - datetime.now(UTC)).total_seconds()
    assert left == pytest.approx(settings().lease_seconds, abs=2)
    assert row.started_at is not None


@pytest.mark.parametrize("status", [Status.RUNNING, Status.CANCELLING, *FINAL])
def test_only_what_waits_can_be_claimed(owner, status):
    analysis = make_analysis(make_study(owner.id), status=status, attempt=1)
    assert runs.claim(analysis.id, "w") is None
    assert read(analysis.id).status == status


def test_what_is_not_due_or_not_there_cannot_be_claimed(owner):
    soon = datetime.now(UTC) + timedelta(seconds=60)
    assert runs.claim(make_analysis(make_study(owner.id), not_before=soon).id, "w") is None
    assert runs.claim("0" * 32, "w") is None


def test_a_heartbeat_renews_the_lease_and_says_whether_to_go_on(owner, queued):
    claim = runs.claim(queued.id, "w")
    expire(queued.id)
    assert runs.heartbeat(claim) == Standing.GO_ON
    assert read(queued.id).lease_until > datetime.now(UTC)
    runs.cancel(queued.id, owner_id=owner.id)
    assert runs.heartbeat(claim) == runs.standing(claim) == Standing.CANCEL
    runs.cancelled(claim)
    assert runs.heartbeat(claim) == runs.standing(claim) == Standing.LOST


def test_progress_is_kept(queued):
    claim = runs.claim(queued.id, "w")
    assert runs.progress(claim, "Ranking", 0.5, ["one", "two"])
    row = read(queued.id)
    assert (row.stage, row.fraction, row.log) == ("Ranking", 0.5, ["one", "two"])


def test_a_commit_ends_it_and_writes_one_mail(owner, queued):
    claim = runs.claim(queued.id, "w")
    assert runs.commit(claim, {"files": []})
    assert runs.commit(claim, {"files": []}), "a commit whose answer was lost may be repeated"
    row = read(queued.id)
    assert (row.status, row.manifest, row.lease_until, row.fraction) == (Status.DONE, {"files": []}, None, 1.0)
    [mail] = mails()
    assert mail.to == owner.email
    assert f"/analyses/{queued.id}" in mail.body


def test_a_failure_keeps_its_sentence_and_writes_one_mail(queued):
    claim = runs.claim(queued.id, "w")
    assert runs.fail(claim, Cause.TOOL, "Too few samples.", "details")
    assert not runs.fail(claim, Cause.TOOL, "Again.")
    row = read(queued.id)
    assert (row.status, row.cause, row.error, row.traceback) == (Status.FAILED, "tool", "Too few samples.", "details")
    [mail] = mails()
    assert "Too few samples." in mail.body


def test_guests_get_no_mail():
    queued = make_analysis(make_study(make_owner(Role.GUEST).id))
    runs.commit(runs.claim(queued.id, "w"), {"files": []})
    assert mails() == []


def test_an_older_attempt_changes_nothing(queued):
    old = runs.claim(queued.id, "w1")
    expire(queued.id)
    assert runs.reap() == [(queued.id, 1)]
    make_due(queued.id)
    new = runs.claim(queued.id, "w2")
    assert new.attempt == 2
    assert runs.heartbeat(old) == runs.standing(old) == Standing.LOST
    assert not runs.progress(old, "late", 0.9, [])
    assert not runs.commit(old, {"files": [{"name": "late", "bytes": 1}]})
    assert not runs.fail(old, Cause.TOOL, "late")
    assert not runs.cancelled(old)
    assert not runs.hand_back(old)
    assert runs.crashed(old, "late") is None
    row = read(queued.id)
    assert (row.status, row.attempt, row.stage, row.manifest) == (Status.RUNNING, 2, "Starting", None)
    assert runs.commit(new, {"files": []})


def test_a_commit_after_the_reaper_is_refused(queued):
    claim = runs.claim(queued.id, "w")
    expire(queued.id)
    runs.reap()
    assert not runs.commit(claim, {"files": []})
    assert read(queued.id).status == Status.QUEUED
    assert mails() == []


def test_a_lease_that_holds_is_not_reaped(queued):
    runs.claim(queued.id, "w")
    assert runs.reap() == []


def test_a_dead_worker_costs_an_attempt_and_a_wait_then_fails_for_good(queued):
    waits = []
    for attempt in (1, 2, 3):
        make_due(queued.id)
        assert runs.claim(queued.id, "w").attempt == attempt
        expire(queued.id)
        assert runs.reap() == [(queued.id, attempt)]
        row = read(queued.id)
        if attempt < 3:
            assert row.status == Status.QUEUED
            waits.append((row.not_before - datetime.now(UTC)).total_seconds())
            assert len(bells()) == attempt
    assert 0 < waits[0] < waits[1]
    assert (row.status, row.cause, row.crashes) == (Status.FAILED, "crash", 3)
    assert row.error
    assert len(mails()) == 1
    assert runs.reap() == []


def test_handing_back_counts_as_no_crash(queued):
    for attempt in range(1, 6):
        claim = runs.claim(queued.id, "w")
        assert claim.attempt == attempt
        assert runs.hand_back(claim)
    row = read(queued.id)
    assert (row.status, row.crashes, row.not_before) == (Status.QUEUED, 0, None)
    assert bells() == [queued.id] * 5


def test_cancel_while_queued_is_final(owner, queued):
    assert runs.cancel(queued.id, owner_id=owner.id) == Status.CANCELLED
    assert runs.claim(queued.id, "w") is None
    assert runs.cancel(queued.id, owner_id=owner.id) == Status.CANCELLED


def test_cancel_while_running_forbids_the_result(owner, queued):
    claim = runs.claim(queued.id, "w")
    assert runs.cancel(queued.id, owner_id=owner.id) == Status.CANCELLING
    assert runs.cancel(queued.id, owner_id=owner.id) == Status.CANCELLING
    assert not runs.commit(claim, {"files": []})
    assert not runs.fail(claim, Cause.TOOL, "too late")
    assert runs.crashed(claim, "too late") is None
    assert runs.cancelled(claim)
    assert not runs.cancelled(claim)
    assert read(queued.id).status == Status.CANCELLED
    assert mails() == []


def test_a_dead_worker_cannot_hold_up_a_cancellation(owner, queued):
    runs.claim(queued.id, "w")
    runs.cancel(queued.id, owner_id=owner.id)
    expire(queued.id)
    assert runs.reap() == [(queued.id, 1)]
    assert read(queued.id).status == Status.CANCELLED


@pytest.mark.parametrize("status", FINAL)
def test_what_is_over_stays_over(owner, status):
    analysis = make_analysis(make_study(owner.id), status=status, attempt=1)
    assert runs.cancel(analysis.id, owner_id=owner.id) == status


def test_nobody_cancels_the_work_of_others(queued):
    assert runs.cancel(queued.id, owner_id=make_owner().id) is None
    assert read(queued.id).status == Status.QUEUED


def test_whatever_a_tool_says_can_be_kept(queued):
    claim = runs.claim(queued.id, "w")
    odd = "a\x00b\ud800\U0001f9ea"
    assert runs.progress(claim, odd * 100, 0.5, [odd, "x" * 10_000])
    assert runs.fail(claim, Cause.TOOL, odd, odd * 100_000)
    row = read(queued.id)
    assert row.error == "a\N{REPLACEMENT CHARACTER}b?\U0001f9ea"
    assert len(row.stage) <= 200
    assert len(row.log[1]) <= 500
