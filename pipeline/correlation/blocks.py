"""The significant pairs sorted into blocks: within the first table, within the second, between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine import Rows
from pipeline.correlation.ordering import leaf_order
from pipeline.correlation.pairs import Pairs
from pipeline.toolkit.heatmap import Cells

BLOCKS = ("within_1", "within_2", "between")


@dataclass(frozen=True, eq=False)
class Block:
    """One matrix of significant correlations: which features are its rows and columns, in order, and what its cells hold.

    Attributes:
        rows: Features along the rows, numbers as in the engine's rows.
        columns: Features along the columns.
        cells: Place, r and corrected p of each significant pair.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    cells: Cells


def block_of(pairs: Pairs, split: int) -> NDArray[np.intp]:
    """Return for each pair the number of its block: 0 within the first table, 1 within the second, 2 between."""
    return np.where(pairs.second < split, 0, np.where(pairs.first >= split, 1, 2))


def _ordered(features: NDArray[np.intp], measured: Rows) -> NDArray[np.intp]:
    kept = np.unique(features)
    return kept[leaf_order(measured.take(kept))]


def _places(features: NDArray[np.intp], order: NDArray[np.intp], total: int) -> NDArray[np.intp]:
    place = np.empty(total, dtype=np.intp)
    place[order] = np.arange(order.size)
    return place[features]


def block(pairs: Pairs, measured: Rows, *, within: bool) -> Block:
    """Return the matrix of some pairs; rows and columns are features with at least one of them, similar ones side by side.

    Args:
        pairs: At least one.
        measured: Of all features; they decide the order.
        within: Whether rows and columns are the same features (then each pair fills two cells).
    """
    total = measured.features
    if within:
        order = _ordered(np.concatenate([pairs.first, pairs.second]), measured)
        one, two = _places(pairs.first, order, total), _places(pairs.second, order, total)
        cells = Cells(np.concatenate([one, two]), np.concatenate([two, one]), np.tile(pairs.r, 2), np.tile(pairs.p_corrected, 2))
        return Block(order, order, cells)
    rows, columns = _ordered(pairs.first, measured), _ordered(pairs.second, measured)
    cells = Cells(_places(pairs.first, rows, total), _places(pairs.second, columns, total), pairs.r, pairs.p_corrected)
    return Block(rows, columns, cells)
