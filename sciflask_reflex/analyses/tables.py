"""A page of a result's table: sorted, filtered and formatted for reading. The whole table never enters a browser's state."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sciflask_reflex.shell.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

PAGE_ROWS = 15
MOST_ROWS = 200_000
"""Longer tables are browsed as far as this; several of them are in memory at once. The download has every row."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and whether it holds numbers (set to the right)."""

    name: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: as read, as written in full, and whether it is a number."""

    text: str
    full: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class TablePage:
    """What a person sees of a table."""

    columns: list[Column] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    total: int = 0
    matching: int = 0
    sort: str = ""
    descending: bool = False
    query: str = ""
    cut: str = ""
    """Says how far the table can be browsed, when that is not to its end."""
    counted: str = ""
    """How many rows there are, and how many of them the search keeps."""
    place: str = ""
    """Which page this is, of how many."""


@lru_cache(maxsize=4)
def _frame(path: Path, changed_ns: int) -> "pd.DataFrame":
    import pandas as pd

    try:
        with path.open("rb") as file:  # a file of our own making
            return pd.read_csv(file, keep_default_na=False, na_values=[""], low_memory=False, nrows=MOST_ROWS + 1)  # noqa: TID251
    except pd.errors.EmptyDataError:
        return pd.DataFrame()  # a table without columns


def _matching(frame: "pd.DataFrame", query: str) -> "pd.DataFrame":
    words = query.casefold().split()
    if not words:
        return frame
    columns = [frame[name].fillna("").astype(str) for name in frame.select_dtypes(exclude="number").columns]
    joined = map("\x1f".join, zip(*columns, strict=True)) if columns else [""] * len(frame)
    return frame.loc[[all(word in text for word in words) for text in map(str.casefold, joined)]]


def table_page(path: Path, *, page: int = 1, sort: str = "", descending: bool = False, query: str = "", size: int = PAGE_ROWS) -> TablePage:
    """Return one page of a stored CSV table.

    ``query`` keeps the rows whose text columns hold every word of it, in any case. An unknown ``sort`` column keeps
    the stored order, and a page beyond the end is the last page: both come from a browser.
    """
    import pandas as pd

    frame = _frame(path, path.stat().st_mtime_ns)
    cut = f"The first {MOST_ROWS:,} rows can be browsed here; the CSV has them all." if len(frame) > MOST_ROWS else ""
    frame = frame.iloc[:MOST_ROWS]
    kept = _matching(frame, query)
    sort = sort if sort in frame.columns else ""
    if sort:
        kept = kept.sort_values(sort, ascending=not descending, kind="stable", na_position="last")
    pages = max(1, -(-len(kept) // size))
    page = min(max(page, 1), pages)
    numeric = [pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes]
    rows = [
        [Cell(*shown(value), is_number) for value, is_number in zip(row, numeric, strict=True)]
        for row in kept.iloc[(page - 1) * size : page * size].itertuples(index=False)
    ]
    columns = [Column(str(name), is_number) for name, is_number in zip(frame.columns, numeric, strict=True)]
    total, matching = len(frame), len(kept)
    place = f"Page {page:,} of {pages:,}"
    return TablePage(columns, rows, page, pages, total, matching, sort, descending, query, cut, _counted(total, matching, query), place)


def _counted(total: int, matching: int, query: str) -> str:
    rows = f"{total:,} {'row' if total == 1 else 'rows'}"
    return f"{matching:,} of {rows}" if query else rows
