"""Tables as CSV: numbers with every digit, names as they are unless a spreadsheet would run them.

A cell that starts with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet, and a result may be shared with
somebody who opens it there. Putting an apostrophe before each such cell would be safe and wrong: names such as
``-log10`` or ``+/-`` are common in science, and a changed name no longer matches the table it came from. So:

* ``=``, ``@``, tab and carriage return at the start are always guarded: no measured thing is called that.
* ``+`` and ``-`` are guarded only when the rest could do something: call a function, reach another program or
  another cell's sheet, or chain a formula. Plain words, digits, spaces, dots, slashes, colons and hyphens cannot.
* Numbers are never touched, nor is text that reads as a number (``-1``, ``+2.5e3``).
* A guarded cell carries one apostrophe in front. A cell that already looks guarded gets one more, so taking one
  apostrophe off gives back the original in every case. What was guarded is counted and said in the manifest.
"""

import re
from pathlib import Path
from typing import Any

import pandas as pd

FORMULA = re.compile(r"'*(?:[=@\t\r]|[+-](?!(?:[\w ./:+-]*)\Z))", re.ASCII)


def guard(text: str) -> str:
    """Return the text, with an apostrophe in front when a spreadsheet could run it as a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def _guard_index(names: pd.Index) -> tuple[pd.Index, int]:
    safe = [guard(name) if isinstance(name, str) else name for name in names]
    return pd.Index(safe, dtype=object), sum(a is not b and a != b for a, b in zip(safe, names, strict=True))


def _guard_columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the frame with its text cells guarded, and how many were; columns of numbers are not looked at."""
    safe, guarded = frame.copy(deep=False), 0
    for position, kind in enumerate(frame.dtypes):
        if pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
            continue
        column: Any = frame.iloc[:, position]
        dangerous = {value: guard(value) for value in column.unique() if isinstance(value, str) and FORMULA.match(value)}
        if dangerous:
            guarded += int(column.isin(list(dangerous)).sum())
            safe.isetitem(position, column.map(lambda value, known=dangerous: known.get(value, value)))
    return safe, guarded


def write_csv(frame: pd.DataFrame, path: Path, *, names: bool) -> int:
    """Write a frame as UTF-8 CSV and return how many cells were guarded; ``names`` writes the row names first.

    Floats are written with the fewest digits that read back to the same number; missing values are empty.
    """
    safe, guarded = _guard_columns(frame)
    safe.columns, in_header = _guard_index(frame.columns)
    in_rows = 0
    if names:
        safe.index, in_rows = _guard_index(frame.index)
    safe.to_csv(path, index=names, index_label="" if names else None, lineterminator="\n", encoding="utf-8")
    return guarded + in_header + in_rows
