"""What everybody does reaches the tabs of admins: soon, not too often, and nobody else."""

import asyncio
import time

import pytest

from sciflask_reflex.db import writing
from sciflask_reflex.identity import looking, sessions
from sciflask_reflex.live import listener, tabs
from sciflask_reflex.live.listener import Listener, Watched
from sciflask_reflex.models import Owner, Role
from tests.accounts import make_account, make_session

pytestmark = pytest.mark.anyio


class Watch:
    """A listener that watches everything, how often it asked the database, and whom it told what."""

    def __init__(self, house):
        self.asked, self.told, self._heard = [], [], asyncio.Condition()
        self.listener = Listener(house, self._nothing, (), Watched(self._load, self._apply))

    def _nothing(self, owner_id, analysis_id):
        pytest.fail("nobody's own analysis was asked for")

    def _load(self):
        self.asked.append(time.monotonic())
        return len(self.asked)

    async def _apply(self, root, truth):
        async with self._heard:
            self.told.append((root, truth))
            self._heard.notify_all()

    async def told_often(self, count):
        """Wait until so much was told."""
        async with self._heard:
            await self._heard.wait_for(lambda: len(self.told) >= count)

    async def once(self):
        """Tell everybody who watches, and wait until they were told."""
        await self.listener._tell_all(self.listener._watched)
        while self.listener._tasks:
            await asyncio.gather(*self.listener._tasks)


def admin():
    person = make_account("root@example.org", role=Role.ADMIN)
    return make_session(person), person.owner_id


def demote(owner_id):
    with writing() as session:
        owner = session.get(Owner, owner_id)
        owner.role = Role.USER
        session.add(owner)


async def test_admins_who_watch_are_told_and_nobody_else(person, house):
    (token, root_id), other = admin(), person()
    async with house() as it:
        watching = it.open(token, root_id)
        it.open(token, root_id)  # on another page
        liar = it.open(other.session, other.owner_id)
        for tab in (watching, liar):
            tabs.watch(tab)
        watch = Watch(it)
        await watch.once()
        assert [(id(root), truth) for root, truth in watch.told] == [(id(it.roots[watching]), 1)]
        assert tabs.watchers() == [watching]


@pytest.mark.parametrize("end", ["demoted", "signed out", "looks", "left the page", "closed"])
async def test_whoever_may_no_longer_is_told_nothing(person, house, end):
    (token, root_id), other = admin(), person()
    async with house() as it:
        tab = it.open(token, root_id)
        tabs.watch(tab)
        watch = Watch(it)
        await watch.once()
        assert len(watch.told) == 1
        {
            "demoted": lambda: demote(root_id),
            "signed out": lambda: sessions.close_session(token),
            "looks": lambda: looking.start(token, other.owner_id),
            "left the page": lambda: tabs.follow(tab, root_id),
            "closed": lambda: it.close(tab),
        }[end]()
        await watch.once()
        assert len(watch.told) == 1
        assert tabs.watchers() == []


async def test_only_a_tab_that_follows_somebody_can_watch(person, house):
    tabs.watch("nobody's")
    assert tabs.watchers() == []


async def test_when_nobody_watches_nothing_is_asked(person, house):
    async with house() as it:
        watch = Watch(it)
        await watch.once()
        assert watch.asked == []


async def test_at_most_twice_a_second_and_the_last_change_is_never_lost(person, house):
    token, root_id = admin()
    async with house() as it:
        tabs.watch(it.open(token, root_id))
        watch = Watch(it)
        task = asyncio.create_task(watch.listener._tell_watchers())
        try:
            began = time.monotonic()
            while len(watch.told) < 3:
                watch.listener._stirred.set()
                await watch.told_often(len(watch.told) + 1)
            assert time.monotonic() - began >= 2 * listener.WATCH_SECONDS
            assert len(watch.asked) == 3
            watch.listener._stirred.set()
            async with asyncio.timeout(5):
                await watch.told_often(4)
        finally:
            task.cancel()
