"""From numbers to figure, table and key numbers."""

import numpy as np
import pandas as pd

from pipeline.smoothing.outputs import Smoothing
from pipeline.smoothing.science import Vector, degrees_of_freedom, places
from pipeline.toolkit import Figure, Metric, Metrics, Table

GREY, GREEN, ORANGE = "#999999", "#009E73", "#D55E00"
"""Colours that people who see fewer can tell apart (Okabe and Ito)."""


def present(clean: Vector, measured: Vector, line: Vector, sigma: float) -> Smoothing:
    """Return the result of smoothing ``measured`` into ``line``, with the true curve beside both."""
    x = places(clean.size)
    traces = [
        _trace("Measured", x, measured, "markers", GREY),
        _trace("True curve", x, clean, "lines", GREEN),
        _trace("Smoothed", x, line, "lines", ORANGE),
    ]
    layout = {
        "xaxis": {"title": {"text": "Place"}},
        "yaxis": {"title": {"text": "Value"}},
        "legend": {"orientation": "h", "y": 1.1},
        "margin": {"t": 40, "r": 16},
        "uirevision": "same",
    }
    numbers = {
        "points": Metric("Points", clean.size),
        "residual_sd": Metric("Residual SD", float(np.std(measured - line)), "Standard deviation of measured minus smoothed."),
        "degrees_of_freedom": Metric("Degrees of freedom", degrees_of_freedom(clean.size, sigma), "Free values that the line still has."),
        "error_before": Metric(
            "Error before", _distance(measured, clean), "Root mean square distance of the measured points to the truth."
        ),
        "error_after": Metric("Error after", _distance(line, clean), "Root mean square distance of the smoothed line to the truth."),
    }
    series = pd.DataFrame({"place": x, "true": clean, "measured": measured, "smoothed": line})
    return Smoothing(numbers=Metrics(numbers), plot=Figure({"data": traces, "layout": layout}), series=Table(series))


def _distance(values: Vector, clean: Vector) -> float:
    return float(np.sqrt(np.mean((values - clean) ** 2)))


def _trace(name: str, x: Vector, y: Vector, mode: str, colour: str) -> dict[str, object]:
    return {
        "type": "scatter",
        "name": name,
        "x": x,
        "y": y,
        "mode": mode,
        "line": {"color": colour},
        "marker": {"color": colour, "size": 4},
    }
