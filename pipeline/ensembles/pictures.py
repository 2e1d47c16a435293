"""The figures: densities of the weights, and the fit with its residuals; interactive, and drawn for papers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.ensembles.curves import Curves
from pipeline.toolkit import Figure
from pipeline.toolkit.draw import STYLE, save
from pipeline.toolkit.plottext import round_for_display, short, text_for_plotly

BINS = 60
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#8C6D31")
"""Those of Okabe and Ito, told apart by everybody."""


def _rounded(values: NDArray[np.float64], digits: int = 6) -> list[float | None]:
    return round_for_display(values[None], digits)[0]


def _histograms(draws: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middles of the bins, shape (BINS,), and densities, shape (models, BINS)."""
    edges = np.linspace(0, min(1.0, float(draws.max()) * 1.02 + 1e-9), BINS + 1)
    densities = np.stack([np.histogram(column, edges, density=True)[0] for column in draws.T])
    return (edges[1:] + edges[:-1]) / 2, densities


def densities_figure(names: Sequence[str], draws: NDArray[np.float64]) -> Figure:
    """Return the posterior density of each weight from draws, shape (draws, models)."""
    middles, densities = _histograms(draws)
    width = middles[1] - middles[0]
    traces = [
        {
            "type": "scatter", "mode": "lines", "line": {"shape": "hvh", "color": COLOURS[i % len(COLOURS)]}, "name": text_for_plotly(short(name)),
            "x": _rounded(middles), "y": _rounded(row, 4), "hovertemplate": "weight %{x:.3f}<br>density %{y:.3g}",
        }
        for i, (name, row) in enumerate(zip(names, densities, strict=True))
    ]  # fmt: skip
    layout = {"xaxis": {"title": {"text": "Weight"}, "rangemode": "tozero"}, "yaxis": {"title": {"text": "Density"}}, "showlegend": True}

    def draw(path: Path) -> None:
        def onto(axes: Any) -> None:
            for i, (name, row) in enumerate(zip(names, densities, strict=True)):
                axes.stairs(
                    row, np.append(middles - width / 2, middles[-1] + width / 2), color=COLOURS[i % len(COLOURS)], label=_label(name)
                )
            axes.set(xlabel="Weight", ylabel="Density", xlim=(0, None), ylim=(0, None))
            axes.legend(frameon=False, fontsize=8)

        _paint(path, onto)

    return Figure(
        {"data": traces, "layout": layout}, draw, "Distribution of each weight given the data: the narrower, the better it is known."
    )


def fit_figure(curves: Curves, fitted: NDArray[np.float64]) -> Figure:
    """Return the measured and the fitted curve, and below them the residuals in units of sigma; ``fitted`` has shape (points,)."""
    residuals = (curves.intensities - fitted) / curves.errors
    q = _rounded(curves.q)
    traces = [
        {
            "type": "scatter", "mode": "markers", "name": "measured", "x": q, "y": _rounded(curves.intensities), "marker": {"size": 4, "color": "#7F7F7F"},
            "error_y": {"type": "data", "array": _rounded(curves.errors, 3), "thickness": 0.6, "width": 0},
        },
        {"type": "scatter", "mode": "lines", "name": "fit", "x": q, "y": _rounded(fitted), "line": {"color": COLOURS[1]}},
        {
            "type": "scatter", "mode": "markers", "name": "residuals", "x": q, "y": _rounded(residuals, 4), "yaxis": "y2", "showlegend": False,
            "marker": {"size": 3, "color": COLOURS[0]},
        },
    ]  # fmt: skip
    layout = {
        "xaxis": {"title": {"text": "q"}, "anchor": "y2"},
        "yaxis": {"title": {"text": "Intensity"}, "type": "log", "domain": [0.32, 1.0]},
        "yaxis2": {"title": {"text": "Residual / σ"}, "domain": [0.0, 0.26], "zeroline": True},
        "legend": {"x": 1, "xanchor": "right", "y": 1},
    }

    def draw(path: Path) -> None:
        def onto(upper: Any, lower: Any) -> None:
            upper.errorbar(curves.q, curves.intensities, curves.errors, fmt=".", ms=3, lw=0.5, color="#7F7F7F", label="measured", zorder=1)
            upper.plot(curves.q, fitted, color=COLOURS[1], label="fit", zorder=2)
            upper.set(yscale="log", ylabel="Intensity")
            upper.legend(frameon=False)
            lower.axhline(0, color="#7F7F7F", lw=0.8)
            lower.plot(curves.q, residuals, ".", ms=3, color=COLOURS[0])
            lower.set(xlabel="q", ylabel="Residual / σ")

        _paint(path, onto, heights=(3, 1))

    return Figure(
        {"data": traces, "layout": layout},
        draw,
        "Above: measured intensities with their errors, and the fit. Below: what is left, in units of sigma.",
    )


def _label(name: str) -> str:
    """Return a name as a drawing shows it: no mathematics, and no underscore in front, which would hide it."""
    return short(name).replace("$", r"\$").lstrip("_")


def _paint(path: Path, onto: Any, heights: tuple[int, ...] = (1,)) -> None:
    """Draw on panels below each other that share the x axis."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Sheet

    with mpl.rc_context(STYLE):
        sheet = Sheet(figsize=(6.4, 4.4), layout="constrained")
        FigureCanvasAgg(sheet)
        onto(*sheet.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)[:, 0])
    save(sheet, path)
