"""Corrections for multiple testing as rules on ranks: which p-value passes at rank k, and what it becomes.

They agree with ``statsmodels.stats.multitest.multipletests``, expression by expression, so that both decide alike at the edge.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

Correction = Literal["benjamini-hochberg", "benjamini-yekutieli", "bonferroni", "holm", "none"]
CORRECTIONS: tuple[Correction, ...] = get_args(Correction)
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """One correction of so many tests at one level.

    Benjamini and Hochberg (1995) and Benjamini and Yekutieli (2001) step up: all up to the last rank that passes are
    rejected. Holm (1979) steps down: all before the first that does not pass. The others look at each alone.

    Attributes:
        correction: Which one.
        tests: How many tests there were in all.
        alpha: The level to hold.
    """

    correction: Correction
    tests: int
    alpha: float

    @property
    def steps_up(self) -> bool:
        """Whether the last rank that passes decides."""
        return self.correction in {"benjamini-hochberg", "benjamini-yekutieli"}

    @property
    def steps_down(self) -> bool:
        """Whether the first rank that does not pass decides."""
        return self.correction == "holm"

    @property
    def _harmonic(self) -> float:
        return float(special.digamma(self.tests + 1.0) + np.euler_gamma) if self.correction == "benjamini-yekutieli" else 1.0

    def _share(self, rank: Values) -> Values:
        return rank / float(self.tests) / self._harmonic

    def limit(self, rank: Values) -> Values:
        """Return the largest p-value that passes at each rank (1 is the smallest p-value); it never falls with the rank."""
        if self.steps_up:
            return self._share(rank) * self.alpha
        if self.steps_down:
            return self.alpha / np.maximum(self.tests - rank + 1.0, 1.0)
        return np.full(np.shape(rank), self.alpha / self.tests if self.correction == "bonferroni" else self.alpha)

    def raise_each(self, p: Values, rank: Values) -> Values:
        """Return p-values corrected for their rank alone; ``settle`` makes them follow each other."""
        if self.steps_up:
            return p / self._share(rank)
        if self.steps_down:
            return p * (self.tests - rank + 1.0)
        return p * self.tests if self.correction == "bonferroni" else p

    def settle(self, raised: Values, beyond: float | Values) -> Values:
        """Return corrected p-values that never fall along the ranks, at most 1.

        Args:
            raised: Of consecutive ranks along the last axis, by ``raise_each``.
            beyond: Stepping up, the least one of all later ranks; stepping down, the largest one of all earlier ranks.
        """
        if self.steps_up:
            raised = np.minimum(np.minimum.accumulate(raised[..., ::-1], axis=-1)[..., ::-1], beyond)
        elif self.steps_down:
            raised = np.maximum(np.maximum.accumulate(raised, axis=-1), beyond)
        return np.minimum(raised, 1.0)

    @property
    def nothing_beyond(self) -> float:
        """The value that ``settle`` takes where there are no ranks beyond."""
        return np.inf if self.steps_up else 0.0

    def passing(self, p: Values, rank: Values) -> tuple[int, bool]:
        """Return how many of consecutive p-values are rejected if all before them are, and whether later ones can still be."""
        passes = p <= self.limit(rank)
        if self.steps_up:
            hits = np.flatnonzero(passes)
            return (int(hits[-1]) + 1 if hits.size else 0), True
        fails = np.flatnonzero(~passes)
        return (int(fails[0]), False) if fails.size else (p.size, True)


def correct(p: Values, rule: Rule) -> tuple[Values, NDArray[np.bool_]]:
    """Return corrected p-values and which tests are rejected.

    Args:
        p: The smallest p-values in any order, none missing. All that are at most alpha suffice: a corrected p-value is
            never below the raw one, so the others can neither be rejected nor change those that are.
        rule: The correction.
    """
    order = np.argsort(p, kind="stable")
    rank = np.arange(1.0, p.size + 1)
    corrected, rejected = np.empty_like(p), np.zeros(p.size, dtype=bool)
    corrected[order] = rule.settle(rule.raise_each(p[order], rank), rule.nothing_beyond)
    rejected[order[: rule.passing(p[order], rank)[0]]] = True
    return corrected, rejected
