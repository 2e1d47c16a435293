"""The fast pre-scan against Python's own csv module, on tables that nobody would think of."""

import csv
import io
import subprocess
import sys
import tempfile

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.toolkit.inputs import ANY_SIZE
from pipeline.toolkit.tables.lines import counter, is_blank, splitter
from pipeline.toolkit.tables.prescan import prescan

CELL = st.text(st.sampled_from('ab1.,;|\t" é_-'), max_size=6)
GRID = st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=8)
DELIMITER = st.sampled_from(",;\t|")


def written(rows: list[list[str]], delimiter: str) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return file.getvalue()


@given(GRID, DELIMITER)
def test_lines_split_as_the_csv_module_splits_them(rows, delimiter):
    lines = written(rows, delimiter).splitlines()
    expected = list(csv.reader(lines, delimiter=delimiter))
    split, count = splitter(delimiter), counter(delimiter)
    assert [split(line) for line in lines] == [row or [""] for row in expected]
    assert [count(line) for line in lines] == [len(row) or 1 for row in expected]


@given(GRID, DELIMITER, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(deadline=None)
def test_the_scan_counts_as_a_slow_reader_does(rows, delimiter, encoding, end):
    header = ["id", "first", "second", "third"]
    body = written([header, ["s0", "1", "2", "3"], *rows, ["s9", "1", "2", "3"]], delimiter)
    with tempfile.TemporaryFile() as file:
        file.write(body.replace("\n", end).encode(encoding))
        file.flush()
        scan = prescan(file, ANY_SIZE)
    lines = [(number, line) for number, line in enumerate(body.splitlines()[1:], start=2) if not is_blank(line, delimiter)]
    widths = {number: len(next(csv.reader([line], delimiter=delimiter))) for number, line in lines}
    wider = sum(width == 5 for width in widths.values()) > sum(width == 4 for width in widths.values())
    # a grid that is wider than its header, or that looks more like another delimiter, is another story
    assume(not scan.refused and not wider and scan.delimiter == delimiter)
    assert scan.names == ("first", "second", "third")
    assert scan.rows == sum(width == 4 for width in widths.values())
    assert {f.row for f in scan.findings if "are expected" in f.message} == {number for number, width in widths.items() if width != 4}


def test_the_first_look_loads_neither_numpy_nor_pandas():
    program = (
        "import sys, pipeline.toolkit.checking as _; print([m for m in ('numpy', 'pandas', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == "[]"
