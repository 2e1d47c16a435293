"""The page of an analysis: every handler by its owner and by somebody else."""

import pytest
import reflex as rx

import sciflask_reflex.sciflask_reflex
from sciflask_reflex import storage
from sciflask_reflex.analyses import service
from sciflask_reflex.analyses.state import AnalysisState, apply_to_page
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.live import tabs
from sciflask_reflex.models import Status
from tests.factories import make_analysis, make_study

assert sciflask_reflex.sciflask_reflex.app  # gives the states what stands in addresses

pytestmark = pytest.mark.anyio
NAME = AnalysisState.get_full_name()


@pytest.fixture(autouse=True)
def _no_tabs():
    yield
    tabs._followers.clear()


def page_of(desk, who, analysis_id):
    return desk.tab(who.session, path=f"/analyses/{analysis_id}", query={"analysis_id": analysis_id})


async def opened(desk, who, analysis_id):
    tab = page_of(desk, who, analysis_id)
    await tab.send(AnalysisState.load)
    return tab


async def state_of(tab):
    return await tab.state(AnalysisState)


def first_column(state, name="pairs"):
    return [row[0].text for row in state.tables[name].rows]


async def test_the_owner_sees_the_result(person, desk, finished):
    me = person()
    analysis = finished(me.owner_id, name="Mine")
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        state = await state_of(tab)
        assert (state.loaded, state.missing, state.view.name, state.view.status) == (True, False, "Mine", "done")
        assert [output.name for section in state.view.sections for output in section.outputs] == ["pairs", "nothing"]
        assert (state.tables["pairs"].total, state.tables["pairs"].pages, len(state.tables["pairs"].rows)) == (40, 3, 15)
        assert state.tables["nothing"].total == 0
        assert tab.token in tabs.of_owner(me.owner_id)
        assert it.faults == []


@pytest.mark.parametrize("asked", ["theirs", "nothing", "../x", "", "f" * 32])
async def test_somebody_else_learns_nothing(person, desk, finished, vars_of, asked):
    me, other = person(), person()
    analysis = finished(me.owner_id, name="Secret")
    async with desk() as it:
        tab = page_of(it, other, analysis.id if asked == "theirs" else asked)
        answers = await tab.send(AnalysisState.load)
        state = await state_of(tab)
        assert (state.loaded, state.missing, state.view.id, state.tables) == (True, True, "", {})
        for event in (AnalysisState.cancel, AnalysisState.delete):
            answers += await tab.send(event)
        for name, more in (("turn_to", {"page": 1}), ("sort_by", {"column": "r"}), ("search", {"query": "gene"})):
            answers += await tab.send(f"{NAME}.{name}", name="pairs", **more)
        assert "Secret" not in repr([update.delta for update in answers])
        assert (await state_of(tab)).tables == {}
        assert service.get(analysis.id, owner_id=me.owner_id).status == Status.DONE
        assert it.faults == []


async def test_a_page_opened_before_it_was_somebody_elses_is_emptied(person, desk, finished):
    me, other = person(), person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        theirs = it.tab(other.session, token=tab.token, path=tab.path, query=tab.query)
        await theirs.send(f"{NAME}.turn_to", name="pairs", page=2)
        assert (await state_of(theirs)).view.id == ""
        await theirs.send(f"{NAME}.turn_to", name="pairs", page=2)
        await theirs.send(AnalysisState.load)
        state = await state_of(theirs)
        assert (state.missing, state.tables, state.view.id) == (True, {}, "")


async def test_the_next_analysis_in_the_same_tab_shows_nothing_of_the_last(person, desk, finished):
    me = person()
    analysis, waiting = finished(me.owner_id), make_analysis(make_study(me.owner_id))
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        tab.query = {"analysis_id": waiting.id}
        await tab.send(AnalysisState.load)
        state = await state_of(tab)
        assert (state.view.id, state.view.status, state.tables) == (waiting.id, "queued", {})
        tab.query = {"analysis_id": "f" * 32}
        await tab.send(AnalysisState.load)
        assert ((await state_of(tab)).missing, (await state_of(tab)).view.id) == (True, "")


async def test_tables_are_turned_sorted_and_searched(person, desk, finished):
    me = person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        await tab.send(f"{NAME}.turn_to", name="pairs", page=3)
        assert first_column(await state_of(tab))[-1] == "µ39"
        await tab.send(f"{NAME}.sort_by", name="pairs", column="r")
        state = await state_of(tab)
        assert (first_column(state)[0], state.tables["pairs"].page, state.tables["pairs"].descending) == ("µ39", 1, False)
        await tab.send(f"{NAME}.sort_by", name="pairs", column="r")
        assert first_column(await state_of(tab))[0] == "Gene 0"
        await tab.send(f"{NAME}.search", name="pairs", query="GENE 3")
        state = await state_of(tab)
        assert first_column(state) == ["Gene 30", "Gene 32", "Gene 34", "Gene 36", "Gene 38"]
        assert (state.tables["pairs"].matching, state.tables["pairs"].sort) == (5, "r")
        await tab.send(f"{NAME}.sort_by", name="pairs", column="feature")
        assert (await state_of(tab)).tables["pairs"].query == "GENE 3"
        await tab.send(AnalysisState.load)  # after a reconnect the person is where they were
        assert (await state_of(tab)).tables["pairs"].query == "GENE 3"


@pytest.mark.parametrize("name", ["grid", "numbers", "../manifest", "pairs.csv", "", "x" * 65])
async def test_only_tables_are_turned(person, desk, finished, name):
    """A matrix may have thousands of columns: it is for downloading."""
    me = person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        for event, more in (("turn_to", {"page": 1}), ("sort_by", {"column": "a"}), ("search", {"query": "a"})):
            await tab.send(f"{NAME}.{event}", name=name, **more)
        assert set((await state_of(tab)).tables) == {"pairs", "nothing"}
        assert it.faults == []


@pytest.mark.parametrize(
    ("event", "bad"),
    [
        ("turn_to", {"page": 0}),
        ("turn_to", {"page": 10**9}),
        ("sort_by", {"column": "x" * 301}),
        ("search", {"query": "x" * 201}),
        ("search", {"query": None}),
    ],
)
async def test_what_no_page_would_send_is_refused(person, desk, finished, event, bad):
    me = person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        before = (await state_of(tab)).tables["pairs"]
        await tab.send(f"{NAME}.{event}", name="pairs", **bad)
        assert (await state_of(tab)).tables["pairs"] == before
        assert "could not be read" in (await tab.state(SessionState)).notice


async def test_a_result_whose_file_is_lost_says_so(person, desk, finished):
    me = person()
    analysis = finished(me.owner_id)
    storage.result_file(analysis.id, 1, "pairs.csv").unlink()
    async with desk() as it:
        state = await state_of(await opened(it, me, analysis.id))
        assert (state.view.status, set(state.tables)) == ("done", {"nothing"})
        assert state.problem == NotFound("file").sentence
        assert it.faults == []


async def test_a_file_that_goes_while_it_is_read_says_so(person, desk, finished, monkeypatch):
    me = person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        monkeypatch.setattr(service, "result_path", lambda *_, **__: storage.result_file(analysis.id, 1, "gone.csv"))
        await tab.send(f"{NAME}.turn_to", name="pairs", page=2)
        state = await state_of(tab)
        assert (state.tables["pairs"].fault, state.problem) == (NotFound("file").sentence, "")
        assert len(first_column(state)) == 15  # what was there stays
        assert it.faults == []


async def test_cancelling_shows_at_once(person, desk):
    me, other = person(), person()
    waiting = make_analysis(make_study(me.owner_id))
    async with desk() as it:
        await (await opened(it, other, waiting.id)).send(AnalysisState.cancel)
        assert service.get(waiting.id, owner_id=me.owner_id).status == Status.QUEUED
        tab = await opened(it, me, waiting.id)
        for _ in range(2):  # twice is harmless
            await tab.send(AnalysisState.cancel)
            state = await state_of(tab)
            assert (state.view.status, state.problem) == ("cancelled", "")


async def test_deleting_leads_back_and_leaves_nothing(person, desk, finished, redirects_of):
    me, other = person(), person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        theirs = await opened(it, other, analysis.id)
        assert redirects_of(await theirs.send(AnalysisState.delete)) == []
        assert (await state_of(theirs)).problem == NotFound("analysis").sentence
        tab = await opened(it, me, analysis.id)
        assert redirects_of(await tab.send(AnalysisState.delete)) == ["/profile"]
        state = await state_of(tab)
        assert (state.view.id, state.loaded, state.tables) == ("", False, {})
        assert service.list_for(me.owner_id) == []
        assert not storage.analysis_folder(analysis.id).exists()


async def test_the_result_comes_by_itself(person, desk, finished):
    """The tab waits on a running analysis; the push brings the result with its tables."""
    from dataclasses import replace

    me = person()
    analysis = finished(me.owner_id)
    done = service.get(analysis.id, owner_id=me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        async with it.app.state_manager.modify_state(rx.BaseStateToken(ident=tab.token, cls=AnalysisState)) as root:
            state = await root.get_state(AnalysisState)
            state._clear()
            await apply_to_page(root, done)
            assert state.view.id == ""  # it shows nothing yet
            state.loaded, state.view = True, state.view.__class__(id=analysis.id)
            await apply_to_page(root, replace(done, id="f" * 32))
            assert state.view.status == ""  # another analysis
            await apply_to_page(root, replace(done, status=Status.RUNNING))
            assert (state.view.status, state.tables) == ("running", {})
            await apply_to_page(root, done)
            assert (state.view.status, state.tables["pairs"].total) == ("done", 40)
            await apply_to_page(root, replace(done, status=Status.RUNNING))  # read before the end, told after it
            assert state.view.status == "done"
