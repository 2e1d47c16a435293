"""The audit log: who, what, in the transaction of the act, never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Refused
from sciflask_reflex.models import AuditEvent


def lines() -> list[AuditEvent]:
    with reading() as session:
        return list(session.exec(select(AuditEvent)).all())


def test_a_line_says_who_did_what_from_where_without_saying_the_address(database: str, keys: None):
    with audit.acting(audit.Actor("o" * 32, "f" * 64, "192.0.2.7")), writing() as session:
        audit.record(session, "analysis:submit", thing="analysis:1", name="x" * 300, count=3, odd="a\nb")
    (line,) = lines()
    assert (line.actor_id, line.subject_id, line.tag, line.thing, line.outcome) == (
        "o" * 32, "o" * 32, "analysis:submit", "analysis:1", "success",
    )  # fmt: skip
    assert line.session == "f" * 16
    assert line.network
    assert "192" not in line.network
    assert line.detail == {"name": "x" * 63 + "…", "count": 3, "odd": "a b"}


def test_an_act_that_is_rolled_back_leaves_no_line(database: str, keys: None):
    def act():
        with writing() as session:
            audit.record(session, "study:create")
            raise Refused("no")

    with pytest.raises(Refused):
        act()
    assert lines() == []


@pytest.mark.parametrize("statement", [update(AuditEvent).values(tag="x"), delete(AuditEvent)])
def test_a_line_can_be_neither_changed_nor_taken_away(database: str, keys: None, statement):
    with writing() as session:
        audit.record(session, "study:create")
    with pytest.raises(DBAPIError, match="audit log"), writing() as session:
        session.execute(statement)
    assert [line.tag for line in lines()] == ["study:create"]


def test_what_is_older_than_it_is_kept_may_go(database: str, keys: None):
    old = datetime.now(UTC) - timedelta(days=audit.KEEP_DAYS + 1)
    with writing() as session:
        session.add(AuditEvent(tag="old", at=old))
        audit.record(session, "new")
    with writing() as session:
        session.execute(delete(AuditEvent).where(col(AuditEvent.at) < old + timedelta(seconds=5)))
    assert [line.tag for line in lines()] == ["new"]


def test_a_network_can_be_told_again_within_a_month_and_not_beyond(database: str, keys: None):
    may, june = datetime(2026, 5, 3, tzinfo=UTC), datetime(2026, 6, 3, tzinfo=UTC)
    assert audit.network_hash("192.0.2.7", may) == audit.network_hash("192.0.2.7", may + timedelta(days=9))
    assert audit.network_hash("192.0.2.7", may) != audit.network_hash("192.0.2.7", june)
    assert audit.network_hash("192.0.2.7", may) != audit.network_hash("192.0.2.8", may)
