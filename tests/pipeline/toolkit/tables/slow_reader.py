"""The reader as it was before it became fast: lines of text, split into cells, each converted by itself. The fast one must agree with it."""

import io
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit.tables.cells import value_of
from pipeline.toolkit.tables.lines import Misquoted, counter, is_blank, splitter
from pipeline.toolkit.tables.matrix import Faults
from pipeline.toolkit.tables.prescan import Scan
from pipeline.toolkit.tables.tally import Tally

Lines = list[tuple[int, str]]


def lines_of(path: Path, encoding: str) -> Lines:
    """Return the lines of a file with their numbers, as Python itself cuts them."""
    text = io.TextIOWrapper(io.BytesIO(path.read_bytes()), encoding=encoding, newline=None)
    return [(row, line.removesuffix("\n")) for row, line in enumerate(text, start=1)]


def slow_tally(lines: Lines, delimiter: str) -> Tally:
    """Count the cells of every line."""
    tally, count = Tally(), counter(delimiter)
    for row, line in lines:
        if is_blank(line, delimiter):
            tally.blank.add(row)
            continue
        tally.rows += 1
        try:
            tally.add(row, count(line))
        except Misquoted:
            tally.misquoted.add(row)
        tally.open_ended += delimiter != " " and line.endswith(delimiter)
    return tally


def slow_parse(lines: Lines, scan: Scan) -> tuple[list[str], list[int], NDArray[np.float64], dict[int, Faults]]:
    """Read ids, line numbers, values and faults of the lines that have the right number of cells."""
    split, ids, rows, values = splitter(scan.delimiter), [], [], []
    faults: dict[int, Faults] = {}
    for row, line in islice(lines, scan.header_row, None):
        try:
            cells = split(line)
        except Misquoted:
            continue
        if len(cells) != scan.width or is_blank(line, scan.delimiter):
            continue
        ids.append(cells[0])
        rows.append(row)
        values.append([_value(row, column, cell, faults) for column, cell in enumerate(cells[1:])])
    return ids, rows, np.array(values, dtype=float).reshape(len(ids), len(scan.names)), faults


def _value(row: int, column: int, cell: str, faults: dict[int, Faults]) -> float:
    value = value_of(cell)
    if value is None:
        faults.setdefault(column, Faults()).add(row, cell)
        return float("nan")
    return value
