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
MOST_TOKENS = 6
MOST_LESSONS = 100
NEGATIVE_ZEROS = (b"-0,", b"-0 ", b"-0\t", b"-0]")
INFINITE = frozenset((float("inf"), float("-inf")))

Row = NDArray[np.float64] | list[float]


class Numbers:
    """Converts the lines of one file, and remembers how it writes missing values. Faulty cells become NaN and are noted in the matrix."""

    def __init__(self, cutter: Cutter, matrix: Matrix) -> None:
        self._cutter, self._matrix, self._width = cutter, matrix, len(matrix.names)
        self._tokens: list[bytes] = []
        self._lessons = 0

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
        """Convert a whole line; None when that is not certain to be right. Columns that had a fault before are read with care."""
        doubtful = sorted(self._matrix.faults)
        if not doubtful:
            return self._parsed(cells, delimiter)
        parts = cells.split(delimiter, doubtful[-1] + 1)
        if len(parts) <= doubtful[-1]:
            return None
        apart = [(column, self._cutter.text(parts[column])) for column in doubtful]
        for column in doubtful:
            parts[column] = b"NaN"
        numbers = self._parsed(delimiter.join(parts), delimiter)
        if numbers is not None:
            for column, cell in apart:
                numbers[column] = self._matrix.number(row, column, cell)
        return numbers

    def _parsed(self, cells: bytes, delimiter: bytes) -> NDArray[np.float64] | None:
        """Read a line as a list in JSON, whose numbers are a part of ours and exact; None when it is none."""
        if any(letter in cells for letter in NO_NUMBERS) or (delimiter != COMMA and COMMA in cells):
            return None
        text = b"[%b]" % (cells if delimiter == COMMA else cells.replace(delimiter, COMMA))
        for token in self._tokens:
            text = _missing(text, token)
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
        self._learn(cells)
        doubtful = [(column, cells[column]) for column in self._matrix.faults]
        for column, _ in doubtful:
            cells[column] = "nan"
        numbers = _floats(cells, text)
        if numbers is None:
            numbers = [self._matrix.number(row, column, cell) for column, cell in enumerate(cells)]
        for column, cell in doubtful:
            numbers[column] = self._matrix.number(row, column, cell)
        return numbers

    def _learn(self, cells: Sequence[str]) -> None:
        """Remember how this file writes missing values."""
        if self._lessons < MOST_LESSONS and len(self._tokens) < MOST_TOKENS:
            self._lessons += 1
            known = {cell.encode(bytes_of(self._cutter.encoding)) for cell in set(cells) if is_missing(cell)}
            self._tokens = [*self._tokens, *sorted(known - set(self._tokens))][:MOST_TOKENS]


def _missing(text: bytes, token: bytes) -> bytes:
    """Write NaN for a token wherever it is a whole cell; twice, because neighbours share a comma."""
    for left, right in ((b"[", COMMA), (COMMA, b"]"), (COMMA, COMMA), (COMMA, COMMA)):
        text = text.replace(left + token + right, left + b"NaN" + right)
    return text


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
