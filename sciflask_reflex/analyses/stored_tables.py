"""A page of a table of stored rows: narrowed by what a person wishes. Only a page of it is ever read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from pipeline import tools
from pipeline.toolkit import ParameterError, StoredRows
from pipeline.toolkit.csvrows import csv_bytes
from pipeline.toolkit.stored import reader_of
from pipeline.toolkit.wishes import Filter, Wish
from sciflask_reflex.analyses.table_page import PAGE_ROWS, Narrowing, TablePage, cells_of, columns_of, counted, pages_of
from sciflask_reflex.errors import Refused, Unavailable
from sciflask_reflex.jobs.causes import TOOL_GONE
from sciflask_reflex.shell.numbers import shown_bytes

SHEET_ROWS = 1_048_576
"""What a spreadsheet holds, its header among them."""
MOST_SUGGESTIONS = 20
SLIDER_STEPS = 100
OPENED = 8
"""Tables that stay open, each with the places that its last wishes have left."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the rows of a table are: beside one of their files, read by a class of the tool's."""

    tool: str
    reader: str
    file: Path
    stem: str


def rows_of(stored: Stored) -> StoredRows:
    """Return the rows, opened once for all who look at them.

    Raises:
        Refused: If the tool that can read them is no longer installed.
        Unavailable: If they were damaged.
        FileNotFoundError: If they were deleted.
    """
    return _opened(stored, stored.file.stat().st_mtime_ns)


@lru_cache(maxsize=OPENED)
def _opened(stored: Stored, changed_ns: int) -> StoredRows:
    tool = tools().get(stored.tool)
    if tool is None:
        raise Refused(TOOL_GONE)
    reader = reader_of(tool, stored.reader)
    try:
        return reader.open(stored.file.parent, stored.stem)
    except ValueError as error:
        message = "The rows of this table were damaged on our disk. Run the analysis again, or tell the people who run this site."
        raise Unavailable(message) from error


def stored_page(rows: StoredRows, before: TablePage, *, page: int | None = None, typed: Mapping[str, str] | None = None) -> TablePage:
    """Return one page of a table, as narrow as it was ``before`` or as is ``typed`` now.

    What cannot be wished is said under its field, and the rows stay those of before.
    """
    given = {name: text.strip() for name, text in (before.wish if typed is None else typed).items() if text.strip()}
    try:
        wish = rows.wish(given)
    except ParameterError as error:
        kept = TablePage() if typed is None else before
        return replace(stored_page(rows, kept, page=page or kept.page), narrowings=_narrowings(rows, given, error.fields))
    total, matching = len(rows), rows.count(wish)
    page, pages = pages_of(matching, page or 1, PAGE_ROWS)
    frame = rows.read((page - 1) * PAGE_ROWS, page * PAGE_ROWS, wish)
    columns = columns_of(frame)
    is_same = bool(before.columns) and (given, matching, total) == (before.wish, before.matching, before.total)
    return TablePage(
        columns=columns,
        rows=cells_of(frame, columns),
        page=page,
        pages=pages,
        total=total,
        matching=matching,
        counted=counted(total, matching, rows.things, is_narrowed=bool(wish)),
        cut=_too_long(matching, rows.things[1]),
        empty=_empty(total, rows.things[0]),
        narrowings=_narrowings(rows, given, {}),
        wish=given,
        address=f"?{urlencode(wish)}" if wish else "",
        download=before.download if is_same else _download(rows, wish, matching),
    )


def _empty(total: int, thing: str) -> str:
    return f"No {thing} is left. Ask for less, or clear what narrows the table." if total else f"There is no {thing}."


def _too_long(matching: int, things: str) -> str:
    if matching < SHEET_ROWS:
        return ""
    return f"These are more {things} than the {SHEET_ROWS:,} rows of a spreadsheet. Narrow them first, or read the CSV with R or Python."


def _download(rows: StoredRows, wish: Wish, matching: int) -> str:
    """Say what the CSV of these rows has: how many, and about how large it is, by the rows at its ends and in its middle."""
    places = sorted({0, max(0, matching // 2 - PAGE_ROWS), max(0, matching - PAGE_ROWS)})
    samples = [rows.read(place, place + PAGE_ROWS, wish) for place in places]
    size = sum(len(csv_bytes(sample)) for sample in samples) / max(1, sum(map(len, samples)))
    about = shown_bytes(_about(size * matching)).replace(".0 ", " ")
    return f"CSV: {matching:,} {'row' if matching == 1 else 'rows'}, about {about}"


def _about(size: float) -> int:
    """Round to two digits: more is not known."""
    digits = 0 if size < 10 else math.floor(math.log10(size)) - 1
    return round(size / 10**digits) * 10**digits


def _narrowings(rows: StoredRows, typed: Mapping[str, str], faults: Mapping[str, str]) -> list[Narrowing]:
    return [
        Narrowing(one.name, one.title, one.kind, one.help, typed.get(one.name, ""), faults.get(one.name, ""), *_slider(one))
        for one in rows.filters
    ]


def _slider(one: Filter) -> tuple[str, str, str]:
    """Return the ends and the step of the slider beside a number's field."""
    if one.kind != "number" or one.low is None or one.high is None:
        return "", "", ""
    return f"{one.low:g}", f"{one.high:g}", f"{(one.high - one.low) / SLIDER_STEPS:g}"


def suggested(rows: StoredRows, name: str, text: str) -> list[str]:
    """Return some values of a filter that match what somebody types; none before they have typed anything."""
    known = {one.name for one in rows.filters if one.kind == "choice"}
    return rows.suggest(name, text.strip(), MOST_SUGGESTIONS) if name in known and text.strip() else []
