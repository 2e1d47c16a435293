"""Which tours a browser has seen, whatever it claims."""

import json

import pytest
import reflex as rx

from sciflask_reflex.shell.tour import TourState

pytestmark = pytest.mark.anyio
NAME = TourState.get_full_name()


async def test_a_tour_starts_by_itself_once_and_on_demand_always(sqlite, keys, desk):
    async with desk() as it:
        tab = it.tab()
        walked = []
        for event, name in (("begin_if_new", "upload"), ("begin_if_new", "upload"), ("begin", "upload"), ("begin_if_new", "profile")):
            await tab.send(f"{NAME}.{event}", name=name)
            walked.append((await tab.state(TourState)).running)
            await tab.send(f"{NAME}.end", event={"status": "skipped", "index": 1})
            assert (await tab.state(TourState)).running == ""
        assert walked == ["upload", "", "upload", "profile"]
        assert json.loads((await tab.state(TourState)).seen) == ["profile", "upload"]


@pytest.mark.parametrize(
    "claim", ["", "no json", "{}", "7", "null", '[{"a": 1}, null]', "[" * 100_000, json.dumps(["x" * 10_000] * 10_000)]
)
async def test_what_a_browser_remembers_is_not_trusted(sqlite, keys, desk, claim):
    async with desk() as it:
        tab = it.tab()
        token = rx.BaseStateToken(ident=tab.token, cls=TourState)
        await tab.send(f"{NAME}.end", event={})
        async with it.app.state_manager.modify_state(token) as root:
            (await root.get_state(TourState)).seen = claim
        await tab.send(f"{NAME}.begin_if_new", name="upload")
        state = await tab.state(TourState)
        assert state.running == "upload"
        assert len(state.seen) < 2_000
        assert it.faults == []


@pytest.mark.parametrize("name", ["", "Upload", "a b", "x" * 33, None, "<script>"])
async def test_a_tour_has_a_plain_name(sqlite, keys, desk, name):
    async with desk() as it:
        tab = it.tab()
        for event in ("begin", "begin_if_new"):
            await tab.send(f"{NAME}.{event}", name=name)
        assert ((await tab.state(TourState)).running, (await tab.state(TourState)).seen) == ("", "[]")
