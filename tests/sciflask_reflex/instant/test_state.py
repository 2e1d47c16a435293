"""The page of a live tool: what the controls hold is computed, the newest wins, and everything said is a sentence."""

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

import pytest

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.instant import service
from sciflask_reflex.instant.opening import INSTEAD
from sciflask_reflex.instant.state import InstantState

assert sciflask_reflex.sciflask_reflex.app

pytestmark = pytest.mark.anyio
NAME = InstantState.get_full_name()


async def opened(it, slug="live-trouble", query="", who=None, **more):
    tab = it.tab(who.session if who else "", path=f"/tools/{slug}{query}", query=dict(parse_qsl(query[1:])), **more)
    await tab.send(InstantState.open(slug))
    return tab


@pytest.fixture
def page(shop, desk):
    """Return a context manager: a tab that has opened a live tool, under these limits."""

    @asynccontextmanager
    async def open_one(slug="live-trouble", query="", **limits):
        shop(**limits)
        async with desk() as it:
            yield await opened(it, slug, query)

    return open_one


async def state_of(tab):
    return await tab.state(InstantState)


async def move(tab, turn=1, page=None, **values):
    state = await state_of(tab)
    return await tab.send(f"{NAME}.move", page=state.page_key if page is None else page, turn=turn, values=values)


def number(state) -> str:
    return state.view.facts.metrics["number"]


async def test_a_page_opens_with_a_result_for_its_defaults(shop, desk):
    shop()
    async with desk() as it:
        state = await state_of(await opened(it))
        assert (state.loaded, state.busy, state.fault, state.explained, state.link) == (True, False, "", [], "")
        assert number(state) == "1"
        assert state.values == {"act": "answer", "number": "1", "seed": "0"}
        assert state.bundle_url.endswith("/bundle.zip")
        assert not it.faults


async def test_a_link_opens_the_same_state_again(page):
    async with page() as tab:
        await move(tab, act="answer", number="2.5", seed="9")
        first = await state_of(tab)
        assert (number(first), first.link) == ("2.5", "act=answer&number=2.5&seed=9")
        other = await state_of(await opened(tab.desk, query=f"?{first.link}"))
        assert (other.view.id, other.values, other.explained) == (first.view.id, first.values, [])


async def test_what_cannot_be_accepted_in_a_link_is_explained(shop, desk):
    shop()
    async with desk() as it:
        state = await state_of(await opened(it, query="?number=-1&act=dance&seed=3"))
        assert number(state) == "1"
        assert state.values["seed"] == "3"
        assert len(state.explained) == 2
        assert all(sentence.endswith(INSTEAD) for sentence in state.explained)


async def test_a_fault_stands_beside_its_control_and_the_old_result_stays(page):
    async with page() as tab:
        await move(tab, 1, act="answer", number="7", seed="0")
        await move(tab, 2, act="answer", number="a lot", seed="-4")
        state = await state_of(tab)
        assert set(state.errors) == {"number", "seed"}
        assert (number(state), state.busy, state.link) == ("7", False, "act=answer&number=7&seed=0")
        await move(tab, 3, act="answer", number="8", seed="0")
        state = await state_of(tab)
        assert (number(state), state.errors) == ("8", {})


async def test_what_the_tool_refuses_is_said_and_the_old_result_stays(page):
    async with page() as tab:
        await move(tab, act="refuse", number="1", seed="0")
        state = await state_of(tab)
        assert state.fault == "These values lead nowhere. Choose others."
        assert number(state) == "1"


async def test_an_older_computation_never_overwrites_a_newer_one(page):
    async with page(seconds=60) as tab:
        slow = asyncio.create_task(move(tab, 1, act="wait", number="50", seed="0"))
        while not (await state_of(tab)).busy:  # noqa: ASYNC110 - a state sets no event
            await asyncio.sleep(0.01)
        await move(tab, 2, act="answer", number="3", seed="0")
        await slow
        state = await state_of(tab)
        assert (number(state), state.busy, state.fault) == ("3", False, "")


async def test_what_comes_late_or_from_another_drawing_is_ignored(page):
    async with page() as tab:
        await move(tab, 5, act="answer", number="5", seed="0")
        await move(tab, 5, act="answer", number="6", seed="0")
        await move(tab, 4, act="answer", number="6", seed="0")
        await move(tab, 9, "another", act="answer", number="6", seed="0")
        assert number(await state_of(tab)) == "5"


async def test_reset_puts_everything_back(page):
    async with page(query="?number=77&seed=5") as tab:
        before = (await state_of(tab)).page_key
        await tab.send(InstantState.start_over)
        state = await state_of(tab)
        assert (number(state), state.values["number"], state.values["seed"], state.link) == ("1", "1", "0", "")
        assert state.page_key != before


async def test_a_connection_that_comes_back_leaves_the_controls_alone(page):
    async with page() as tab:
        await move(tab, act="answer", number="4", seed="0")
        state = await state_of(tab)
        page, link = state.page_key, state.link
        tab.path, tab.query = f"/tools/live-trouble?{link}", dict(parse_qsl(link))
        await tab.send(InstantState.open("live-trouble"))
        state = await state_of(tab)
        assert (number(state), state.page_key) == ("4", page)


async def test_whoever_is_too_fast_waits_a_little_and_gets_it(shop, desk, configure, monkeypatch):
    shop()
    monkeypatch.setattr(service, "_buckets", service.Buckets())
    monkeypatch.setattr(service, "CROWD", 1)
    configure(live_per_minute="60")
    async with desk() as it:
        tab = await opened(it)
        for turn in range(1, 26):
            await move(tab, turn, act="answer", number=str(turn), seed="0")
        assert number(await state_of(tab)) == "25"


async def test_a_tool_that_is_closed_to_guests_says_so(shop, desk, person, configure):
    shop()
    configure(roles='{"guest": {"tools": ["correlation"]}}')
    async with desk() as it:
        for who in (None, person()):
            state = await state_of(await opened(it, who=who))
            assert "not open to guests" in state.fault
            assert not state.view.is_done


async def test_a_site_for_accounts_asks_to_sign_in(shop, desk, configure):
    shop()
    configure(guests="false")
    async with desk() as it:
        state = await state_of(await opened(it))
        assert (state.fault, state.view.is_done) == (service.CLOSED_TO_GUESTS, False)


@pytest.mark.parametrize("slug", ["correlation", "nothing", "../etc", ""])
async def test_what_is_no_live_tool_does_not_open(shop, desk, slug):
    shop()
    async with desk() as it:
        tab = await opened(it, slug)
        assert (await tab.state(SessionState)).notice
        assert not (await state_of(tab)).loaded


async def test_every_control_reaches_the_tool(page):
    async with page("live-kinds") as tab:
        values = {
            "width": "3", "share": "0.5", "count": "2", "code": "9", "free": "1.5", "method": "median", "deep": "4", "colour": "blue", "label": "x",
            "parts.b": True, "parts.c": True, "parts.a": False, "span.from": "2", "span.to": "4", "on": False,
        }  # fmt: skip
        await move(tab, **values)
        state = await state_of(tab)
        assert state.errors == {}
        said = dict(paragraph.split(": ", 1) for paragraph in state.texts["words"].paragraphs)
        assert (said["parts"], said["span"], said["on"], said["deep"], said["free"]) == ("['b', 'c']", "(2.0, 4.0)", "False", "4", "1.5")
        assert state.chosen["parts"] == ["b", "c"]


async def test_a_table_stays_as_narrow_as_it_was_while_the_controls_move(page):
    async with page("live-rows") as tab:

        async def numbers():
            shown = (await state_of(tab)).tables["numbers"]
            return shown.counted, [row[0].text for row in shown.rows][:3]

        assert await numbers() == ("100 numbers", ["100", "99", "98"])
        await tab.send(f"{NAME}.narrow", name="numbers", values={"kind": "odd", "most": ""})
        await tab.send(f"{NAME}.turn_to", name="numbers", page=2)
        assert await numbers() == ("50 of 100 numbers", ["69", "67", "65"])
        await move(tab, count="7")
        assert await numbers() == ("4 of 7 numbers", ["7", "5", "3"])
        await tab.send(f"{NAME}.suggest", name="numbers", by="kind", text="o")
        assert (await state_of(tab)).suggestions == {"numbers.kind": ["odd"]}
