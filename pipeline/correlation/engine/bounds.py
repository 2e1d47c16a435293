"""From the counts of the first pass to what the second has to look at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.counting import BINS
from pipeline.correlation.engine.tails import fast_tail

HAIR = 1e-9
"""Fast p-values are right to 2e-12 of themselves; whatever is closer to a limit than this is decided by the exact ones."""
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Bounds:
    """Where significance ends.

    Attributes:
        may: No pair with a smaller |r| is significant.
        sure: Every pair with at least this |r| is significant; those between are to be looked at one by one.
        edges: Falling values of |r|, the last one ``may``, that cut the pairs into portions; ``sure`` is among them
            unless no pair is sure.
    """

    may: float
    sure: float
    edges: NDArray[np.float64]


def steps(slack: float) -> int:
    """Return how many bins away from its own a pair may be counted."""
    return int(np.ceil(slack * BINS)) + 1


def least_counted(r_at_alpha: float, slack: float) -> float:
    """Return from which |r| in float32 on pairs are to be counted, so that ``bounds`` has what it needs."""
    return max(0.0, r_at_alpha - 2 * steps(slack) / BINS)


def bounds(counts: Counts, slack: float, rule: Rule, freedom: int, portion: int) -> Bounds:
    """Return where significance ends, from pairs counted by |r| in float32.

    Of the pairs with a true |r| of at least an edge, at least those are there that were counted a slack above it, and
    at most those counted a slack below it. A bin can hold a significant pair only if its best p-value passes at its
    highest possible rank; all of it is significant if its worst one passes at its lowest possible rank.

    Args:
        counts: Pairs in each bin.
        slack: How far a pair may have been moved.
        rule: The correction.
        freedom: Degrees of freedom.
        portion: How many pairs a portion should hold.
    """
    shift = steps(slack)
    above = np.zeros(BINS + 1 + 2 * shift)
    above[shift : BINS + shift] = np.cumsum(counts[::-1])[::-1]
    above[:shift] = above[shift]
    fewest, most = above[2 * shift :], above[: BINS + 1]  # pairs truly at or above edge b, b = 0..BINS
    p = fast_tail(freedom)(np.arange(BINS + 1) / BINS)
    may_pass = (p[1:] * (1 - HAIR) <= rule.limit(np.maximum(most[:-1], 1))) & (most[:-1] > 0)
    worst = p[:-1] * (1 + HAIR)
    if rule.steps_up:
        surely = (worst <= rule.limit(np.maximum(fewest[:-1], 1))) & (fewest[:-1] > 0)
        sure = int(np.argmax(surely)) if surely.any() else BINS
    else:
        fails = (worst > rule.alpha) | ((worst > rule.limit(fewest[1:] + 1)) & (most[:-1] > fewest[1:]))
        sure = int(np.flatnonzero(fails)[-1]) + 1
    may = int(np.argmax(may_pass)) if may_pass.any() else BINS
    sure = max(sure, may)  # what surely does not fail below may is empty
    return Bounds(may / BINS, sure / BINS, _edges(counts, may, sure, portion) / BINS)


def cuts(counts: Counts, portion: int) -> NDArray[np.intp]:
    """Return falling bins that cut all pairs into portions of about the same size."""
    passed = np.cumsum(counts[::-1])  # pairs in the b + 1 strongest bins
    return np.unique(BINS - 1 - np.searchsorted(passed, np.arange(portion, int(passed[-1]) + 1, portion)))[::-1]


def _edges(counts: Counts, may: int, sure: int, portion: int) -> NDArray[np.float64]:
    """Return falling bins that cut what lies above ``may`` into portions of about the same size."""
    inner = cuts(counts, portion)
    inner = inner[inner > may]
    return np.unique(np.concatenate([inner, [may], [sure] if may < sure < BINS else []]))[::-1].astype(np.float64)
