"""From the lines of a scanned text table to ids, numbers and the cells that are no numbers. The only parser of text that there is."""

from contextlib import closing
from itertools import islice
from typing import BinaryIO

from pipeline.toolkit.tables.cut import Cutter
from pipeline.toolkit.tables.lines import Misquoted, byte_lines
from pipeline.toolkit.tables.matrix import Matrix, Parsed
from pipeline.toolkit.tables.numbers import Numbers, Row
from pipeline.toolkit.tables.prescan import Scan


def parse(handle: BinaryIO, scan: Scan, *, keep: bool = True) -> Parsed:
    """Read the lines that have the right number of cells; the scan has reported the others.

    Without ``keep`` the numbers are looked at and forgotten: the check of a table needs little more memory than its longest line.
    """
    cutter, matrix = scan.cutter, Matrix(scan.names, scan.rows, keep=keep)
    numbers = Numbers(cutter, matrix)
    with closing(byte_lines(handle, scan.encoding)) as lines:
        for row, line in islice(lines, scan.header_row, None):
            if not cutter.is_blank(line):
                name, values = _sample(row, line, cutter, numbers)
                if values is not None:
                    matrix.add(row, name, values)
    return matrix.parsed()


def _sample(row: int, line: bytes, cutter: Cutter, numbers: Numbers) -> tuple[str, Row | None]:
    """Return the id and the numbers of one line; None for the numbers when the line is not whole."""
    plain = cutter.plain(line)
    if plain is not None:
        return cutter.text(plain.id), None if plain.cells is None else numbers.of(row, plain.cells)
    try:
        name, *cells = cutter.split(line)
    except Misquoted:
        return "", None
    return name, numbers.of_split(row, cells)
