"""The check across files, and the report as it travels."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline import tools
from pipeline.toolkit import Finding, Limits, SampleTable, Severity
from pipeline.toolkit.studies import check_files
from pipeline.toolkit.tables import CheckReport, shared_samples_findings
from pipeline.toolkit.tables.shared import shared_ids_findings
from pipeline.toolkit.tool import InputSlot

LIMITS = Limits(min_features=2, min_shared_samples=3)
DATA = Path(__file__).parents[4] / "shared" / "data" / "two_datasets"


def two_slots(check=None) -> SimpleNamespace:
    slots = [InputSlot(name, SampleTable, title, "", required=name == "one") for name, title in (("one", "First"), ("two", "Second"))]
    return SimpleNamespace(inputs=slots, parameters=(), check=check)


def files(tmp_path: Path, **ids: str) -> dict[str, Path]:
    for slot, names in ids.items():
        rows = [f"{name},{n},{n * n + 1}" for n, name in enumerate(names.split(","))]
        (tmp_path / slot).write_text("\n".join(["id,a,b", *rows]))
    return {slot: tmp_path / slot for slot in ids}


def test_two_datasets():
    if not DATA.is_dir():
        pytest.skip(f"{DATA} is not here")
    paths = {"dataset1": DATA / "test_dataset1.csv", "dataset2": DATA / "test_dataset2.csv"}
    report = check_files(tools()["correlation"], paths, Limits(), {slot: path.name for slot, path in paths.items()})
    assert report.ok
    assert not report.warnings
    assert report.shared_samples == 90
    assert report.inputs["dataset1"]["filename"] == "test_dataset1.csv"
    assert (report.inputs["dataset2"]["rows"], report.inputs["dataset2"]["columns"]) == (90, 40)


def test_too_few_shared_samples_says_counts_examples_and_spelling(tmp_path):
    report = check_files(two_slots(), files(tmp_path, one="s1,s2,s3,x", two="s1,S2,s3 ,y"), LIMITS)
    error = next(f for f in report.findings if f.severity == Severity.ERROR)
    assert "share 1 sample; at least 3 are needed. First has 4 and Second has 4." in error.message
    assert "Only in First: 's2', 's3', 'x'." in error.message
    assert "2 ids would match if case and blanks did not count, such as 's2', 'S2'" in error.cure
    assert report.shared_samples == 1
    assert not report.ok


def test_enough_shared_samples_with_some_left_over_is_a_note(tmp_path):
    report = check_files(two_slots(), files(tmp_path, one="a,b,c,d", two="c,b,a"), LIMITS)
    assert report.ok
    assert [str(f.severity) for f in report.findings] == ["note"]
    assert "1 of First and 0 of Second" in report.findings[0].message


def test_one_table_needs_no_company(tmp_path):
    report = check_files(two_slots(), files(tmp_path, one="a,b,c"), LIMITS)
    assert report.findings == []
    assert report.shared_samples is None


def test_a_needed_file_that_is_missing(tmp_path):
    report = check_files(two_slots(), files(tmp_path, two="a,b,c"), LIMITS)
    assert [(f.input, f.message) for f in report.findings] == [("one", "First is missing.")]


def test_shared_samples_are_told_beside_faulty_cells(tmp_path):
    paths = files(tmp_path, one="a,b,c", two="x,y,z")
    paths["one"].write_text(paths["one"].read_text().replace("a,0,1", "a,k,1"))
    messages = [f.message for f in check_files(two_slots(), paths, LIMITS).findings]
    assert any("'k' is no number" in message for message in messages)
    assert any("share 0 samples" in message for message in messages)


def test_findings_name_their_input(tmp_path):
    paths = files(tmp_path, one="a,b,c", two="a,b,b")
    assert {f.input for f in check_files(two_slots(), paths, LIMITS).findings if "stands on line" in f.message} == {"two"}


def test_a_tools_own_check_gets_tables_and_replaces_the_common_rule(tmp_path):
    seen = {}

    def own(inputs, limits):
        seen.update(inputs)
        return [Finding(Severity.WARNING, "Own words.", "Own cure.")]

    report = check_files(two_slots(own), files(tmp_path, one="a,b,c", two="x,y,z"), LIMITS)
    assert [f.message for f in report.findings] == ["Own words."]
    assert isinstance(seen["one"], SampleTable)
    assert list(seen["two"].frame.index) == ["x", "y", "z"]


def test_the_common_rule_as_a_tools_check(tmp_path):
    tables = {slot: SampleTable.read(path) for slot, path in files(tmp_path, one="a,b,c", two="a,y,z").items()}
    assert [f.severity for f in shared_samples_findings(tables, LIMITS)] == ["error"]
    assert shared_samples_findings({"one": tables["one"], "two": None}, LIMITS) == []


def test_three_tables_share_what_all_have():
    ids = {"a": ["1", "2", "3"], "b": ["1", "2"], "c": ["2", "3"]}
    assert "share 1 sample;" in shared_ids_findings(ids, 2)[0].message


def test_report_survives_the_journey_between_processes(tmp_path):
    report = check_files(two_slots(), files(tmp_path, one="s1,s1,s3", two="a,b,c"), LIMITS)
    again = CheckReport.from_dict(report.as_dict())
    assert again == report
    assert again.ok is False
