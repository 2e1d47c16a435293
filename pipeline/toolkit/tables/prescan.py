"""The first look at a file: cheap, streaming, with the standard library alone. What it refuses never reaches numpy or pandas."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from pipeline.toolkit.findings import Finding, error, warning
from pipeline.toolkit.formats import TEXT
from pipeline.toolkit.inputs import MIB, Limits
from pipeline.toolkit.tables import encoding as encodings
from pipeline.toolkit.tables.cut import Cutter
from pipeline.toolkit.tables.lines import LONGEST_LINE, LineTooLong, Misquoted, byte_lines, counter, is_blank, splitter, text_lines
from pipeline.toolkit.tables.magic import HEAD_BYTES, not_text
from pipeline.toolkit.tables.naming import rename
from pipeline.toolkit.tables.sniff import LOOKED_AT, delimiter_of
from pipeline.toolkit.tables.tally import Tally, blank_lines, misquoted_lines, ragged_lines, tally_of
from pipeline.toolkit.tables.wording import plural, quoted

MOST_BLANK_LINES = 1_000
PREVIEW_ROWS = 8
SHAPE = "The first line must hold the feature names, the first column the sample ids."
Line = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Scan:
    """What the first look found. When ``refused``, there is no point in reading on."""

    findings: tuple[Finding, ...] = ()
    refused: bool = False
    bytes: int = 0
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    corner: str = ""
    names: tuple[str, ...] = ()
    """Names of the columns after the sample ids."""
    rows: int = 0
    """Number of lines that have exactly one cell for each column."""
    head: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """The first data lines with their numbers, for the preview."""
    format: str = TEXT.title
    unit: str = "Line"
    """What a sample takes in the file, as findings call it."""
    converted: tuple[str, ...] = ()
    """What was read as something else than it is in the file, one sentence each; recorded with the result."""

    @property
    def width(self) -> int:
        """Cells of a proper line, sample id included."""
        return len(self.names) + 1

    @property
    def cutter(self) -> Cutter:
        """What cuts its lines."""
        return Cutter(self.delimiter, self.encoding)


def prescan(handle: BinaryIO, limits: Limits, packed: int | None = None) -> Scan:
    """Look at an open file and say whether it is a table that is safe to read, and how it is to be read.

    Nothing depends on the file's name. Memory stays below a few times the longest line; a refusal comes as soon as it is certain.
    ``packed`` is how many bytes the person's file has, where what is open comes out of a packed one.
    """
    scan = Scan(bytes=os.fstat(handle.fileno()).st_size if packed is None else packed)
    if finding := by_its_size(scan.bytes, limits) or _by_its_bytes(handle, packed=packed is not None):
        return replace(scan, findings=(finding,), refused=True)
    encoding, told = encodings.encoding_of(handle)
    scan = replace(scan, encoding=encoding, findings=tuple(told), refused=not encoding)
    if scan.refused:
        return scan
    try:
        scan = _with_header(scan, handle, limits)
        return scan if scan.refused else _with_rows(scan, handle, limits)
    except LineTooLong as fault:
        cure = "Perhaps a quote is never closed, or line ends got lost. Open the file in a text editor and look at this line."
        return _refused(scan, f"Line {fault.row} is longer than {LONGEST_LINE:,} characters.", cure, fault.row)


def _refused(scan: Scan, message: str, cure: str, row: int | None = None) -> Scan:
    return replace(scan, findings=(*scan.findings, error(message, cure, row=row)), refused=True)


def by_its_size(size: int, limits: Limits) -> Finding | None:
    """Refuse what is empty or too large."""
    if size == 0:
        return error("The file is empty.", "Choose the file again; perhaps it was still being written.")
    if size > limits.max_file_bytes:
        message = f"The file has {size / MIB:,.1f} MiB; at most {limits.max_file_bytes / MIB:,.0f} MiB are accepted."
        return error(message, "Leave out features or samples that you do not need, or write fewer digits.")
    return None


def _by_its_bytes(handle: BinaryIO, *, packed: bool) -> Finding | None:
    """Refuse what is no text at all."""
    handle.seek(0)
    head = handle.read(HEAD_BYTES)
    if not (found := not_text(head)):
        return None
    if packed:
        return error(f"In the packed file is {found.what}, not a text table.", found.cure)
    return error(f"This is {found.what}, not a text table.", rename(head) or found.cure)


def _opening(handle: BinaryIO, encoding: str) -> list[Line]:
    """Return the header and the next few lines that hold anything."""
    with closing(text_lines(handle, encoding)) as lines:
        start = islice(lines, MOST_BLANK_LINES + LOOKED_AT)
        return list(islice(((row, line) for row, line in start if line.strip()), LOOKED_AT + 1))


def _with_header(scan: Scan, handle: BinaryIO, limits: Limits) -> Scan:
    """Find header and delimiter."""
    opening = _opening(handle, scan.encoding)
    if not opening:
        return _refused(scan, "The file holds nothing but blank lines.", f"Choose the file again. {SHAPE}", 1)
    row, header = opening[0]
    scan = replace(scan, header_row=row, delimiter=delimiter_of([line for _, line in opening]))
    if not scan.delimiter:
        return _refused(scan, "Only one column was found.", f"Separate the cells by commas, tabs or semicolons. {SHAPE}", row)
    try:
        count = counter(scan.delimiter)(header)
        if count - 1 > limits.max_features:
            message = f"The first line has {count:,} cells; at most {limits.max_features:,} features are accepted."
            return _refused(
                scan, message, "Leave out features that you do not need. If the samples are the columns, swap rows and columns.", row
            )
        cells = splitter(scan.delimiter)(header)
    except Misquoted:
        return _refused(
            scan, "The quotes in the line with the feature names do not pair up.", "Close every quote on the line on which it opens.", row
        )
    return replace(scan, corner=cells[0], names=tuple(cells[1:]), head=_head(opening[1:], scan.delimiter))


def _head(lines: Sequence[Line], delimiter: str) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Split the first data lines for the preview; those with faulty quotes are shown whole."""
    split, rows = splitter(delimiter), []
    for row, line in lines:
        if not is_blank(line, delimiter):
            try:
                rows.append((row, tuple(split(line))))
            except Misquoted:
                rows.append((row, (line,)))
    return tuple(rows[:PREVIEW_ROWS])


def _with_rows(scan: Scan, handle: BinaryIO, limits: Limits) -> Scan:
    """Count the data lines and their cells."""
    with closing(byte_lines(handle, scan.encoding)) as lines:
        tally = tally_of(islice(lines, scan.header_row, None), scan.cutter, limits.max_samples, MOST_BLANK_LINES)
    if tally.blank.count > MOST_BLANK_LINES:
        return _refused(
            scan, f"The file holds more than {MOST_BLANK_LINES:,} blank lines.", "Remove the blank lines.", tally.blank.first[0]
        )
    if tally.rows == 0:
        return _refused(scan, "There are feature names but no samples.", f"Check that the file is complete. {SHAPE}", scan.header_row)
    if tally.rows > limits.max_samples:
        lines_in_all = encodings.line_at(handle, scan.bytes)
        message = f"At most {limits.max_samples:,} samples are accepted; this file has about {lines_in_all:,} lines."
        return _refused(scan, message, "Leave out samples. If the features are the rows, swap rows and columns.")
    scan = _with_corner(scan, tally)
    if scan.refused:
        return scan
    if not tally.widths[scan.width]:
        usual = (
            ", most lines below " + plural(tally.widths.most_common(1)[0][0], "cell")
            if tally.widths
            else ", and the quotes below do not pair up"
        )
        message = f"The first line has {plural(scan.width, 'cell')}{usual}."
        return _refused(scan, message, f"Remove titles above the table, and check the delimiter. {SHAPE}", scan.header_row)
    findings = (*scan.findings, *misquoted_lines(tally), *ragged_lines(tally, scan.width), *blank_lines(tally))
    return replace(scan, findings=findings, rows=tally.widths[scan.width])


def _with_corner(scan: Scan, tally: Tally) -> Scan:
    """Decide what the first line names, when most lines have one cell more than it, as R's write.table makes them."""
    if tally.widths[scan.width + 1] <= tally.widths[scan.width]:
        return scan
    if tally.open_ended >= tally.widths[scan.width + 1]:
        return _refused(
            scan, "Every line but the first ends with a delimiter.", "Remove the delimiter at the end of the lines.", scan.header_row
        )
    names = (scan.corner, *scan.names)
    message = (
        f"The first line has {plural(len(names), 'name')} for {len(names) + 1:,} columns, as R's write.table leaves it. "
        f"The first column was taken as sample ids, the second as {quoted(names[0])}."
    )
    told = warning(message, "If that is wrong, give the first column a name (in R: write.table(..., col.names = NA)).", row=scan.header_row)
    return replace(scan, corner="", names=names, findings=(*scan.findings, told))
