"""From the lines of a scanned table to ids, numbers and the cells that are no numbers. The only parser there is."""

from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit.tables.cells import MISSING, Fault, fault_of, value_of
from pipeline.toolkit.tables.lines import Misquoted, is_blank, splitter, text_lines
from pipeline.toolkit.tables.prescan import Scan
from pipeline.toolkit.tables.wording import MOST_LISTED

LOOKED_AT = 100
INFINITE = frozenset((float("inf"), float("-inf")))


@dataclass(slots=True)
class Faults:
    """The cells of one column that are no numbers: all counted, the first ones looked at, the first few kept."""

    count: int = 0
    kinds: set[Fault] = field(default_factory=set)
    """Why the first hundred are none."""
    first: list[tuple[int, str]] = field(default_factory=list)

    def add(self, row: int, cell: str) -> None:
        """Count one more faulty cell."""
        self.count += 1
        if self.count <= LOOKED_AT:
            self.kinds.add(fault_of(cell.strip()))
        if len(self.first) < MOST_LISTED:
            self.first.append((row, cell))


@dataclass(frozen=True, slots=True)
class Parsed:
    """A table as it stands in the file.

    Attributes:
        ids: Sample ids, as they are written.
        rows: Line number of each sample.
        names: Feature names, as they are written.
        values: float64, shape (samples, features); NaN where a value is missing or faulty.
        faults: Faulty cells by column (0 is the first after the ids).
    """

    ids: list[str]
    rows: list[int]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    faults: dict[int, Faults]


def parse(handle: BinaryIO, scan: Scan) -> Parsed:
    """Read the lines that have the right number of cells; the scan has reported the others."""
    split, values = splitter(scan.delimiter), np.empty((scan.rows, len(scan.names)))
    ids: list[str] = []
    rows: list[int] = []
    faults: dict[int, Faults] = {}
    with closing(text_lines(handle, scan.encoding)) as lines:
        for row, line in islice(lines, scan.header_row, None):
            try:
                cells = split(line)
            except Misquoted:
                continue
            if len(cells) != scan.width or is_blank(line, scan.delimiter):
                continue
            values[len(ids)] = _numbers(row, cells[1:], line[len(cells[0]) :], faults)
            ids.append(cells[0])
            rows.append(row)
    return Parsed(ids, rows, scan.names, values[: len(ids)], faults)


def _numbers(row: int, cells: list[str], text: str, faults: dict[int, Faults]) -> list[float]:
    """Return one line's numbers; notes faulty cells. Columns that had one before are read with care, the others at once."""
    doubtful = [(column, cells[column]) for column in faults]
    for column, _ in doubtful:
        cells[column] = "nan"
    numbers = _at_once(cells, text)
    if numbers is None:
        numbers = [_with_care(row, column, cell, faults) for column, cell in enumerate(cells)]
    for column, cell in doubtful:
        numbers[column] = _with_care(row, column, cell, faults)
    return numbers


def _at_once(cells: list[str], text: str) -> list[float] | None:
    """Convert a whole line; None when it holds anything on which Python's own rules are laxer than ours."""
    if "_" in text or not text.isascii():
        return None
    try:
        numbers = list(map(float, cells))
    except ValueError:
        try:
            numbers = [float("nan" if cell in MISSING else cell) for cell in cells]
        except ValueError:
            return None
    return None if INFINITE.intersection(numbers) else numbers


def _with_care(row: int, column: int, cell: str, faults: dict[int, Faults]) -> float:
    value = value_of(cell)
    if value is None:
        faults.setdefault(column, Faults()).add(row, cell)
        return float("nan")
    return value
