"""The wizard where an input takes several files: what comes, goes, moves and is replaced, by its owner and by others."""

import asyncio
from contextlib import asynccontextmanager

import anyio.to_thread
import pytest

from sciflask_reflex import storage
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import service
from sciflask_reflex.studies.state import StudyUploadState
from tests.every_kind.sciflask_every_kind import DATA
from tests.sciflask_reflex.studies.wizards import NAME, chunks_of, state_of, turns, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("child")]
CURVE = b"1 2\n2 3\n3 4\n"


@pytest.fixture
def wizard(wizard, every_kind):
    """Return a context manager: a tab with the wizard of the tool with every kind, all but the lists filled in."""

    @asynccontextmanager
    async def open_one(who=None):
        async with wizard(who, tool="every-kind") as (it, tab):
            for slot, name in (("table", "samples.csv"), ("curve", "curve.dat")):
                await tab.send(f"{NAME}.receive", slot=slot, chunks=await chunks_of((name, (DATA / name).read_bytes())))
            yield it, tab

    return open_one


async def send(tab, *pieces, slot="curves"):
    await tab.send(f"{NAME}.receive_several", slot=slot, chunks=await chunks_of(*pieces))


async def curves(tab, slot="curves"):
    return [one.filename for one in (await state_of(tab)).files[slot]]


async def id_of(tab, filename, slot="curves"):
    return next(one.upload_id for one in (await state_of(tab)).files[slot] if one.filename == filename)


async def act(tab, handler, filename, **more):
    await tab.send(f"{NAME}.{handler}", slot="curves", upload_id=await id_of(tab, filename), **more)


async def _has(tab, count):
    return len(await curves(tab)) == count


def files(*names):
    return [(f"{name}.dat", CURVE + f"4 {number}\n".encode()) for number, name in enumerate(names)]


async def test_files_come_together_or_one_after_another_and_are_saved_in_their_order(wizard, person, redirects_of):
    me, other = person(), person()
    async with wizard(me) as (it, tab):
        await send(tab, *files("b", "a"))
        await send(tab, ("c.dat", CURVE[:4], 1), ("c.dat", CURVE[4:], 1))
        assert await curves(tab) == ["b.dat", "a.dat", "c.dat"]
        assert (await state_of(tab)).counts["curves"] == "3 files, 44 B in all. Further curves takes 2 to 20 files."
        await tab.send(StudyUploadState.check)
        state = await state_of(tab)
        assert [(one.verdict, one.said) for one in state.files["curves"]] == [("ok", "4 points × 2 columns")] * 2 + [
            ("ok", "3 points × 2 columns")
        ]
        assert state.report.ok
        await act(tab, "move", "c.dat", step=-1)
        assert not (await state_of(tab)).checked
        await tab.send(StudyUploadState.check)
        sent = redirects_of(await tab.send(StudyUploadState.save))
        (row,) = service.list_for(me.owner_id)
        assert sent == [f"/studies/{row.id}/analyse"]
        assert [(item.filename, item.position) for item in row.inputs if item.slot == "curves"] == [
            ("b.dat", 1),
            ("c.dat", 2),
            ("a.dat", 3),
        ]
        assert storage.study_input(row.id, "curves.2").read_bytes() == CURVE
        assert service.uploads_of(me.owner_id) == service.list_for(other.owner_id) == []
        assert await curves(tab) == []
        assert it.faults == []


async def test_too_few_files_are_said_at_once_and_none_is_fine(wizard):
    async with wizard() as (_, tab):
        await tab.send(StudyUploadState.check)
        assert (await state_of(tab)).report.ok
        await send(tab, *files("a"))
        await tab.send(StudyUploadState.check)
        assert (await state_of(tab)).errors == {"curves": "Further curves takes 2 to 20 files, and there is 1."}


async def test_more_than_the_input_takes_are_left_out_by_name(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        await send(tab, *[(f"{number}.txt", b"words\n") for number in range(5)], slot="notes")
        state = await state_of(tab)
        assert await curves(tab, "notes") == ["0.txt", "1.txt", "2.txt"]
        assert state.slots["notes"].error == "Not taken: '3.txt', '4.txt'. Notes takes 1 to 3 files."
        assert len(service.uploads_of(me.owner_id)) == 5  # three of them, and the files of the other inputs
        await tab.send(StudyUploadState.check)
        assert "notes" in (await state_of(tab)).errors  # nobody goes on without knowing
        await tab.send(f"{NAME}.go_on_without", slot="notes")
        await tab.send(StudyUploadState.check)
        assert (await state_of(tab)).errors == {}


async def test_one_faulty_file_among_ten_is_named_and_replaced_in_its_place(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        sent = files(*"abcdefghij")
        sent[6] = ("g.dat", b"1 2\n2 x\n3 4\n")
        await send(tab, *sent)
        await tab.send(StudyUploadState.check)
        state = await state_of(tab)
        assert [one.verdict for one in state.files["curves"]] == ["ok"] * 6 + ["error"] + ["ok"] * 3
        (group,) = [item for item in state.report.findings if item.severity == "error"]
        assert group.where == "Further curves, file 7: g.dat"
        await act(tab, "replace_next", "g.dat")
        assert (await state_of(tab)).replacing["curves"].filename == "g.dat"
        await send(tab, ("better.dat", CURVE))
        assert await curves(tab) == [f"{name}.dat" for name in "abcdef"] + ["better.dat", "h.dat", "i.dat", "j.dat"]
        assert "g.dat" not in {one.filename for one in service.uploads_of(me.owner_id)}
        assert [one.verdict for one in (await state_of(tab)).files["curves"]] == [""] * 10
        await tab.send(StudyUploadState.check)
        assert (await state_of(tab)).report.ok


async def test_keeping_a_file_that_was_to_be_replaced(wizard):
    async with wizard() as (_, tab):
        await send(tab, *files("a", "b"))
        await act(tab, "replace_next", "a.dat")
        await act(tab, "replace_next", "a.dat")
        await send(tab, *files("c"))
        assert await curves(tab) == ["a.dat", "b.dat", "c.dat"]
        await act(tab, "replace_next", "a.dat")
        await act(tab, "take_out", "a.dat")
        assert (await state_of(tab)).replacing == {}


async def test_the_same_file_twice_is_allowed_and_said(wizard):
    async with wizard() as (_, tab):
        await send(tab, ("a.dat", CURVE), ("a.dat", CURVE))
        await tab.send(StudyUploadState.check)
        state = await state_of(tab)
        assert state.report.ok
        assert any(
            "the very same data: 'a.dat' (file 1), 'a.dat' (file 2)" in text for item in state.report.findings for text in item.messages
        )


async def test_a_name_with_a_script_stays_a_name(wizard):
    async with wizard() as (it, tab):
        await send(tab, ("<script>alert(1)<script>.dat", CURVE), ("b\u202e.dat", CURVE + b"4 4\n"))
        await tab.send(StudyUploadState.check)
        assert (await curves(tab))[0].startswith("<script>alert(1)<")
        assert (await state_of(tab)).report.ok
        assert it.faults == []


async def test_what_is_too_large_or_beyond_the_space_is_turned_away_and_the_rest_is_taken(wizard, person, monkeypatch):
    me = person()
    async with wizard(me) as (_, tab):
        monkeypatch.setenv("SCIFLASK_MAX_FILE_MIB", "1")
        settings.cache_clear()
        await send(tab, ("small.dat", CURVE), ("big.dat", b"1 2\n" * 300_000), ("last.dat", CURVE + b"4 4\n"))
        assert await curves(tab) == ["small.dat", "last.dat"]
        assert (await state_of(tab)).slots["curves"].error.startswith("Not taken: 'big.dat'. ")
        await tab.send(f"{NAME}.go_on_without", slot="curves")
        for who in ("", "_GUEST"):
            monkeypatch.setenv(f"SCIFLASK_MAX_OWNER_MIB{who}", "1")
        settings.cache_clear()
        await send(tab, *[(f"{name}.dat", b"1 2\n" * 150_000) for name in "xyz"], ("tiny.dat", b"7 8\n" * 3))
        error = (await state_of(tab)).slots["curves"].error
        assert error.startswith("Not taken: 'y.dat', 'z.dat'. Your files and results would take more than 1 MiB")
        assert await curves(tab) == ["small.dat", "last.dat", "x.dat", "tiny.dat"]
        assert len(service.uploads_of(me.owner_id)) == 6


async def test_moving_a_file_while_the_check_runs_throws_its_report_away(wizard, child):
    async with wizard() as (_, tab):
        await send(tab, *files("a", "b"))
        child.wait()
        checking = asyncio.create_task(tab.send(StudyUploadState.check))
        await until(child.entered)
        await act(tab, "move", "b.dat", step=-1)
        child.go_on.set()
        await checking
        state = await state_of(tab)
        assert (await curves(tab), state.checked, state.checking) == (["b.dat", "a.dat"], False, False)
        assert [one.verdict for one in state.files["curves"]] == ["", ""]


async def test_two_tabs_have_lists_of_their_own(wizard, person):
    me = person()
    async with wizard(me) as (it, tab):
        second = it.tab(me.session, path="/upload", query={})
        await second.send(StudyUploadState.load)
        await second.send(f"{NAME}.choose_tool", slug="every-kind")
        await send(tab, *files("a", "b"))
        await second.send(f"{NAME}.take_out", slot="curves", upload_id=await id_of(tab, "a.dat"))
        assert (await curves(tab), await curves(second)) == (["a.dat", "b.dat"], [])
        await send(second, *files("c", "d"))
        assert (await curves(tab), await curves(second)) == (["a.dat", "b.dat"], ["c.dat", "d.dat"])


async def test_calling_an_upload_off_keeps_what_has_arrived(wizard, person):
    me = person()
    async with wizard(me) as (it, tab):
        await send(tab, *files("a", "b"))
        stream = await chunks_of(("c.dat", CURVE), ("d.dat", CURVE[:4]), finished=False)
        sending = asyncio.create_task(tab.send(f"{NAME}.receive_several", slot="curves", chunks=stream))
        await turns(lambda: _has(tab, 3))
        await tab.send(f"{NAME}.stop_several", slot="curves")
        await stream.fail(asyncio.CancelledError())  # pyright: ignore[reportArgumentType]
        await sending
        assert ((await state_of(tab)).slots["curves"].stage, await curves(tab)) == ("empty", ["a.dat", "b.dat", "c.dat"])
        assert "d.dat" not in {one.filename for one in service.uploads_of(me.owner_id)}
        assert await anyio.to_thread.run_sync(lambda: len(list(storage.staging("0" * 32).parent.iterdir()))) == 5
        assert it.faults == []


async def test_an_upload_that_breaks_off_says_which_file_was_torn(wizard, person):
    me = person()
    async with wizard(me) as (it, tab):
        torn = await chunks_of(*files("a", "b"), finished=False)
        await torn.fail(RuntimeError("gone"))
        await tab.send(f"{NAME}.receive_several", slot="curves", chunks=torn)
        state = await state_of(tab)
        assert (await curves(tab), state.slots["curves"].stage) == (["a.dat"], "failed")
        assert state.slots["curves"].error == "Not taken: 'b.dat'. The file did not arrive whole. Choose it again."
        assert it.faults == []


async def test_what_the_browser_does_not_send_is_said_beside_what_came(wizard):
    async with wizard() as (_, tab):
        await tab.send(f"{NAME}.begin_upload", slot="curves")
        await tab.send(f"{NAME}.rejected_several", slot="curves")
        await send(tab, *files("a", "b"))
        state = await state_of(tab)
        assert await curves(tab) == ["a.dat", "b.dat"]
        assert state.slots["curves"].error.startswith("Some files were not sent. Choose files of at most")
        await send(tab)
        await tab.send(f"{NAME}.go_on_without", slot="curves")
        await send(tab)
        assert (await state_of(tab)).slots["curves"].error == "No file arrived. Choose it again."


@pytest.mark.parametrize("slot", ["table", "nothing", "curve"])
async def test_an_input_of_one_file_takes_no_list(wizard, person, slot):
    me = person()
    async with wizard(me) as (it, tab):
        before = len(service.uploads_of(me.owner_id))
        await send(tab, *files("a", "b"), slot=slot)
        for handler in ("stop_several", "go_on_without", "rejected_several"):
            await tab.send(f"{NAME}.{handler}", slot=slot)
        await tab.send(f"{NAME}.move", slot=slot, upload_id="0" * 32, step=1)
        assert len(service.uploads_of(me.owner_id)) == before
        assert it.faults == []


@pytest.mark.parametrize(
    "payload", [{"upload_id": "x", "step": 1}, {"upload_id": "0" * 32, "step": 2}, {"upload_id": ["0" * 32], "step": 1}]
)
async def test_what_no_page_sends_changes_nothing(wizard, payload):
    async with wizard() as (_, tab):
        await send(tab, *files("a", "b"))
        await tab.send(f"{NAME}.move", slot="curves", **payload)
        assert await curves(tab) == ["a.dat", "b.dat"]


async def test_beginning_anew_drops_the_lists(wizard, person):
    me = person()
    async with wizard(me) as (_, tab):
        await send(tab, *files("a", "b"))
        await tab.send(f"{NAME}.choose_tool", slug="correlation")
        assert service.uploads_of(me.owner_id) == []
        assert (await state_of(tab)).files == {}
