"""A tool's own view stands above what is derived, or in its place, and for that tool alone."""

import pytest
import reflex as rx

from sciflask_reflex.analyses import tool_views
from sciflask_reflex.analyses.rows import AnalysisView, ResultFacts, analysis_view
from sciflask_reflex.analyses.tool_views import Shown, ToolView, own_view, register
from sciflask_reflex.models import Status, utcnow
from tests.sciflask_reflex.analyses.test_rows import row

SHOWN = Shown(rx.Var("m").to(dict[str, str]), rx.Var("n").to(dict[str, float]), rx.Var("p").to(dict[str, str]), rx.Var("f").to(str))
TOOL = rx.Var("tool").to(str)


@pytest.fixture(autouse=True)
def no_views(monkeypatch):
    monkeypatch.setattr(tool_views, "_views", {})


def draw(shown):
    return rx.el.figure(rx.el.img(src=shown.file("map.png")), shown.metrics["samples"])


def test_without_a_view_of_its_own_a_result_is_what_is_derived():
    derived = rx.el.p("derived")
    assert own_view(TOOL, SHOWN, derived) is derived


def test_a_view_stands_above_what_is_derived():
    register("correlation", draw)
    drawn = str(own_view(TOOL, SHOWN, rx.el.p("derived")))
    assert drawn.count("derived") == 1
    assert drawn.index('case JSON.stringify("correlation")') < drawn.index("map.png") < drawn.index("derived")


def test_a_view_stands_in_the_place_of_what_is_derived():
    register("ensembles", draw)
    register("correlation", ToolView(draw, place="instead"))
    drawn = str(own_view(TOOL, SHOWN, rx.el.p("derived")))
    assert drawn.count("derived") == 1
    instead = drawn[drawn.rindex("switch") :]
    assert "correlation" in instead
    assert "ensembles" not in instead


def test_what_a_view_may_use_has_the_names_of_the_declaration():
    metrics = {
        "samples": {"title": "Samples", "value": 1234567}, "none": {"title": "None", "value": None}, "best": {"title": "Best", "value": "a – b"},
        "bad": {"title": "Bad", "value": float("nan")},
    }  # fmt: skip
    done = row(status=Status.DONE, metrics=metrics, parameters={"alpha": 0.05, "correlation_method": "spearman", "old": 1})
    facts = analysis_view(done, utcnow(), files="/files").facts
    assert facts.metrics["samples"] == "1,234,567"
    assert facts.numbers == {"samples": 1234567.0}
    assert facts.metrics["best"] == "a – b"
    assert facts.parameters == {"alpha": "0.05", "correlation_method": "Spearman"}
    assert facts.files == "/files"


def test_before_the_end_there_is_nothing_to_view():
    shown = analysis_view(row(status=Status.RUNNING), utcnow())
    assert (shown.tool, shown.facts) == ("correlation", ResultFacts())
    assert AnalysisView().facts == ResultFacts()
