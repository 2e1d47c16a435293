"""What a tool says of a matrix that is to be looked at by zooming."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Part = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
"""Some cells: their rows, their columns (whole numbers from 0, as displayed) and their values."""


@dataclass(frozen=True, eq=False)
class Axis:
    """What lies along one side: a title, and a name for each row or column, in the order of display."""

    title: str
    names: Sequence[str]


@dataclass(frozen=True, eq=False)
class Tiles:
    """A matrix that is never held as a whole: a person zooms into it, and the browser fetches the tiles in sight.

    Attributes:
        rows: What lies from top to bottom.
        columns: What lies from left to right.
        parts: Gives the cells that hold something, some at a time, in any order; all others are empty. It is called when the result is
            written, after the tool has returned, so what it reads must still be there. Of cells that coincide the strongest value counts.
        name: What a value is called, such as ``r``.
        limit: The values lie between minus this and this; what is beyond is shown as the limit. A cell keeps 127 steps to either side.
        symmetric: Whether rows and columns are the same; each pair of mirrored cells is then given once, either of them, and kept once.
    """

    rows: Axis
    columns: Axis
    parts: Callable[[], Iterator[Part]]
    name: str = "value"
    limit: float = 1.0
    symmetric: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not (self.rows.names and self.columns.names):
            message = "Tiles need at least one row and one column."
            raise ValueError(message)
        if not self.limit > 0:
            message = f"The limit of the values must be above zero, not {self.limit}."
            raise ValueError(message)
        if self.symmetric and len(self.rows.names) != len(self.columns.names):
            message = "A symmetric matrix has as many rows as columns."
            raise ValueError(message)

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return len(self.rows.names), len(self.columns.names)
