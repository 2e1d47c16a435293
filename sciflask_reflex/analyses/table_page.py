"""What a person sees of a table: a page of cells, how many rows there are, and by what they can be narrowed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sciflask_reflex.shell.numbers import shown

PAGE_ROWS = 15


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
class Narrowing:
    """One way to narrow a table of stored rows, and what stands in its field."""

    name: str
    title: str
    kind: str
    help: str = ""
    typed: str = ""
    fault: str = ""
    least: str = ""
    """Ends and step of its slider; empty where a field alone is better."""
    most: str = ""
    step: str = ""


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
    """Says how far the table can be browsed, when that is not to its end; or what its length means for who downloads it."""
    counted: str = ""
    """How many rows there are, and how many of them are left."""
    empty: str = ""
    """Says why there is no row."""
    narrowings: list[Narrowing] = field(default_factory=list)
    wish: dict[str, str] = field(default_factory=dict)
    """By what it is narrowed, as it was typed."""
    address: str = ""
    """What follows the address of its CSV, so that it holds what is shown."""
    download: str = "CSV"
    """What the button of the download says."""
    fault: str = ""
    """Why what was asked for last is not shown."""
    busy: bool = False
    """Whether the rows are still being looked for."""


def pages_of(rows: int, page: int, size: int) -> tuple[int, int]:
    """Return which page is meant, and how many there are: beyond the end is the last."""
    pages = max(1, -(-rows // size))
    return min(max(page, 1), pages), pages


def columns_of(frame: Any) -> list[Column]:
    """Return the columns of a frame."""
    import pandas as pd

    return [Column(str(name), pd.api.types.is_numeric_dtype(dtype)) for name, dtype in zip(frame.columns, frame.dtypes, strict=True)]


def cells_of(frame: Any, columns: Iterable[Column]) -> list[list[Cell]]:
    """Return the rows of a frame, formatted for reading."""
    numeric = [column.is_number for column in columns]
    return [
        [Cell(*shown(value), is_number) for value, is_number in zip(row, numeric, strict=True)] for row in frame.itertuples(index=False)
    ]


def counted(total: int, matching: int, things: tuple[str, str] = ("row", "rows"), *, is_narrowed: bool) -> str:
    """Say how many rows there are, and how many of them are left."""
    rows = f"{total:,} {things[total != 1]}"
    return f"{matching:,} of {rows}" if is_narrowed else rows
