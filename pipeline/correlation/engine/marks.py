"""Marks: what carries corrected p-values from one end of the list to any page of it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.bounds import HAIR
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.tails import TAILS, fast_tail

Values = NDArray[np.float64]
Indices = NDArray[np.int64]


class Tails(NamedTuple):
    """p-values of magnitudes of coefficients.

    Attributes:
        fast: Right to about 1e-12 of themselves.
        exact: Those that are reported.
    """

    fast: Callable[[Values], Values]
    exact: Callable[[Values], Values]


def tails_of(rows: Rows) -> Tails:
    """Return the p-values of coefficients of these rows."""
    return Tails(fast_tail(rows.freedom), lambda size: TAILS[rows.tail](size, rows.freedom))


def marks_of(size: Values, start: int, rule: Rule, tail: Tails, block: int) -> tuple[Values, float]:
    """Return what ``settle`` needs to know at the ends (or starts) of the blocks that end (or start) in a portion, and beyond it.

    Of equally strong pairs the last rank is raised least and the first one most, so one of them speaks for all.

    Args:
        size: Magnitudes of the coefficients of consecutive ranks, falling.
        start: The first rank.
        rule: The correction.
        tail: The p-values.
        block: Pairs between two marks.
    """
    changes = np.flatnonzero(size[1:] != size[:-1])
    if rule.steps_up:
        last = np.concatenate([changes, [size.size - 1]])
        ends = np.arange(-(-(start + 1) // block) * block, start + size.size + 1, block) - start  # ranks before which blocks end
        least = _least_from(size[last], last + (start + 1.0), np.searchsorted(last, ends), rule.raise_each, tail)
        return least[:-1], float(least[-1])
    first = np.concatenate([[0], changes + 1])
    starts = np.arange(-(-start // block) * block, start + size.size, block) - start
    before = first.size - np.searchsorted(first, starts)
    most = -_least_from(size[first][::-1], first[::-1] + (start + 1.0), before, lambda p, rank: -rule.raise_each(p, rank), tail)
    return np.maximum(most[:-1], 0.0), float(most[-1])


def _least_from(size: Values, rank: Values, places: Indices, raise_each: Callable[[Values, Values], Values], tail: Tails) -> Values:
    """Return the least raised p-value from each place to the end (infinity where nothing is left), and of all.

    The fast p-values say which can be the least from any place on; the exact ones decide.
    """
    raised = np.append(raise_each(tail.fast(size), rank), np.inf)
    least = np.minimum.accumulate(raised[::-1])[::-1]
    cuts = np.unique(np.append(places, 0))
    bound = least[cuts][np.searchsorted(cuts, np.arange(size.size), side="right") - 1]
    may = np.flatnonzero(raised[:-1] <= bound + HAIR * np.abs(bound))
    raised[:-1] = np.inf
    raised[may] = raise_each(tail.exact(size[may]), rank[may])
    least = np.minimum.accumulate(raised[::-1])[::-1]
    return np.append(least[places], least[0])


def joined(marks: dict[int, tuple[Values, float]], rule: Rule, count: int, block: int) -> Values:
    """Return the marks of all blocks from those of the portions by their first ranks."""
    if not marks:
        return np.empty(0)
    parts: list[Values] = []
    far = rule.nothing_beyond
    for start in sorted(marks, reverse=rule.steps_up):
        here, beyond = marks[start]
        parts.append((np.minimum if rule.steps_up else np.maximum)(here, far))
        far = min(far, beyond) if rule.steps_up else max(far, beyond)
    return padded(np.concatenate(parts[::-1] if rule.steps_up else parts), count, block)


def padded(marks: Values, count: int, block: int) -> Values:
    """Return marks with one more for a last block that is not full: stepping up, no rank lies beyond it."""
    return np.append(marks, np.inf) if marks.size * block < count else marks


def listed_only(marks: Values, rest: Values, rule: Rule, listed: int, block: int) -> Values:
    """Return the marks of the blocks of listed pairs, the last one of which may end before it is full.

    Args:
        marks: Of the blocks of all significant pairs.
        rest: p-values of the pairs that would fill the last block.
        rule: The correction.
        listed: How many pairs are listed.
        block: Pairs between two marks.
    """
    kept = marks[: -(-listed // block)].copy()
    if kept.size and rest.size and rule.steps_up:
        kept[-1] = min(kept[-1], rule.raise_each(rest, np.arange(listed + 1.0, listed + rest.size + 1)).min())
    return kept
