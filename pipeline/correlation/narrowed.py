"""The pairs of a store that a wish leaves, found by their places in bounded memory."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine import Page, PairStore

SPAN = 2**17
"""Pairs looked at together; a multiple of the engine's block, so that no block is read twice."""


class Narrowed:
    """Pairs of at least this strength, of one feature or of all; what is kept in memory is how many there are in each span."""

    def __init__(self, store: PairStore, least_r: float, feature: int | None) -> None:
        self._store, self._least_r, self._feature = store, least_r, feature
        in_order = not store.facts.own_n
        self._end = store.count_at_least(least_r) if in_order and least_r > 0 else len(store)
        self._mask_r = 0.0 if in_order else least_r
        self._ends = self._counted()

    @property
    def _all(self) -> bool:
        """Whether nothing has to be looked for: the pairs are the first ones."""
        return self._feature is None and self._mask_r <= 0

    def _ranks(self, span: int) -> NDArray[np.int64]:
        start, stop = span * SPAN, min((span + 1) * SPAN, self._end)
        return self._store.matching(start, stop, feature=self._feature, least_r=self._mask_r)

    def _counted(self) -> NDArray[np.int64]:
        """Return how many pairs there are up to each span; the first entry is 0."""
        if self._all:
            return np.zeros(1, dtype=np.int64)
        found = [self._ranks(span).size for span in range(-(-self._end // SPAN))]
        return np.cumsum([0, *found])

    def __len__(self) -> int:
        """Return the number of pairs."""
        return self._end if self._all else int(self._ends[-1])

    def page(self, start: int, stop: int) -> Page:
        """Return the pairs from place ``start`` to before ``stop`` among these."""
        start, stop, _ = slice(start, max(start, stop)).indices(len(self))
        if self._all:
            return self._store.page(start, stop)
        ranks = [np.empty(0, dtype=np.int64)]
        for span, (low, high) in enumerate(pairwise(self._ends.tolist())):
            if low < stop and high > start:
                ranks.append(self._ranks(span)[max(0, start - low) : stop - low])
        return self._store.at(np.concatenate(ranks))
