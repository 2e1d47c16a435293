"""Work whose time is over goes, after a warning, and nothing else does."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from sciflask_reflex import storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.jobs import retiring, sweeper
from sciflask_reflex.models import Analysis, AuditEvent, Mail, MailKind, Owner, Role, Share, Status, Study, utcnow
from sciflask_reflex.settings import settings
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database", "keys")
DAY = timedelta(days=1)


def keep(monkeypatch, days: int) -> None:
    monkeypatch.setenv("SCIFLASK_KEEP_DAYS", str(days))
    settings.cache_clear()


def ended(study: Study, ago: timedelta, **fields) -> Analysis:
    when = utcnow() - ago
    row = make_analysis(study, status=Status.DONE, attempt=1, created_at=when, finished_at=when, **fields)
    storage.result_folder(row.id, 1).mkdir(parents=True)
    return row


def old_guest(ago: timedelta, last_study: timedelta | None = None) -> tuple[Owner, Study]:
    guest = make_owner(Role.GUEST, created_at=utcnow() - ago)
    study = make_study(guest.id)
    with writing() as session:
        session.execute(update(Study).where(col(Study.id) == study.id).values(created_at=utcnow() - (last_study or ago)))
    return guest, study


def everything(table) -> list:
    with reading() as session:
        return list(session.exec(select(table.id)))


def mails() -> list[Mail]:
    with reading() as session:
        return list(session.exec(select(Mail).where(Mail.kind == MailKind.RETENTION)))


def test_a_guest_goes_with_everything_some_days_after_the_last_thing_made():
    days = settings().guest_days
    gone, study = old_guest((days + 1) * DAY)
    result = ended(study, (days + 0.5) * DAY)
    kept = [old_guest((days + 9) * DAY, last_study=(days - 1) * DAY)[0], old_guest((days - 1) * DAY)[0]]
    running, busy = old_guest((days + 9) * DAY)
    make_analysis(busy, status=Status.RUNNING, created_at=utcnow() - (days + 2) * DAY)
    user = make_owner(created_at=utcnow() - 4000 * DAY)
    assert retiring.retire() == 1
    assert set(everything(Owner)) == {*(each.id for each in kept), running.id, user.id}
    assert not (storage.root() / "studies" / study.id).exists()
    assert not (storage.root() / "results" / result.id).exists()
    assert retiring.retire() == 0
    with reading() as session:
        assert session.exec(select(AuditEvent.tag, AuditEvent.subject_id)).all() == [("retention:guest", gone.id)]


def test_users_keep_theirs_for_ever_unless_a_setting_says_otherwise():
    analysis = ended(make_study(make_owner().id), 4000 * DAY)
    assert retiring.retire() == 0
    assert everything(Analysis) == [analysis.id]
    assert mails() == []


def test_a_week_after_the_warning_it_goes_and_the_study_stays(monkeypatch):
    keep(monkeypatch, 30)
    owner = make_owner()
    study = make_study(owner.id)
    first, second, later = (ended(study, ago * DAY, name=name) for ago, name in ((24, "First"), (20, "Second"), (2, "Later")))
    assert retiring.retire() == 0
    (mail,) = mails()
    assert mail.to == owner.email
    assert "First" in mail.body
    assert "Second" in mail.body  # it goes within two weeks, and gets no letter of its own
    assert "Later" not in mail.body
    retiring.retire()
    assert len(mails()) == 1
    with writing() as session:
        session.execute(
            update(Analysis).values(finished_at=col(Analysis.finished_at) - 7 * 86_400, warned_at=col(Analysis.warned_at) - 8 * 86_400)
        )
    assert retiring.retire() == 1
    assert set(everything(Analysis)) == {second.id, later.id}
    assert everything(Study) == [study.id]
    assert not (storage.root() / "results" / first.id).exists()


def test_a_new_setting_removes_nothing_without_a_week_of_warning(monkeypatch):
    keep(monkeypatch, 30)
    analysis = ended(make_study(make_owner().id), 4000 * DAY)
    for _ in range(3):
        assert retiring.retire() == 0
    assert everything(Analysis) == [analysis.id]
    assert f"{utcnow() + 7 * DAY:%d %B %Y}" in mails()[0].body


def test_who_does_not_want_such_mails_gets_none_and_the_time_runs_all_the_same(monkeypatch):
    keep(monkeypatch, 30)
    ended(make_study(make_owner(unwanted_mails=["retention"]).id), 40 * DAY)
    retiring.retire()
    assert mails() == []
    with writing() as session:
        session.execute(update(Analysis).values(warned_at=col(Analysis.warned_at) - 8 * 86_400))
    assert retiring.retire() == 1


def test_old_events_of_the_log_and_links_that_are_over_are_forgotten():
    analysis = ended(make_study(make_owner().id), DAY)
    now = utcnow()
    with writing() as session:
        session.add(AuditEvent(tag="old", at=now - 401 * DAY))
        session.add(AuditEvent(tag="new", at=now - 399 * DAY))
        for number, (expires, revoked) in enumerate(((-2, None), (5, -2), (5, None), (-0.5, None))):
            share = Share(analysis_id=analysis.id, owner_id=analysis.owner_id, token_sha256=str(number), expires_at=now + expires * DAY)
            share.revoked_at = now + revoked * DAY if revoked else None
            session.add(share)
    sweeper.sweep()
    with reading() as session:
        assert session.exec(select(AuditEvent.tag)).all() == ["new"]
        assert sorted(session.exec(select(Share.token_sha256)).all()) == ["2", "3"]
