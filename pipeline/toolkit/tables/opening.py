"""From a file of any format to ids and numbers: chosen by name and content, read by the one module that knows the format."""

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.toolkit import formats
from pipeline.toolkit.findings import Finding, error
from pipeline.toolkit.inputs import ANY_SIZE, MIB, NO_END, Limits
from pipeline.toolkit.tables.lines import Misquoted, byte_lines
from pipeline.toolkit.tables.magic import HEAD_BYTES
from pipeline.toolkit.tables.naming import content_fault
from pipeline.toolkit.tables.prescan import Scan, by_its_size, prescan
from pipeline.toolkit.tables.source import DAMAGED, Tell, UnpacksTooLarge, opened

if TYPE_CHECKING:
    from pipeline.toolkit.tables.matrix import Parsed

REMEMBERED = 8
"""Files whose columns' names are remembered: some megabytes each at most."""
Words = Callable[[Sequence[int]], list[list[str]]]
"""Gives the cells of some columns (0 is the first after the ids) as text, one list for each sample."""


def no_words(columns: Sequence[int]) -> list[list[str]]:
    """Give no cells: there are no columns of words."""
    return []


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was looked at and, unless it was refused, read."""

    scan: Scan
    table: "Parsed | None" = None
    words: Words = no_words


def open_table(path: Path, limits: Limits, filename: str = "", *, keep: bool, tell: Tell | None = None) -> Opened:
    """Read a table of any format; with ``keep`` its numbers stay in memory. ``filename`` is what the person calls the file.

    A stored file carries no name: then its content alone says what it is.
    """
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
    size = path.stat().st_size
    promised = (formats.by_name(filename) or formats.TEXT) if filename else formats.by_content(head)
    if fault := by_its_size(size, limits) or content_fault(head, promised):
        return refused(size, promised, fault)
    if promised in (formats.TEXT, formats.PACKED):
        return _text(path, limits, size, promised, keep=keep, tell=tell)
    return _reader(promised)(path, limits, keep=keep, tell=tell)


def column_names(path: Path) -> list[str]:
    """Return the names of the columns of a stored file, the sample ids apart; of a text table nothing is converted.

    Of the files asked for last they are remembered: a large one takes seconds, and a form asks when it is opened and when it is sent.
    """
    at = path.stat()
    return list(_names(path, at.st_size, at.st_mtime_ns))


@lru_cache(maxsize=REMEMBERED)
def _names(path: Path, size: int, changed: int) -> tuple[str, ...]:
    with path.open("rb") as handle:
        known = formats.by_content(handle.read(HEAD_BYTES))
    if known not in (formats.TEXT, formats.PACKED):
        return open_table(path, ANY_SIZE, keep=False).scan.names
    packed = known is formats.PACKED
    with opened(path, packed=packed, most=NO_END) as handle:
        return prescan(handle, ANY_SIZE, size if packed else None).names


def refused(size: int, known: formats.Format, *faults: Finding) -> Opened:
    """Return what is known of a file that was not read."""
    return Opened(Scan(faults, refused=True, bytes=size, format=known.title, unit="Line" if known is formats.TEXT else "Row"))


def _reader(known: formats.Format) -> Callable[..., Opened]:
    if known is formats.WORKBOOK:
        from pipeline.toolkit.tables.workbook import read_workbook

        return read_workbook
    if known is formats.H5AD:
        from pipeline.toolkit.tables.anndata import read_anndata

        return read_anndata
    from pipeline.toolkit.tables.columnar import read_feather, read_parquet

    return read_parquet if known is formats.PARQUET else read_feather


def _text(path: Path, limits: Limits, size: int, known: formats.Format, *, keep: bool, tell: Tell | None) -> Opened:
    packed = known is formats.PACKED
    try:
        with opened(path, packed=packed, most=limits.max_file_bytes, tell=tell) as handle:
            scan = prescan(handle, limits, size if packed else None)
            if scan.refused:
                return Opened(scan)
            from pipeline.toolkit.tables.parse import parse

            table = parse(handle, scan, keep=keep)
    except DAMAGED:
        return refused(size, known, error("The packed file is cut off or damaged.", "Pack the table again and upload that file."))
    except UnpacksTooLarge:
        message = f"Unpacked, the file has more than {limits.max_file_bytes / MIB:,.0f} MiB, which is the most that is accepted."
        return refused(size, known, error(message, "Leave out features or samples that you do not need, or write fewer digits."))
    return Opened(scan, table, lambda columns: _words_of_text(path, scan, table, columns, packed=packed))


def _words_of_text(path: Path, scan: Scan, table: "Parsed", columns: Sequence[int], *, packed: bool) -> list[list[str]]:
    """Read some columns once more, as they are written."""
    cutter, wanted = scan.cutter, frozenset(table.rows)
    found: list[list[str]] = []
    with opened(path, packed=packed, most=NO_END) as handle, closing(byte_lines(handle, scan.encoding)) as lines:
        for row, line in lines:
            if row in wanted:
                with suppress(Misquoted):  # it would not be in the table
                    cells = cutter.split(line)
                    found.append([cells[column + 1].strip() for column in columns])
    return found
