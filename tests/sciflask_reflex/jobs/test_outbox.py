"""The outbox: rung when due, kept when the broker is away, rung again when a bell was lost."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from redis.exceptions import RedisError
from sqlmodel import select, update

from sciflask_reflex.db import reading, writing
from sciflask_reflex.jobs import events, outbox, runs
from sciflask_reflex.jobs.broker import make_broker, unheard
from sciflask_reflex.models import Outbox
from tests.factories import make_analysis, make_owner, make_study


def put(**fields):
    """Make a queued analysis with a bell to ring."""
    analysis = make_analysis(make_study(make_owner().id), **fields)
    with writing() as session:
        session.add(Outbox(analysis_id=analysis.id))
    return analysis


def unsent() -> int:
    with reading() as session:
        return len(session.exec(select(Outbox.id).where(Outbox.sent_at.is_(None))).all())


@pytest.mark.usefixtures("valkey")
def test_each_bell_rings_once():
    for _ in range(3):
        put()
    broker = make_broker()
    assert [outbox.relay(broker) for _ in range(2)] == [3, 0]
    assert unheard(broker) == 3
    assert unsent() == 0


@pytest.mark.usefixtures("valkey")
def test_what_is_not_due_waits():
    put(not_before=datetime.now(UTC) + timedelta(seconds=60))
    assert outbox.relay(make_broker()) == 0
    assert unsent() == 1


@pytest.mark.usefixtures("sqlite")
def test_nothing_is_lost_while_the_broker_is_away():
    put()
    with pytest.raises(RedisError):
        outbox.relay(make_broker())
    assert unsent() == 1


def age_bells() -> None:
    with writing() as session:
        session.exec(update(Outbox).values(sent_at=datetime.now(UTC) - timedelta(hours=1)))


@pytest.mark.usefixtures("valkey")
def test_a_lost_bell_rings_again_but_a_waiting_one_does_not():
    put()
    broker = make_broker()
    outbox.relay(broker)
    age_bells()
    assert outbox.ring_again(broker) == 0, "it still waits for a worker"
    broker.client.flushall()
    assert outbox.ring_again(broker) == 1
    assert outbox.ring_again(broker) == 0, "once is enough"
    assert outbox.relay(broker) == 1


@pytest.mark.usefixtures("valkey")
def test_a_young_bell_is_not_taken_for_lost_nor_one_whose_work_has_begun():
    first, second = put(), put()
    broker = make_broker()
    outbox.relay(broker)
    broker.client.flushall()
    assert outbox.ring_again(broker) == 0
    runs.claim(first.id, "w")
    age_bells()
    assert outbox.ring_again(broker) == 1
    with reading() as session:
        assert session.exec(select(Outbox.analysis_id).where(Outbox.sent_at.is_(None))).all() == [second.id]


@pytest.mark.usefixtures("valkey")
def test_a_submit_is_heard_at_once_and_other_news_are_not():
    ear = outbox.Ear(make_broker())
    ear.wait(0.1)
    threading.Timer(0.2, lambda: events.publish("o", "a", status="running")).start()
    threading.Timer(0.5, lambda: events.publish("o", "a", status="queued")).start()
    started = time.monotonic()
    ear.wait(10)
    assert 0.4 < time.monotonic() - started < 2


@pytest.mark.usefixtures("sqlite")
def test_an_ear_without_a_broker_just_waits():
    started = time.monotonic()
    outbox.Ear(make_broker()).wait(0.3)
    assert time.monotonic() - started >= 0.3
