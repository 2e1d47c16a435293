"""From an event to every tab of its owner, and to nobody else."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.exc import OperationalError

from sciflask_reflex.analyses import service
from sciflask_reflex.analyses.state import AnalysisState, apply_to_page
from sciflask_reflex.db import writing
from sciflask_reflex.identity import sessions
from sciflask_reflex.jobs import events
from sciflask_reflex.live import tabs
from sciflask_reflex.live.announce import announce
from sciflask_reflex.live.listener import Listener
from sciflask_reflex.live.state import LiveState
from sciflask_reflex.models import Analysis, Status
from sciflask_reflex.profile.state import ProfileState, apply_to_profile
from tests.factories import make_analysis, make_study

pytestmark = pytest.mark.anyio


class Ears:
    """A listener in a house, its questions to the database and what it told which tab."""

    def __init__(self, house, *apply):
        self.questions, self.told = [], []
        self.listener = Listener(house, self._load, (self._note, *apply))

    def _load(self, owner_id, analysis_id):
        self.questions.append(analysis_id)
        return service.get(analysis_id, owner_id=owner_id)

    async def _note(self, root, row):
        self.told.append((root, row))

    async def hear(self, owner_id, analysis_id):
        await self.listener._handle(owner_id, analysis_id)

    async def until(self, count):
        """Let the loop go round until so much was told."""
        for _ in range(1_000):
            if len(self.told) >= count:
                return
            await asyncio.sleep(0)
        pytest.fail("nobody was told")

    async def settle(self):
        """Wait until every tab has been told."""
        while self.listener._tasks:
            await asyncio.gather(*self.listener._tasks, return_exceptions=True)


def change(analysis, **values):
    with writing() as session:
        row = session.get(Analysis, analysis.id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def work_of(who, **fields):
    return make_analysis(make_study(who.owner_id), **fields)


async def test_every_tab_of_the_owner_and_nobody_else_is_told(person, house):
    me, other = person(), person()
    analysis = work_of(me, status=Status.RUNNING)
    async with house() as it:
        mine = {it.open(me.session, me.owner_id), it.open(me.session, me.owner_id)}
        it.open(other.session, other.owner_id)
        liar = it.open(other.session, me.owner_id)  # it follows me, but its session is another person's
        it.open(me.session, me.owner_id, instance="another process")
        ears = Ears(it)
        await ears.hear(me.owner_id, analysis.id)
        await ears.settle()
        assert {id(root) for root, _ in ears.told} == {id(it.roots[token]) for token in mine}
        assert {row.id for _, row in ears.told} == {analysis.id}
        assert len(ears.questions) == 1
        assert liar not in tabs.of_owner(me.owner_id)


async def test_a_foreign_analysis_in_an_event_is_not_found(person, house):
    """An event is a hint: even a false one shows nobody what is another's."""
    me, other = person(), person()
    analysis = work_of(other)
    async with house() as it:
        it.open(me.session, me.owner_id)
        ears = Ears(it)
        await ears.hear(me.owner_id, analysis.id)
        await ears.settle()
        assert [row for _, row in ears.told] == [None]


async def test_an_owner_without_tabs_costs_no_question(person, house):
    me = person()
    async with house() as it:
        gone = it.open(me.session, me.owner_id)
        it.close(gone)
        ears = Ears(it)
        for owner_id in (me.owner_id, "f" * 32, ""):
            await ears.hear(owner_id, work_of(me).id)
        assert (ears.questions, ears.told) == ([], [])
        assert tabs.owners() == set()


async def test_a_revoked_session_is_told_nothing(person, house):
    me = person()
    analysis = work_of(me, status=Status.RUNNING)
    async with house() as it:
        it.open(me.session, me.owner_id)
        sessions.close_session(me.session)
        ears = Ears(it)
        await ears.hear(me.owner_id, analysis.id)
        await ears.settle()
        assert ears.told == []
        assert tabs.owners() == set()


async def test_the_same_event_twice_is_as_good_as_once(person, house):
    me = person()
    analysis = work_of(me, name="Mine", status=Status.DONE, manifest={})
    async with house() as it:
        token = it.open(me.session, me.owner_id)
        page, overview = await it.state(token, AnalysisState), await it.state(token, ProfileState)
        page.loaded, page._owner = True, me.owner_id
        page.view = page.view.__class__(id=analysis.id)
        overview.loaded, overview._owner = True, me.owner_id
        ears = Ears(it, apply_to_page, apply_to_profile, announce)
        seen = []
        for _ in range(2):
            await ears.hear(me.owner_id, analysis.id)
            await ears.settle()
            notices = (await it.state(token, LiveState)).notices
            seen.append((page.view.status, [row.status for row in overview.analyses], [item["text"] for item in notices]))
        assert seen == [("done", ["done"], ["“Mine” is done."])] * 2


async def test_a_busy_tab_gets_only_the_newest_truth(person, house):
    me = person()
    analysis = work_of(me, status=Status.RUNNING)
    async with house() as it:
        token, free = it.open(me.session, me.owner_id), it.open(me.session, me.owner_id)
        ears = Ears(it)
        async with it.locks[token]:
            for fraction in (0.1, 0.2, 0.3):
                change(analysis, fraction=fraction)
                await ears.hear(me.owner_id, analysis.id)
                await ears.until(round(fraction * 10))
            assert {id(root) for root, _ in ears.told} == {id(it.roots[free])}
        await ears.settle()
        assert [row.fraction for root, row in ears.told if root is it.roots[token]] == [0.3]


async def test_what_was_read_before_the_end_does_not_undo_it(person, house):
    me = person()
    analysis = work_of(me, status=Status.RUNNING, started_at=None)
    early = service.get(analysis.id, owner_id=me.owner_id)
    change(analysis, status=Status.DONE, manifest={})
    end = service.get(analysis.id, owner_id=me.owner_id)
    async with house() as it:
        token = it.open(me.session, me.owner_id)
        page, overview = await it.state(token, AnalysisState), await it.state(token, ProfileState)
        page.loaded, page._owner, page.view = True, me.owner_id, page.view.__class__(id=analysis.id)
        overview.loaded, overview._owner = True, me.owner_id
        for row in (end, early):
            await apply_to_page(it.roots[token], row)
            await apply_to_profile(it.roots[token], row)
            assert (page.view.status, [item.status for item in overview.analyses]) == ("done", ["done"])


async def test_a_deleted_analysis_makes_tabs_reload(person, house):
    me = person()
    analysis = work_of(me)
    async with house() as it:
        token = it.open(me.session, me.owner_id)
        page, overview = await it.state(token, AnalysisState), await it.state(token, ProfileState)
        page.loaded, page._owner, page.view = True, me.owner_id, page.view.__class__(id=analysis.id)
        overview.loaded, overview._owner = True, me.owner_id
        ears = Ears(it, apply_to_page, apply_to_profile, announce)
        await ears.hear(me.owner_id, analysis.id)
        await ears.settle()
        assert (len(overview.analyses), page.missing) == (1, False)
        service.delete(analysis.id, owner_id=me.owner_id)
        await ears.hear(me.owner_id, analysis.id)
        await ears.settle()
        assert (overview.analyses, page.missing) == ([], True)
        assert [row for _, row in ears.told][-1] is None


async def test_somebody_who_came_while_the_tab_was_busy_is_told_nothing(person, house):
    me, other = person(), person()
    analysis = work_of(me, status=Status.DONE, manifest={})
    async with house() as it:
        token = it.open(me.session, me.owner_id)
        ears = Ears(it, announce)
        async with it.locks[token]:
            await ears.hear(me.owner_id, analysis.id)
            it.hand_over(token, other.session)
        await ears.settle()
        assert ears.told == []
        assert (await it.state(token, LiveState)).notices == []


@pytest.mark.parametrize("fault", [RedisConnectionError("gone"), OperationalError("", {}, Exception()), KeyError("ours")])
async def test_a_tab_that_could_not_be_told_is_told_the_next_time(person, house, fault):
    me = person()
    analysis = work_of(me)
    async with house() as it:
        it.open(me.session, me.owner_id)
        ears = Ears(it)
        it.faults.append(fault)
        await ears.hear(me.owner_id, analysis.id)
        await ears.settle()
        assert ears.told == []
        await ears.hear(me.owner_id, analysis.id)
        await ears.settle()
        assert [row.id for _, row in ears.told] == [analysis.id]


async def test_a_database_that_does_not_answer_ends_no_listener(person, house, monkeypatch, caplog):
    me = person()
    analysis = work_of(me)
    async with house() as it:
        it.open(me.session, me.owner_id)
        ears = Ears(it)
        with monkeypatch.context() as broken:
            broken.setattr(service, "get", lambda *_, **__: (_ for _ in ()).throw(OperationalError("", {}, Exception())))
            await ears.hear(me.owner_id, analysis.id)
        assert "database did not answer" in caplog.text
        await ears.hear(me.owner_id, analysis.id)
        await ears.settle()
        assert len(ears.told) == 1


async def test_after_a_lost_connection_every_owners_tabs_reload(person, house, monkeypatch):
    people = [person(), person()]
    analysis = work_of(people[0])

    async def listen():
        yield {"resync": True}
        yield {"owner": people[0].owner_id, "analysis": analysis.id}
        yield {"analysis": analysis.id}

    monkeypatch.setattr(events, "listen", listen)
    async with house() as it:
        tokens = [it.open(who.session, who.owner_id) for who in people]
        ears = Ears(it)
        await ears.listener.run()
        await ears.settle()
        told = {token: [row and row.id for root, row in ears.told if root is it.roots[token]] for token in tokens}
        assert told == {tokens[0]: [None, analysis.id], tokens[1]: [None]}


async def test_before_the_app_runs_there_is_no_tab(person, house):
    me = person()
    async with house() as it:
        it.open(me.session, me.owner_id)
        it.event_namespace = None
        ears = Ears(it)
        await ears.hear(me.owner_id, "")
        assert ears.told == []
