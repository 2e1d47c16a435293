"""The upload wizard: every handler by its owner and by others, and what happens when things happen at once."""

import asyncio
from dataclasses import replace

import pytest
import reflex as rx

from sciflask_reflex import storage
from sciflask_reflex.identity import sessions
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import service
from sciflask_reflex.studies.state import NOT_CHECKED, TERMS_FIRST, WARNINGS_FIRST, StudyUploadState
from tests.sciflask_reflex.studies.wizards import NAME, chunks_of, state_of, turns, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("child")]
GOOD = b"id,a,b\ns1,1,2\ns2,3,5\ns3,4,4\n"
OTHER = b"id,c,d\ns1,9,2\ns2,3,1\ns3,4,7\n"
CONSTANT = b"id,a,b,c\ns1,1,2,7\ns2,3,5,7\ns3,4,4,7\n"
BROKEN = b"id,a,b\ns1,1,2\ns1,3,5\ns3,4,4\n"


async def send_file(tab, content=GOOD, slot="dataset1", filename="a.csv"):
    await tab.send(f"{NAME}.receive", slot=slot, chunks=await chunks_of((filename, content)))


async def stage_of(tab, slot="dataset1"):
    return (await state_of(tab)).slots[slot].stage


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


async def test_removing_a_file_takes_the_report_and_the_bytes_with_it(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        await send_file(tab)
        await tab.send(StudyUploadState.check)
        upload_id = (await state_of(tab)).slots["dataset1"].upload_id
        await tab.send(f"{NAME}.remove", slot="dataset1")
        state = await state_of(tab)
        assert (state.checked, state.report.ok, state.slots["dataset1"].stage) == (False, False, "empty")
        assert service.uploads_of(me.owner_id) == []
        assert not storage.staging(upload_id).exists()


async def test_a_file_that_the_site_forgot_can_be_removed(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        await send_file(tab)
        service.discard_upload((await state_of(tab)).slots["dataset1"].upload_id, me.owner_id)
        await tab.send(StudyUploadState.check)
        assert "does not exist" in (await state_of(tab)).problem
        await tab.send(f"{NAME}.remove", slot="dataset1")
        assert await stage_of(tab) == "empty"
        assert (await tab.state(SessionState)).notice == ""


@pytest.mark.parametrize("slot", ["dataset9", "__class__", "", "Dataset1", "a" * 65])
async def test_no_unknown_input_is_taken(wizard, person, slot):
    me = person()
    async with wizard(me) as (it, tab):
        before = dict((await state_of(tab)).slots)
        for name, more in (
            ("begin_upload", {}),
            ("remove", {}),
            ("rejected", {}),
            ("progressed", {"progress": {"progress": 1}}),
        ):
            await tab.send(f"{NAME}.{name}", slot=slot, **more)
        await send_file(tab, slot=slot)
        await tab.send(f"{NAME}.set_label", slot=slot, text="genes")
        state = await state_of(tab)
        assert (dict(state.slots), state.labels) == (before, {})
        assert service.uploads_of(me.owner_id) == []
        assert it.faults == []


async def test_progress_is_believed_within_reason(wizard):
    async with wizard() as (it, tab):
        await tab.send(f"{NAME}.progressed", slot="dataset1", progress={"progress": 0.5})
        assert (await state_of(tab)).slots["dataset1"].fraction == 0
        await tab.send(f"{NAME}.begin_upload", slot="dataset1")
        for said, shown in ((0.25, 0.25), (7, 1), (-3, 0), ("x", 0), (None, 0), (float("nan"), 0)):
            await tab.send(f"{NAME}.progressed", slot="dataset1", progress={"progress": said, "loaded": 3})
            assert (await state_of(tab)).slots["dataset1"].fraction == shown
        assert it.faults == []


async def test_the_browsers_refusal_is_explained_but_never_loses_a_file(wizard):
    async with wizard() as (_, tab):
        await tab.send(f"{NAME}.begin_upload", slot="dataset1")  # the browser says both about a file that is too large
        await tab.send(f"{NAME}.rejected", slot="dataset1")
        assert "at most" in (await state_of(tab)).slots["dataset1"].error
        await send_file(tab)
        await tab.send(f"{NAME}.rejected", slot="dataset1")
        assert await stage_of(tab) == "ready"


async def test_an_upload_without_a_file_says_why_and_keeps_the_file_that_was_there(wizard, person):
    """The browser sends an empty upload beside what it holds back."""
    me = person()
    async with wizard(me) as (it, tab):
        await tab.send(f"{NAME}.begin_upload", slot="dataset1")
        await tab.send(f"{NAME}.rejected", slot="dataset1")
        await tab.send(f"{NAME}.receive", slot="dataset1", chunks=await chunks_of())
        assert "at most" in (await state_of(tab)).slots["dataset1"].error
        await send_file(tab)
        before = (await state_of(tab)).slots["dataset1"]
        await tab.send(f"{NAME}.rejected", slot="dataset1")
        await tab.send(f"{NAME}.receive", slot="dataset1", chunks=await chunks_of())
        shown = (await state_of(tab)).slots["dataset1"]
        assert (shown.stage, shown.upload_id, before.error) == ("ready", before.upload_id, "")
        assert "at most" in shown.error
        assert [row.id for row in service.uploads_of(me.owner_id)] == [before.upload_id]
        await send_file(tab)
        assert (await state_of(tab)).slots["dataset1"].error == ""
        assert it.faults == []


async def test_a_note_that_comes_after_its_file_changes_nothing(wizard):
    """The note goes by the socket, the file by a request: nobody promises which is first."""
    async with wizard() as (_, tab):
        await send_file(tab)
        await tab.send(f"{NAME}.begin_upload", slot="dataset1")
        assert await stage_of(tab) == "ready"


async def test_a_second_file_replaces_the_first_and_nothing_is_left_of_it(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        await send_file(tab)
        await tab.send(StudyUploadState.check)
        await send_file(tab, OTHER, filename="b.csv")
        state = await state_of(tab)
        assert (state.checked, state.slots["dataset1"].filename) == (False, "b.csv")
        assert [row.filename for row in service.uploads_of(me.owner_id)] == ["b.csv"]


async def test_of_two_uploads_at_once_the_later_one_counts(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        slow = await chunks_of(("slow.csv", GOOD), finished=False)
        sending = asyncio.ensure_future(tab.send(f"{NAME}.receive", slot="dataset1", chunks=slow))
        await turns(lambda: _is(tab, "uploading"))
        await send_file(tab, OTHER, filename="fast.csv")
        await slow.finish()
        await sending
        assert (await state_of(tab)).slots["dataset1"].filename == "fast.csv"
        assert [row.filename for row in service.uploads_of(me.owner_id)] == ["fast.csv"]


async def _answered(sending):
    return sending.done()


async def _is(tab, stage):
    return await stage_of(tab) == stage


async def test_what_was_called_off_does_not_come_back(wizard, person):
    me = person()
    async with wizard(me) as (it, tab):
        slow = await chunks_of(("slow.csv", GOOD), finished=False)
        sending = asyncio.ensure_future(tab.send(f"{NAME}.receive", slot="dataset1", chunks=slow))
        await turns(lambda: _is(tab, "uploading"))
        await tab.send(f"{NAME}.remove", slot="dataset1")
        await tab.send(f"{NAME}.begin_upload", slot="dataset1")  # and another file is chosen at once
        await slow.finish()
        await sending
        assert await stage_of(tab) == "uploading"
        assert service.uploads_of(me.owner_id) == []
        assert it.faults == []


@pytest.mark.parametrize(
    ("fault", "stage"), [(RuntimeError("gone"), "failed"), (ValueError("odd"), "failed"), (asyncio.CancelledError(), "empty")]
)
async def test_an_upload_that_breaks_off_leaves_nothing(wizard, person, fault, stage):
    me = person()
    async with wizard(me) as (it, tab):
        torn = await chunks_of(("torn.csv", GOOD), finished=False)
        await torn.fail(fault)
        await tab.send(f"{NAME}.receive", slot="dataset1", chunks=torn)
        assert await stage_of(tab) == stage
        assert not any(storage.staging("0" * 32).parent.iterdir())
        assert it.faults == []


async def test_two_files_in_one_upload_are_refused(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        chunks = rx.UploadChunkIterator()
        for name in ("a.csv", "b.csv"):
            await chunks.push(rx.UploadChunk(filename=name, offset=0, content_type="", data=GOOD))
        await chunks.finish()
        await tab.send(f"{NAME}.receive", slot="dataset1", chunks=chunks)
        assert "one file" in (await state_of(tab)).slots["dataset1"].error
        assert service.uploads_of(me.owner_id) == []


@pytest.mark.parametrize("chunks", ["x", 1, None, ["x"], {"a": 1}])
async def test_a_file_comes_by_the_upload_address_only(wizard, chunks):
    async with wizard() as (it, tab):
        await tab.send(f"{NAME}.receive", slot="dataset1", chunks=chunks)
        assert (await state_of(tab)).slots["dataset1"].stage == "empty"
        assert it.faults == []


async def test_too_much_is_refused_and_nothing_arrives_as_well(wizard, monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_FILE_MIB", "1")
    async with wizard() as (_, tab):
        settings.cache_clear()
        await send_file(tab, b"x" * (1024 * 1024 + 1))
        assert "larger than" in (await state_of(tab)).slots["dataset1"].error
        await tab.send(f"{NAME}.receive", slot="dataset1", chunks=await chunks_of())
        assert "No file" in (await state_of(tab)).slots["dataset1"].error


async def test_check_waits_for_a_file_that_is_on_its_way(wizard):
    async with wizard() as (_, tab):
        slow = await chunks_of(("slow.csv", GOOD), finished=False)
        sending = asyncio.ensure_future(tab.send(f"{NAME}.receive", slot="dataset1", chunks=slow))
        await turns(lambda: _is(tab, "uploading"))
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
        await turns(lambda: _is(tab, "uploading"))
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
        await turns(lambda: _answered(second))
        assert (await state_of(tab)).step == 3
        child.go_on.set()
        await first
        assert (child.runs, (await state_of(tab)).checked) == (1, True)


async def test_the_page_shows_how_far_a_check_has_come(wizard, child, monkeypatch):
    monkeypatch.setattr("sciflask_reflex.studies.state.LOOK_SECONDS", 0.01)
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
