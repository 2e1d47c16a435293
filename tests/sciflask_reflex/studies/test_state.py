"""The wizard as a whole: whose it is, and beginning anew."""

import asyncio

import pytest

from sciflask_reflex import storage
from sciflask_reflex.identity import sessions
from sciflask_reflex.studies import service
from sciflask_reflex.studies.state import StudyUploadState
from tests.sciflask_reflex.studies.wizards import (
    NAME,
    OTHER,
    chunks_of,
    send_file,
    stage_of,
    state_of,
    turns,
    until,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("child")]


async def test_what_ends_after_somebody_else_took_the_tab_is_not_shown_to_them(wizard, person, child, vars_of):
    """The check of one person ends when the tab is already another's: by then it must reach nobody."""
    me, other = person(), person()
    async with wizard(me) as (it, tab):
        await send_file(tab, filename="secret.csv")
        slow = await chunks_of(("more-secret.csv", OTHER), finished=False)
        await tab.send(f"{NAME}.set_more_than_one", on=True)
        uploading = asyncio.ensure_future(tab.send(f"{NAME}.receive", slot="dataset2", chunks=slow))
        await turns(lambda: _is_second(tab))
        await tab.send(f"{NAME}.set_more_than_one", on=False)
        child.wait()
        checking_it = asyncio.ensure_future(tab.send(StudyUploadState.check))
        await until(child.entered)
        theirs = it.tab(other.session, token=tab.token, path="/upload")
        await theirs.send(StudyUploadState.load)
        await theirs.send(StudyUploadState.load)
        seen = len(it.sent[tab.token])
        child.go_on.set()
        await slow.finish()
        await asyncio.gather(checking_it, uploading)
        state = await state_of(theirs)
        assert (state.tool, state.checked, state.report.ok) == ("correlation", False, False)
        assert {slot.stage for slot in state.slots.values()} == {"empty"}
        assert "secret" not in repr([update.delta for update in it.sent[tab.token][seen:]])
        assert service.uploads_of(other.owner_id) == []
        assert [row.filename for row in service.uploads_of(me.owner_id)] == ["secret.csv"]


async def _is_second(tab):
    return await stage_of(tab, "dataset2") == "uploading"


async def test_a_stranger_cannot_upload_into_a_site_without_guests(wizard, desk, person, monkeypatch):
    person()
    async with desk() as it:
        tab = it.tab("", path="/upload")
        await tab.send(StudyUploadState.load)
        await send_file(tab)
        await tab.send(f"{NAME}.begin_upload", slot="dataset1")
        assert await stage_of(tab) == "empty"
        assert not storage.staging("0" * 32).parent.exists() or not any(storage.staging("0" * 32).parent.iterdir())


async def test_signing_out_ends_the_wizard_too(wizard, person, redirects_of):
    me = person()
    async with wizard(me) as (_, tab):
        await send_file(tab)
        sessions.close_session(me.session)
        for event in (StudyUploadState.check, StudyUploadState.save):
            assert redirects_of(await tab.send(event)) == ["/login?next=/upload"]
        await send_file(tab, OTHER, filename="late.csv")
        assert not (await state_of(tab)).checked
        assert [row.filename for row in service.uploads_of(me.owner_id)] == ["a.csv"]


async def test_an_unknown_tool_is_not_chosen(wizard, person):
    async with wizard() as (_, tab):
        for slug in ("nothing", "../x", ""):
            await tab.send(f"{NAME}.choose_tool", slug=slug)
        assert (await state_of(tab)).tool == "correlation"
        tab.path = "/upload?tool=nothing"
        await tab.send(StudyUploadState.load)
        assert (await state_of(tab)).name == "Mine"


async def test_beginning_anew_drops_what_was_brought(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        await send_file(tab)
        await tab.send(f"{NAME}.choose_tool", slug="correlation")
        state = await state_of(tab)
        assert (state.name, state.slots["dataset1"].stage) == ("", "empty")
        assert service.uploads_of(me.owner_id) == []
