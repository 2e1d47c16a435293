"""A look at the cells of a sheet before a library reads them: how far they reach, and which hold an error or a formula without a value.

The library gives such cells as empty ones, and makes room for every cell up to the last one, wherever somebody put it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.toolkit.tables.cells import NOT_COMPUTED
from pipeline.toolkit.tables.container import UnsoundContainer

ROW_END = re.compile(rb"</(?:\w+:)?row>")
ROW = re.compile(rb"""<(?:\w+:)?row\b[^<>]*?\sr=["']([0-9]{1,7})["']""")
CELL = re.compile(rb"<((?:\w+:)?)c\b([^<>]*?)(/?)>")
AT = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
ERROR = re.compile(rb"""\st=["']e["']""")
VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*>([^<]{0,40})")
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
MERGED = b"mergeCell "
UNUSUAL = (b"</c ", b"</c\t", b"</c\r", b"</c\n", b"<c\t", b"<c\r", b"<c\n")
UNUSUAL_PREFIXED = re.compile(rb"</\w+:c\s|<\w+:c[\t\r\n]")
"""Cells as no program writes them: they would not be counted here, and the library would read them."""
LONGEST_ROW = 32 * 1024 * 1024
LONGEST_END = 64
"""No tag that ends a row is longer."""
MOST_KEPT = 10_000


@dataclass(slots=True)
class CellScan:
    """What was found.

    Attributes:
        rows: Number of the last row that holds anything.
        count: How many cells with anything in them there are; where there are too many, as far as was looked.
        filled: How many rows hold any of them.
        merged: How many groups of merged cells there are.
        columns: Number of the last column of the rows, as far as each ends with its last cell.
        faulty: Text of the cells that hold an error or a formula without a value, by (row, column), both counted from 1.
        more: Whether there are more of them than are kept, or some whose place is not known.
    """

    rows: int = 0
    columns: int = 0
    count: int = 0
    filled: int = 0
    merged: int = 0
    faulty: dict[tuple[int, int], str] = field(default_factory=dict)
    more: bool = False
    _told: int = 0

    def look(self, row: bytes) -> None:
        """Look at one row."""
        if any(tag in row for tag in UNUSUAL) or (b":c" in row and UNUSUAL_PREFIXED.search(row)):
            message = "its cells are written in an unusual way"
            raise UnsoundContainer(message)
        if (end := max(row.rfind(b"</c>"), row.rfind(b":c>"))) < 0:
            return
        self.filled += 1
        self.count += row.count(b"</c>") + row.count(b":c>")
        if number := ROW.search(row):
            self.rows = max(self.rows, int(number.group(1)))
        start = max(row.rfind(b"<c ", 0, end), row.rfind(b":c ", 0, end))
        if start >= 0 and (at := AT.search(row, start, end)):
            self.rows, self.columns = max(self.rows, int(at.group(2))), max(self.columns, number_of(at.group(1)))
        if self._told <= MOST_KEPT and (FORMULA.search(row) or ERROR.search(row)):
            self._look_at_cells(row)

    def _look_at_cells(self, row: bytes) -> None:
        place = 0
        while cell := CELL.search(row, place):
            place = cell.end()
            if cell.group(3):
                self._look_at(cell.group(2), b"")
                continue
            end = row.find(b"</" + cell.group(1) + b"c>", place)
            if end < 0:
                return  # nothing that follows has an end either
            self._look_at(cell.group(2), row[place:end])
            place = end

    def _look_at(self, attributes: bytes, content: bytes) -> None:
        value = VALUE.search(content)
        if ERROR.search(attributes):
            text = value.group(1).decode(errors="replace") if value else "#N/A!"
        elif value is None and FORMULA.search(content):
            text = NOT_COMPUTED
        else:
            return
        at = AT.search(attributes)
        self._told += 1
        if at is None or self._told > MOST_KEPT:
            self.more = True
            return
        self.faulty[int(at.group(2)), number_of(at.group(1))] = text


def number_of(letters: bytes) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def scan_cells(pieces: Iterable[bytes], most: int, most_rows: int) -> CellScan:
    """Look at a sheet as it streams by, row by row; no further when it has more cells than ``most`` or fills more rows than ``most_rows``.

    Raises:
        UnsoundContainer: If cells are written as no program writes them.
    """
    found, rest = CellScan(), bytearray()
    for piece in pieces:
        looked = max(0, len(rest) - LONGEST_END)
        rest += piece
        begin = 0
        for end in ROW_END.finditer(rest, looked):
            found.look(bytes(rest[begin : end.start()]))
            begin = end.end()
        del rest[:begin]
        if len(rest) > LONGEST_ROW:
            found.look(bytes(rest))
            found.merged += rest.count(MERGED)
            rest.clear()
        if found.count > most or found.filled > most_rows:
            return found
    found.look(bytes(rest))
    found.merged += rest.count(MERGED)
    return found
