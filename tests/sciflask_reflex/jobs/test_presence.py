"""Who lives: said in a real broker, forgotten when nothing is heard, unknown when the broker is away."""

import redis

from sciflask_reflex.commands import doctor_servers
from sciflask_reflex.jobs import presence
from sciflask_reflex.jobs.presence import Present, Roll
from sciflask_reflex.settings import settings


def test_workers_come_and_go(valkey):
    assert presence.ask() == ()
    assert presence.beat("b", ("default",))
    presence.beat("a", ("default", "long"))
    assert presence.ask() == (Present("a", ("default", "long")), Present("b", ("default",)))
    presence.leave("a")
    assert presence.ask() == (Present("b", ("default",)),)


def test_pages_are_told_when_a_worker_comes_or_goes(valkey, monkeypatch):
    told = []
    monkeypatch.setattr(presence, "publish", lambda *whose, status: told.append((*whose, status)))
    presence.come("a", ("long",))
    presence.leave("a")
    assert told == [("", "", "workers")] * 2


def test_whoever_is_not_heard_of_is_forgotten(valkey):
    presence.beat("a", ("default",))
    with redis.Redis.from_url(settings().broker_url) as broker:
        broker.delete(f"{presence.ROLL}:a")  # as when its time is over
        assert presence.ask() == ()
        assert broker.smembers(presence.ROLL) == set()


def test_without_a_broker_nobody_knows(sqlite):
    assert not presence.beat("a", ("default",))
    presence.leave("a")
    assert presence.ask() is None
    assert Roll().serving("default") is None


def test_pages_do_not_ask_again_at_once(valkey, monkeypatch):
    asked = []
    monkeypatch.setattr(presence, "ask", lambda: asked.append(1) or (Present("a", ("long",)),))
    roll = Roll()
    assert [roll.serving(queue) for queue in ("long", "default", "long")] == [1, 0, 1]
    assert len(asked) == 1


def test_the_doctor_says_which_queue_nobody_serves(valkey, monkeypatch):
    monkeypatch.setattr(doctor_servers.claim, "is_running", lambda site: True)
    verdict = doctor_servers.workers(settings())
    assert not verdict.ok
    assert "default: nobody" in verdict.says
    assert "SCIFLASK_WORKER_QUEUES" in verdict.cure
    presence.beat("a", ("default",))
    assert doctor_servers.workers(settings()).says == "living workers by queue: default: 1"


def test_the_doctor_does_not_ask_a_site_that_is_not_running(valkey):
    assert doctor_servers.workers(settings()).ok
