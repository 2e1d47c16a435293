"""The end of the wizard: the check, its report, and saving, also when things happen at once."""

import asyncio
from dataclasses import replace
from threading import Event as Flag

import pytest
import reflex as rx

from sciflask_reflex.studies import service
from sciflask_reflex.studies.check_state import NOT_CHECKED, TERMS_FIRST, WARNINGS_FIRST
from sciflask_reflex.studies.state import StudyUploadState
from tests.sciflask_reflex.studies.wizards import (
    BROKEN,
    CONSTANT,
    GOOD,
    NAME,
    OTHER,
    answered,
    chunks_of,
    is_at,
    send_file,
    state_of,
    turns,
    until,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("child")]


async def test_a_file_is_checked_and_saved_and_belongs_to_its_owner(wizard, person, redirects_of):
    me, other = person(), person()
    async with wizard(me) as (it, tab):
        assert (await state_of(tab)).step == 1
        await send_file(tab)
        state = await state_of(tab)
        assert (state.step, state.slots["dataset1"].stage, state.slots["dataset1"].filename) == (2, "ready", "a.csv")
        assert [row.filename for row in service.uploads_of(me.owner_id)] == ["a.csv"]
        await tab.send(StudyUploadState.check)
        state = await state_of(tab)
        assert (state.step, state.report.ok, state.report.inputs[0].facts[0].words) == (4, True, "3 samples × 2 features")
        sent = redirects_of(await tab.send(StudyUploadState.save))
        (study,) = service.list_for(me.owner_id)
        assert (study.name, sent) == ("Mine", [f"/studies/{study.id}/analyse"])
        assert (await state_of(tab)).name == ""
        assert (await state_of(tab)).step == 1
        assert service.uploads_of(me.owner_id) == service.list_for(other.owner_id) == []
        assert it.faults == []


async def test_nothing_is_checked_before_everything_is_filled_in(person, desk, child):
    async with desk() as it:
        tab = it.tab(person().session)
        for name in ("check", "save", "remove", "begin_upload"):  # nothing is open yet
            await tab.send(f"{NAME}.{name}", **({"slot": "dataset1"} if name in ("remove", "begin_upload") else {}))
        assert (await state_of(tab)).slots == {}
        await tab.send(StudyUploadState.load)
        await tab.send(StudyUploadState.check)
        errors = (await state_of(tab)).errors
        assert errors.keys() == {"name", "dataset1", "terms"}
        assert errors["terms"] == TERMS_FIRST
        await tab.send(f"{NAME}.set_more_than_one", on=True)
        await tab.send(StudyUploadState.check)
        assert "dataset2" in (await state_of(tab)).errors
        assert child.runs == 0
        assert it.faults == []


async def test_warnings_need_consent_and_consent_ends_with_its_report(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        await send_file(tab, CONSTANT)
        await tab.send(StudyUploadState.check)
        assert (await state_of(tab)).report.needs_consent
        await tab.send(StudyUploadState.save)
        assert (await state_of(tab)).errors == {"consent": WARNINGS_FIRST}
        await tab.send(f"{NAME}.set_consent", on=True)
        await tab.send(StudyUploadState.check)
        assert not (await state_of(tab)).consent
        await tab.send(f"{NAME}.set_consent", on=True)
        await tab.send(StudyUploadState.save)
        assert len(service.list_for(me.owner_id)) == 1


async def test_a_broken_file_cannot_be_saved(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        await send_file(tab, BROKEN)
        await tab.send(StudyUploadState.check)
        state = await state_of(tab)
        assert (state.step, state.report.ok, state.report.tone) == (3, False, "error")
        await tab.send(StudyUploadState.save)
        assert service.list_for(me.owner_id) == []


async def test_a_taken_name_is_said_beside_the_field_and_nothing_is_lost(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        for name in ("Mine", "mine"):
            await tab.send(StudyUploadState.set_study_name(name))
            await tab.send(f"{NAME}.set_terms", on=True)
            await send_file(tab)
            await tab.send(StudyUploadState.check)
            await tab.send(StudyUploadState.save)
        state = await state_of(tab)
        assert "name" in state.errors
        assert (state.saving, state.report.ok, state.slots["dataset1"].stage) == (False, True, "ready")


async def test_a_second_click_on_save_makes_no_second_study(wizard, person, redirects_of):
    me = person()
    async with wizard(me) as (it, tab):
        await send_file(tab)
        await tab.send(StudyUploadState.check)
        await asyncio.gather(tab.send(StudyUploadState.save), tab.send(StudyUploadState.save))
        assert len(redirects_of(it.sent[tab.token])) == 1
        assert len(service.list_for(me.owner_id)) == 1
        state = await state_of(tab)
        assert (state.errors, state.problem, state.saving) == ({}, "", False)


@pytest.mark.parametrize("act", ["removed", "replaced", "another tool"])
async def test_what_happens_while_a_study_is_being_saved_changes_nothing_about_it(
    wizard, person, redirects_of, monkeypatch, every_kind, act
):
    me, saved, go_on = person(), Flag(), Flag()
    create = service.create

    def held(*words, **more):
        row = create(*words, **more)
        saved.set()
        assert go_on.wait(20)
        return row

    monkeypatch.setattr(service, "create", held)
    async with wizard(me) as (it, tab):
        await send_file(tab)
        await tab.send(StudyUploadState.check)
        saving = asyncio.create_task(tab.send(StudyUploadState.save))
        await until(saved)
        if act == "removed":
            await tab.send(f"{NAME}.remove", slot="dataset1")
        elif act == "replaced":
            await send_file(tab, OTHER, filename="b.csv")
        else:
            await tab.send(f"{NAME}.choose_tool", slug="every-kind")
        assert (await state_of(tab)).saving
        go_on.set()
        sent = redirects_of(await saving)
        (study,) = service.list_for(me.owner_id)
        assert sent == [f"/studies/{study.id}/analyse"]
        state = await state_of(tab)
        assert (state.tool, state.saving, state.name, state.step) == ("correlation", False, "", 1)
        assert service.uploads_of(me.owner_id) == []
        assert it.faults == []


async def test_a_study_that_lost_its_file_while_it_was_being_saved_says_so(wizard, person, monkeypatch):
    me, asked, go_on = person(), Flag(), Flag()
    create = service.create

    def held(*words, **more):
        asked.set()
        assert go_on.wait(20)
        return create(*words, **more)

    monkeypatch.setattr(service, "create", held)
    async with wizard(me) as (it, tab):
        await send_file(tab)
        await tab.send(StudyUploadState.check)
        saving = asyncio.create_task(tab.send(StudyUploadState.save))
        await until(asked)
        await tab.send(f"{NAME}.remove", slot="dataset1")
        go_on.set()
        await saving
        state = await state_of(tab)
        assert (state.saving, state.name, service.list_for(me.owner_id)) == (False, "Mine", [])
        assert state.problem or state.errors
        assert it.faults == []


@pytest.mark.parametrize("upload", ["replaced", "somebody else's"])
async def test_only_ones_own_uploads_are_checked(wizard, person, upload):
    """A state cannot hold a foreign upload; if it ever did, the service would not find it."""
    me, other = person(), person()
    async with wizard(me) as (it, tab):
        await send_file(tab)
        intake = service.start_upload((other if upload == "somebody else's" else me).owner_id, "b.csv", None)
        intake.write(OTHER)
        row = intake.finish()
        token = rx.BaseStateToken(ident=tab.token, cls=StudyUploadState)
        async with it.app.state_manager.modify_state(token) as root:
            state = await root.get_state(StudyUploadState)
            state.slots = state.slots | {"dataset1": replace(state.slots["dataset1"], upload_id=row.id)}
        await tab.send(StudyUploadState.check)
        state = await state_of(tab)
        assert state.report.ok == (upload == "replaced")
        assert ("does not exist" in state.problem) == (upload != "replaced")
        await tab.send(f"{NAME}.remove", slot="dataset1")
        assert bool(service.uploads_of(other.owner_id)) == (upload != "replaced")


async def test_check_waits_for_a_file_that_is_on_its_way(wizard):
    async with wizard() as (_, tab):
        slow = await chunks_of(("slow.csv", GOOD), finished=False)
        sending = asyncio.ensure_future(tab.send(f"{NAME}.receive", slot="dataset1", chunks=slow))
        await turns(lambda: is_at(tab, "uploading"))
        await tab.send(StudyUploadState.check)
        assert (await state_of(tab)).checking
        await slow.finish()
        await sending
        state = await state_of(tab)
        assert (state.checking, state.checked, state.report.ok) == (False, True, True)


async def test_check_does_not_wait_for_a_file_that_never_comes(wizard, child):
    async with wizard() as (_, tab):
        torn = await chunks_of(finished=False)
        sending = asyncio.ensure_future(tab.send(f"{NAME}.receive", slot="dataset1", chunks=torn))
        await turns(lambda: is_at(tab, "uploading"))
        await tab.send(StudyUploadState.check)
        await torn.fail(RuntimeError("gone"))
        await sending
        state = await state_of(tab)
        assert (state.checking, state.checked, child.runs) == (False, False, 0)
        assert "dataset1" in state.errors


async def test_a_report_of_a_file_that_is_gone_is_not_shown(wizard, child):
    async with wizard() as (_, tab):
        await send_file(tab)
        child.wait()
        checking_it = asyncio.ensure_future(tab.send(StudyUploadState.check))
        await until(child.entered)
        await tab.send(f"{NAME}.remove", slot="dataset1")
        await send_file(tab, BROKEN)
        child.go_on.set()
        await checking_it
        state = await state_of(tab)
        assert (state.checked, state.checking, state.report.ok, state.report.inputs) == (False, False, False, [])


async def test_a_second_click_on_check_is_one_check(wizard, child):
    async with wizard() as (_, tab):
        await send_file(tab)
        child.wait()
        first = asyncio.ensure_future(tab.send(StudyUploadState.check))
        await until(child.entered)
        second = asyncio.ensure_future(tab.send(StudyUploadState.check))
        await turns(lambda: answered(second))
        assert (await state_of(tab)).step == 3
        child.go_on.set()
        await first
        assert (child.runs, (await state_of(tab)).checked) == (1, True)


async def test_the_page_shows_how_far_a_check_has_come(wizard, child, monkeypatch):
    monkeypatch.setattr("sciflask_reflex.studies.check_state.LOOK_SECONDS", 0.01)
    async with wizard() as (_, tab):
        await send_file(tab)
        child.wait()
        checking_it = asyncio.ensure_future(tab.send(StudyUploadState.check))
        await until(child.entered)
        for part in (0.25, 0.75):
            child.tell(part)
            await turns(lambda part=part: _has_come(tab, part))
        child.go_on.set()
        await checking_it
        state = await state_of(tab)
        assert (state.checked, state.checking, state.check_part) == (True, False, 0.0)


async def _has_come(tab, part):
    return (await state_of(tab)).check_part == part


async def test_a_check_that_breaks_down_says_so_and_can_be_tried_again(wizard, child):
    async with wizard() as (it, tab):
        await send_file(tab)
        child.fault = ZeroDivisionError("a fault of ours")
        await tab.send(StudyUploadState.check)
        state = await state_of(tab)
        assert (state.checking, state.checked, state.problem) == (False, False, NOT_CHECKED)
        assert [type(fault) for fault in it.faults] == [ZeroDivisionError]
        child.fault = None
        await tab.send(StudyUploadState.check)
        assert (await state_of(tab)).report.ok
