"""Live tools for language models: at once, with the same numbers as everywhere."""

import pytest
from jsonschema import Draft202012Validator

from pipeline import tools
from sciflask_reflex.agents.acts import act_of
from sciflask_reflex.agents.catalogue import catalogue, schema_of
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.instant import keeper as keeping
from sciflask_reflex.instant import service
from sciflask_reflex.instant.keeper import Keeper
from tests.factories import make_owner


@pytest.fixture
def live(sqlite, keys, monkeypatch):
    one = Keeper(1)
    monkeypatch.setattr(keeping, "keeper", lambda: one)
    monkeypatch.setattr(service, "keeper", lambda: one)
    yield one
    one.close()


def test_a_result_is_there_at_once_and_its_files_can_be_read(live):
    me = make_owner().id
    scope, compute = act_of("run_smoothing")
    found = compute(me, {"parameters": {"sigma": 2.5}, "seed": 3})
    assert (scope, found["seed"], found["metrics"]["points"]) == ("submit", 3, 200)
    assert found["metrics"]["residual_sd"] == pytest.approx(tools()["smoothing"](sigma=2.5, seed=3).numbers.values()["residual_sd"])
    _, read = act_of("read_live_result")
    text = read(me, {"tool": "smoothing", "result": found["result"], "file": "series.csv", "offset": 6})
    assert text["text"].startswith("true,measured,smoothed\n")
    assert text["next_offset"] is None
    for wrong in ({"file": "other.csv"}, {"file": "../manifest.json"}, {"result": "0" * 32}, {"tool": "correlation"}):
        with pytest.raises(NotFound):
            read(me, {"tool": "smoothing", "result": found["result"], "file": "series.csv"} | wrong)


def test_what_is_no_text_is_not_read(live, live_tools, tmp_path, monkeypatch):
    monkeypatch.setattr("sciflask_reflex.agents.live_acts.shelf.file_of", lambda *words: tmp_path / words[-1])
    with pytest.raises(Invalid, match="no text"):
        act_of("read_live_result")[1]("", {"tool": "smoothing", "result": "0" * 32, "file": "a.png"})


def test_nobody_computes_for_an_account_that_is_gone(live):
    with pytest.raises(NotFound):
        act_of("run_smoothing")[1]("0" * 32, {})


def test_the_act_takes_parameters_and_a_seed_and_no_data():
    act = next(act for act in catalogue() if act.name == "run_smoothing")
    assert set(act.input_schema["properties"]) == {"parameters", "seed"}
    assert Draft202012Validator(schema_of("run_smoothing")).is_valid({"parameters": {"sigma": 2}, "seed": 1})
    assert not Draft202012Validator(schema_of("run_smoothing")).is_valid({"seed": -1})
