"""Correlations where values are missing, each pair of features on the samples that both have: pandas' definition.

``pandas.DataFrame.corr`` ranks anew for every pair. So does this, one feature against all others at a time.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class Side(NamedTuple):
    """One feature against others; every array has one entry per other feature.

    Attributes:
        r: Coefficient on the shared samples; NaN where one of the two does not vary on them.
        n: Shared samples.
    """

    r: Values
    n: NDArray[np.int64]


def _ranked_there(one: Values, both: NDArray[np.bool_]) -> Values:
    """Return twice the centred mid-ranks of one feature among the samples that each other one has, 0 elsewhere; one row each."""
    order = np.argsort(one)
    ordered = one[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    ends = np.searchsorted(ordered, ordered, side="right")
    before = np.zeros((both.shape[0], one.size + 1))
    np.cumsum(both[:, order], axis=1, out=before[:, 1:])
    ranks = np.empty(both.shape)
    ranks[:, order] = before[:, starts] + before[:, ends] - before[:, -1:]
    return np.where(both, ranks, 0.0)


def _ranked_each(others: Values, both: NDArray[np.bool_]) -> Values:
    """Return twice the centred mid-ranks of each row among its own values, 0 where one is missing."""
    order = np.argsort(others, axis=1)  # what is missing comes last
    ordered = np.take_along_axis(others, order, axis=1)
    places = np.arange(others.shape[1])
    differs = ordered[:, 1:] != ordered[:, :-1]
    starts = np.zeros(others.shape, dtype=np.int64)
    starts[:, 1:] = np.where(differs, places[1:], 0)
    np.maximum.accumulate(starts, axis=1, out=starts)
    ends = np.full(others.shape, places[-1])
    ends[:, :-1] = np.where(differs, places[:-1], places[-1])
    ends = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty(others.shape)
    np.put_along_axis(ranks, order, (starts + ends + 1.0) - both.sum(axis=1)[:, None], axis=1)
    return np.where(both, ranks, 0.0)


def _centred(values: Values, both: NDArray[np.bool_], n: NDArray[np.int64]) -> Values:
    scaled = np.where(both, values, 0.0)
    scaled /= np.maximum(np.abs(scaled).max(axis=1, keepdims=True), np.finfo(float).tiny)
    scaled -= scaled.sum(axis=1, keepdims=True) / np.maximum(n, 1)[:, None]
    return np.where(both, scaled, 0.0)


def against(one: Values, others: Values, *, ranked: bool) -> Side:
    """Return the correlations of one feature with others, each on the samples that both have.

    Args:
        one: Shape (samples,), NaN where missing.
        others: Shape (features, samples), NaN where missing.
        ranked: Spearman's coefficient, else Pearson's.
    """
    there = ~np.isnan(one)
    one, others = one[there], others[:, there]
    both = ~np.isnan(others)
    n = both.sum(axis=1)
    if not one.size:
        return Side(np.full(len(others), np.nan), n)
    if ranked:
        first, second = _ranked_there(one, both), _ranked_each(others, both)
    else:
        first, second = _centred(np.broadcast_to(one, both.shape), both, n), _centred(others, both, n)
    moving = _moving(np.where(both, one, np.nan)) & _moving(others)
    squares = np.einsum("ij,ij->i", first, first) * np.einsum("ij,ij->i", second, second)
    r = np.einsum("ij,ij->i", first, second) / np.sqrt(np.where(moving, squares, 1.0))
    return Side(np.where(moving, np.clip(r, -1.0, 1.0), np.nan), n)


def _moving(values: Values) -> NDArray[np.bool_]:
    """Say for each row whether its values differ."""
    return np.fmax.reduce(values, axis=1) > np.fmin.reduce(values, axis=1)
