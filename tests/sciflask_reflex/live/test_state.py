"""Announcements of one tab, and which owner it follows."""

import pytest

from sciflask_reflex.live import tabs
from sciflask_reflex.live.state import MOST_NOTICES, LiveState, Notice

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _nobody():
    tabs._followers.clear()
    yield
    tabs._followers.clear()


def notice(number):
    return Notice(id=f"n{number}", tone="ok", text=f"Number {number}.", action="See", href="/")


async def test_a_tab_follows_who_is_there_now(person, desk):
    me, other = person(), person()
    async with desk() as it:
        tab = it.tab(me.session)
        await tab.send(LiveState.join)
        assert tabs.of_owner(me.owner_id) == [tab.token]
        for _ in range(2):  # the first event of another session wipes the tab
            await it.tab(other.session, token=tab.token).send(LiveState.join)
        assert (tabs.of_owner(me.owner_id), tabs.of_owner(other.owner_id)) == ([], [tab.token])
        for _ in range(2):
            await it.tab("", token=tab.token).send(LiveState.join)
        assert tabs.owners() == set()


async def test_announcements_are_few_said_once_and_can_be_dismissed(person, desk):
    async with desk() as it:
        tab = it.tab(person().session)
        await tab.send(LiveState.join)
        async with it.app.state_manager.modify_state(token_of(tab)) as root:
            state = await root.get_state(LiveState)
            for number in [*range(MOST_NOTICES + 2), 1, 2]:
                state._announce(notice(number))
        shown = [item["id"] for item in (await tab.state(LiveState)).notices]
        assert shown == [f"n{number}" for number in range(2, MOST_NOTICES + 2)]
        await tab.send(f"{LiveState.get_full_name()}.dismiss", notice_id="n3")
        await tab.send(f"{LiveState.get_full_name()}.dismiss", notice_id="n" * 101)
        await tab.send(f"{LiveState.get_full_name()}.dismiss", notice_id="never")
        assert [item["id"] for item in (await tab.state(LiveState)).notices] == [name for name in shown if name != "n3"]
        async with it.app.state_manager.modify_state(token_of(tab)) as root:
            (await root.get_state(LiveState))._announce(notice(3))
        assert "n3" not in {item["id"] for item in (await tab.state(LiveState)).notices}


def token_of(tab):
    import reflex as rx

    return rx.BaseStateToken(ident=tab.token, cls=LiveState)
