"""Whose event is it? Always the one whose cookie came with it, by socket or by upload."""

import pytest
import reflex as rx
from reflex_base.event import Event

from sciflask_reflex.gate import current, door
from sciflask_reflex.identity.cookies import SESSION_COOKIE
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.identity.visit import Visit, belonging_to, carry, this_visit
from tests.accounts import signed_in

pytestmark = pytest.mark.anyio


class VisitProbe(rx.State):
    """Says who came, and from where."""

    who: str = ""
    ip: str = ""

    @rx.event
    @door()
    async def say(self):
        self.who, self.ip = current().email, this_visit().ip


async def test_an_upload_is_its_senders_not_the_tabs_that_it_names(small_site, desk):
    ada, eve = signed_in("ada@example.org"), signed_in("eve@example.org")
    async with desk() as it:
        tab = it.tab(ada)
        await tab.send(VisitProbe.say)
        assert (await tab.state(VisitProbe)).who == "ada@example.org"
        scope = {"headers": [(b"cookie", f"{SESSION_COOKIE}={eve}".encode())]}
        seen = []
        for _ in range(2):  # the first wipes the tab, which belonged to another session
            with carry(scope, "203.0.113.7"):
                future = await it.processor.enqueue(tab.token, Event(name=f"{VisitProbe.get_full_name()}.say"))
            await future.wait_all()
            state = await tab.state(VisitProbe)
            seen.append((state.who, state.ip))
        assert seen == [("", ""), ("eve@example.org", "203.0.113.7")]


async def test_an_event_without_any_request_is_nobodys(small_site, desk):
    ada = signed_in("ada@example.org")
    async with desk() as it:
        tab = it.tab(ada)
        await tab.send(VisitProbe.say)
        future = await it.processor.enqueue(tab.token, Event(name=f"{VisitProbe.get_full_name()}.say"))
        await future.wait_all()
        assert (await tab.state(VisitProbe)).who == ""


def test_only_tabs_with_the_owners_session_belong_to_an_owner(small_site):
    ada, eve = signed_in("ada@example.org"), signed_in("eve@example.org")
    owner = principal_of_token(ada).owner_id
    cookies = {"hers": f"{SESSION_COOKIE}={ada}", "thief": f"{SESSION_COOKIE}={eve}", "none": ""}
    assert belonging_to(owner, cookies) == ["hers"]
    assert belonging_to("", cookies) == []


def test_outside_of_events_there_is_no_visit():
    assert this_visit() == Visit()
    with carry({"headers": []}, "203.0.113.7"):
        assert this_visit() == Visit()
