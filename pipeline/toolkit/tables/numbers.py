"""The cells of one line to numbers. What is plain is converted at once, the rest cell by cell by the rules of ``cells``."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from pipeline.toolkit.tables.cells import MISSING, is_missing
from pipeline.toolkit.tables.cut import Cutter
from pipeline.toolkit.tables.lines import bytes_of
from pipeline.toolkit.tables.matrix import Matrix

COMMA = b","
NO_NUMBERS = (b"t", b"f", b'"')
"""What JSON would take for a value other than a number: true, false, text."""
NEGATIVE_ZEROS = (b"-0,", b"-0 ", b"-0\t", b"-0]")
INFINITE = frozenset((float("inf"), float("-inf")))
FEW_COLUMNS = 64
"""So few cells are converted sooner one by one than looked over together."""
MOST_APART = 8
"""When more than one cell in so many has to be looked at by itself, all are converted one by one."""
MOST_KNOWN = 1_000
BEGINS = np.zeros(256, dtype=bool)
BEGINS[list(b"0123456789-")] = True
"""How the numbers of JSON begin."""
MINUS = ord("-")

Row = NDArray[np.float64] | list[float]


class Numbers:
    """Converts the lines of one file. Faulty cells become NaN and are noted in the matrix."""

    def __init__(self, cutter: Cutter, matrix: Matrix) -> None:
        self._cutter, self._matrix, self._width = cutter, matrix, len(matrix.names)
        self._has_gaps = False
        self._known: dict[bytes, bool] = {}

    def of(self, row: int, cells: bytes) -> Row | None:
        """Convert the cells of a line, with the delimiters between them; None when they are too few or too many."""
        numbers = self._at_once(row, cells, self._cutter.byte)
        if numbers is not None:
            return numbers
        text = self._cutter.text(cells)
        return self._one_by_one(row, text.split(self._cutter.delimiter), text)

    def of_split(self, row: int, cells: Sequence[str]) -> Row | None:
        """Convert the cells of a line that have been split already; None when they are too few or too many."""
        text = ",".join(cells)
        numbers = self._at_once(row, text.encode(bytes_of(self._cutter.encoding)), COMMA) if text.count(",") < len(cells) else None
        return self._one_by_one(row, list(cells), text) if numbers is None else numbers

    def _at_once(self, row: int, cells: bytes, delimiter: bytes) -> NDArray[np.float64] | None:
        """Convert a whole line; None when that is not certain to be right."""
        if not self._has_gaps and not self._matrix.faults:
            numbers = self._parsed(cells, delimiter)
            if numbers is not None:
                return numbers
        return self._around_gaps(row, cells, delimiter) if self._width >= FEW_COLUMNS else None

    def _around_gaps(self, row: int, cells: bytes, delimiter: bytes) -> NDArray[np.float64] | None:
        """Convert a line but for the cells without a value, and those of columns that had a fault before: they are read with care."""
        buffer = np.frombuffer(cells, dtype=np.uint8)
        at = np.flatnonzero(buffer == delimiter[0])
        if len(at) + 1 != self._width or not len(buffer):
            return None
        starts, ends = np.concatenate(([0], at + 1)), np.append(at, len(buffer))
        looked_at = _unlike_numbers(buffer, starts, ends)
        if (len(looked_at) + len(self._matrix.faults)) * MOST_APART > self._width:
            return None
        gaps = self._gaps(cells, looked_at, starts, ends)
        doubtful = {column: self._cutter.text(cells[starts[column] : ends[column]]) for column in self._matrix.faults}
        apart = sorted(doubtful.keys() | gaps)
        if not apart and not self._has_gaps:
            return None  # it was tried before
        self._has_gaps = self._has_gaps or bool(gaps)
        edges = [0, *(edge for column in apart for edge in (int(starts[column]), int(ends[column]))), len(cells)]
        numbers = self._parsed(b"NaN".join(cells[left:right] for left, right in zip(edges[::2], edges[1::2], strict=True)), delimiter)
        if numbers is not None:
            for column in self._matrix.faults:
                numbers[column] = self._matrix.number(row, column, doubtful[column])
        return numbers

    def _gaps(self, cells: bytes, looked_at: NDArray[np.intp], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> set[int]:
        """Return which of some cells say that there is no value."""
        spans = zip(looked_at.tolist(), starts[looked_at].tolist(), ends[looked_at].tolist(), strict=True)
        return {column for column, start, end in spans if self._is_gap(cells[start:end])}

    def _is_gap(self, cell: bytes) -> bool:
        known = self._known.get(cell)
        if known is None:
            known = is_missing(self._cutter.text(cell))
            if len(self._known) < MOST_KNOWN:
                self._known[cell] = known
        return known

    def _parsed(self, cells: bytes, delimiter: bytes) -> NDArray[np.float64] | None:
        """Read a line as a list in JSON, whose numbers are a part of ours and exact; None when it is none."""
        if any(letter in cells for letter in NO_NUMBERS) or (delimiter != COMMA and COMMA in cells):
            return None
        text = b"[%b]" % (cells if delimiter == COMMA else cells.replace(delimiter, COMMA))
        try:
            found = from_json(text)
            numbers = np.fromiter(found, np.float64, len(found))
        except (ValueError, TypeError, OverflowError):
            return None
        lost_sign = not numbers.all() and any(zero in text for zero in NEGATIVE_ZEROS)  # JSON has no -0
        return None if len(found) != self._width or np.isinf(numbers).any() or lost_sign else numbers

    def _one_by_one(self, row: int, cells: list[str], text: str) -> list[float] | None:
        """Convert cell by cell, as fast as that goes; None when there are too few or too many."""
        if len(cells) != self._width:
            return None
        doubtful = [(column, cells[column]) for column in self._matrix.faults]
        for column, _ in doubtful:
            cells[column] = "nan"
        numbers = _floats(cells, text)
        if numbers is None:
            numbers = [self._matrix.number(row, column, cell) for column, cell in enumerate(cells)]
        for column, cell in doubtful:
            numbers[column] = self._matrix.number(row, column, cell)
        return numbers


def _unlike_numbers(buffer: NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return which cells do not begin as the numbers of JSON do, or are too short to tell."""
    first, length = buffer[np.minimum(starts, len(buffer) - 1)], ends - starts
    return np.flatnonzero(~BEGINS[first] | (length == 0) | ((first == MINUS) & (length < 3)))


def _floats(cells: list[str], text: str) -> list[float] | None:
    """Convert a line with Python's own rules; None when it holds anything on which they are laxer than ours."""
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
