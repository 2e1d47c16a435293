"""The wizard's inputs of one file: what comes, is replaced, is called off or held back, by its owner and by others."""

import asyncio

import pytest
import reflex as rx

from sciflask_reflex import storage
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import service
from sciflask_reflex.studies.state import StudyUploadState
from tests.sciflask_reflex.studies.wizards import (
    GOOD,
    NAME,
    OTHER,
    chunks_of,
    is_at,
    send_file,
    stage_of,
    state_of,
    turns,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("child")]


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
        await turns(lambda: is_at(tab, "uploading"))
        await send_file(tab, OTHER, filename="fast.csv")
        await slow.finish()
        await sending
        assert (await state_of(tab)).slots["dataset1"].filename == "fast.csv"
        assert [row.filename for row in service.uploads_of(me.owner_id)] == ["fast.csv"]


async def test_what_was_called_off_does_not_come_back(wizard, person):
    me = person()
    async with wizard(me) as (it, tab):
        slow = await chunks_of(("slow.csv", GOOD), finished=False)
        sending = asyncio.ensure_future(tab.send(f"{NAME}.receive", slot="dataset1", chunks=slow))
        await turns(lambda: is_at(tab, "uploading"))
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
