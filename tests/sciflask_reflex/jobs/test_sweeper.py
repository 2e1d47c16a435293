"""What nobody needs goes; what somebody needs, or may be about to need, stays."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from sciflask_reflex import storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.jobs import results
from sciflask_reflex.jobs.sweeper import sweep
from sciflask_reflex.models import Mail, Outbox, Status, Upload, new_id
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database")


def age(path):
    """Make a path two hours old."""
    old = time.time() - 7_200
    os.utime(path, (old, old))
    return path


def folder(path):
    path.mkdir(parents=True)
    (path / "file").write_text("x")
    return path


def test_files_without_a_row_go_after_an_hour():
    old = [age(folder(storage.study_folder(new_id()))), age(folder(storage.analysis_folder(new_id())))]
    young = [folder(storage.study_folder(new_id())), folder(storage.analysis_folder(new_id()))]
    waiting = storage.staging(new_id())
    waiting.write_text("x")
    old.append(age(waiting))
    assert sweep() == 3
    assert [path.exists() for path in old] == [False] * 3
    assert [path.exists() for path in young] == [True] * 2
    assert list(storage.trash_folder().iterdir()) == []


def test_what_has_a_row_stays():
    study = make_study(make_owner().id)
    analysis = make_analysis(study, status=Status.DONE, attempt=2)
    kept = [age(storage.study_folder(study.id)), age(folder(storage.result_folder(analysis.id, 2)))]
    gone = [age(folder(storage.result_folder(analysis.id, 1))), age(folder(storage.result_draft(analysis.id, 2)))]
    age(storage.analysis_folder(analysis.id))
    sweep()
    assert [path.exists() for path in kept] == [True, True]
    assert [path.exists() for path in gone] == [False, False]


def test_the_draft_of_what_runs_stays():
    analysis = make_analysis(make_study(make_owner().id), status=Status.RUNNING, attempt=2)
    draft, older = age(folder(storage.result_draft(analysis.id, 2))), age(folder(storage.result_draft(analysis.id, 1)))
    sweep()
    assert draft.exists()
    assert not older.exists()


def test_what_an_attempt_left_with_other_machines_goes_when_it_is_over():
    analysis = make_analysis(make_study(make_owner().id), status=Status.RUNNING, attempt=2)
    running, over = (age(folder(storage.result_spread(analysis.id, attempt))) for attempt in (2, 1))
    young = folder(storage.result_spread(new_id(), 1))
    sweep()
    assert running.exists()
    assert not over.exists()
    assert young.exists()


def test_what_others_keep_where_machines_share_is_theirs():
    theirs = [age(folder(storage.spread_folder() / name)) for name in ("home", "dask-scratch-space", new_id(), f"{new_id()}.1.old")]
    sweep()
    assert [path.exists() for path in theirs] == [True] * 4


def test_an_upload_that_became_no_study_goes_after_a_day():
    owner = make_owner()
    uploads = [Upload(owner_id=owner.id, filename="a.csv", created_at=datetime.now(UTC) - timedelta(hours=hours)) for hours in (25, 23)]
    with writing() as session:
        session.add_all(uploads)
    for upload in uploads:
        storage.staging(upload.id).write_text("x")
        age(storage.staging(upload.id))
    sweep()
    assert [storage.staging(upload.id).exists() for upload in uploads] == [False, True]
    with reading() as session:
        assert session.exec(select(Upload.id)).all() == [uploads[1].id]


def test_old_bells_go_unless_somebody_still_waits():
    done, queued = (make_analysis(make_study(make_owner().id), status=status) for status in (Status.DONE, Status.QUEUED))
    long_ago = datetime.now(UTC) - timedelta(days=2)
    with writing() as session:
        session.add_all(Outbox(analysis_id=each.id, sent_at=long_ago) for each in (done, queued))
    sweep()
    with reading() as session:
        assert session.exec(select(Outbox.analysis_id)).all() == [queued.id]


def test_old_mails_go():
    ages = (timedelta(days=8), timedelta(days=2))
    with writing() as session:
        session.add_all(Mail(to="a@b.org", subject="s", body="b", cause=str(old), created_at=datetime.now(UTC) - old) for old in ages)
    sweep()
    with reading() as session:
        assert session.exec(select(Mail.cause)).all() == [str(ages[1])]


def test_attempts_up_to_one_are_discarded():
    analysis_id = new_id()
    for attempt in (1, 2, 3):
        folder(storage.result_folder(analysis_id, attempt))
        folder(storage.result_draft(analysis_id, attempt))
        folder(storage.result_scratch(analysis_id, attempt))
    results.discard_attempts(analysis_id, 2)
    assert sorted(path.name for path in storage.analysis_folder(analysis_id).iterdir()) == [".3.scratch", ".3.tmp", "3"]
