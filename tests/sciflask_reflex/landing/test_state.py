"""The door for trying: an example of one's own, for everybody, made once."""

import pytest

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.identity.cookies import new_guest_token
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.landing.state import TryState
from sciflask_reflex.studies import service

assert sciflask_reflex.sciflask_reflex.app

pytestmark = pytest.mark.anyio


def door(desk, session, slug="correlation"):
    return desk.tab(session, path=f"/try/{slug}", query={"slug": slug})


async def test_a_stranger_gets_an_example_of_their_own(person, desk, redirects_of):
    me, token = person(), new_guest_token()
    async with desk() as it:
        sent = [redirects_of(await door(it, session).send(TryState.begin)) for session in (token, token, me.session)]
        stranger = principal_of_token(token).owner_id
        (theirs,), (mine,) = service.list_for(stranger), service.list_for(me.owner_id)
        assert theirs.is_example
        assert sent == [[f"/studies/{theirs.id}/analyse"]] * 2 + [[f"/studies/{mine.id}/analyse"]]
        assert theirs.id != mine.id


@pytest.mark.parametrize("slug", ["", "nothing", "../x", "a" * 500])
async def test_there_is_no_example_of_an_unknown_tool(person, desk, redirects_of, slug):
    me = person()
    async with desk() as it:
        tab = door(it, me.session, slug)
        assert redirects_of(await tab.send(TryState.begin)) == []
        assert "does not exist" in (await tab.state(TryState)).problem
        assert service.list_for(me.owner_id) == []
        tab.query = {"slug": "correlation"}
        assert redirects_of(await tab.send(TryState.begin)) != []
        assert (await tab.state(TryState)).problem == ""


async def test_whoever_has_no_session_is_sent_to_sign_in(person, desk, redirects_of):
    person()
    async with desk() as it:
        assert redirects_of(await door(it, "").send(TryState.begin)) == ["/login?next=/try/correlation"]


async def test_a_live_tool_is_tried_on_its_own_page(person, desk, redirects_of):
    me = person()
    async with desk() as it:
        assert redirects_of(await door(it, me.session, "smoothing").send(TryState.begin)) == ["/tools/smoothing"]
        assert service.list_for(me.owner_id) == []
