"""A look at the cells of a sheet before a library reads them: how far they reach, and which hold an error or a formula without a value.

A library gives such cells as empty ones, and reserves room up to the last cell, wherever somebody put it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.toolkit.tables.cells import NOT_COMPUTED

ADDRESS = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\sr=["']([A-Z]{1,3})([0-9]{1,7})["'](?:[^>]*[^/>])?>""")
"""Of a cell that may hold something."""
TAG = re.compile(rb"<(?:\w+:)?c[\s>/]")
CELL = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
AT = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
ERROR = re.compile(rb"""\st=["']e["']""")
VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]{0,40})")
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
LONGEST_CELL = 1024 * 1024
MOST_KEPT = 10_000


@dataclass(slots=True)
class CellScan:
    """What was found.

    Attributes:
        cells: How many cells there are, empty ones included.
        rows: Number of the last row.
        columns: Number of the last column.
        faulty: Text of the cells that hold an error or a formula without a value, by (row, column), both counted from 1.
        more: Whether there are more of them than are kept, or some whose place is not known.
    """

    cells: int = 0
    rows: int = 0
    columns: int = 0
    faulty: dict[tuple[int, int], str] = field(default_factory=dict)
    more: bool = False

    def look(self, piece: bytes) -> None:
        """Look at a piece of whole cells."""
        self.cells += len(TAG.findall(piece))
        for column, row in ADDRESS.findall(piece):
            self.rows, self.columns = max(self.rows, int(row)), max(self.columns, number_of(column))
        if FORMULA.search(piece) or ERROR.search(piece):
            for _, attributes, content in CELL.findall(piece):
                self._look_at(attributes, content)

    def _look_at(self, attributes: bytes, content: bytes) -> None:
        value = VALUE.search(content)
        if ERROR.search(attributes):
            text = value.group(1).decode(errors="replace") if value else "#N/A!"
        elif value is None and FORMULA.search(content):
            text = NOT_COMPUTED
        else:
            return
        at = AT.search(attributes)
        if at is None or len(self.faulty) >= MOST_KEPT:
            self.more = True
            return
        self.faulty[int(at.group(2)), number_of(at.group(1))] = text


def number_of(letters: bytes) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def scan_cells(pieces: Iterable[bytes]) -> CellScan:
    """Look at a sheet as it streams by; cells that are cut between two pieces are put together."""
    found, rest = CellScan(), b""
    for piece in pieces:
        block = rest + piece
        end = max(block.rfind(b"<c "), block.rfind(b"<", 0, max(block.rfind(b":c "), 0)))
        if end <= 0 or len(block) - end > LONGEST_CELL:
            end = max(block.rfind(b"<"), 0) or len(block)
        found.look(block[:end])
        rest = block[end:] if len(block) - end <= LONGEST_CELL else b""
    found.look(rest)
    return found
