"""Parquet and Feather files: each column has a type of its own, and comes in pieces of some rows."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from arro3.core import DataType, RecordBatch, Schema
from arro3.io import read_ipc
from arro3.io import read_parquet as parquet_batches

from pipeline.toolkit.findings import Finding, error, note
from pipeline.toolkit.formats import FEATHER, PARQUET, Format
from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.tables.foreign import UnsoundFile, unsound
from pipeline.toolkit.tables.matrix import Matrix
from pipeline.toolkit.tables.opening import Opened, refused
from pipeline.toolkit.tables.prescan import PREVIEW_ROWS, SHAPE, Scan
from pipeline.toolkit.tables.source import Tell
from pipeline.toolkit.tables.wording import listed, plural, quoted

MOST_ROWS_AT_ONCE = 512
BYTES_AT_ONCE = 128 * 1024 * 1024
EXACT_WHOLE = 2**53
"""Whole numbers up to here are exact as floating point numbers."""
LEAVE_OUT = "Leave the column out, or write one number in each of its cells."
Batches = Callable[[Path], Any]


def read_parquet(path: Path, limits: Limits, *, keep: bool, tell: Tell | None = None) -> Opened:
    """Read a Parquet file: each column is a feature, but one holds the sample ids."""
    return _read(path, limits, PARQUET, _parquet, keep=keep, tell=tell)


def read_feather(path: Path, limits: Limits, *, keep: bool, tell: Tell | None = None) -> Opened:
    """Read a Feather file of version 2: each column is a feature, but one holds the sample ids."""
    return _read(path, limits, FEATHER, read_ipc, keep=keep, tell=tell)


def _parquet(path: Path) -> Any:
    columns = len(parquet_batches(path).schema)  # nothing but the footer is read
    return parquet_batches(path, batch_size=_rows_at_once(columns))


def _read(path: Path, limits: Limits, known: Format, batches: Batches, *, keep: bool, tell: Tell | None) -> Opened:
    size = path.stat().st_size
    try:
        with unsound(Exception):  # the library raises nothing more special
            reader = batches(path)
            schema: Schema = reader.schema
            names = list(schema.names)
        if fault := _misshapen(names, limits):
            return refused(size, known, fault)
        columns = _Columns(schema, limits)
        found = columns.opened(_pieces(reader), path, known, batches, keep=keep)
    except UnsoundFile:
        message = f"The {known.title} cannot be read: it is cut off, damaged, or written in an unusual way."
        return refused(size, known, error(message, "Write it again, or save the table as CSV."))
    if tell:
        tell(1.0)  # how many rows there are is not known sooner
    return found


def _misshapen(names: Sequence[str], limits: Limits) -> Finding | None:
    if len(names) < 2:
        return error("Only one column was found.", SHAPE)
    if len(names) - 1 > limits.max_features:
        message = f"The file has {len(names):,} columns; at most {limits.max_features:,} features are accepted."
        return error(message, "Leave out features that you do not need. If the samples are the columns, swap rows and columns.")
    return None


def _pieces(reader: Any) -> Iterator[RecordBatch]:
    """Yield some rows at a time."""
    while True:
        with unsound(Exception):
            piece = next(reader, None)
        if piece is None:
            return
        step = _rows_at_once(piece.num_columns)
        for start in range(0, piece.num_rows, step):
            yield piece.slice(start, min(step, piece.num_rows - start)) if step < piece.num_rows else piece


def _rows_at_once(columns: int) -> int:
    return max(1, min(MOST_ROWS_AT_ONCE, BYTES_AT_ONCE // (8 * columns)))


def _index(schema: Schema) -> int:
    """Return which column holds the ids: the one that pandas wrote as its index, else the first."""
    try:
        wanted = json.loads(schema.metadata_str.get("pandas", "{}")).get("index_columns") or []
    except (ValueError, AttributeError):
        wanted = []
    names = list(schema.names)
    return names.index(wanted[0]) if wanted and isinstance(wanted[0], str) and wanted[0] in names else 0


def _is_number(kind: DataType) -> bool:
    return DataType.is_integer(kind) or DataType.is_floating(kind)


class _Columns:
    """The columns of one file while they are read."""

    def __init__(self, schema: Schema, limits: Limits) -> None:
        self._limits = limits
        self._index = _index(schema)
        with unsound(Exception):
            fields = [schema.field(place) for place in range(len(schema))]
        self.places = [place for place in range(len(fields)) if place != self._index]
        self.corner = fields[self._index].name
        self.names = tuple(fields[place].name for place in self.places)
        self.kinds = [fields[place].type for place in self.places]
        self._nested = [column for column, kind in enumerate(self.kinds) if DataType.is_nested(kind) or "Binary" in str(kind)]
        self._numeric = [_is_number(kind) for kind in self.kinds]
        self._whole = [column for column, kind in enumerate(self.kinds) if DataType.is_integer(kind)]
        self._rounded = self._numbers_as_text = self._ids_as_numbers = 0

    def opened(self, pieces: Iterator[RecordBatch], path: Path, known: Format, batches: Batches, *, keep: bool) -> Opened:
        """Read all pieces."""
        size, row = path.stat().st_size, 0
        matrix, head = Matrix(self.names, MOST_ROWS_AT_ONCE, keep=keep), []
        for piece in pieces:
            if row + piece.num_rows > self._limits.max_samples:
                message = f"At most {self._limits.max_samples:,} samples are accepted; this file has more."
                return refused(size, known, error(message, "Leave out samples. If the features are the rows, swap rows and columns."))
            ids = self._ids(piece)
            values = self._values(piece, row, matrix)
            head += self._head(piece, ids, row) if row < PREVIEW_ROWS else []
            for name, numbers in zip(ids, values, strict=True):
                row += 1
                matrix.add(row, name, numbers)
        if not row:
            return refused(size, known, error("There are feature names but no samples.", f"Check that the file is complete. {SHAPE}"))
        converted = self._converted()
        findings = (*self._nested_findings(), *(note(sentence) for sentence in converted))
        scan = Scan(
            findings, bytes=size, corner="" if self.corner.startswith("__index_level_") else self.corner, names=self.names, rows=row,
            head=tuple(head[:PREVIEW_ROWS]), format=known.title, unit="Row", converted=tuple(converted),
        )  # fmt: skip
        return Opened(scan, matrix.parsed(), lambda columns: self._words(path, batches, columns))

    def _ids(self, piece: RecordBatch) -> list[str]:
        with unsound(Exception):
            cells = piece.column(self._index).to_pylist()
        self._ids_as_numbers += sum(isinstance(cell, int | float) for cell in cells)
        return [_text(cell) for cell in cells]

    def _values(self, piece: RecordBatch, row: int, matrix: Matrix) -> np.ndarray:
        """Return the numbers of a piece, shape (rows, features); notes what is none."""
        values = np.full((len(self.names), piece.num_rows), np.nan)
        with unsound(Exception):
            cells = piece.columns
            cells = [cells[place] for place in self.places]
            plain = [self._numeric[column] and not cells[column].null_count for column in range(len(cells))]
            for column in np.flatnonzero(plain).tolist():
                values[column] = cells[column].to_numpy()
            listed_cells = {
                column: cells[column].to_pylist() for column in np.flatnonzero(np.invert(plain)).tolist() if column not in self._nested
            }
        for column, some in listed_cells.items():
            if self._numeric[column]:
                values[column] = [np.nan if cell is None else cell for cell in some]
            else:
                values[column] = [self._cell(cell, row + at, column, matrix) for at, cell in enumerate(some, start=1)]
        self._rounded += int((np.abs(values[self._whole]) > EXACT_WHOLE).sum()) if self._whole else 0
        for column, at in np.argwhere(np.isinf(values)).tolist():
            matrix.add_fault(column, row + at + 1, str(values[column, at]))
            values[column, at] = np.nan
        return np.ascontiguousarray(values.T)

    def _cell(self, cell: Any, row: int, column: int, matrix: Matrix) -> float:
        number = matrix.number(row, column, _text(cell))
        self._numbers_as_text += isinstance(cell, str) and not np.isnan(number)
        return number

    def _head(self, piece: RecordBatch, ids: Sequence[str], row: int) -> list[tuple[int, tuple[str, ...]]]:
        """Return the first rows as text."""
        few = piece.slice(0, min(PREVIEW_ROWS, piece.num_rows))
        nested = set(self._nested)
        with unsound(Exception):
            columns = [
                [""] * few.num_rows if column in nested else [_text(cell) for cell in few.column(place).to_pylist()]
                for column, place in enumerate(self.places)
            ]
        return [(row + at + 1, (ids[at], *(column[at] for column in columns))) for at in range(few.num_rows)]

    def _converted(self) -> list[str]:
        found = []
        if self._numbers_as_text:
            found.append(f"{plural(self._numbers_as_text, 'cell')} with a number written as text taken for that number.")
        if self._ids_as_numbers:
            found.append(f"{plural(self._ids_as_numbers, 'sample id')} that are numbers written as text.")
        if self._rounded:
            found.append(f"{plural(self._rounded, 'whole number')} beyond {EXACT_WHOLE:,} rounded to what a floating point number holds.")
        return found

    def _nested_findings(self) -> list[Finding]:
        found = [
            error(
                f"Column {quoted(self.names[column])} holds {_what(self.kinds[column])}, not numbers.", LEAVE_OUT, column=self.names[column]
            )
            for column in islice(self._nested, 1000)
        ]
        return listed(found, lambda rest: error(f"{plural(rest, 'more column')} of the same sort.", LEAVE_OUT), len(self._nested))

    def _words(self, path: Path, batches: Batches, columns: Sequence[int]) -> list[list[str]]:
        """Read some columns once more, as text."""
        found: list[list[str]] = []
        for piece in _pieces(batches(path)):
            cells = [[_text(cell).strip() for cell in piece.column(self.places[column]).to_pylist()] for column in columns]
            found += [list(row) for row in zip(*cells, strict=True)]
        return found


def _what(kind: DataType) -> str:
    return "lists or records" if DataType.is_nested(kind) else "bytes"


def _text(cell: Any) -> str:
    """Write a cell as text; nothing for one without a value."""
    return "" if cell is None else str(cell)
