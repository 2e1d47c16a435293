"""Tables without ids: what is read, and what a faulty line is told."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.toolkit import CurveTable, Limits, ToolError

SAXS = Path(__file__).parents[4] / "shared" / "data" / "saxs"
SMALL = Limits(max_file_bytes=10_000, max_samples=5, max_features=4)


def checked(tmp_path: Path, content: str | bytes, limits: Limits = SMALL, name: str = "curve.dat"):
    path = tmp_path / "stored"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CurveTable.check(path, limits, name)


def said(tmp_path: Path, content: str | bytes, **more) -> list[str]:
    return [f"{f.row or ''}:{f.column or ''} {f.message}" for f in checked(tmp_path, content, **more).findings]


@pytest.mark.parametrize(
    ("content", "names", "first"),
    [
        ("1 2 3\n4 5 6\n", ("column 1", "column 2", "column 3"), [1, 2, 3]),
        ("# q I sigma\n1e-3\t2.5E+02  3\n4 5 6", ("q", "I", "sigma"), [0.001, 250, 3]),
        ("q, I\n1, 2\n\n3, 4\n", ("q", "I"), [1, 2]),
        ("Sample: lysozyme 4 mg/ml\nq I\n1 2\n3 4\n# the end\n", ("q", "I"), [1, 2]),
        ("1;2;\r\n3;4;\r\n", ("column 1", "column 2"), [1, 2]),
        ("-.5 +2\n3 4\n", ("column 1", "column 2"), [-0.5, 2]),
    ],
)
def test_numbers_are_read_however_they_are_written(tmp_path, content, names, first):
    result = checked(tmp_path, content)
    assert result.value.names == names
    assert result.value.values[0].tolist() == first
    assert result.value.values.dtype == np.float64
    assert (result.facts["rows"], result.facts["columns"]) == (2, len(first))


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        ("", [": The file is empty."]),
        ("only words\nand more\n", [": The file has 0 lines of numbers; at least 2 are needed."]),
        ("1 2\n", [": The file has 1 line of numbers; at least 2 are needed."]),
        ("1 2\n3 x\n5 6\n", ["2:2 'x' is not a finite number."]),
        ("q I\n1 2\n3 nan\n5 6\n", ["3:I 'nan' is not a finite number.", ": 1 line before the numbers is heading."]),
        ("1 2\n3 1_000\n5 6\n", ["2:2 '1_000' is not a finite number."]),
        ("1 2\n3 4 5\n5 6\n", ["2: This line has 3 numbers; the ones before have 2."]),
        ("1 2\n" * 6, [": The file has more than 5 lines or 4 columns of numbers."]),
        ("1 2 3 4 5\n" * 2, [": The file has more than 5 lines or 4 columns of numbers."]),
        (b"\x89PNG\r\n\x1a\n123", [": The file is a PNG image, not a text file."]),
        (b"1 2\n3 4\x00\n", ["2: The file holds zero bytes, which no text has."]),
        ("1 2\n" * 5000, [": The file has 20,000 bytes; at most 10,000 are accepted."]),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, content, sentences):
    assert said(tmp_path, content) == sentences


def test_many_faulty_lines_are_counted(tmp_path):
    found = said(tmp_path, "1 2\n" + "x y\n" * 50 + "3 4\n")
    assert len(found) == 21
    assert found[-1] == ": 30 more lines cannot be read."


def test_the_name_must_fit(tmp_path):
    assert said(tmp_path, "1 2\n3 4\n", name="curve.exe") == [": 'curve.exe' does not end in one of .dat, .txt, .csv, .tsv."]


def test_a_plain_call_takes_arrays_and_paths(tmp_path):
    assert CurveTable.of([[1, 2], [3, 4]]).values.shape == (2, 2)
    (tmp_path / "c.dat").write_text("1 2\n3 4\n")
    assert CurveTable.of(tmp_path / "c.dat").values[1, 1] == 4
    for wrong, kind in (([1, 2], TypeError), ([[1, float("nan")]], ToolError)):
        with pytest.raises(kind):
            CurveTable.of(wrong)
    (tmp_path / "bad.dat").write_text("1 2\n3 x\n")
    with pytest.raises(ToolError, match=r"'x' is not a finite number"):
        CurveTable.of(str(tmp_path / "bad.dat"))


@pytest.mark.parametrize(("name", "shape"), [("simulated.dat", (868, 3)), ("SimulatedIntensities.txt", (868, 5))])
def test_real_curves(name, shape):
    if not SAXS.is_dir():
        pytest.skip(f"{SAXS} is not here")
    assert CurveTable.read(SAXS / name).values.shape == shape
