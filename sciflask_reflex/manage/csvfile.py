"""Tables for a spreadsheet: no cell of them can be run as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from pipeline.toolkit.csvtext import guard

BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets read UTF-8 only when this stands at the start."""


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield a CSV file, line by line."""
    yield BYTE_ORDER_MARK + line(header)
    for row in rows:
        yield line(row)


def line(cells: Sequence[object]) -> str:
    """Return one line; text that a spreadsheet could run gets an apostrophe in front, numbers stay as they are."""
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guard(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()
