"""Queues of their own: who takes what from which, places within them, and bells that reach the right workers."""

from dataclasses import replace

import pytest
from pydantic import ValidationError
from sqlmodel import select

from pipeline import tools
from pipeline.toolkit import Resources
from sciflask_reflex.analyses import service
from sciflask_reflex.db import reading, writing
from sciflask_reflex.jobs import outbox, queues, runs, turns
from sciflask_reflex.jobs.broker import make_broker, unheard
from sciflask_reflex.models import Analysis, Outbox, Role, RoleLimits
from sciflask_reflex.settings import Settings, settings
from tests.factories import make_analysis, make_owner, make_study


@pytest.fixture(autouse=True)
def slow(monkeypatch):
    """A tool whose analyses wait in a queue of their own."""
    monkeypatch.setitem(tools(), "slow", replace(tools()["correlation"], slug="slow", resources=Resources(queue="long")))


def waiting(tool: str, owner=None, bell: bool = True) -> Analysis:
    analysis = make_analysis(make_study((owner or make_owner()).id, tool=tool))
    if bell:
        with writing() as session:
            session.add(Outbox(analysis_id=analysis.id))
    return analysis


def rung_for() -> list[str]:
    with reading() as session:
        return list(session.exec(select(Outbox.analysis_id).order_by(Outbox.id)))


@pytest.mark.usefixtures("sqlite")
def test_all_queues_are_served_unless_a_setting_names_some(configure):
    assert queues.all_queues() == queues.served_here() == ("default", "long")
    configure(worker_queues="long, other, long")
    assert queues.served_here() == ("long", "other")


def test_the_name_of_a_queue_is_checked():
    with pytest.raises(ValidationError, match="small letters"):
        Settings(worker_queues="default,Long Jobs")  # pyright: ignore[reportCallIssue]


@pytest.mark.usefixtures("database")
def test_each_queue_is_a_line_of_its_own():
    first, second, third = waiting("slow"), waiting("correlation"), waiting("slow")
    gone = waiting("a-tool-that-was-removed")
    places = {each.id: service.get(each.id, owner_id=each.owner_id).queue_position for each in (first, second, third, gone)}
    assert places == {first.id: 1, second.id: 1, third.id: 2, gone.id: 2}
    claims = [runs.claim_next("w", queue) for queue in ("long", "default", "default", "default", "long", "long")]
    assert [claim and claim.analysis_id for claim in claims] == [first.id, second.id, gone.id, None, third.id, None]


@pytest.mark.usefixtures("database")
def test_a_place_that_became_free_is_told_in_every_queue():
    owner = make_owner()
    with writing() as session:
        session.merge(RoleLimits(role=Role.USER, max_running=1))
    busy = waiting("correlation", owner, bell=False)
    claim = runs.claim(busy.id, "w")
    assert claim
    left = [waiting(tool, owner, bell=False).id for tool in ("slow", "correlation", "slow")]
    assert runs.claim_next("w", "long") is None  # the owner has as many running as allowed, in whichever queue
    assert runs.commit(claim, {"files": []})
    assert sorted(rung_for()) == sorted(left[:2])


@pytest.mark.usefixtures("valkey")
def test_bells_ring_where_the_tool_waits():
    waiting("slow"), waiting("correlation"), waiting("slow")
    broker = make_broker()
    assert outbox.relay(broker) == 3
    assert (unheard(broker), unheard(broker, "long")) == (1, 2)


@pytest.mark.usefixtures("valkey")
def test_a_queue_that_nobody_serves_hides_no_lost_bell_of_another():
    waiting("slow")
    broker = make_broker()
    outbox.relay(broker)
    lost = waiting("correlation", bell=False)
    assert unheard(broker, "long") == 1
    assert outbox.ring_again(broker) == 1
    assert rung_for()[-1] == lost.id


@pytest.mark.usefixtures("valkey")
def test_a_process_has_one_bell_in_hand_however_many_queues_it_hears():
    waiting("slow"), waiting("correlation")
    outbox.relay(make_broker())
    mine, other = make_broker(), make_broker()
    here = {queue: mine.consume(name, prefetch=1, timeout=1) for queue, name in (("default", "jobs"), ("long", "jobs-long"))}
    bell = next(here["default"])
    assert bell is not None
    assert next(here["long"]) is None
    assert next(other.consume("jobs-long", prefetch=1, timeout=1)) is not None, "it is left for somebody who is free"
    here["default"].ack(bell)
    waiting("slow")
    outbox.relay(make_broker())
    assert next(here["long"]) is not None


@pytest.mark.usefixtures("sqlite")
def test_no_query_names_a_queue_when_there_is_one(monkeypatch):
    monkeypatch.delitem(tools(), "slow")
    only = waiting("correlation")
    with reading() as session:
        assert turns.next_in_line(session) == only.id
    assert queues.all_queues() == ("default",)
    assert settings().served_queues == ()
