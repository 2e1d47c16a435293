"""The dialog of links, and the page behind one, as tabs see them."""

import pytest
from sqlmodel import select

from sciflask_reflex import links
from sciflask_reflex.db import reading
from sciflask_reflex.models import Share, Status
from sciflask_reflex.sciflask_reflex import PAGES
from sciflask_reflex.shares import service
from sciflask_reflex.shares.state import SharedState, ShareState
from tests.factories import make_analysis, make_study

pytestmark = pytest.mark.anyio
NAME = "reflex___state____state.sciflask_reflex___shares___state____share_state"


assert PAGES  # only a page's address brings its places into the states


def finished(owner_id: str):
    return make_analysis(make_study(owner_id), status=Status.DONE, manifest={"files": [], "outputs": [], "metrics": {}}, attempt=1)


def tab_on(it, who, analysis_id):
    return it.tab(who.session, path=f"/analyses/{analysis_id}", query={"analysis_id": analysis_id})


async def test_make_and_revoke_a_link_without_its_token_in_the_state(person, desk, sqlite):
    me = person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        tab = tab_on(it, me, analysis.id)
        await tab.send(ShareState.load)
        updates = await tab.send(f"{NAME}.create", form_data={"days": None})
        state = await tab.state(ShareState)
        (card,) = state.shares
        assert card.opened == "never opened"
        assert card.link_url == f"/api/v1/shares/{card.id}/link"
        assert links.token_of(card.id) not in str(updates) + str(state.dict())
        await tab.send(f"{NAME}.revoke", share_id=card.id)
        assert (await tab.state(ShareState)).shares == []


async def test_somebody_else_gets_a_sentence(person, desk):
    me, other = person(), person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        tab = tab_on(it, other, analysis.id)
        await tab.send(f"{NAME}.create", form_data={"days": "30"})
        state = await tab.state(ShareState)
        assert "not yours" in state.problem
        assert state.shares == []
    with reading() as session:
        assert session.exec(select(Share)).all() == []


@pytest.mark.parametrize("named", ["\ud800", "a\0b", "../x", {"a": 1}, None])
async def test_an_address_that_names_no_analysis(person, desk, named):
    me = person()
    async with desk() as it:
        tab = it.tab(me.session, path="/analyses/x", query={"analysis_id": named})
        await tab.send(ShareState.load)
        await tab.send(f"{NAME}.create", form_data={"days": "30"})
        assert (await tab.state(ShareState)).shares == []
        assert it.faults == []


async def test_a_guest_has_the_link_mailed(person, desk):
    me = person()
    analysis = finished(me.owner_id)
    async with desk() as it:
        tab = tab_on(it, me, analysis.id)
        await tab.send(f"{NAME}.mail", form_data={"email": "nobody"})
        assert (await tab.state(ShareState)).mail_problem
        await tab.send(f"{NAME}.mail", form_data={"email": "ada@example.org"})
        state = await tab.state(ShareState)
        assert (state.mail_problem, bool(state.mailed), len(state.shares)) == ("", True, 1)


async def test_anybody_with_the_link_sees_the_result_until_it_is_revoked(person, desk):
    me = person()
    analysis = finished(me.owner_id)
    row = service.create(analysis.id, owner_id=me.owner_id)
    token = links.token_of(row.id)
    async with desk() as it:
        tab = it.tab(path=f"/r/{token}", query={"token": token})
        for _ in range(2):  # a reconnect is no further opening
            await tab.send(SharedState.load)
        state = await tab.state(SharedState)
        assert (state.loaded, state.missing, state.view.name, state.view.is_done) == (True, False, analysis.name, True)
        assert token not in str({name: value for name, value in state.dict().items() if name.endswith("shared_state")})
        assert service.list_for(analysis.id, owner_id=me.owner_id)[0].opened == 1
        service.revoke(row.id, owner_id=me.owner_id)
        await tab.send(SharedState.load)
        state = await tab.state(SharedState)
        assert (state.missing, state.view.name) == (True, "")
