"""The rows of a table as they are read: numbers into one array, or only what the check has to know of them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit.tables.cells import Fault, fault_of, value_of
from pipeline.toolkit.tables.wording import MOST_LISTED

LOOKED_AT = 100
BLOCK_BYTES = 4 * 1024 * 1024


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
        unusable: How many cells of each column hold no number.
        constant: Whether all numbers of a column are the same; not so when it has none.
        faults: Faulty cells by column (0 is the first after the ids).
        values: float64, shape (samples, features); NaN where a value is missing or faulty. None when they were not asked for.
    """

    ids: list[str]
    rows: list[int]
    names: tuple[str, ...]
    unusable: NDArray[np.int64]
    constant: NDArray[np.bool_]
    faults: dict[int, Faults]
    values: NDArray[np.float64] | None = None


class Matrix:
    """Takes rows one by one. Columns are looked at a block of rows at a time, so that nothing as large as the table is made beside it."""

    def __init__(self, names: tuple[str, ...], rows: int, *, keep: bool) -> None:
        """Make room for so many rows, or, unless they are to be kept, for one block of them. There may be more; then room is made."""
        block = max(1, BLOCK_BYTES // (8 * max(1, len(names))))
        self.names, self.faults = names, dict[int, Faults]()
        self._ids: list[str] = []
        self._rows: list[int] = []
        self._keep, self._block = keep, min(block, max(1, rows))
        self._values = np.empty((rows if keep else self._block, len(names)))
        self._start = 0
        self._unusable = np.zeros(len(names), dtype=np.int64)
        self._low = np.full(len(names), np.nan)
        self._high = np.full(len(names), np.nan)

    def add(self, row: int, name: str, numbers: NDArray[np.float64] | list[float]) -> None:
        """Take one sample: its line, its id, its numbers."""
        at = len(self._ids) if self._keep else len(self._ids) - self._start
        if at == len(self._values):
            self._values.resize((at + max(16, at // 3), len(self.names)), refcheck=False)  # in place: no second array beside it
        self._values[at] = numbers
        self._ids.append(name)
        self._rows.append(row)
        if len(self._ids) - self._start == self._block:
            self._look()

    def add_fault(self, column: int, row: int, cell: str) -> None:
        """Note that a cell is no number."""
        self.faults.setdefault(column, Faults()).add(row, cell)

    def number(self, row: int, column: int, cell: str) -> float:
        """Return the number that a text stands for; NaN, and noted, when it stands for none."""
        value = value_of(cell)
        if value is None:
            self.add_fault(column, row, cell)
            return float("nan")
        return value

    def _look(self) -> None:
        """Look at the rows that came since the last time."""
        come = len(self._ids) - self._start
        first = self._start if self._keep else 0
        block = self._values[first : first + come]
        if come:
            self._unusable += np.isnan(block).sum(axis=0)
            self._low = np.fmin(self._low, np.fmin.reduce(block, axis=0))
            self._high = np.fmax(self._high, np.fmax.reduce(block, axis=0))
        self._start = len(self._ids)

    def parsed(self) -> Parsed:
        """Return the table once all rows have come."""
        self._look()
        if self._keep:
            self._values.resize((len(self._ids), len(self.names)), refcheck=False)
        values = self._values if self._keep else None
        return Parsed(self._ids, self._rows, self.names, self._unusable, self._low == self._high, self.faults, values)
