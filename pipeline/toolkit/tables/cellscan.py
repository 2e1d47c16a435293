"""A look at the cells of a sheet before a library reads them: how far they reach, and which hold an error or a formula without a value.

The library gives such cells as empty ones, and makes room for every cell up to the last one, wherever somebody put it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.toolkit.tables.cells import NOT_COMPUTED

ROW_END = re.compile(rb"</(?:\w+:)?row>")
ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\sr=["']([0-9]{1,7})["']""")
CELL = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
AT = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
ERROR = re.compile(rb"""\st=["']e["']""")
VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]{0,40})")
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
LONGEST_ROW = 32 * 1024 * 1024
MOST_KEPT = 10_000


@dataclass(slots=True)
class CellScan:
    """What was found.

    Attributes:
        rows: Number of the last row that holds anything.
        columns: Number of the last column of the rows, as far as each ends with its last cell.
        faulty: Text of the cells that hold an error or a formula without a value, by (row, column), both counted from 1.
        more: Whether there are more of them than are kept, or some whose place is not known.
    """

    rows: int = 0
    columns: int = 0
    faulty: dict[tuple[int, int], str] = field(default_factory=dict)
    more: bool = False

    def look(self, row: bytes) -> None:
        """Look at one row."""
        if (end := max(row.rfind(b"</c>"), row.rfind(b":c>"))) < 0:
            return
        if number := ROW.search(row):
            self.rows = max(self.rows, int(number.group(1)))
        start = max(row.rfind(b"<c ", 0, end), row.rfind(b":c ", 0, end))
        if start >= 0 and (at := AT.search(row, start, end)):
            self.rows, self.columns = max(self.rows, int(at.group(2))), max(self.columns, number_of(at.group(1)))
        if FORMULA.search(row) or ERROR.search(row):
            for _, attributes, content in CELL.findall(row):
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
    """Look at a sheet as it streams by, row by row."""
    found, rest = CellScan(), b""
    for piece in pieces:
        *rows, rest = ROW_END.split(rest + piece)
        for row in rows:
            found.look(row)
        if len(rest) > LONGEST_ROW:
            found.look(rest)
            rest = b""
    found.look(rest)
    return found
