"""The fast reader against the slow one, to the last bit and the last finding."""

import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.toolkit.inputs import ANY_SIZE
from pipeline.toolkit.tables.cells import MISSING
from pipeline.toolkit.tables.lines import byte_lines, bytes_of
from pipeline.toolkit.tables.parse import parse
from pipeline.toolkit.tables.prescan import prescan
from pipeline.toolkit.tables.tally import tally_of
from tests.pipeline.toolkit.tables.slow_reader import lines_of, slow_parse, slow_tally

NASTY = [
    *sorted(MISSING), "-0", "-0.0", "-0 ", " -0", "+0", "00", "007", ".5", "5.", "+5", "1e5", "1E-5", "1e400", "-1e400", "1e-400", "inf", "-Infinity",
    "Infinity", "nan", "NaN", "-nan", "-NaN", "nAn", "true", "false", "True", "null", "[1", "2]", "[]", "{}", "1_0", "0x10", " 1 ", "1\u00a0", "\u0661",
    "12345678901234567890123", "9007199254740993", "2.2250738585072011e-308", "1.7976931348623159e308", "nan(1)", "1 2", "x", "5 mg", "1,5", "1;5", "1.000,5",
    "−1", "#DIV/0!", "\\u0031", "a\tb", " NA ", "\x0b1", "1\x1c", "größe", '"1"', 'a"b',
]  # fmt: skip
CELL = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-1e3, 1e3, allow_nan=False).map(lambda x: f"{x:.3f}"),
    st.integers(-10, 10**22).map(str),
    st.sampled_from(NASTY),
    st.text(st.sampled_from("0123456789+-.eE_ nat"), max_size=5),
)
ROWS = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width + 1), min_size=1, max_size=8))
DELIMITERS = st.sampled_from([",", "\t", ";", "|", " "])
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])


def written(rows: list[list[str]], delimiter: str, *, quote_ids: bool) -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if delimiter in text or '"' in text else text

    lines = [["id", *(f"f{n}" for n in range(len(rows[0])))], *([f"s{n}", *map(cell, row)] for n, row in enumerate(rows))]
    return "".join(delimiter.join([f'"{line[0]}"' if quote_ids else line[0], *line[1:]]) + "\n" for line in lines)


def agree(path: Path) -> None:
    """Read a file both ways; one that is refused is read by neither."""
    with path.open("rb") as handle:
        scan = prescan(handle, ANY_SIZE)
        if scan.refused:
            return
        lines = lines_of(path, scan.encoding)
        assert list(byte_lines(handle, scan.encoding)) == [(row, line.encode(bytes_of(scan.encoding))) for row, line in lines]
        body = islice(byte_lines(handle, scan.encoding), scan.header_row, None)
        assert tally_of(body, scan.cutter, 10**9, 10**9) == slow_tally(lines[scan.header_row :], scan.delimiter)
        ids, rows, values, faults = slow_parse(lines, scan)
        fast, looked = parse(handle, scan), parse(handle, scan, keep=False)
    assert (fast.ids, fast.rows, fast.faults) == (ids, rows, faults)
    assert fast.values is not None
    assert fast.values.shape == values.shape
    np.testing.assert_array_equal(np.isnan(fast.values), np.isnan(values))
    fast_bits, slow_bits = (np.where(np.isnan(some), 0.0, some).view(np.int64) for some in (fast.values, values))
    np.testing.assert_array_equal(fast_bits, slow_bits)
    same = [bool(len(set(column[~np.isnan(column)].tolist())) == 1) for column in values.T]
    for one in (fast, looked):
        assert one.unusable.tolist() == np.isnan(values).sum(axis=0).tolist()
        assert one.constant.tolist() == same
    assert looked.values is None
    assert (looked.ids, looked.rows, looked.faults) == (ids, rows, faults)


@given(ROWS, DELIMITERS, ENDS, ENCODINGS, st.booleans())
@settings(deadline=None, max_examples=300)
def test_any_table_is_read_as_the_slow_reader_reads_it(rows, delimiter, end, encoding, quote_ids):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(written(rows, delimiter, quote_ids=quote_ids).replace("\n", end).encode(encoding, errors="replace"))
        agree(path)


NASTY_CELLS = pytest.mark.parametrize("cell", [cell for cell in NASTY if '"' not in cell])
SOME_DELIMITERS = pytest.mark.parametrize("delimiter", [",", "\t", ";"])


def agree_on(path: Path, cell: str, delimiter: str, rows: Callable[[str], list[list[str]]]) -> None:
    """Read both ways a table with a nasty cell in some places."""
    quoted = f'"{cell}"' if delimiter in cell else cell
    body = rows(quoted)
    lines = [["id", *(f"f{column}" for column in range(len(body[0])))], *([f"s{n}", *row] for n, row in enumerate(body))]
    path.write_bytes("\n".join(map(delimiter.join, lines)).encode())
    agree(path)


@SOME_DELIMITERS
@NASTY_CELLS
def test_every_nasty_cell_in_every_place(tmp_path, cell, delimiter):
    def rows(cell: str) -> list[list[str]]:
        return [
            ["1.5", "0", "2"],
            [cell, "0", "2"],
            ["1.5", cell, "2"],
            ["1", "2", cell],
            [cell, cell, cell],
            ["7", "8.25", "-9e3"],
            [cell, "1", cell],
        ]

    agree_on(tmp_path / "table", cell, delimiter, rows)


def test_numbers_of_a_wide_table_are_exact(tmp_path):
    values = np.random.default_rng(0).normal(size=(12, 3_000)) * 10.0 ** np.random.default_rng(1).integers(-200, 200, size=(12, 3_000))
    path = tmp_path / "table"
    header = "id," + ",".join(f"f{n}" for n in range(3_000))
    path.write_text("\n".join([header, *(f"s{n}," + ",".join(map(repr, row)) for n, row in enumerate(values.tolist()))]))
    with path.open("rb") as handle:
        np.testing.assert_array_equal(parse(handle, prescan(handle, ANY_SIZE)).values, values)


WIDE = 70


@given(
    st.lists(st.lists(st.tuples(st.integers(0, WIDE - 1), CELL), max_size=6), min_size=2, max_size=8),
    st.sampled_from([",", "\t", ";"]),
    st.booleans(),
)
@settings(deadline=None, max_examples=300)
def test_wide_lines_with_anything_in_a_few_cells(changes, delimiter, quote_ids):
    """Wide lines are looked over as a whole: what is missing or faulty in them is found by its place."""
    rows = [[f"{(n * 37 + column * 11) % 101 / 7:.4f}" for column in range(WIDE)] for n in range(len(changes))]
    for row, some in zip(rows, changes, strict=True):
        for column, cell in some:
            row[column] = cell
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(written(rows, delimiter, quote_ids=quote_ids).encode(errors="replace"))
        agree(path)


@SOME_DELIMITERS
@NASTY_CELLS
def test_every_nasty_cell_in_a_wide_line(tmp_path, cell, delimiter):
    def rows(cell: str) -> list[list[str]]:
        plain = [str(column) for column in range(WIDE)]
        return [
            plain,
            [cell, *plain[1:]],
            [*plain[:-1], cell],
            [*plain[:30], cell, "NA", *plain[32:]],
            plain,
            [cell] * WIDE,
            [*plain[:30], cell, *plain[31:]],
        ]

    agree_on(tmp_path / "table", cell, delimiter, rows)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_cut_alike_wherever_a_piece_of_the_file_ends(tmp_path, monkeypatch, size, end):
    monkeypatch.setattr("pipeline.toolkit.tables.lines.CHUNK", size)
    path = tmp_path / "table"
    path.write_bytes(f"id,a{end}{end}s1,1{end}größe,2{end}{end}s3,3".encode())
    with path.open("rb") as handle:
        found = list(byte_lines(handle, "utf-8"))
    assert found == [(row, line.encode()) for row, line in lines_of(path, "utf-8")]
