"""The columns of a parsed table: which hold numbers, which are left out, and which cells are faulty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.toolkit.findings import Finding, error, note, warning
from pipeline.toolkit.tables.cells import CURES, Fault, fault_of
from pipeline.toolkit.tables.matrix import Faults, Parsed
from pipeline.toolkit.tables.wording import MOST_LISTED, listed, names, plural, quoted

WELCOME = "It is no feature; it can be chosen where the tool asks for a column of words."
WORDS = frozenset((Fault.TEXT, Fault.UNIT, Fault.DATE))
"""Faults that make a column of text; a column full of any other fault was meant to be numbers."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by kind, as positions after the sample ids.

    Attributes:
        numeric: Columns with at least one number.
        constant: Those of ``numeric`` whose numbers are all the same.
        text: Columns of words; left out.
        empty: Columns without any value; left out.
        faulty: Columns meant to be numbers that have cells which are none.
        wordy: Those of ``faulty`` with more words than numbers: one sentence says it for the whole column.
        missing: Number of missing values of each column.
    """

    numeric: list[int]
    constant: list[int]
    text: list[int]
    empty: list[int]
    faulty: list[int]
    wordy: list[int]
    missing: list[int]


def columns_of(table: Parsed) -> Columns:
    """Sort the columns by kind."""
    numbers = len(table.ids) - table.unusable
    bad = np.zeros(len(table.names), dtype=int)
    for column, faults in table.faults.items():
        bad[column] = faults.count
    words = [c for c, faults in table.faults.items() if faults.kinds <= WORDS and faults.count > numbers[c]]
    text = [c for c in words if numbers[c] == 0]
    return Columns(
        numeric=np.flatnonzero(numbers).tolist(),
        constant=np.flatnonzero(table.constant).tolist(),
        text=sorted(text),
        empty=np.flatnonzero((numbers == 0) & (bad == 0)).tolist(),
        faulty=sorted(table.faults.keys() - set(text)),
        wordy=sorted(set(words) - set(text)),
        missing=(table.unusable - bad).tolist(),
    )


def label_of(table: Parsed, column: int) -> str:
    """Call a column by its name, or by its number in the file when it has none."""
    return table.names[column] if table.names[column].strip() else str(column + 2)


def cell_findings(table: Parsed, columns: Columns, unit: str = "Line") -> list[Finding]:
    """Return an error for each column of mostly words and for each other faulty cell: the first with their address, the rest counted."""
    faulty = [column for column in columns.faulty if column not in set(columns.wordy)]
    cells = sorted((row, column, cell) for column in faulty for row, cell in table.faults[column].first)
    one_by_one = [_cell_finding(table, row, column, cell, unit) for row, column, cell in cells[:MOST_LISTED]]
    total = sum(table.faults[column].count for column in faulty)

    def summary(rest: int) -> Finding:
        where = names([label_of(table, column) for column in faulty], most=5)
        kinds = _kinds([table.faults[column] for column in faulty])
        message = (
            f"{plural(rest, 'more cell')} that are no numbers, in all {total:,} in {plural(len(faulty), 'column')}: {where} ({kinds})."
        )
        return error(message, "Mend the cells as said above, or remove the columns.")

    wordy = [_wordy_finding(table, column) for column in columns.wordy]
    return [
        *listed(
            wordy, lambda rest: error(f"{plural(rest, 'more column')} of mostly text.", "Remove them, or write numbers in all their rows.")
        ),
        *listed(one_by_one, summary, total),
    ]


def _wordy_finding(table: Parsed, column: int) -> Finding:
    faults, label = table.faults[column], label_of(table, column)
    row, cell = faults.first[0]
    message = f"Column {quoted(label)} holds text in {faults.count:,} of {plural(len(table.ids), 'row')}, such as {quoted(cell)}, and numbers in others."
    return error(message, "If it is no feature, remove the column; else write numbers, or NA, in all its rows.", row=row, column=label)


def _kinds(columns: Sequence[Faults]) -> str:
    found = set().union(*(faults.kinds for faults in columns))
    return ", ".join(kind for kind in Fault if kind in found)


def _cell_finding(table: Parsed, row: int, column: int, cell: str, unit: str) -> Finding:
    fault = fault_of(cell.strip())
    label = label_of(table, column)
    why = "" if fault == Fault.TEXT else f" ({fault})"
    return error(f"{unit} {row}, column {quoted(label)}: {quoted(cell)} is no number{why}.", CURES[fault], row=row, column=label)


def column_findings(table: Parsed, columns: Columns, *, words: bool = False) -> list[Finding]:
    """Return a warning for each column that will be left out or says nothing; with ``words``, columns of text are welcome, and noted."""
    left_out = "It will be left out of the analysis; the stored file keeps it."
    text = []
    for column in columns.text:
        row, cell = table.faults[column].first[0]
        label = label_of(table, column)
        message = f"Column {quoted(label)} holds text, such as {quoted(cell)}."
        text.append(note(message, WELCOME, row=row, column=label) if words else warning(message, left_out, row=row, column=label))
    empty = [
        warning(f"Column {quoted(label_of(table, c))} has no value at all.", left_out, column=label_of(table, c)) for c in columns.empty
    ]
    constant = [
        warning(
            f"Column {quoted(label_of(table, c))} has the same value everywhere.",
            "It cannot vary with anything; remove it if you like.",
            column=label_of(table, c),
        )
        for c in columns.constant
    ]
    return [
        *listed(text, lambda rest: replace(text[0], message=f"{plural(rest, 'more column')} with text.", row=None, column=None)),
        *listed(empty, lambda rest: warning(f"{plural(rest, 'more column')} without any value.", "They will be left out of the analysis.")),
        *listed(
            constant, lambda rest: warning(f"{plural(rest, 'more column')} with the same value everywhere.", "Remove them if you like.")
        ),
    ]


def missing_findings(table: Parsed, columns: Columns) -> list[Finding]:
    """Return a note with the number of missing values, outside columns that are left out."""
    counted = {column: columns.missing[column] for column in columns.numeric if columns.missing[column]}
    if not counted:
        return []
    total, cells = sum(counted.values()), len(table.ids) * len(columns.numeric)
    message = f"{plural(total, 'value')} of {cells:,} ({total / cells:.1%}) {'is' if total == 1 else 'are'} missing, in {plural(len(counted), 'column')}."
    cure = "The analysis form says how missing values are treated."
    return [warning(message, cure) if total * 5 > cells else note(message, cure)]
