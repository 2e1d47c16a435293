"""Pictures for papers, drawn without a screen. The same numbers give the same bytes."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit.plottext import short

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

MOST_LABELS = 60
STYLE: Any = {"svg.hashsalt": "sciflask", "svg.fonttype": "none", "font.size": 9, "axes.unicode_minus": False}


def save(figure: "Figure", path: Path) -> None:
    """Write a figure as the suffix of the path says (``.png`` or ``.svg``), without a date in it.

    Text in SVG stays text: it can be searched and edited, and letters that the drawing font lacks are left to the viewer's.
    """
    import matplotlib as mpl

    metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(path, dpi=150, metadata=metadata, bbox_inches="tight")


def _label(axis: "Axis", names: Sequence[str], title: str) -> None:
    axis.set_label_text(title)
    axis.label.set_parse_math(False)
    if len(names) > MOST_LABELS:
        axis.set_ticks([])
        return
    axis.set_ticks(range(len(names)), labels=[short(name) for name in names])
    for label in axis.get_ticklabels():
        label.set_parse_math(False)


def draw_heatmap(
    path: Path,
    values: NDArray[np.float64],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    row_title: str,
    column_title: str,
    limit: float,
    colours: Sequence[str],
    name: str,
) -> None:
    """Draw a matrix with the first row at the top; cells without a value stay white, names are shown up to 60 a side."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    def inches(count: int) -> float:
        return float(np.clip(0.2 * count, 2.0, 9.0))

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(inches(len(columns)) + 2.0, inches(len(rows)) + 1.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        colormap = LinearSegmentedColormap.from_list("diverging", list(colours))
        image = axes.imshow(np.ma.masked_invalid(values), cmap=colormap, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
        _label(axes.xaxis, columns, column_title)
        _label(axes.yaxis, rows, row_title)
        axes.tick_params(axis="x", rotation=90)
        figure.colorbar(image, ax=axes, label=name, shrink=0.8)
    save(figure, path)
