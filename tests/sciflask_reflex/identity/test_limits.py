from concurrent.futures import ThreadPoolExecutor

import pytest

from sciflask_reflex.db import reading
from sciflask_reflex.errors import TooOften
from sciflask_reflex.identity import limits
from sciflask_reflex.identity.limits import Limit
from sciflask_reflex.identity.models import RateLimit

LIMIT = Limit("test", 4, 100)


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1_000_000.0

        def time(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


def test_limit_slides(site, clock):
    for _ in range(4):
        limits.count(LIMIT, "ada")
    with pytest.raises(TooOften) as refusal:
        limits.count(LIMIT, "ada")
    assert refusal.value.retry_after_s == 100
    limits.count(LIMIT, "bob")
    clock.now += 101
    limits.count(LIMIT, "ada")  # the first window has slid out by a hundredth
    with pytest.raises(TooOften):
        limits.count(LIMIT, "ada")
    clock.now += 200
    limits.count(LIMIT, "ada")


def test_forget(site, clock):
    for _ in range(4):
        limits.count(LIMIT, "ada")
    limits.forget(LIMIT, "ada")
    limits.count(LIMIT, "ada")


def test_every_try_counts_when_many_come_at_once(site):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: limits.record(LIMIT, "ada"), range(40)))
    with reading() as session:
        from sqlmodel import select

        assert sum(row.count for row in session.exec(select(RateLimit)).all()) == 40


def test_old_windows_are_swept(site, clock):
    limits.record(LIMIT, "ada")
    clock.now += 3 * 86_400
    limits.record(LIMIT, "bob")
    with reading() as session:
        from sqlmodel import select

        assert len(session.exec(select(RateLimit)).all()) == 1


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::1", "2001:0db8:0001:0002"),
        ("testclient", "unknown"),
        ("", "unknown"),
    ],
)
def test_network(ip, network):
    assert limits.network_of(ip) == network
