"""What the smoothing tool gives back."""

from dataclasses import dataclass
from typing import Annotated

from pipeline.toolkit import Figure, Metrics, Output, Table


@dataclass(frozen=True)
class Smoothing:
    """What comes out."""

    numbers: Annotated[Metrics, Output("Key numbers")]
    plot: Annotated[Figure, Output("Series and smoothed line", "Drag over the plot to look closer, double-click to go back.")]
    series: Annotated[Table, Output("Series", "A row for each point: its place, the curve without noise, with noise, and smoothed.")]
