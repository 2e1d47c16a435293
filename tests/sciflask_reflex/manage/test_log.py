"""Search in the audit log, on both databases."""

from datetime import UTC, datetime, timedelta

from sciflask_reflex.db import writing
from sciflask_reflex.manage.log import service
from sciflask_reflex.manage.log.service import Wanted
from sciflask_reflex.manage.moments import Range
from sciflask_reflex.models import AuditEvent, utcnow
from tests.accounts import make_account


def today():
    day = datetime.now(UTC).date()
    return Range(day - timedelta(days=1), day)


def write(*events):
    with writing() as session:
        for event in events:
            session.add(AuditEvent(**event))
            session.flush()


def found(**wanted):
    rows, _ = service.events(Wanted(today(), **wanted))
    return [row.tag for row in rows]


def test_by_person_tag_time_and_outcome(site):
    ada, bob = make_account(), make_account("bob@example.org")
    write(
        {"tag": "t:1", "actor_id": ada.owner_id, "subject_id": ada.owner_id},
        {"tag": "t:2", "actor_id": bob.owner_id, "subject_id": ada.owner_id, "outcome": "failure"},
        {"tag": "t:22", "actor_id": bob.owner_id, "subject_id": bob.owner_id},
        {"tag": "t:3", "actor_id": "f" * 32},
        {"tag": "t:4", "at": utcnow() - timedelta(days=5)},
    )
    assert found(tag="t:") == ["t:3", "t:22", "t:2", "t:1"]
    assert found(tag="t:2") == ["t:22", "t:2"]
    assert found(tag="t:", outcome="failure") == ["t:2"]
    assert found(tag="t:", person="ada@EXAMPLE") == ["t:2", "t:1"]
    assert found(tag="t:", person=bob.owner_id) == ["t:22", "t:2"]
    assert found(tag="t:", person="f" * 32) == ["t:3"]
    assert found(tag="t:", person="%") == found(tag="t:", person="nobody of that name") == []


def test_names_of_those_who_are_there_and_of_those_who_are_gone(site):
    ada = make_account()
    write({"tag": "t:1", "actor_id": "f" * 32, "subject_id": ada.owner_id}, {"tag": "t:2"})
    rows, _ = service.events(Wanted(today(), tag="t:"))
    assert [(row.actor, row.subject) for row in rows] == [
        ("nobody known", ""), ("somebody who is gone (ffffffff)", "Ada Lovelace (ada@example.org)"),
    ]  # fmt: skip


def test_page_by_page_to_the_end_while_more_comes(site):
    write(*[{"tag": f"t:{n}"} for n in range(7)])
    first, more = service.events(Wanted(today(), tag="t:"), limit=3)
    write({"tag": "t:new"})
    second, _ = service.events(Wanted(today(), tag="t:"), before=first[-1].id, limit=3)
    third, end = service.events(Wanted(today(), tag="t:"), before=second[-1].id, limit=3)
    assert (more, end) == (True, False)
    assert [row.tag for row in (*first, *second, *third)] == [f"t:{n}" for n in range(6, -1, -1)]


def test_a_file_holds_everything_but_no_more_than_it_may(site, monkeypatch):
    write(*[{"tag": "t:x"} for _ in range(5)])
    assert len(list(service.every_event(Wanted(today(), tag="t:")))) == 5
    monkeypatch.setattr(service, "MOST_IN_FILE", 3)
    assert len(list(service.every_event(Wanted(today(), tag="t:")))) == 3
