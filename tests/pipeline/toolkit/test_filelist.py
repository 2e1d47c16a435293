"""Inputs that take several files: how they are declared, called, checked and run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest

from pipeline.toolkit import (
    CurveTable,
    Example,
    FileList,
    Finding,
    Input,
    Limits,
    Metric,
    Metrics,
    Output,
    ParameterError,
    SampleTable,
    TextFile,
    ToolDefinitionError,
    ToolError,
    parameter,
    tool,
)
from pipeline.toolkit.execute import execute
from pipeline.toolkit.findings import note
from pipeline.toolkit.studies import check_files


@dataclass(frozen=True)
class Said:
    """How many files there were."""

    metrics: Annotated[Metrics, Output("Key numbers")]
    notes: tuple[str, ...] = ()


def check(inputs, limits):
    """Say what the check got."""
    return [note(" ".join(f"{name}:{len(one) if isinstance(one, tuple) else 1}" for name, one in inputs.items()))]


@tool(slug="compare", title="Compare", summary="Compares curves.", check=check)
def compare(
    curves: Annotated[FileList[CurveTable], Input(title="Curves", at_least=2, at_most=3)],
    tables: Annotated[FileList[SampleTable] | None, Input(title="Tables")] = None,
    *,
    column: Annotated[str | None, parameter(title="Column", description="Which.", column_of="tables", column_kind="number")] = None,
) -> Said:
    """Say which curves there are, in their order."""
    numbers = {f"c{place}": Metric(one.name, float(one.values.sum())) for place, one in enumerate(curves)}
    return Said(Metrics(numbers | {"tables": Metric("Tables", len(tables or ()))}), tuple(one.label for one in curves))


def declared(annotation, default=..., **options):
    def function(files, *, n: Annotated[int, parameter(title="N", description="How many.", ge=0)] = 1):
        """Do it."""

    function.__annotations__ |= {"files": annotation, "return": Said}
    if default is not ...:
        function.__defaults__ = (default,)
    return tool(slug="declared", title="Declared", summary="Is declared.", **options)(function)


def curve(folder: Path, name: str, *values: float) -> Path:
    path = folder / name
    path.write_text("\n".join(f"{number} {value}" for number, value in enumerate(values)))
    return path


@pytest.fixture
def three(tmp_path):
    return [curve(tmp_path, f"{name}.dat", *values) for name, values in (("b", (1, 2)), ("a", (3, 4)), ("c", (5, 6)))]


def test_the_signature_says_how_many_of_what():
    (slot,) = declared(Annotated[FileList[CurveTable], Input(title="Curves", at_least=2, at_most=7)]).inputs
    assert (slot.kind, slot.repeated, slot.at_least, slot.at_most, slot.required) == (CurveTable, True, 2, 7, True)
    assert slot.takes == "2 to 7 files"
    (plain,) = declared(FileList).inputs
    assert (plain.kind, plain.title, plain.at_least, plain.at_most) == (TextFile, "Files", 1, 20)
    (optional,) = declared(FileList[SampleTable] | None, None).inputs
    assert (optional.kind, optional.required) == (SampleTable, False)
    (alone,) = declared(CurveTable).inputs
    assert (alone.repeated, alone.at_least, alone.at_most, alone.takes) == (False, 1, 1, "1 file")


@pytest.mark.parametrize(
    ("annotation", "cure"),
    [
        (list[CurveTable], r"'files': several files are no list\[.*\. Write FileList\[CurveTable\]\."),
        (tuple[TextFile, ...], r"Write FileList\[TextFile\]\."),
        (FileList[int], r"is no list of files\. Write FileList\[\.\.\.\] with one of SampleTable, CurveTable, TextFile, Archive\."),
        (FileList[CurveTable, TextFile], r"is no list of files"),
        (Annotated[FileList, Input(title="F", at_least=0)], r"at_least=0 allows nothing\. Write 1 or more; .* `\| None = None`\."),
        (Annotated[FileList, Input(title="F", at_least=5, at_most=4)], r"at_most=4 is less than at_least=5\. Change one of them\."),
        (Annotated[FileList, Input(title="F", at_most=101)], r"more than the 100 files that an input may take\."),
        (Annotated[CurveTable, Input(title="F", at_most=2)], r"for several files\. Write FileList\[CurveTable\], or leave them out\."),
    ],
)
def test_a_wrong_declaration_names_parameter_and_cure(annotation, cure):
    with pytest.raises(ToolDefinitionError, match=cure) as caught:
        declared(annotation)
    assert "parameter 'files'" in str(caught.value)


def test_many_at_least_means_as_many_at_most():
    (slot,) = declared(Annotated[FileList, Input(title="F", at_least=30)]).inputs
    assert (slot.at_most, slot.takes) == (30, "30 files")


def test_an_example_has_as_many_files_as_the_input_takes(three):
    with pytest.raises(ToolDefinitionError, match=r"example 'Few': F takes 2 to 20 files, and there is 1\."):
        declared(
            Annotated[FileList[CurveTable], Input(title="F", at_least=2)], examples=(Example(title="Few", files={"files": three[:1]}),)
        )
    example = Example(title="All", files={"files": three})
    assert (example.paths, example.filenames) == (three, {"files": ["b.dat", "a.dat", "c.dat"]})


def test_a_plain_call_takes_paths_tables_and_arrays_in_their_order(three):
    said = compare([three[1], str(three[0]), CurveTable.of(np.array([[0.0, 7.0]]))])
    assert [(one.title, one.value) for one in said.metrics.items.values()] == [("a.dat", 8.0), ("b.dat", 4.0), ("", 7.0), ("Tables", 0)]
    assert len(compare(curves=tuple(three)).notes) == 3


def test_a_plain_call_with_too_few_or_too_many_says_so(three):
    with pytest.raises(ToolError, match=r"^Curves takes 2 to 3 files, and there is 1\.$"):
        compare(three[0])
    with pytest.raises(ToolError, match=r"^Curves takes 2 to 3 files, and there are 4\.$"):
        compare([*three, three[0]])
    with pytest.raises(TypeError, match="compare needs Curves"):
        compare([])


def test_a_run_keeps_the_order_and_writes_it_down(three, tmp_path):
    manifest = execute(
        compare, {"curves": three}, {"curves": "controls"}, {}, tmp_path / "out", filenames={"curves": ["x.dat", "x.dat", "z.dat"]}
    )
    assert [(item["slot"], item["position"], item["filename"], item["label"]) for item in manifest["inputs"]] == [
        ("curves", 1, "x.dat", "controls"), ("curves", 2, "x.dat", "controls"), ("curves", 3, "z.dat", "controls"),
    ]  # fmt: skip
    assert [manifest["metrics"][name]["value"] for name in ("c0", "c1", "c2")] == [4.0, 8.0, 12.0]
    places = {f"curves.{number}": path for number, path in reversed(list(enumerate(three, 1)))}
    again = execute(compare, places, {}, {}, tmp_path / "again")
    assert again["metrics"] == manifest["metrics"] | {
        name: manifest["metrics"][name] | {"title": path.name} for name, path in zip(("c0", "c1", "c2"), three, strict=True)
    }


def test_a_run_names_the_file_that_it_cannot_read(three, tmp_path):
    three[1].write_text("1 2\nx y\n")
    with pytest.raises(ToolError, match=r"^a\.dat: "):
        execute(compare, {"curves": three}, {}, {}, tmp_path / "out")


def test_findings_name_the_file_and_its_position(three):
    three[2].write_text("1 2\n3\n")
    (fault, *_) = check_files(compare, {"curves": three}, Limits()).findings
    assert (fault.input, fault.filename, fault.position, fault.row) == ("curves", "c.dat", 3, 2)
    assert Finding.from_dict(fault.as_dict()) == fault
    stored_before = {name: value for name, value in fault.as_dict().items() if name not in ("filename", "position")}
    assert Finding.from_dict(stored_before).position == 0


def test_the_tools_own_check_gets_the_list(three):
    assert [one.message for one in check_files(compare, {"curves": three}, Limits()).findings] == ["curves:3"]


@pytest.mark.parametrize(("count", "message"), [(0, "Curves is missing."), (1, "Curves takes 2 to 3 files, and there is 1.")])
def test_too_few_files_are_a_finding(three, count, message):
    report = check_files(compare, {"curves": three[:count]}, Limits())
    assert (report.ok, [one.message for one in report.findings if one.message.startswith("Curves")]) == (False, [message])


def test_the_same_file_twice_is_allowed_and_said(three):
    three[2].write_bytes(three[0].read_bytes())
    report = check_files(compare, {"curves": three}, Limits())
    assert report.ok
    assert report.findings[0].message == "These files hold the very same data: 'b.dat' (file 1), 'c.dat' (file 3)."


def table(folder: Path, name: str, header: str, *cells: str) -> Path:
    path = folder / name
    path.write_text("\n".join([f"id,{header}", *(f"s{number},{line}" for number, line in enumerate(cells))]))
    return path


def test_columns_are_those_that_all_files_have_and_of_the_kind(three, tmp_path):
    one = table(tmp_path, "one.csv", "x,y,group,z", "1,2,low,3", "3,5,high,4", "4,4,low,9")
    two = table(tmp_path, "two.csv", "group,y,x,w", "a,2,1,3", "b,5,3,4", "a,4,4,9")
    assert compare(three, [one, two], column="x").metrics.values()["tables"] == 2
    with pytest.raises(ParameterError, match=r"Tables has no column called 'z'\."):
        compare(three, [one, two], column="z")
    with pytest.raises(ParameterError, match=r"Column takes columns of numbers of Tables, and 'group' is none\."):
        compare(three, [one, two], column="group")


def test_tables_of_one_input_are_compared_by_their_names(three, tmp_path):
    files = [table(tmp_path, name, "a,b", "1,2", "3,5", "4,4") for name in ("one.csv", "two.csv")]
    files[1].write_text(files[1].read_text().replace("s2", "other"))
    plain = declared(Annotated[FileList[SampleTable], Input(title="Tables")])
    report = check_files(plain, {"files": files}, Limits(min_features=1, min_shared_samples=3))
    assert report.shared_samples == 2
    assert "Only in Tables 'two.csv': 'other'." in next(one.message for one in report.findings if "share" in one.message)
