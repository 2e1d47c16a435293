"""A person's overview: theirs, and nobody else's."""

from datetime import timedelta

import pytest
import reflex as rx

from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.live import tabs
from sciflask_reflex.models import Status, utcnow
from sciflask_reflex.profile.state import ProfileState, apply_to_profile
from sciflask_reflex.studies import service as studies
from tests.factories import make_analysis, make_study

pytestmark = pytest.mark.anyio
NAME = ProfileState.get_full_name()


@pytest.fixture(autouse=True)
def _no_tabs():
    yield
    tabs._followers.clear()


async def opened(desk, who):
    tab = desk.tab(who.session, path="/profile")
    await tab.send(ProfileState.load)
    return tab


async def shown(tab):
    state = await tab.state(ProfileState)
    return [row.name for row in state.studies], [(row.name, row.status) for row in state.analyses]


async def test_everybody_sees_their_own_work(person, desk):
    me, other = person(), person()
    mine, theirs = make_study(me.owner_id, name="Mine"), make_study(other.owner_id, name="Theirs")
    make_analysis(mine, name="Run", status=Status.RUNNING, log=["a line"], parameters={"alpha": 0.05})
    make_analysis(theirs, name="Other run")
    async with desk() as it:
        tab = await opened(it, me)
        assert await shown(tab) == (["Mine"], [("Run", "running")])
        (row,) = (await tab.state(ProfileState)).analyses
        assert (row.log, row.parameters, row.study_name) == ("", [], "Mine")
        assert tabs.of_owner(me.owner_id) == [tab.token]


async def test_nobody_sees_nothing_and_can_do_nothing(person, desk, redirects_of):
    study = make_study(person().owner_id)
    async with desk() as it:
        tab = it.tab("", path="/profile")
        await tab.send(ProfileState.load)
        assert ((await tab.state(ProfileState)).loaded, await shown(tab)) == (True, ([], []))
        answer = await tab.send(f"{NAME}.delete_study", study_id=study.id)
        assert redirects_of(answer) == ["/login?next=/profile"]


async def test_acts_on_ones_own(person, desk):
    me = person()
    study, kept = make_study(me.owner_id, name="A"), make_study(me.owner_id, name="B")
    waiting, done = make_analysis(study, name="w"), make_analysis(study, name="d", status=Status.DONE)
    of_kept = make_analysis(kept, name="k", status=Status.FAILED)
    async with desk() as it:
        tab = await opened(it, me)
        await tab.send(f"{NAME}.cancel", analysis_id=waiting.id)
        assert dict((await shown(tab))[1])["w"] == "cancelled"
        await tab.send(f"{NAME}.delete_analysis", analysis_id=done.id)
        assert set(dict((await shown(tab))[1])) == {"w", "k"}
        await tab.send(f"{NAME}.delete_study", study_id=study.id)
        assert await shown(tab) == (["B"], [("k", "failed")])
        assert [row.id for row in analyses.list_for(me.owner_id)] == [of_kept.id]
        assert (await tab.state(ProfileState)).problem == ""
        assert it.faults == []


async def test_older_analyses_are_listed_when_they_are_asked_for(person, desk, monkeypatch):
    monkeypatch.setattr("sciflask_reflex.profile.state.PAGE", 2)
    me, other = person(), person()
    study, began = make_study(me.owner_id), utcnow()
    for age in range(5):
        make_analysis(study, name=f"{age}", created_at=began - timedelta(hours=age))
    async with desk() as it:
        tab, state = await opened(it, me), None
        for names, has_more in (("01", True), ("0123", True), ("01234", False)):
            state = await tab.state(ProfileState)
            assert ("".join(row.name for row in state.analyses), state.has_more) == (names, has_more)
            await tab.send(ProfileState.show_older)
        await tab.send(ProfileState.load)
        assert len((await tab.state(ProfileState)).analyses) == 5
        await tab.send(f"{NAME}.delete_analysis", analysis_id=state.analyses[0].id)
        assert [row.name for row in (await tab.state(ProfileState)).analyses] == ["1", "2", "3", "4"]
        assert len((await (await opened(it, other)).state(ProfileState)).analyses) == 0
        assert it.faults == []


@pytest.mark.parametrize(
    ("act", "field", "thing"),
    [("cancel", "analysis_id", "analysis"), ("delete_analysis", "analysis_id", "analysis"), ("delete_study", "study_id", "study")],
)
async def test_acts_on_somebody_elses_change_nothing(person, desk, act, field, thing):
    me, other = person(), person()
    study = make_study(me.owner_id)
    analysis = make_analysis(study, status=Status.RUNNING)
    async with desk() as it:
        tab = await opened(it, other)
        for name in (analysis.id if thing == "analysis" else study.id, "f" * 32):
            await tab.send(f"{NAME}.{act}", **{field: name})
            assert (await tab.state(ProfileState)).problem == NotFound(thing).sentence
        assert [row.id for row in studies.list_for(me.owner_id)] == [study.id]
        assert analyses.get(analysis.id, owner_id=me.owner_id).status == Status.RUNNING
        for odd in ("", "../x", "F" * 32, analysis.id + "0", None, 3):
            await tab.send(f"{NAME}.{act}", **{field: odd})
            assert "could not be read" in (await tab.state(SessionState)).notice


async def test_a_new_analysis_of_another_tab_appears_and_a_deleted_one_goes(person, desk):
    me = person()
    study = make_study(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me)
        new = make_analysis(study, name="new")
        token = rx.BaseStateToken(ident=tab.token, cls=ProfileState)
        async with it.app.state_manager.modify_state(token) as root:
            await apply_to_profile(root, analyses.get(new.id, owner_id=me.owner_id))
            assert [row.name for row in (await root.get_state(ProfileState)).analyses] == ["new"]
            analyses.delete(new.id, owner_id=me.owner_id)
            await apply_to_profile(root, None)
            assert (await root.get_state(ProfileState)).analyses == []


async def test_a_tab_on_another_page_asks_nothing(person, desk, monkeypatch):
    asked = []
    monkeypatch.setattr(studies, "list_for", asked.append)
    await apply_to_profile(rx.State(_reflex_internal_init=True), None)
    assert asked == []


async def test_somebody_else_in_the_same_tab_sees_nothing_of_the_first(person, desk):
    me, other = person(), person()
    make_analysis(make_study(me.owner_id, name="Secret"))
    async with desk() as it:
        tab = await opened(it, me)
        theirs = it.tab(other.session, token=tab.token)
        seen = len(it.sent[tab.token])
        for _ in range(2):
            await theirs.send(ProfileState.load)
        assert await shown(theirs) == ([], [])
        assert "Secret" not in repr([update.delta for update in it.sent[tab.token][seen:]])
