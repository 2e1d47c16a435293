"""The picture on the front page: the result that a tool gives for its own example, drawn as SVG when the site is built."""

import math
from typing import TYPE_CHECKING

import reflex as rx

from pipeline.toolkit import Matrix, Tool

if TYPE_CHECKING:
    import pandas as pd

MOST = 24
CELL = 20
REDS = ((247, 247, 247), (253, 219, 199), (244, 165, 130), (214, 96, 77), (178, 24, 43))
BLUES = ((247, 247, 247), (209, 229, 240), (146, 197, 222), (67, 147, 195), (33, 102, 172))


def colour(value: float) -> str:
    """Return the colour of a correlation from -1 (blue) to 1 (red), as in the result's own plots (RdBu, reversed)."""
    scale = REDS if value >= 0 else BLUES
    place = min(abs(value), 1.0) * (len(scale) - 1)
    low = min(int(place), len(scale) - 2)
    mix = [round(a + (b - a) * (place - low)) for a, b in zip(scale[low], scale[low + 1], strict=True)]
    return f"rgb({mix[0]},{mix[1]},{mix[2]})"


def example_matrix(tool: Tool) -> "pd.DataFrame | None":
    """Run a tool on its first example and return the first matrix of the result, at most 24 × 24."""
    if not tool.examples:
        return None
    example = tool.examples[0]
    result = tool(**example.files, **example.parameters)
    matrices = [value.frame for slot in tool.outputs if isinstance(value := slot.of(result), Matrix)]
    return matrices[0].iloc[:MOST, :MOST] if matrices else None


def heatmap(frame: "pd.DataFrame") -> rx.Component:
    """Draw a matrix; hovering a cell names its row, its column and its value."""
    cells = [
        rx.el.svg.rect(
            rx.el.svg.title(f"{row} – {column}: " + ("not significant" if math.isnan(value) else f"r = {value:.3f}")),
            x=str(x * CELL),
            y=str(y * CELL),
            width=str(CELL - 1.5),
            height=str(CELL - 1.5),
            rx="2",
            custom_attrs={"fill": "var(--gray-3)" if math.isnan(value) else colour(value)},
        )
        for y, (row, values) in enumerate(frame.iterrows())
        for x, (column, value) in enumerate(values.items())
    ]
    width, height = CELL * frame.shape[1], CELL * frame.shape[0]
    return rx.el.svg(
        *cells,
        view_box=f"0 0 {width} {height}",
        class_name="heat",
        role="img",
        custom_attrs={"aria-label": "Heatmap of the example's significant correlations"},
    )
