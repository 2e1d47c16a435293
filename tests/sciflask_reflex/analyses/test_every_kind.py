"""A tool with every kind of input, parameter and output, from its files to its page: nothing of it is known to the site."""

import re

import pytest

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.analyses import service
from sciflask_reflex.analyses.form_state import AnalysisFormState
from sciflask_reflex.analyses.state import AnalysisState
from sciflask_reflex.jobs.actors import run_analysis
from sciflask_reflex.models import Status
from sciflask_reflex.studies import service as studies
from tests.every_kind.sciflask_every_kind import DATA

assert sciflask_reflex.sciflask_reflex.app

pytestmark = pytest.mark.anyio
CURVES = ["third.dat", "first.dat", "third.dat"]
FILES = {"table": "samples.csv", "curve": "curve.dat", "log": "run.log", "files": "parts.zip"}
BY_BROWSER = {
    "analysis_name": "All", "count": "7", "width": "1.5", "smooth": True, "shape": "box", "window.from": "0.1", "window.to": "0.4",
    "window_from": "0.1", "window_to": "0.4", "method": "exact", "groups.low": "on", "groups_low": True, "groups_middle": False,
    "groups_high": False, "remark": "", "target": "feature_2", "others": "feature_3, feature_4", "only_numbers": "feature_5", "only_words": "batch", "altcha": None,
}  # fmt: skip
"""A form as Reflex sends it: what the browser would send, and every control once more by its id."""


def saved(owner_id):
    """Upload a file of each kind and save them as a study, as wizard and API do."""
    uploads = {}
    for slot, name in FILES.items():
        intake = studies.start_upload(owner_id, f"my {name}", None)
        intake.write((DATA / name).read_bytes())
        uploads[slot] = intake.finish().id
    uploads["curves"] = []
    for name in CURVES:
        intake = studies.start_upload(owner_id, f"my {name}", None)
        intake.write((DATA / name).read_bytes())
        uploads["curves"].append(intake.finish().id)
    return studies.create(owner_id, tool="every-kind", name="All kinds", inputs=uploads, labels={"table": "genes", "curves": "controls"})


async def form_of(desk, who, study_id, earlier=""):
    tab = desk.tab(who.session, path=f"/studies/{study_id}/analyse" + (f"?from={earlier}" if earlier else ""), query={"study_id": study_id})
    await tab.send(AnalysisFormState.load)
    return tab


async def test_from_files_of_every_kind_to_a_page_with_every_kind_of_output(every_kind, person, desk):
    me = person()
    study = saved(me.owner_id)
    async with desk() as it:
        form = await form_of(it, me, study.id)
        state = await form.state(AnalysisFormState)
        assert state.data == [
            "genes: 20 samples × 12 features",
            "Measured curve: 40 points × 3 columns",
            "Log of the run: 3 lines",
            "Parts: 2 files",
            *(f"controls, {name}: 30 points × 3 columns" for name in ("my third.dat", "my first.dat", "my third.dat")),
        ]
        numbers = [f"feature_{number}" for number in range(1, 13)]
        assert state.columns == {
            "target": [*numbers, "batch"], "others": [*numbers, "batch"], "only_numbers": numbers, "only_words": ["batch"],
        }  # fmt: skip
        await form.send(f"{AnalysisFormState.get_full_name()}.submit", form_data=BY_BROWSER)
        (row,) = service.list_for(me.owner_id)
        assert (await form.state(AnalysisFormState)).errors == {}
        run_analysis(row.id)
        row = service.get(row.id, owner_id=me.owner_id)
        assert (row.status, row.error) == (Status.DONE, None)
        page = it.tab(me.session, path=f"/analyses/{row.id}", query={"analysis_id": row.id})
        await page.send(AnalysisState.load)
        shown = await page.state(AnalysisState)
        assert it.faults == []
    assert {pair.title: pair.value for pair in shown.view.parameters} == {
        "Count": "7", "Width": "1.5 nm", "Smooth it": "yes", "Shape": "Box", "Window": "0.1 to 0.4 1/nm", "Method": "Exact", "Groups": "Low",
        "Remark": "none", "Target": "feature_2", "Others": "feature_3, feature_4", "A column of numbers": "feature_5",
        "A column of words": "batch",
    }  # fmt: skip
    assert shown.texts["words"].paragraphs == ["my run.log has 3 lines.", "Second <b>paragraph</b>, as it stands."]
    assert {name: table.total for name, table in shown.tables.items()} == {
        "pictures_inner_network_nodes": 12,
        "pictures_inner_network_edges": 11,
        "rows": 14,
    }
    headings = [heading.text for section in shown.view.sections for heading in section.headings]
    assert headings == ["Pictures", "In space", "Numbers"]


async def test_again_begins_with_what_was_set(every_kind, person, desk):
    me = person()
    study = saved(me.owner_id)
    given = {"smooth": True, "window": [0.2, 0.3], "groups": ["middle", "high"], "others": ["feature_1"], "remark": "x"}
    row = service.submit(study.id, owner_id=me.owner_id, parameters=given)
    async with desk() as it:
        state = await (await form_of(it, me, study.id, row.id)).state(AnalysisFormState)
    assert {name: state.values[name] for name in ("smooth", "window.from", "window.to", "others", "remark", "target")} == {
        "smooth": "True", "window.from": "0.2", "window.to": "0.3", "others": "feature_1", "remark": "x", "target": "",
    }  # fmt: skip
    assert state.chosen["groups"] == ["middle", "high"]


async def test_a_box_without_a_tick_means_no(every_kind, person, desk):
    me = person()
    study = saved(me.owner_id)
    async with desk() as it:
        form = await form_of(it, me, study.id)
        unticked = {name: value for name, value in BY_BROWSER.items() if not re.match(r"shape|window", name)} | {"smooth": False}
        await form.send(f"{AnalysisFormState.get_full_name()}.submit", form_data=unticked)
        (row,) = service.list_for(me.owner_id)
    assert (row.parameters["smooth"], row.parameters["window"], row.parameters["groups"]) == (False, None, ["low"])


async def test_fields_that_count_are_shown_at_once(every_kind, person, desk):
    me = person()
    study = saved(me.owner_id)
    async with desk() as it:
        form = await form_of(it, me, study.id)
        assert (await form.state(AnalysisFormState)).values["smooth"] == "False"
        await form.send(f"{AnalysisFormState.get_full_name()}.decide", name="smooth", value="True")
        assert (await form.state(AnalysisFormState)).values["smooth"] == "True"
