"""What a page shows of an analysis: also of odd and old ones."""

from datetime import UTC, datetime, timedelta

import pytest

from sciflask_reflex.analyses.rows import HINTS, analysis_view
from sciflask_reflex.analyses.service import AnalysisRow
from sciflask_reflex.models import FINAL, Status

START = datetime(2026, 1, 1, tzinfo=UTC)
ID, STUDY = "a" * 32, "b" * 32


def row(**values):
    given = {
        "id": ID, "study_id": STUDY, "study_name": "S", "name": "N", "tool": "correlation", "status": Status.RUNNING, "attempt": 1,
        "stage": "Working", "fraction": 1 / 3, "queue_position": None, "cause": None, "error": None, "parameters": {}, "metrics": {},
        "outputs": [], "files": [], "notes": [], "log": [], "created_at": START, "started_at": START, "finished_at": None,
    }  # fmt: skip
    return AnalysisRow(**(given | values))


def view(**values):
    return analysis_view(row(**values), START + timedelta(seconds=100))


def test_while_it_runs():
    shown = view(log=["one", "two"])
    assert (shown.percent, shown.fraction, shown.stage, shown.took, shown.log) == ("33%", 0.3333, "Working", "2 min", "one\ntwo")
    assert (shown.is_final, shown.can_cancel, shown.attempt_text) == (False, True, "")
    assert view(attempt=2).attempt_text == "Try 2"


@pytest.mark.parametrize("status", list(Status))
def test_what_can_be_done_follows_from_the_status(status):
    shown = view(status=status, queue_position=2)
    assert shown.is_final == (status in FINAL)
    assert shown.can_cancel == (status in (Status.QUEUED, Status.RUNNING))
    assert shown.is_done == (status is Status.DONE)
    assert shown.queue_text == ("Number 2 in the queue" if status is Status.QUEUED else "")


def test_nobody_waits_behind_nobody():
    assert [view(status=Status.QUEUED, queue_position=place).queue_text for place in (None, 0, 1)] == ["", *["Next in the queue"] * 2]


def test_a_result_is_shown_only_once_it_is_done():
    result = {
        "metrics": {"n": {"title": "N", "value": 1234, "help": "h", "unit": "pairs"}, "none": {"title": "None", "value": None}, "w": {"title": "W", "value": "a – b"}},
        "outputs": [
            {"name": "numbers", "kind": "metrics", "title": "Key", "files": []},
            {"name": "map", "kind": "figure", "title": "Map", "caption": None, "files": ["map.json", "map.png", "map.svg"]},
            {"name": "pairs", "kind": "table", "title": "Pairs", "caption": "c", "files": ["pairs.csv"], "rows": 0, "columns": 6},
            {"name": "more", "kind": "file", "title": "More", "files": ["more.tar.gz"]},
            {"name": "r", "kind": "matrix", "title": "R", "files": ["r.csv"], "rows": 2, "columns": 3},
        ],
        "files": [{"name": "pairs.csv", "bytes": 1500, "title": None}],
        "notes": ["Filled 3 gaps."],
    }  # fmt: skip
    assert (view(**result).sections, view(**result).metrics, view(**result).files, view(**result).notes) == ([], [], [], [])
    shown = view(status=Status.DONE, finished_at=START + timedelta(seconds=2), **result)
    assert [(pair.title, pair.value, pair.full, pair.is_word) for pair in shown.metrics] == [
        ("N", "1,234 pairs", "1234", False),
        ("W", "a – b", "a – b", True),
    ]
    plain, matrices = shown.sections
    figure, table, file = plain.outputs
    base = f"/api/v1/analyses/{ID}/files/"
    assert (figure.src, figure.picture, figure.caption) == (base + "map.json", base + "map.png", "")
    assert [(item.text, item.url) for item in figure.downloads] == [("PNG", base + "map.png"), ("SVG", base + "map.svg")]
    assert [(item.name, item.title, item.url) for item in table.tables] == [("pairs", "Pairs", base + "pairs.csv")]
    assert (table.size, table.src, table.downloads) == ("0 × 6", "", [])
    assert [(item.text, item.url) for item in file.downloads] == [("Download more.tar.gz", base + "more.tar.gz")]
    assert [(heading.text, heading.level) for heading in matrices.headings] == [("Matrices", 2)]
    assert [(matrix.name, matrix.level) for matrix in matrices.matrices] == [("r", 3)]
    assert (plain.headings, plain.matrices, matrices.outputs) == ([], [], [])
    assert (shown.files[0].size, shown.files[0].title, shown.took, shown.notes) == ("1.5 kB", "", "2.0 s", ["Filled 3 gaps."])


@pytest.mark.parametrize("cause", [*HINTS, None, "something new"])
def test_a_failure_has_its_sentence_and_what_to_do(cause):
    shown = view(status=Status.FAILED, cause=cause, error="It was too much.")
    assert (shown.error, shown.hint) == ("It was too much.", HINTS.get(cause, ""))


def test_parameters_stand_under_their_titles_with_the_words_of_their_choices():
    shown = view(parameters={"alpha": 1.9e-13, "correction_method": "bonferroni", "gone": "x", "feature_count": 1200, "flag": True})
    assert [(pair.title, pair.value, pair.full) for pair in shown.parameters] == [
        ("Alpha", "1.9e-13", "1.9e-13"),
        ("Correction method", "Bonferroni", "bonferroni"),
        ("gone", "x", "x"),
        ("Number of top-variance features", "1,200", "1200"),
        ("flag", "True", "True"),
    ]
    assert shown.parameters[0].help


def test_parameters_of_every_kind_are_said_in_words(every_kind):
    shown = view(
        tool="every-kind",
        parameters={
            "count": 1200, "width": 0.00012, "smooth": True, "shape": "bell", "window": [0.1, 0.4], "method": "exact", "groups": ["low", "high"],
            "remark": None, "target": None, "others": ["a", "b"],
        },
    )  # fmt: skip
    assert [(pair.title, pair.value) for pair in shown.parameters] == [
        ("Count", "1,200"),
        ("Width", "1.2e-4 nm"),
        ("Smooth it", "yes"),
        ("Shape", "Bell"),
        ("Method", "Exact"),
        ("Groups", "Low, High"),
        ("Remark", "none"),
        ("Target", "none"),
        ("Others", "a, b"),
    ]


def test_a_range_is_said_from_end_to_end(every_kind):
    shown = view(tool="every-kind", parameters={"smooth": True, "shape": "box", "window": [0.1, 0.4]})
    assert [(pair.title, pair.value, pair.full) for pair in shown.parameters][-1] == ("Window", "0.1 to 0.4 1/nm", "0.1, 0.4")


def test_an_analysis_of_a_tool_that_is_gone():
    shown = view(tool="phrenology", status=Status.DONE, parameters={"bumps": None}, started_at=None)
    assert (shown.tool_title, shown.took) == ("phrenology", "")
    assert [(pair.title, pair.value) for pair in shown.parameters] == [("bumps", "–")]


def test_clocks_that_disagree_show_no_negative_time():
    assert view(started_at=START + timedelta(hours=1)).took == "0.0 s"


def test_again_begins_from_this_very_run():
    assert view().again_url == f"/studies/{STUDY}/analyse?from={ID}"


def test_when_it_is_ready_is_said_as_an_estimate():
    waits = {"status": Status.QUEUED, "queue_position": 2}
    assert view(**waits).eta_text == ""
    assert [view(**waits, eta_seconds=s).eta_text for s in (20, 118, 6_000)] == [
        "ready in less than a minute", "ready in about 2 minutes", "ready in about 2 hours",
    ]  # fmt: skip
    assert view(eta_seconds=61).eta_text == "about 1 minute left"


def test_a_queue_without_a_worker_is_said_plainly():
    shown = view(status=Status.QUEUED, queue_position=1, queue="long", is_served=False)
    assert shown.stalled == 'No worker serves the queue "long" at the moment. The analysis waits until one does; nothing is lost.'
    assert view(status=Status.QUEUED, queue_position=1).stalled == ""
    assert view(is_served=False).stalled == ""


def test_what_is_made_when_downloaded_has_no_size_and_is_named():
    made = {"name": "pairs.csv", "bytes": None, "title": "Pairs", "made": True}
    shown = view(status=Status.DONE, files=[made, {"name": "pairs.r.npy", "bytes": 1500, "title": "Packed"}])
    assert ([file.size for file in shown.files], shown.made) == (["made when downloaded", "1.5 kB"], "pairs.csv")
    assert view(status=Status.DONE, files=[{"name": "a", "bytes": 1, "title": ""}]).made == ""
