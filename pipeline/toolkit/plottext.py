"""Names and numbers on their way into a picture: foreign text must stay text, and digits cost bytes."""

import math
from html import escape

import numpy as np
from numpy.typing import NDArray


def text_for_plotly(name: str) -> str:
    """Return a name so that Plotly shows it letter by letter.

    Plotly reads a small HTML in every text, and TeX between dollar signs where MathJax is present; both are shut off
    by entities, which it turns back into letters after looking for either.
    """
    return escape(name, quote=False).replace("$", "&#36;")


def short(name: str, most: int = 32) -> str:
    """Return a name that fits beside an axis: of a long one the beginning and the end."""
    return name if len(name) <= most else f"{name[: most - 11]}…{name[-10:]}"


def _round(value: float, digits: int) -> float | None:
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None


def round_for_display(values: NDArray[np.float64], digits: int = 4) -> list[list[float | None]]:
    """Return rows of numbers with few significant digits; NaN and infinities become None."""
    return [[_round(value, digits) for value in row] for row in values.tolist()]
