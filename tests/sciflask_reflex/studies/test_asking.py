"""Which files the wizard asks for: further tables behind one box, other optional inputs at once."""

from dataclasses import replace

import pytest

import sciflask_reflex.sciflask_reflex
from pipeline import tools
from sciflask_reflex.errors import Invalid
from sciflask_reflex.studies import page, service
from sciflask_reflex.studies.asking import asked_for, needed, offers_more, tools_with_inputs
from sciflask_reflex.studies.state import StudyUploadState

assert sciflask_reflex.sciflask_reflex.app

NAME = StudyUploadState.get_full_name()


def names(slots):
    return [slot.name for slot in slots]


def test_further_tables_stand_behind_a_box():
    tool = tools()["correlation"]
    assert offers_more(tool)
    assert (names(asked_for(tool, more=False)), names(asked_for(tool, more=True))) == (["dataset1"], ["dataset1", "dataset2"])
    assert (names(needed(tool, more=False)), names(needed(tool, more=True))) == (["dataset1"], ["dataset1", "dataset2"])


def test_other_optional_inputs_are_there_at_once_and_may_stay_empty(every_kind):
    assert not offers_more(every_kind)
    assert names(asked_for(every_kind, more=False)) == ["table", "curve", "log", "files", "curves", "notes"]
    assert names(needed(every_kind, more=True)) == ["table", "curve"]


def test_a_tool_without_inputs_needs_no_study(monkeypatch):
    tool = tools()["correlation"]
    monkeypatch.setattr("sciflask_reflex.studies.asking.tools", lambda: {"live": replace(tool, inputs=()), "correlation": tool})
    assert list(tools_with_inputs()) == ["correlation"]


def test_the_page_says_what_each_kind_accepts(every_kind):
    text = str(page.upload())
    for slot in every_kind.inputs:
        assert slot.title in text
    for words in ("One point on each line", "A zip archive of at most", "Plain text of at most", ".zip", "optional"):
        assert words in text
    assert text.count("More than one dataset") >= 1


def test_a_study_needs_at_least_one_file(person, monkeypatch):
    tool = tools()["correlation"]
    loose = replace(tool, inputs=tuple(replace(slot, required=False) for slot in tool.inputs))
    monkeypatch.setattr(service, "tools", lambda: {"loose": loose})
    with pytest.raises(Invalid) as caught:
        service.create(person().owner_id, tool="loose", name="x", inputs={})
    assert caught.value.fields == {"dataset1": "Choose a file."}


@pytest.mark.anyio
async def test_what_must_be_there_is_asked_for_and_what_was_refused_is_named(every_kind, person, desk):
    async with desk() as it:
        tab = it.tab(person().session, path="/upload", query={})
        await tab.send(StudyUploadState.load)
        await tab.send(f"{NAME}.choose_tool", slug="every-kind")
        await tab.send(StudyUploadState.check)
        assert (await tab.state(StudyUploadState)).errors.keys() == {"name", "table", "curve", "terms"}
        await tab.send(f"{NAME}.rejected", slot="files")
        assert (await tab.state(StudyUploadState)).slots["files"].error.endswith("MB: .zip.")
        await tab.send(StudyUploadState.check)
        assert "files" in (await tab.state(StudyUploadState)).errors
        await tab.send(f"{NAME}.remove", slot="files")
        await tab.send(StudyUploadState.check)
        assert "files" not in (await tab.state(StudyUploadState)).errors
        assert it.faults == []
