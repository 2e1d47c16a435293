"""How long the outputs of a result will take to be written, so that progress is true while that is done."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from pipeline.toolkit.outputs import Figure, Matrix, Table
from pipeline.toolkit.progress import Progress

SMALL, DRAWN, TILED, STORED = 0.01, 1.5, 3.0, 1.0
DRAWING = DRAWN / (DRAWN + TILED)
"""The part of a figure with tiles that its pictures take."""
CELLS_A_SECOND = 1e6
"""Numbers written as text."""


def effort(value: Any) -> float:
    """Return about how many seconds it takes to write an output."""
    if isinstance(value, Figure):
        return SMALL + (DRAWN if value.draw else 0.0) + (TILED if value.tiles else 0.0)
    if isinstance(value, Table) and value.stored is not None:
        return STORED
    if isinstance(value, Table | Matrix):
        return SMALL + value.frame.size / CELLS_A_SECOND
    return SMALL


def shares(values: Sequence[Any], progress: Progress) -> list[Progress]:
    """Return a reporter for each output, by the part of the work that it is."""
    ends = list(accumulate((effort(value) for value in values), initial=0.0))
    return [progress.span(start / ends[-1], stop / ends[-1]) for start, stop in pairwise(ends)]
