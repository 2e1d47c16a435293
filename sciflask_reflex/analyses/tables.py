"""A page of a result's CSV table: sorted, filtered and formatted for reading. The whole table never enters a browser's state."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sciflask_reflex.analyses.table_page import PAGE_ROWS, TablePage, cells_of, columns_of, counted, pages_of

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 200_000
"""Longer tables are browsed as far as this; several of them are in memory at once. The download has every row."""


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
    frame = _frame(path, path.stat().st_mtime_ns)
    cut = f"The first {MOST_ROWS:,} rows can be browsed here; the CSV has them all." if len(frame) > MOST_ROWS else ""
    frame = frame.iloc[:MOST_ROWS]
    kept = _matching(frame, query)
    sort = sort if sort in frame.columns else ""
    if sort:
        kept = kept.sort_values(sort, ascending=not descending, kind="stable", na_position="last")
    page, pages = pages_of(len(kept), page, size)
    columns = columns_of(frame)
    return TablePage(
        columns=columns,
        rows=cells_of(kept.iloc[(page - 1) * size : page * size], columns),
        page=page,
        pages=pages,
        total=len(frame),
        matching=len(kept),
        sort=sort,
        descending=descending,
        query=query,
        cut=cut,
        counted=counted(len(frame), len(kept), is_narrowed=bool(query)),
        empty="No row holds these words." if len(frame) else "This table has no rows.",
    )
