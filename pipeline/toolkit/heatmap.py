"""A matrix as a picture: interactive for the page, and drawn for papers. Thousands of rows are aggregated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit.draw import draw_heatmap
from pipeline.toolkit.outputs import Figure
from pipeline.toolkit.plottext import round_for_display, short, text_for_plotly

MOST_CELLS_PER_SIDE = 700
MOST_LABELS = 60
LONGEST_SPARSE_LABEL = 16
"""Above 60 names only some are written beside the axis, and none when one is longer than this: the hover text has them all."""
RED_BLUE = (
    "#053061", "#2166AC", "#4393C3", "#92C5DE", "#D1E5F0", "#F7F7F7", "#FDDBC7", "#F4A582", "#D6604D", "#B2182B", "#67001F",
)  # fmt: skip
"""ColorBrewer's RdBu, reversed: negative is blue, zero pale, positive red."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a matrix that hold something: positions, a value each, and a second number for the hover text."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    values: NDArray[np.float64]
    details: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """What the values and the details are called, and the range of the colours (symmetric about zero)."""

    name: str
    limit: float
    detail: str
    caption: str


def paint(cells: Cells, shape: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return values and details as two full matrices, NaN where nothing is; of cells that coincide the strongest value stays."""
    values, details = np.full(shape, np.nan), np.full(shape, np.nan)
    order = np.argsort(np.abs(cells.values), kind="stable")
    values[cells.rows[order], cells.columns[order]] = cells.values[order]
    details[cells.rows[order], cells.columns[order]] = cells.details[order]
    return values, details


def bundle(names: Sequence[str], most: int = MOST_CELLS_PER_SIDE) -> tuple[list[str], int]:
    """Return a name for each row of the picture, and how many rows of the matrix it stands for."""
    size = -(-len(names) // most) if names else 1
    if size == 1:
        return list(names), 1
    groups = [names[start : start + size] for start in range(0, len(names), size)]
    return [f"{group[0]} … {group[-1]} ({len(group)})" for group in groups], size


def _axis(title: str, names: list[str]) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "type": "category",
        "title": {"text": text_for_plotly(title), "standoff": 12},
        "showgrid": False,
        "zeroline": False,
    }
    if len(names) > MOST_LABELS:
        readable = max(map(len, names)) <= LONGEST_SPARSE_LABEL
        return axis | ({"nticks": 40, "automargin": True} if readable else {"showticklabels": False, "ticks": ""})
    labels = [text_for_plotly(short(name)) for name in names]
    return axis | {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": labels, "automargin": True}


def _height(rows: list[str], columns: list[str]) -> int:
    """Return pixels: a line of text per row where possible, and room for the slanted names below."""
    names = max(len(short(name)) for name in columns) if len(columns) <= MOST_LABELS else 8
    return int(np.clip(16 * len(rows), 160, 720)) + 90 + 5 * names


def heatmap(
    cells: Cells, row_names: Sequence[str], column_names: Sequence[str], *, row_title: str, column_title: str, scale: Scale
) -> Figure:
    """Return a figure of the given cells; the first row is at the top.

    Above 700 rows or columns neighbours share a cell that shows the strongest of their values, and the caption says so.
    Colours outside the cells are left to the page: backgrounds are transparent, text has no colour of its own.

    Args:
        cells: What the matrix holds; all other cells stay empty.
        row_names: One per row, unique.
        column_names: One per column, unique.
        row_title: Title of the axis along which the rows lie.
        column_title: Title of the axis along which the columns lie.
        scale: Names and range of the numbers.
    """
    rows, row_size = bundle(row_names)
    columns, column_size = bundle(column_names)
    shown = Cells(cells.rows // row_size, cells.columns // column_size, cells.values, cells.details)
    values, details = paint(shown, (len(rows), len(columns)))
    caption = scale.caption
    if max(row_size, column_size) > 1:
        what = f"{row_size} × {column_size} neighbouring cells"
        caption += f" For display, {what} share one that shows the strongest of their values; the files hold all of them."
    trace = {
        "type": "heatmap",
        "x": [text_for_plotly(name) for name in columns],
        "y": [text_for_plotly(name) for name in rows],
        "z": round_for_display(values),
        "customdata": round_for_display(details),
        "zmin": -scale.limit,
        "zmax": scale.limit,
        "zmid": 0,
        "colorscale": [[step / 10, colour] for step, colour in enumerate(RED_BLUE)],
        "colorbar": {"title": {"text": scale.name}, "thickness": 14, "outlinewidth": 0},
        "hoverongaps": False,
        "hovertemplate": f"%{{y}}<br>%{{x}}<br>{scale.name} = %{{z:.4g}}<br>{scale.detail} = %{{customdata:.3g}}<extra></extra>",
    }
    layout = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 12},
        "height": _height(rows, columns),
        "margin": {"t": 24, "r": 16, "b": 72, "l": 88},
        "xaxis": _axis(column_title, columns) | {"tickangle": -45},
        "yaxis": _axis(row_title, rows) | {"autorange": "reversed"},
    }
    draw: Callable[[Path], None] = lambda path: draw_heatmap(  # noqa: E731 - one expression, and the type says more than a def would
        path, values, rows, columns, row_title=row_title, column_title=column_title, limit=scale.limit, colours=RED_BLUE, name=scale.name
    )
    return Figure({"data": [trace], "layout": layout}, draw, caption)
