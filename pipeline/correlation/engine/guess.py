"""A guess, from some of the features, from which |r| on pairs are significant; and how one pass over all pairs can prove it.

If it holds, the pairs at least so strong are all that a second pass would have to look for, and the first one has collected them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.bounds import HAIR, Counts, cuts, steps
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.counting import BINS
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.tails import fast_tail, least_r

FEWEST = 1_000
SHARE = 8
"""One of so many features is looked at, but no fewer than ``FEWEST``."""
RUNGS = 3
FEW = 1 / 200
"""Once no more of the pairs are to be collected, leaving some out costs more than collecting them."""
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Guess:
    """From which |r| on pairs are collected, and what has to be counted to know that no weaker pair is significant.

    Attributes:
        least: All pairs at least so strong are collected.
        ladder: Rising values of |r| below it. No weaker pair than the first one has a p-value of at most alpha.
        edges: Falling values, the last one ``least``, that cut the pairs into portions of about the same size.
        expected: About how many pairs will be collected.
    """

    least: float
    ladder: tuple[float, ...]
    edges: Values
    expected: float = 0.0

    def holds(self, reached: Counts, collected: int, significant: int, rule: Rule, freedom: int) -> bool:
        """Say whether no pair that was not collected can be significant.

        Stepping up: between two rungs nothing passes at the highest rank that it can have, which is the number of pairs above the lower
        rung. Stepping down: a collected pair has failed, or the next one would.

        Args:
            reached: For each rung how many pairs are at least so strong, or more than that.
            collected: How many pairs are.
            significant: How many of them would be significant if there were no others; asked only when stepping down.
            rule: The correction.
            freedom: Degrees of freedom.
        """
        if self.ladder:
            return bool((_p([*self.ladder[1:], self.least], freedom) > rule.limit(np.maximum(reached, 1.0))).all())
        if rule.steps_down and significant == collected:
            return bool((_p([self.least], freedom) > rule.limit(np.array([collected + 1.0]))).all())
        return True


def _p(sizes: list[float], freedom: int) -> Values:
    """Return p-values, no larger than the exact ones."""
    return fast_tail(freedom)(np.array(sizes)) * (1 - HAIR)


def some_of(rows: Rows) -> Rows | None:
    """Return the rows of some features drawn by lot, always the same; None if so few are left out that it is not worth a guess."""
    wanted = max(FEWEST, rows.features // SHARE)
    if rows.features < 4 * wanted:
        return None
    return rows.take(np.sort(np.random.default_rng(0).choice(rows.features, wanted, replace=False)))


def guessed(counts: Counts, some: Rows, rule: Rule, portion: int, portions: int) -> Guess:
    """Return a guess that most probably holds.

    Args:
        counts: Of the pairs of some features, by |r| in float32.
        some: These features.
        rule: The correction of all pairs.
        portion: How many pairs a portion should hold.
        portions: How many there should be at most.
    """
    share = rule.tests / some.tests
    above = np.append(np.cumsum(counts[::-1])[::-1], 0)

    def most(least: float) -> float:
        """How many of all pairs are at least so strong, if the others are not much stronger than these."""
        there = float(above[max(0, int(least * BINS) - steps(some.slack))])
        return min(share * (1.08 * there + 4 * np.sqrt(there) + 4), float(rule.tests))

    rungs, p = [least_r(rule.alpha, some.freedom)], rule.alpha
    for _ in range(RUNGS if rule.correction != "none" else 0):
        ever = float(rule.limit(np.array([most(rungs[-1])]))[0])
        if ever > 0.8 * p or most(rungs[-1]) < FEW * rule.tests:
            break
        p = ever
        rungs.append(max(rungs[-1], least_r(p, some.freedom)))
    least = rungs[-1]
    wanted = max(portion, int(most(least)) // portions + 1)
    inner = cuts(counts, max(1, int(wanted / share))) / BINS
    edges = np.append(inner[inner > least], least)
    return Guess(least, tuple(rungs[:-1]) if rule.steps_up else (), edges, most(least))
