"""What was measured of one file, as plain values for the report: shape, kinds of columns, missing values, first rows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipeline.toolkit.formats import TEXT
from pipeline.toolkit.tables.encoding import TITLES as ENCODINGS
from pipeline.toolkit.tables.prescan import Scan

if TYPE_CHECKING:
    from pipeline.toolkit.tables.columns import Columns
    from pipeline.toolkit.tables.matrix import Parsed

PREVIEW_COLUMNS = 8
SHOWN = PREVIEW_COLUMNS + 1
LONGEST_CELL = 60
MOST_MISSING = 20
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "vertical bar", " ": "spaces"}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _preview(scan: Scan) -> dict[str, Any]:
    """Return the first cells as text, the sample ids first."""
    return {
        "columns": [_short(name) for name in (scan.corner, *scan.names)[:SHOWN]],
        "rows": [[_short(cell) for cell in cells[:SHOWN]] for _, cells in scan.head],
    }


def _faulty_cells(scan: Scan, faults: set[tuple[int, int]]) -> list[list[int]]:
    """Return which cells of the preview are faulty, as [row, column] counted from 0; in a ragged line, its last cell."""
    faulty = []
    for index, (row, cells) in enumerate(scan.head):
        last = min(len(cells), SHOWN) - 1
        faulty += [
            [index, column] for column in range(last + 1) if (row, column) in faults or (column == last and len(cells) != scan.width)
        ]
    return faulty


def _faults(scan: Scan, table: "Parsed", columns: "Columns") -> set[tuple[int, int]]:
    """Return (line, column) of the faulty cells that the preview may show, column 0 being the ids."""
    from pipeline.toolkit.tables.cells import value_of

    seen = dict(reversed(list(zip(table.ids, table.rows, strict=True))))
    found = {(row, 0) for name, row in zip(table.ids, table.rows, strict=True) if not name.strip() or seen[name] != row}
    near = [column for column in columns.faulty if column < PREVIEW_COLUMNS]
    return found | {
        (row, column + 1) for row, cells in scan.head if len(cells) == scan.width for column in near if value_of(cells[column + 1]) is None
    }  # fmt: skip


def facts_of(scan: Scan, filename: str, table: "Parsed | None" = None, columns: "Columns | None" = None) -> dict[str, Any]:
    """Return the facts of one file; of a file that was refused, those that are known."""
    facts = {
        "filename": filename,
        "format": scan.format,
        "bytes": scan.bytes,
        "delimiter": scan.delimiter,
        "encoding": ENCODINGS.get(scan.encoding, ""),
        "rows": 0,
        "columns": len(scan.names),
        "column_kinds": {"numeric": 0, "text": 0, "empty": 0, "constant": 0},
        "missing": 0,
        "missing_by_column": [],
        "preview": _preview(scan),
        "faulty_cells": _faulty_cells(scan, set()),
    }
    if table is None or columns is None:
        return facts
    missing = {c: columns.missing[c] for c in columns.numeric if columns.missing[c]}
    most = sorted(missing, key=lambda c: (-missing[c], c))[:MOST_MISSING]
    return facts | {
        "rows": len(table.ids),
        "columns": len(columns.numeric),
        "column_kinds": {kind: len(getattr(columns, kind)) for kind in ("numeric", "text", "empty", "constant")},
        "text_columns": [table.names[c] for c in columns.text],
        "empty_columns": [table.names[c] for c in columns.empty],
        "missing": sum(missing.values()),
        "missing_by_column": [[table.names[c], missing[c]] for c in most],
        "faulty_cells": _faulty_cells(scan, _faults(scan, table, columns)),
    }


def in_words(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the facts of one file as a person reads them, its extent apart: title and words of each."""
    missing, cells = facts.get("missing") or 0, (facts.get("rows") or 0) * (facts.get("columns") or 0)
    kinds = ", ".join(f"{count} {kind}" for kind, count in (facts.get("column_kinds") or {}).items() if count)
    separator = DELIMITERS.get(facts.get("delimiter") or "", "unknown")
    in_text = ("Separator, encoding", f"{separator}, {facts.get('encoding') or 'unknown encoding'}")
    return [
        in_text if facts.get("format", TEXT.title) == TEXT.title else ("Format", facts["format"]),
        ("Columns", kinds or "–"),
        ("Missing", f"{missing:,} of {cells:,} cells" if missing else "none"),
    ]
