"""The listed pairs sorted into blocks: within the first table, within the second, between them; read a part at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine import PairStore
from pipeline.toolkit.heatmap import Cells

BLOCKS = ("within_1", "within_2", "between")
BETWEEN = 2
SPAN = 2**19
"""Pairs that are looked at together."""
Index = NDArray[np.intp]
Values = NDArray[np.float64]


def block_of(first: NDArray[np.integer], second: NDArray[np.integer], split: int) -> NDArray[np.intp]:
    """Return for each pair the number of its block: 0 within the first table, 1 within the second, 2 between."""
    return np.where(second < split, 0, np.where(first >= split, 1, BETWEEN))


class Sides(NamedTuple):
    """Which features have a pair in a block, by rising numbers, and how many pairs there are."""

    rows: Index
    columns: Index
    pairs: int


def sides_of(store: PairStore, split: int) -> list[Sides]:
    """Return the rows and columns of each block, in one pass over all pairs; within a table they are the same."""
    seen, pairs = np.zeros((2, len(BLOCKS), store.facts.features), dtype=bool), np.zeros(len(BLOCKS), dtype=np.int64)
    for part in store.raws(SPAN):
        member = block_of(part.first, part.second, split)
        pairs += np.bincount(member, minlength=len(BLOCKS))
        seen[0, member, part.first] = True
        seen[1, member, part.second] = True
    seen[:, :BETWEEN] = seen[0, :BETWEEN] | seen[1, :BETWEEN]
    return [Sides(np.flatnonzero(rows), np.flatnonzero(columns), int(found)) for rows, columns, found in zip(*seen, pairs, strict=True)]


class Part(NamedTuple):
    """Some pairs of a block: where they are listed, and their cell; within a table one of its two cells."""

    rank: NDArray[np.int64]
    row: Index
    column: Index
    r: Values


@dataclass(frozen=True, eq=False)
class Block:
    """One matrix of significant correlations: which features are its rows and columns, in order, and what its cells hold.

    Attributes:
        number: Its place in ``BLOCKS``.
        split: How many features belong to the first table.
        rows: Features along the rows, as the store numbers them.
        columns: Features along the columns.
        pairs: How many pairs there are.
    """

    number: int
    split: int
    rows: Index
    columns: Index
    pairs: int

    @property
    def within(self) -> bool:
        """Whether rows and columns are the same features; then each pair fills two cells."""
        return self.number != BETWEEN

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return self.rows.size, self.columns.size

    def parts(self, store: PairStore) -> Iterator[Part]:
        """Yield the pairs of the block, in the order of the list."""
        rows, columns = (_places(order, store.facts.features) for order in (self.rows, self.columns))
        start = 0
        alone = self.split == store.facts.features
        for part in store.raws(SPAN):
            if alone:
                yield Part(np.arange(start, start + part.r.size), rows[part.first], columns[part.second], part.r)
            elif (kept := np.flatnonzero(block_of(part.first, part.second, self.split) == self.number)).size:
                yield Part(kept + start, rows[part.first[kept]], columns[part.second[kept]], part.r[kept])
            start += part.r.size

    def strongest(self, store: PairStore, size: tuple[int, int]) -> Cells:
        """Return the strongest pair of each group of neighbouring cells, with its corrected p-value: what a picture can show.

        Args:
            store: The pairs.
            size: How many rows and columns share a cell of the picture; (1, 1) gives all pairs.
        """
        shape = (-(-self.rows.size // size[0]), -(-self.columns.size // size[1]))
        best, rank = np.full(shape[0] * shape[1], -1.0), np.zeros(shape[0] * shape[1], dtype=np.int64)
        for part in self.parts(store):
            cell = self._cell(part.row // size[0], part.column // size[1], shape[1])
            strength = np.abs(part.r)
            better = np.flatnonzero(strength > best[cell])
            better = better[np.argsort(-strength[better], kind="stable")]
            cells, at = np.unique(cell[better], return_index=True)
            best[cells], rank[cells] = strength[better[at]], part.rank[better[at]]
        ranks = np.sort(rank[best >= 0])
        parts = np.split(ranks, np.searchsorted(ranks, np.arange(SPAN, len(store), SPAN)))
        cells = [self._cells_at(store, part, rough=max(size) > 1) for part in parts if part.size]
        return Cells(*(np.concatenate([getattr(part, field.name) for part in cells]) for field in fields(Cells)))

    def _cell(self, row: Index, column: Index, columns: int) -> Index:
        """Return the number of a cell; within a table that of the one above the diagonal, for both cells of a pair."""
        if self.within:
            row, column = np.minimum(row, column), np.maximum(row, column)
        return row * columns + column

    def _cells_at(self, store: PairStore, ranks: NDArray[np.int64], *, rough: bool) -> Cells:
        """Return the cells of the pairs at some ranks; a picture of groups of cells shows four digits, for which rough p-values do."""
        page = store.at(ranks, rough=rough)
        rows, columns = (_places(order, store.facts.features) for order in (self.rows, self.columns))
        row, column = rows[page.first], columns[page.second]
        if not self.within:
            return Cells(row, column, page.r, page.q)
        return Cells(np.concatenate([row, column]), np.concatenate([column, row]), np.tile(page.r, 2), np.tile(page.q, 2))

    def grids(self, store: PairStore) -> tuple[Values, Values]:
        """Return r and corrected p as two matrices, NaN where nothing is listed; for small blocks."""
        r, q = np.full((2, *self.shape), np.nan)
        for part in self.parts(store):
            page = store.page(int(part.rank[0]), int(part.rank[-1]) + 1)
            r[part.row, part.column], q[part.row, part.column] = part.r, page.q[part.rank - part.rank[0]]
        if self.within:
            for grid in (r, q):
                np.copyto(grid, grid.T.copy(), where=np.isnan(grid))
        return r, q


def _places(order: Index, features: int) -> Index:
    """Return for each feature its place in an order."""
    place = np.zeros(features, dtype=np.intp)
    place[order] = np.arange(order.size)
    return place
