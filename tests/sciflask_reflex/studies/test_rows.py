"""What the wizard shows of a report: of a whole one, and of one that could not be made."""

import pytest

from pipeline import tools
from pipeline.toolkit import Limits
from pipeline.toolkit.findings import Finding, Severity, error
from pipeline.toolkit.studies import check_files
from pipeline.toolkit.tables.report import CheckReport
from sciflask_reflex.studies.rows import report_view

TOOL = tools()["correlation"]


def finding(severity, message="m", **where):
    return Finding(severity, message, "c", **where)


def view(*findings, inputs=None, **values):
    return report_view(CheckReport(list(findings), inputs or {}, **values), TOOL)


@pytest.mark.parametrize(
    ("severities", "tone", "verdict", "needs_consent"),
    [
        ((), "ok", "Ready. Nothing to complain about.", False),
        ((Severity.NOTE,), "ok", "Ready. Nothing to complain about.", False),
        ((Severity.WARNING, Severity.NOTE), "warning", "Ready, with 1 thing to know.", True),
        ((Severity.WARNING,) * 2, "warning", "Ready, with 2 things to know.", True),
        ((Severity.WARNING, Severity.ERROR), "error", "Not ready: 1 thing to mend first.", False),
        ((Severity.ERROR,) * 3, "error", "Not ready: 3 things to mend first.", False),
    ],
)
def test_the_verdict_comes_first(severities, tone, verdict, needs_consent):
    shown = view(*[finding(severity) for severity in severities])
    assert (shown.tone, shown.verdict, shown.needs_consent, shown.ok) == (tone, verdict, needs_consent, tone != "error")
    assert [item.severity for item in shown.findings for _ in item.messages] == sorted(severities, key=["error", "warning", "note"].index)


def test_a_finding_says_where_it_is():
    shown = view(
        finding(Severity.NOTE, "A cell is odd.", input="dataset1", row=3, column="a b"),
        finding(Severity.NOTE, "In all there are 13 of them.", row=3),
        finding(Severity.NOTE, "Line 3 is short.", row=3),
        finding(Severity.NOTE, "Column 'b' is odd.", input="attic", column="b"),
        finding(Severity.NOTE, "All is odd.", input="attic", column="a"),
    )
    said = [(item.where, message) for item in shown.findings for message in item.messages]
    assert said == [
        (TOOL.inputs[0].title, "Line 3, column 'a b': A cell is odd."),
        ("", "Line 3: In all there are 13 of them."),
        ("", "Line 3 is short."),
        ("attic", "Column 'b' is odd."),
        ("attic", "Column 'a': All is odd."),
    ]


def test_many_findings_of_one_kind_stand_together_and_none_is_lost():
    shown = view(*[finding(Severity.ERROR, f"Number {number}.") for number in range(50)], finding(Severity.WARNING, "Other."))
    first, second = shown.findings
    assert [*first.messages, *first.more] == [f"Number {number}." for number in range(50)]
    assert 0 < len(first.messages) < 10
    assert (first.cure, second.messages, second.more) == ("c", ["Other."], [])
    assert shown.verdict == "Not ready: 50 things to mend first."


def test_a_check_that_broke_down_shows_what_is_known():
    shown = view(error("It broke.", "Try again."), inputs={"dataset1": {"filename": "x.csv"}})
    (item,) = shown.inputs
    assert (shown.ok, item.filename, item.is_read, item.facts, item.rows) == (False, "x.csv", False, [], [])


def test_a_real_report_with_its_preview(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id;a;b;c\ns1;1;;x\ns2;2;5;7\ns3;4;;8\n")
    report = check_files(TOOL, {"dataset1": path}, Limits(min_features=1, min_shared_samples=1), {"dataset1": "mine.csv"})
    (item,) = report_view(report, TOOL).inputs
    assert (item.title, item.filename) == (TOOL.inputs[0].title, "mine.csv")
    assert [(fact.title, fact.words) for fact in item.facts] == [
        ("Shape", "3 samples × 3 features"),
        ("Separator, encoding", "semicolon, UTF\u20118"),
        ("Columns", "3 numeric, 1 constant"),
        ("Missing", "2 of 9 cells"),
    ]
    assert item.is_read
    assert (item.missing, item.missing_percent, item.missing_columns) == ("2 of 9 cells", "22.2%", "b (2)")
    bad = [cell.text for row in item.rows for cell in row if cell.is_bad]
    assert bad == ["x"]


def test_shared_samples_are_counted_when_there_are_two_tables():
    assert (view().shared, view(shared_samples=0).shared) == ("", "0 samples are in both tables")


def test_files_of_every_kind_are_reported_as_their_kind_counts(every_kind):
    (example,) = every_kind.examples
    report = check_files(every_kind, example.files, Limits(), example.filenames)
    shown = report_view(report, every_kind)
    assert (shown.ok, shown.shared) == (True, "")
    assert [(item.title, item.filename, item.facts[0].words, item.is_read) for item in shown.inputs] == [
        ("Samples", "samples.csv", "20 samples × 12 features", True),
        ("Measured curve", "curve.dat", "40 points × 3 columns", True),
        ("Log of the run", "run.log", "3 lines", True),
        ("Parts", "parts.zip", "2 files", True),
        ("Further curves, file 1", "first.dat", "30 points × 3 columns", True),
        ("Further curves, file 2", "second.dat", "30 points × 3 columns", True),
        ("Further curves, file 3", "third.dat", "30 points × 3 columns", True),
        ("Notes, file 1", "run.log", "3 lines", True),
    ]
    assert [item.folded for item in shown.inputs] == [False] * 4 + [True] * 4
    assert {fact.title: fact.words for fact in shown.inputs[1].facts}["Columns"] == "q, I, sigma"
    assert shown.inputs[3].rows[0][0].text == "a.txt"
