"""Visits are counted for each tab, and forgotten on request; nobody can set the count."""

import pytest
from reflex_base.registry import RegistrationContext

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.gallery.lessons.visits import VisitsState

assert sciflask_reflex.sciflask_reflex.app
pytestmark = pytest.mark.anyio


async def test_a_tab_is_counted_by_itself_and_can_be_forgotten(sqlite, keys, desk):
    async with desk() as it:
        one, other = it.tab(path="/gallery/visits"), it.tab(path="/gallery/visits")
        for _ in range(3):
            await one.send(VisitsState.load)
        await other.send(VisitsState.load)
        assert ((await one.state(VisitsState)).visits, (await other.state(VisitsState)).visits) == (3, 1)
        since = (await one.state(VisitsState)).since
        await one.send(VisitsState.load)
        assert (await one.state(VisitsState)).since == since != ""
        await one.send(VisitsState.forget)
        assert ((await one.state(VisitsState)).visits, (await other.state(VisitsState)).visits) == (0, 1)
        assert it.faults == []


async def test_nobody_can_say_what_the_count_is(sqlite, keys, desk):
    names = {item.handler.fn: name for name, item in RegistrationContext.get().event_handlers.items()}
    load = next(name for fn, name in names.items() if fn.__qualname__ == "VisitsState.load")
    async with desk() as it:
        tab = it.tab(path="/gallery/visits")
        await tab.send(load, visits=1_000)
        await tab.send(f"{load.rpartition('.')[0]}.set_visits", value=1_000)
        assert (await tab.state(VisitsState)).visits == 0
