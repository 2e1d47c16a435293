"""The analysis form: for the owner of the study, once, with the values that are meant."""

import asyncio

import pytest

import sciflask_reflex.sciflask_reflex
from pipeline import tools
from sciflask_reflex.analyses import form_state, service
from sciflask_reflex.analyses.form_state import AnalysisFormState
from sciflask_reflex.db import writing
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.models import Status, Study
from tests.factories import make_analysis, make_study

assert sciflask_reflex.sciflask_reflex.app

pytestmark = pytest.mark.anyio
NAME = AnalysisFormState.get_full_name()
FILLED = {"analysis_name": "First", "alpha": " 0.01 ", "feature_count": "50", "correlation_method": "pearson"}


async def opened(desk, who, study_id, earlier=""):
    tab = desk.tab(who.session, path=f"/studies/{study_id}/analyse" + (f"?from={earlier}" if earlier else ""), query={"study_id": study_id})
    await tab.send(AnalysisFormState.load)
    return tab


async def state_of(tab):
    return await tab.state(AnalysisFormState)


async def submit(tab, **changes):
    return await tab.send(f"{NAME}.submit", form_data=FILLED | changes)


async def test_the_form_begins_with_the_tools_defaults(person, desk):
    me = person()
    study = make_study(me.owner_id, name="Data", labels={"dataset1": "genes"})
    async with desk() as it:
        state = await state_of(await opened(it, me, study.id))
        tool = tools()["correlation"]
        assert (state.loaded, state.missing, state.study_name, state.name) == (True, False, "Data", f"{tool.title} of Data")
        assert set(state.values) == {parameter.name for parameter in tool.parameters}
        for parameter in tool.parameters:
            assert tool.validate({parameter.name: state.values[parameter.name]})[parameter.name] == parameter.default
        assert state.data == ["genes: dataset1.csv"]


async def test_an_analysis_is_queued_with_what_was_given(person, desk, redirects_of):
    me = person()
    study = make_study(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, study.id)
        sent = redirects_of(await submit(tab, unknown="x"))
        (row,) = service.list_for(me.owner_id)
        assert sent == [f"/analyses/{row.id}"]
        assert (row.name, row.study_id, row.status) == ("First", study.id, Status.QUEUED)
        assert (row.parameters["alpha"], row.parameters["feature_count"], row.parameters["correlation_method"]) == (0.01, 50, "pearson")
        booleans = [parameter.name for parameter in tools()["correlation"].parameters if parameter.kind == "boolean"]
        assert not any(row.parameters[name] for name in booleans)
        assert it.faults == []


async def test_a_second_click_starts_nothing_new(person, desk, redirects_of):
    me = person()
    study = make_study(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, study.id)
        await asyncio.gather(submit(tab), submit(tab))
        await submit(tab)
        assert len(service.list_for(me.owner_id)) == 1
        assert len(set(redirects_of(it.sent[tab.token]))) == 1
        await tab.send(AnalysisFormState.load)  # opened again: this is another run
        await submit(tab)
        assert len(service.list_for(me.owner_id)) == 2


@pytest.mark.parametrize("asked", ["theirs", "nothing", "", "f" * 32])
async def test_somebody_elses_study_is_not_there(person, desk, asked):
    me, other = person(), person()
    study = make_study(me.owner_id, name="Secret")
    async with desk() as it:
        tab = await opened(it, other, study.id if asked == "theirs" else asked)
        state = await state_of(tab)
        assert (state.missing, state.study_name, state.values) == (True, "", {})
        await submit(tab)
        assert service.list_for(me.owner_id) == service.list_for(other.owner_id) == []
        assert it.faults == []


async def test_a_form_that_could_not_be_opened_runs_nothing_of_the_one_before(person, desk):
    me = person()
    study = make_study(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, study.id)
        tab.query = {"study_id": "f" * 32}
        await tab.send(AnalysisFormState.load)
        await submit(tab)
        assert service.list_for(me.owner_id) == []
        assert "does not exist" in (await state_of(tab)).problem


async def test_a_form_taken_over_by_another_session_is_emptied(person, desk):
    me, other = person(), person()
    study = make_study(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, study.id)
        theirs = it.tab(other.session, token=tab.token, path=tab.path)
        for _ in range(2):
            await submit(theirs)
        assert (await state_of(theirs)).study_name == ""
        assert service.list_for(me.owner_id) == service.list_for(other.owner_id) == []


async def test_values_that_cannot_be_accepted_are_explained_beside_their_fields(person, desk, redirects_of):
    me = person()
    study = make_study(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, study.id)
        assert redirects_of(await submit(tab, alpha="nan", feature_count="many", correlation_method="tarot")) == []
        state = await state_of(tab)
        rules = {parameter.name: parameter.rule for parameter in tools()["correlation"].parameters}
        assert dict(state.errors) == {name: rules[name] for name in ("alpha", "feature_count", "correlation_method")}
        assert "Nothing was started" in state.problem
        assert redirects_of(await submit(tab, analysis_name="x" * 121)) == []
        assert "120" in (await state_of(tab)).errors["name"]
        assert redirects_of(await submit(tab)) != []
        assert ((await state_of(tab)).errors, (await state_of(tab)).problem) == ({}, "")


async def test_what_is_no_form_is_refused(person, desk):
    me = person()
    study = make_study(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, study.id)
        for bad in (None, [], {"alpha": ["1", "2"]}, {"alpha": {"$gt": 0}}, {f"x{number}": "" for number in range(401)}):
            await tab.send(f"{NAME}.submit", form_data=bad)
            assert "could not be read" in (await tab.state(SessionState)).notice
        assert service.list_for(me.owner_id) == []
        assert it.faults == []


async def test_too_many_at_once_is_said(person, desk):
    me = person()
    study = make_study(me.owner_id)
    for _ in range(3):
        make_analysis(study)
    async with desk() as it:
        tab = await opened(it, me, study.id)
        await submit(tab)
        assert "3 analyses" in (await state_of(tab)).problem


async def test_running_again_begins_with_the_very_values(person, desk):
    me, other = person(), person()
    study = make_study(me.owner_id)
    parameters = {"alpha": 0.0123456789, "feature_count": 1_234_567, "correlation_method": "pearson", "gone": "x"}
    before = make_analysis(study, name="Before", status=Status.DONE, parameters=parameters)
    async with desk() as it:
        tab = await opened(it, me, study.id, before.id)
        state = await state_of(tab)
        assert state.name == "Before"
        assert (state.values["alpha"], state.values["feature_count"]) == ("0.0123456789", "1234567")
        assert "gone" not in state.values
        fresh = await state_of(await opened(it, me, study.id))
        assert (fresh.values["alpha"], fresh.form_key == state.form_key) == ("0.05", False)
        theirs = make_study(other.owner_id)
        state = await state_of(await opened(it, other, theirs.id, before.id))
        assert (state.missing, state.values["alpha"]) == (False, "0.05")


async def test_a_reconnect_keeps_what_is_typed(person, desk):
    """The browser draws the fields anew when the key changes, so a reconnect must not change it."""
    me = person()
    study = make_study(me.owner_id)
    async with desk() as it:
        tab = await opened(it, me, study.id)
        key = (await state_of(tab)).form_key
        await tab.send(AnalysisFormState.load)
        assert (await state_of(tab)).form_key == key != ""


async def test_a_study_of_a_tool_that_is_gone_cannot_be_analysed(person, desk):
    me = person()
    study, other = make_study(me.owner_id, tool="phrenology"), make_study(me.owner_id)
    async with desk() as it:
        assert (await state_of(await opened(it, me, study.id))).missing
        tab = await opened(it, me, other.id)
        with writing() as session:  # it goes while the form is open
            row = session.get(Study, other.id)
            row.tool = "phrenology"
            session.add(row)
        await submit(tab)
        assert "no longer installed" in (await state_of(tab)).problem


def test_of_very_many_columns_the_first_and_the_last_are_offered():
    names = [f"gene{number}" for number in range(20_000)]
    offered = form_state._suggested(names)
    assert len(offered) == form_state.MOST_OFFERED
    assert (offered[0], offered[-1]) == ("gene0", "gene19999")
    assert form_state._suggested(names[:10]) == names[:10]


async def test_a_file_is_only_read_for_the_form_that_names_a_column(person, desk, monkeypatch):
    me = person()
    study = make_study(me.owner_id)
    read = []
    monkeypatch.setattr(service, "columns_of", lambda tool, study_id: read.append(study_id) or {"dataset1": {"number": ["age"]}})
    async with desk() as it:
        tab = await opened(it, me, study.id)
        read.clear()
        await submit(tab, covariates="weight")
        assert read == [study.id]
        assert "no column called 'weight'" in (await state_of(tab)).errors["covariates"]
        await submit(tab)
        assert read == [study.id]
