"""The first sheet of an Excel workbook. Values are taken as the workbook holds them; what it shows otherwise is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from pipeline.toolkit.findings import Finding, error, note, warning
from pipeline.toolkit.formats import WORKBOOK
from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.tables.cellscan import CellScan, scan_cells
from pipeline.toolkit.tables.container import TOO_MUCH, Container, UnsoundContainer
from pipeline.toolkit.tables.foreign import UnsoundFile, unsound
from pipeline.toolkit.tables.matrix import Matrix
from pipeline.toolkit.tables.opening import Opened, refused
from pipeline.toolkit.tables.prescan import MOST_BLANK_LINES, PREVIEW_ROWS, SHAPE, Scan
from pipeline.toolkit.tables.source import Tell
from pipeline.toolkit.tables.wording import listed, plural, quoted

MOST_CELLS = 5_000_000
"""A library holds all of a sheet at once."""
SHEETS = "xl/worksheets/sheet"
STRINGS, ONE_STRING = "sharedstrings.xml", b"<si"
"""The texts of all cells are in one part; a workbook has no more of them than cells."""
UNPACKS_TO = 2
"""How many times the largest file a workbook may hold when it is unpacked."""
SAVE_AS_CSV = "Save the sheet as CSV UTF-8 and upload that."
BECAME_DATE = "Excel makes dates out of names such as SEPT2: format the cells as text, and write the names again."
LARGEST_WHOLE = 1e15
Cell = Any


def read_workbook(path: Path, limits: Limits, *, keep: bool, tell: Tell | None = None) -> Opened:
    """Read the first sheet of a workbook that people can see; formulas count with the values that they were saved with."""
    size = path.stat().st_size
    try:
        with path.open("rb") as handle, unsound(CalamineError):
            container = Container(handle, UNPACKS_TO * limits.max_file_bytes)
            for name in container.parts:  # what the library unpacks must be what the directory says
                if not name.startswith(SHEETS):
                    _look_through(container, name)
            book = CalamineWorkbook.from_path(str(path))
            index, told = _which(book)
            cells = scan_cells(container.pieces(container.sheet(index)), MOST_CELLS, _most_rows(limits))
            if fault := _too_large(cells, limits):
                return refused(size, WORKBOOK, fault)
            sheet = book.get_sheet_by_index(index)
        return _Sheet(sheet, cells, told, limits, size).read(path, keep=keep, tell=tell)
    except UnsoundContainer as fault:
        return refused(size, WORKBOOK, error(f"The workbook cannot be read: {fault}.", SAVE_AS_CSV))
    except UnsoundFile:
        return refused(size, WORKBOOK, error("The workbook cannot be read: it is damaged, or written in an unusual way.", SAVE_AS_CSV))


def _look_through(container: Container, name: str) -> None:
    """Unpack a part to see that it is what the directory says; the library holds every text."""
    strings = 0
    for piece in container.pieces(name):
        strings += piece.count(ONE_STRING) if name.lower().endswith(STRINGS) else 0
        if strings > MOST_CELLS:
            raise UnsoundContainer(TOO_MUCH)


def _which(book: CalamineWorkbook) -> tuple[int, list[str]]:
    """Return the position of the first sheet that people can see, and what to tell about the others."""
    sheets = list(enumerate(book.sheets_metadata))
    seen = [(n, one) for n, one in sheets if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible]
    if not seen:
        message = "it has no sheet that can be seen"
        raise UnsoundContainer(message)
    index, first = seen[0]
    others = len(sheets) - 1
    return index, [f"The workbook has {plural(len(sheets), 'sheet')}; only {quoted(first.name)} was read."] if others else []


def _most_rows(limits: Limits) -> int:
    return 1 + limits.max_samples + MOST_BLANK_LINES


def _too_large(cells: CellScan, limits: Limits) -> Finding | None:
    """Refuse a sheet that holds too much or reaches too far, before anybody makes room for it."""
    if cells.count > MOST_CELLS:
        return error(f"The sheet holds more than {MOST_CELLS:,} cells, which a workbook may have.", SAVE_AS_CSV)
    if cells.columns - 1 > limits.max_features:
        message = f"The sheet has {cells.columns:,} columns; at most {limits.max_features:,} features are accepted."
        return error(message, "Leave out features that you do not need. If the samples are the columns, swap rows and columns.")
    if (last := max(cells.rows, cells.filled)) > _most_rows(limits):
        message = f"At most {limits.max_samples:,} samples are accepted; this sheet reaches down to row {last:,} or further."
        return error(
            message, "Leave out samples, and delete what stands below the table. If the features are the rows, swap rows and columns."
        )
    if cells.rows * cells.columns > MOST_CELLS:
        message = f"The sheet reaches over {cells.rows:,} rows and {cells.columns:,} columns; a workbook may have {MOST_CELLS:,} cells."
        return error(message, SAVE_AS_CSV)
    return None


@dataclass
class _Sheet:
    """One sheet while it is read."""

    sheet: CalamineSheet
    cells: CellScan
    converted: list[str]
    limits: Limits
    size: int
    findings: list[Finding] = field(default_factory=list)
    dates: list[Finding] = field(default_factory=list)
    numbers_as_text: int = 0
    names_as_numbers: int = 0
    blank: int = 0

    def read(self, path: Path, *, keep: bool, tell: Tell | None) -> Opened:
        """Read names, ids and numbers."""
        _, left = self.sheet.start or (0, 0)  # the library gives the empty rows above a table, but not the empty columns before it
        rows = ((row, self._mended(row, left, cells)) for row, cells in enumerate(self.sheet.iter_rows(), start=1))
        header_row, header = next(((row, cells) for row, cells in rows if not _is_empty(cells)), (0, []))
        if len(header) < 2:
            message = "Only one column was found." if header else "The sheet is empty."
            return refused(self.size, WORKBOOK, error(message, SHAPE))
        corner, *names = [self._name(cell, header_row, "name of a column") for cell in header]
        height = self.sheet.height
        matrix, head = Matrix(tuple(names), min(height, self.limits.max_samples + 1), keep=keep), []
        count = 0
        for row, cells in rows:
            if _is_empty(cells):
                self.blank += 1
                continue
            count += 1
            if count > self.limits.max_samples:
                message = f"At most {self.limits.max_samples:,} samples are accepted; this sheet has more."
                return refused(
                    self.size, WORKBOOK, error(message, "Leave out samples. If the features are the rows, swap rows and columns.")
                )
            if len(head) < PREVIEW_ROWS:
                head.append((row, tuple(_text(cell) for cell in cells)))
            name = self._name(cells[0], row, "sample id")
            matrix.add(row, name, self._numbers(row, cells[1:], matrix))
            if tell and count % 64 == 0:
                tell(min(1.0, count / height))
        if not count:
            return refused(self.size, WORKBOOK, error("There are feature names but no samples.", SHAPE, row=header_row))
        scan = Scan(
            tuple(self._findings()), bytes=self.size, header_row=header_row, corner=corner, names=tuple(names), rows=count, head=tuple(head),
            format=WORKBOOK.title, unit="Row", converted=tuple(self.converted),
        )  # fmt: skip
        table = matrix.parsed()
        return Opened(scan, table, lambda columns: _words(path, table.rows, columns))

    def _mended(self, row: int, left: int, cells: list[Cell]) -> list[Cell]:
        """Put errors and formulas without a value where the library gives nothing."""
        if not self.cells.faulty:
            return cells
        return [self.cells.faulty.get((row, left + place), cell) if cell == "" else cell for place, cell in enumerate(cells, start=1)]

    def _name(self, cell: Cell, row: int, what: str) -> str:
        if isinstance(cell, date | time | timedelta):
            self.dates.append(error(f"In row {row} a {what} is a date: {quoted(_text(cell))}.", BECAME_DATE, row=row))
        self.names_as_numbers += isinstance(cell, float | int) and not isinstance(cell, bool)
        return _text(cell)

    def _numbers(self, row: int, cells: Sequence[Cell], matrix: Matrix) -> Any:
        if all(type(cell) is float for cell in cells):
            numbers = np.array(cells, dtype=np.float64)
            if np.isfinite(numbers).all():
                return numbers
        return [self._number(row, column, cell, matrix) for column, cell in enumerate(cells)]

    def _number(self, row: int, column: int, cell: Cell, matrix: Matrix) -> float:
        if type(cell) is float and np.isfinite(cell):
            return cell
        number = matrix.number(row, column, _text(cell))
        self.numbers_as_text += isinstance(cell, str) and not np.isnan(number)
        return number

    def _findings(self) -> list[Finding]:
        """Say what was found and what was changed on the way; the changes are recorded with the result, too."""
        if self.numbers_as_text:
            self.converted.append(f"{plural(self.numbers_as_text, 'cell')} with a number written as text taken for that number.")
        if self.names_as_numbers:
            self.converted.append(
                f"{plural(self.names_as_numbers, 'sample id or name', 'sample ids and names')} that are numbers written as text."
            )
        found = [*self.findings, *listed(self.dates, lambda rest: error(f"{plural(rest, 'more name')} that are dates.", BECAME_DATE))]
        if self.cells.more:
            cure = "Open the workbook in its program, mend the formulas and save it there."
            found.append(error("More cells hold errors, or formulas without a value, than can be told one by one.", cure))
        if merged := self.cells.merged:
            message = f"The sheet has {plural(merged, 'group')} of merged cells; only the first cell of each holds the value."
            found.append(warning(message, "Take the cells apart, and write the value into each."))
        if self.blank:
            found.append(note(f"{plural(self.blank, 'empty row')} {'was' if self.blank == 1 else 'were'} passed over."))
        return [*found, *(note(sentence) for sentence in self.converted)]


def _is_empty(cells: Sequence[Cell]) -> bool:
    return all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _text(cell: Cell) -> str:
    """Write a cell as text: whole numbers without a point, dates as the calendar writes them."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_WHOLE:
        return str(int(cell))
    return str(cell)


def _words(path: Path, rows: Sequence[int], columns: Sequence[int]) -> list[list[str]]:
    """Read some columns of these rows once more, as text."""
    book = CalamineWorkbook.from_path(str(path))
    sheet = book.get_sheet_by_index(_which(book)[0])
    wanted = frozenset(rows)
    found = (cells for row, cells in enumerate(sheet.iter_rows(), start=1) if row in wanted)
    return [[_text(cells[column + 1]).strip() for column in columns] for cells in found]
