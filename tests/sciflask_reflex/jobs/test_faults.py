"""Faults: counted by kind, without what people typed; told once, grouped, and not too often."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select, update

from sciflask_reflex.db import engine, reading, writing
from sciflask_reflex.jobs import alarms, faults, runs
from sciflask_reflex.jobs.causes import Cause
from sciflask_reflex.models import Fault, Mail, MailKind, Role, Status
from sciflask_reflex.settings import settings
from sciflask_reflex.studies.names import study_name
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database")
SECRET = "sfk_hunter2-of-ada@example.org"


def chained() -> Exception:
    """Return an exception that came through a function of ours and quotes a secret."""
    try:
        study_name(3)  # pyright: ignore[reportArgumentType]
    except (AttributeError, TypeError) as cause:
        try:
            raise RuntimeError(SECRET) from cause
        except RuntimeError as error:
            return error
    raise AssertionError


def plain() -> Exception:
    try:
        study_name(3)  # pyright: ignore[reportArgumentType]
    except (AttributeError, TypeError) as error:
        return error
    raise AssertionError


def rows() -> list[Fault]:
    with reading() as session:
        return list(session.exec(select(Fault).order_by(col(Fault.first_at))))


def mails() -> list[Mail]:
    with reading() as session:
        return list(session.exec(select(Mail).order_by(col(Mail.created_at), col(Mail.to))))


def an_hour_later() -> None:
    with writing() as session:
        session.exec(update(Fault).values(mailed_at=Fault.mailed_at - 3_601))
        session.exec(update(Mail).values(created_at=Mail.created_at - 3_601))


def test_one_kind_is_one_row_and_quotes_nobody():
    for _ in range(3):
        faults.record(chained(), "worker")
    faults.record(plain(), "worker")
    first, second = rows()
    assert (first.count, second.count) == (3, 1)
    assert "studies/names.py, " in second.title
    assert "studies/names.py" in second.traceback
    for row in (first, second):
        assert SECRET not in row.title + row.traceback


def test_the_event_loop_does_not_wait_and_many_cost_little():
    for _ in range(500):
        faults.record_soon(plain(), "event handler")
    faults.settle()
    [row] = rows()
    assert row.count == 500


def test_without_a_database_it_is_silent(monkeypatch):
    def down(*_: object) -> None:
        raise OperationalError("select", {}, Exception("down"))

    monkeypatch.setattr(faults, "_count", down)
    faults.record(plain(), "worker")
    faults.record_soon(plain(), "worker")
    faults.settle()
    assert rows() == []


def test_the_first_at_once_then_one_an_hour():
    admin, other = make_owner(Role.ADMIN), make_owner(Role.ADMIN)
    make_owner()
    faults.record(plain(), "worker")
    assert [alarms.tell(), alarms.tell()] == [1, 0]
    assert {mail.to for mail in mails()} == {admin.email, other.email}
    assert {mail.kind for mail in mails()} == {MailKind.OPERATOR}
    for _ in range(7):
        faults.record(plain(), "worker")
    assert alarms.tell() == 0
    an_hour_later()
    assert alarms.tell() == 1
    assert "7 times since" in mails()[-1].body
    assert "8 in all" in mails()[-1].body
    assert SECRET not in "".join(mail.body + mail.subject for mail in mails())
    an_hour_later()
    assert alarms.tell() == 0, "nothing new"


def test_many_kinds_share_mails_and_no_storm_fills_the_box(monkeypatch):
    monkeypatch.setenv("SCIFLASK_OPERATOR_MAIL", "ops@example.org")
    settings.cache_clear()
    make_owner(Role.ADMIN)
    told = 0
    for number in range(40):
        faults.record(type(f"Kind{number}Error", (Exception,), {})(), "worker")
        if number % 2:
            told += alarms.tell()
    assert len(mails()) == alarms.MAILS_PER_HOUR
    assert {mail.to for mail in mails()} == {"ops@example.org"}
    an_hour_later()
    assert told + alarms.tell() == 40
    assert "and 8 more kinds" in mails()[-1].body


def test_nobody_to_tell_forgets_nothing():
    faults.record(plain(), "worker")
    assert alarms.tell() == 0
    make_owner(Role.ADMIN)
    assert alarms.tell() == 1


@pytest.mark.parametrize(
    ("cause", "counted"), [(Cause.TOOL, 0), (Cause.WALLTIME, 0), (Cause.MEMORY, 1), (Cause.INTERNAL, 1), (Cause.CRASH, 1)]
)
def test_failed_analyses_count_unless_the_person_was_told_why(cause, counted):
    study = make_study(make_owner().id)
    details = f'Traceback (most recent call last):\n  File "tool.py", line 3, in run\nValueError: {SECRET}\n'
    for _ in range(2):
        analysis = make_analysis(study, status=Status.RUNNING, attempt=1)
        claim = runs.Claim(analysis.id, 1, analysis.owner_id, study.id, study.tool, {})
        assert runs.fail(claim, cause, "A sentence.", details)
    assert [row.count for row in rows()] == [2] * counted
    for row in rows():
        assert "ValueError" in row.title
        assert SECRET not in row.title + row.traceback


def test_an_analysis_ends_although_it_cannot_be_counted(monkeypatch):
    with engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE fault RENAME TO fault_away")
    try:
        study = make_study(make_owner().id)
        analysis = make_analysis(study, status=Status.RUNNING, attempt=1)
        assert runs.fail(runs.Claim(analysis.id, 1, analysis.owner_id, study.id, study.tool, {}), Cause.CRASH, "A sentence.")
    finally:
        with engine().begin() as connection:
            connection.exec_driver_sql("ALTER TABLE fault_away RENAME TO fault")
