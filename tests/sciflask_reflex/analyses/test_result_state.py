"""Stored rows on a page, by every way in: narrowed, turned, offered; by their owner, and by nobody else."""

import asyncio
import threading
from io import BytesIO

import pandas as pd
import pytest

import sciflask_reflex.sciflask_reflex
from sciflask_reflex import links, storage
from sciflask_reflex.analyses import result_state, service
from sciflask_reflex.analyses.state import AnalysisState
from sciflask_reflex.analyses.stored_tables import Stored, rows_of, stored_page
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.live import tabs
from sciflask_reflex.shares import service as shares
from sciflask_reflex.shares.state import SharedState

assert sciflask_reflex.sciflask_reflex.app

pytestmark = pytest.mark.anyio
NAME = AnalysisState.get_full_name()
SHARED = SharedState.get_full_name()


@pytest.fixture(autouse=True)
def _no_tabs():
    yield
    tabs._followers.clear()


async def opened(it, who, analysis_id):
    tab = it.tab(who.session, path=f"/analyses/{analysis_id}", query={"analysis_id": analysis_id})
    await tab.send(AnalysisState.load)
    return tab


async def shown(tab, state=AnalysisState):
    return (await tab.state(state)).tables["pairs"]


def narrow(tab, name=NAME, **values):
    return tab.send(f"{name}.narrow", name="pairs", values=values)


@pytest.mark.parametrize("made", [False, True], ids=["with a CSV", "without a CSV"])
async def test_a_table_is_narrowed_turned_and_cleared(person, desk, with_pairs, made):
    me = person()
    analysis = with_pairs(me.owner_id, made=made)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        page = await shown(tab)
        assert (page.counted, page.pages, len(page.rows), page.address) == ("780 pairs", 52, 15, "")
        await narrow(tab, feature="TP53", least_r="0.1")
        page = await shown(tab)
        assert 15 < page.matching < 39
        assert all("TP53" in (row[0].text, row[1].text) and abs(float(row[2].full)) >= 0.1 for row in page.rows)
        await tab.send(f"{NAME}.turn_to", name="pairs", page=2)
        after = await shown(tab)
        assert (after.page, after.counted, after.address) == (2, page.counted, "?feature=TP53&least_r=0.1")
        assert abs(float(after.rows[0][2].full)) <= abs(float(page.rows[-1][2].full))
        await narrow(tab, feature="", least_r="")
        page = await shown(tab)
        assert (page.counted, page.page) == ("780 pairs", 1)
        assert ((await tab.state(AnalysisState)).view.made, it.faults) == ("pairs.csv" if made else "", [])


async def test_what_is_downloaded_is_what_is_shown(person, desk, with_pairs, stored_pairs):
    folder, _ = stored_pairs
    me = person()
    analysis = with_pairs(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        await narrow(tab, feature="=SUM(A1)", strongest="20")
        page = await shown(tab)
    assert page.address == "?feature=%3DSUM%28A1%29&strongest=20"
    rows = rows_of(Stored("correlation", "pipeline.correlation.pairtable:PairTable", folder / "pairs.facts.json", "pairs"))
    sent = pd.read_csv(BytesIO(b"".join(rows.csv(rows.wish(page.wish)))))
    assert (len(sent), sent.r.head(15).tolist()) == (page.matching, [float(row[2].full) for row in page.rows])
    assert page.download.startswith("CSV: 20 rows, about ")


async def test_a_fault_stands_in_its_field_and_pages_can_be_turned_all_the_same(person, desk, with_pairs):
    me = person()
    analysis = with_pairs(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        await narrow(tab, feature="Gene 7")
        await narrow(tab, feature="Gene 700", least_r="a lot")
        page = await shown(tab)
        faults = {one.name: one.fault for one in page.narrowings}
        assert faults["feature"].startswith("Feature: there is no 'Gene 700'")
        assert faults["least_r"] == "Least |r|: give a number."
        assert (page.counted, page.address) == ("39 of 780 pairs", "?feature=Gene+7")
        await tab.send(f"{NAME}.turn_to", name="pairs", page=3)
        page = await shown(tab)
        assert (page.page, page.counted, page.narrowings[1].typed) == (3, "39 of 780 pairs", "Gene 700")
        await narrow(tab, feature="TP53")
        assert all(one.fault == "" for one in (await shown(tab)).narrowings)


async def test_names_are_offered_from_the_server_as_one_types(person, desk, with_pairs):
    me = person()
    analysis = with_pairs(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        assert "Gene 36" not in repr([page for name, page in (await tab.state(AnalysisState)).suggestions.items()])
        await tab.send(f"{NAME}.suggest", name="pairs", by="feature", text="tp5")
        assert (await tab.state(AnalysisState)).suggestions == {"pairs.feature": ["TP53", "tp53-as"]}
        await tab.send(f"{NAME}.suggest", name="pairs", by="feature", text="gene")
        assert len((await tab.state(AnalysisState)).suggestions["pairs.feature"]) == 20  # of 37
        await tab.send(f"{NAME}.suggest", name="pairs", by="nothing", text="g")
        assert "pairs.nothing" not in (await tab.state(AnalysisState)).suggestions, "nobody fills a tab with fields that there are not"
        assert it.faults == []


async def test_after_a_reconnect_a_person_is_where_they_were(person, desk, with_pairs):
    me = person()
    analysis, other = with_pairs(me.owner_id), with_pairs(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        await narrow(tab, strongest="40")
        await tab.send(f"{NAME}.turn_to", name="pairs", page=2)
        await tab.send(AnalysisState.load)
        page = await shown(tab)
        assert (page.page, page.counted) == (2, "40 of 780 pairs")
        tab.query = {"analysis_id": other.id}
        await tab.send(AnalysisState.load)
        await tab.send(f"{NAME}.turn_to", name="pairs", page=2)
        page = await shown(tab)
        assert (page.page, page.counted) == (2, "780 pairs")  # another result begins whole


async def test_somebody_else_learns_nothing(person, desk, with_pairs):
    me, other = person(), person()
    analysis = with_pairs(me.owner_id)
    async with desk() as it:
        tab = await opened(it, other, analysis.id)
        answers = [*await narrow(tab, feature="TP53"), *await tab.send(f"{NAME}.suggest", name="pairs", by="feature", text="tp5")]
        assert "TP53" not in repr([update.delta for update in answers])
        state = await tab.state(AnalysisState)
        assert (state.tables, state.suggestions) == ({}, {})
        mine = await opened(it, me, analysis.id)
        theirs = it.tab(other.session, token=mine.token, path=mine.path, query=mine.query)
        await narrow(theirs, feature="TP53")
        assert (await theirs.state(AnalysisState)).tables == {}
        assert it.faults == []


async def test_a_table_that_is_deleted_meanwhile_says_so_beside_it(person, desk, with_pairs):
    me = person()
    analysis = with_pairs(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        before = await shown(tab)
        storage.discard(storage.analysis_folder(analysis.id))
        await narrow(tab, least_r="0.3")
        page = await shown(tab)
        assert (page.fault, page.rows, page.busy) == (NotFound("file").sentence, before.rows, False)
        service.delete(analysis.id, owner_id=me.owner_id)
        await tab.send(f"{NAME}.suggest", name="pairs", by="feature", text="tp5")
        assert (await tab.state(AnalysisState)).suggestions == {}
        assert it.faults == []


async def test_columns_that_were_cut_short_are_no_fault_of_the_program(person, desk, with_pairs):
    me = person()
    analysis = with_pairs(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        (storage.result_folder(analysis.id, 1) / "pairs.second.npy").unlink()
        await narrow(tab, feature="TP53")
        assert (await shown(tab)).fault == NotFound("file").sentence
        assert it.faults == []


async def test_columns_that_were_damaged_are_said_to_be_and_not_read(person, desk, with_pairs):
    me = person()
    analysis = with_pairs(me.owner_id)
    column = storage.result_folder(analysis.id, 1) / "pairs.second.npy"
    column.write_bytes(column.read_bytes()[:-1])
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        await narrow(tab, feature="TP53")
        page = await shown(tab)
        assert (page.rows, page.fault[:32]) == ([], "The rows of this table were dama")
        assert it.faults == []


@pytest.mark.parametrize(
    ("event", "bad"),
    [
        ("narrow", {"values": {"feature": "x" * 1_001}}),
        ("narrow", {"values": {"x" * 65: "1"}}),
        ("narrow", {"values": {f"f{number}": "" for number in range(21)}}),
        ("narrow", {"values": {"feature": None}}),
        ("narrow", {"values": []}),
        ("suggest", {"by": "feature", "text": "x" * 301}),
        ("suggest", {"by": "feature", "text": None}),
        ("turn_to", {"page": 10**9}),
    ],
)
async def test_what_no_page_would_send_is_refused(person, desk, with_pairs, event, bad):
    me = person()
    analysis = with_pairs(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        before = await shown(tab)
        await tab.send(f"{NAME}.{event}", name="pairs", **bad)
        assert await shown(tab) == before
        assert "could not be read" in (await tab.state(SessionState)).notice


async def test_whoever_has_a_link_narrows_too_until_it_is_revoked(person, desk, with_pairs):
    me = person()
    analysis = with_pairs(me.owner_id, made=True)
    share = shares.create(analysis.id, owner_id=me.owner_id, days=7)
    token = links.token_of(share.id)
    async with desk() as it:
        tab = it.tab("", path=f"/r/{token}", query={"token": token})
        await tab.send(SharedState.load)
        await narrow(tab, SHARED, feature="TP53", strongest="3")
        page = await shown(tab, SharedState)
        assert (page.counted, page.address) == ("3 of 780 pairs", "?feature=TP53&strongest=3")
        shares.revoke(share.id, owner_id=me.owner_id)
        await narrow(tab, SHARED, feature="Gene 1")
        after = await shown(tab, SharedState)
        assert (after.rows, bool(after.fault)) == (page.rows, True)
        assert it.faults == []


async def test_what_was_asked_for_last_is_what_is_shown_and_long_waits_are_said(person, desk, with_pairs, monkeypatch):
    """The first wish is slow; the second comes while it is looked for."""
    me = person()
    analysis = with_pairs(me.owner_id)
    slow = threading.Event()

    def page(rows, before, **wanted):
        if (wanted.get("typed") or {}).get("feature") == "TP53":
            assert slow.wait(20)
        return stored_page(rows, before, **wanted)

    async with desk() as it:
        tab = await opened(it, me, analysis.id)
        monkeypatch.setattr(result_state, "stored_page", page)
        monkeypatch.setattr(result_state, "QUIET_SECONDS", 0.01)
        first = asyncio.ensure_future(narrow(tab, feature="TP53"))
        while not (await shown(tab)).busy:  # noqa: ASYNC110 - a state sets no event
            await asyncio.sleep(0.01)
        await narrow(tab, feature="Gene 5")
        second = await shown(tab)
        slow.set()
        await first
        assert (second.busy, second.wish) == (False, {"feature": "Gene 5"})
        assert await shown(tab) == second


async def test_what_was_superseded_while_it_waited_is_not_looked_for(person, desk, with_pairs, monkeypatch):
    me = person()
    analysis = with_pairs(me.owner_id)
    slow, looked = threading.Event(), list[str]()

    def page(rows, before, **wanted):
        looked.append(wanted["typed"]["feature"])
        assert slow.wait(20)
        return stored_page(rows, before, **wanted)

    async with desk() as it:
        tabs_ = [await opened(it, me, analysis.id) for _ in range(3)]
        monkeypatch.setattr(result_state, "stored_page", page)
        busy = [asyncio.ensure_future(narrow(tab, feature="TP53")) for tab in tabs_[:2]]
        while len(looked) < 2:  # noqa: ASYNC110 - a thread sets no event of the loop
            await asyncio.sleep(0.01)
        waiting = [asyncio.ensure_future(narrow(tabs_[2], feature=f"Gene {number}")) for number in range(1, 8)]
        while (await tabs_[2].state(AnalysisState))._looks.get("pairs", 0) < 8:  # noqa: ASYNC110 - a state sets no event
            await asyncio.sleep(0.01)
        slow.set()
        await asyncio.gather(*busy, *waiting)
        assert (await shown(tabs_[2])).wish == {"feature": looked[-1]}
        assert len(looked) == 3
        assert it.faults == []
