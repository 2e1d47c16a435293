"""All pairs of features with missing values, each pair on the samples that both have."""

import tempfile
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.columns import BLOCK, Facts
from pipeline.correlation.engine.corrections import Correction, Rule
from pipeline.correlation.engine.gapfinishing import finish_by_p
from pipeline.correlation.engine.gaprecords import OwnN, Pairs
from pipeline.correlation.engine.pairwise import against
from pipeline.correlation.engine.passes import part
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.run import find_pairs
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.store import PairStore
from pipeline.correlation.engine.tails import TAILS, Tail
from pipeline.correlation.engine.tiles import Report, work_through

SLAB = 1_024
"""Features that one is correlated with at once: what that needs stays in the cache, and small."""
ROOM = 2**16
"""Pairs that wait to be spilled together."""
PORTION = 2**17
"""Pairs sorted together, twice as many at most; each portion is a file for a while."""
Values = NDArray[np.float64]


class _Feature:
    """Correlates features that have gaps with all others; a pair of two such features is the smaller one's."""

    def __init__(
        self, columns: Values, complete: NDArray[np.bool_], spill: Spill[OwnN], *, ranked: bool, tail: Tail, alpha: float, fewest: int
    ) -> None:
        self._columns, self._complete, self._ranked, self._tail = columns, complete, ranked, TAILS[tail]
        self._alpha, self._fewest = alpha, fewest
        self._spill, self._filled = spill, 0
        self._waiting: list[Pairs] = []
        self.tests = np.zeros(len(columns), dtype=np.int64)

    def __call__(self, feature: int, /) -> None:
        """Correlate one feature with its others."""
        others = self._complete.copy()
        others[feature + 1 :] = True
        index = np.flatnonzero(others)
        for start in range(0, index.size, SLAB):
            self._correlate(feature, index[start : start + SLAB])

    def _correlate(self, feature: int, index: NDArray[np.intp]) -> None:
        side = against(self._columns[feature], self._columns[index], ranked=self._ranked)
        tested = (side.n >= self._fewest) & ~np.isnan(side.r)
        index, r, n = index[tested], side.r[tested], side.n[tested]
        self.tests[index] += 1
        self.tests[feature] += index.size
        p = self._tail(r, n - 2)
        kept = p <= self._alpha
        index = index[kept]
        self._waiting.append(Pairs(np.minimum(index, feature), np.maximum(index, feature), r[kept], n[kept], p[kept]))
        self._filled += index.size
        if self._filled >= ROOM:
            self.close()

    def close(self) -> None:
        """Spill what is waiting."""
        if self._filled:
            self._spill.add(self._spill.shape.write(Pairs(*(np.concatenate(parts) for parts in zip(*self._waiting, strict=True)))))
        self._waiting, self._filled = [], 0


class _Taker:
    """Takes over pairs of complete features from their store."""

    def __init__(self, store: PairStore, index: NDArray[np.intp], spill: Spill[OwnN]) -> None:
        self._store, self._index, self._spill = store, index, spill

    def __call__(self, start: int, /) -> None:
        """Take over the pairs from that rank on."""
        page = self._store.page(start, start + PORTION)
        self._spill.add(self._spill.shape.write(Pairs(self._index[page.first], self._index[page.second], page.r, page.n, page.p)))

    def close(self) -> None:
        """Nothing is left over."""


def _spilled(
    rows: Rows | None,
    index: NDArray[np.intp],
    features: int,
    folder: Path,
    *,
    alpha: float,
    threads: int,
    report: Report,
    stop: threading.Event,
) -> Spill[OwnN]:
    """Return portions by p that hold the pairs of complete features whose p-value is at most alpha."""
    if rows is None:
        return Spill(folder, OwnN(features), np.array([alpha]))
    with tempfile.TemporaryDirectory(dir=folder) as there:
        found = part(report, 0.0, 0.7)
        store = find_pairs(rows, Path(there), correction="none", alpha=alpha, threads=threads, report=found, stop=stop)
        edges = np.union1d(store.at(np.arange(PORTION, len(store), PORTION)).p, [alpha])
        spill = Spill(folder, OwnN(features), edges)
        taken = part(report, 0.7, 1.0)
        work_through(range(0, len(store), PORTION), lambda: _Taker(store, index, spill), threads, taken, stop)
    return spill


def find_pairs_with_gaps(
    values: Values,
    complete_rows: Rows | None,
    folder: Path,
    *,
    tail: Tail,
    ranked: bool,
    correction: Correction = "benjamini-hochberg",
    alpha: float = 0.05,
    least_r: float = 0.0,
    split: int | None = None,
    fewest: int = 4,
    threads: int = 1,
    report: Report = lambda _: None,
    stop: threading.Event | None = None,
) -> tuple[PairStore, NDArray[np.intp]]:
    """Correlate every pair of features on the samples that both have, and write those that stay significant.

    A pair counts as a test if it shares enough samples and both features vary on them. Pairs whose raw p-value is
    at most alpha wait on disk, 28 bytes each (and 12 more while those of complete features are taken over); memory does not grow with
    their number. Time grows with the features that have gaps, about 20 microseconds for each of their pairs.

    Args:
        values: Shape (samples, features), NaN where missing.
        complete_rows: The rows of the features that are complete and vary, in their order; None for fewer than two.
        folder: An empty folder; afterwards it holds the store, sorted by p.
        tail: Formula of the p-values, with two degrees of freedom less than shared samples.
        ranked: Spearman's coefficient, else Pearson's.
        correction: How to correct over all tests.
        alpha: The level to hold.
        least_r: Significant pairs with a smaller |r| are counted, not listed. They are tests like all others.
        split: How many features the first of two tables side by side has: the facts then hold how many significant pairs
            lie within and between them.
        fewest: How many samples a pair has to share.
        threads: How many features to look at at once.
        report: Told which part of the work is done.
        stop: Set it to end the run early.

    Returns:
        The store, and the features that were in no test.

    Raises:
        Stopped: If ``stop`` was set.
    """
    stop = stop or threading.Event()
    complete = np.asarray(np.logical_not(np.isnan(values).any(axis=0)))
    index = np.flatnonzero(complete & (values.max(axis=0) > values.min(axis=0)))
    rows = complete_rows if complete_rows is not None and complete_rows.samples >= fewest else None
    features, told = values.shape[1], part(report, 0.0, 0.15)
    spill = _spilled(rows, index, features, folder, alpha=alpha, threads=threads, report=told, stop=stop)
    columns = np.ascontiguousarray(values.T)
    workers = work_through(
        np.flatnonzero(~complete).tolist(),
        lambda: _Feature(columns, complete, spill, ranked=ranked, tail=tail, alpha=alpha, fewest=fewest),
        threads,
        part(report, 0.15, 0.9),
        stop,
    )
    spill.refine(2 * PORTION)
    tests = np.sum([worker.tests for worker in workers], axis=0)
    tests[index] += index.size - 1 if rows else 0
    rule = Rule(correction, int(tests.sum()) // 2, alpha)
    facts = Facts(0, rule.tests, features, 0, tail, rule.correction, alpha, own_n=True, least_r=least_r, block=BLOCK)
    finish_by_p(folder, spill, rule, facts, split=split, threads=threads, report=part(report, 0.9, 1.0), stop=stop)
    return PairStore(folder), np.flatnonzero(tests == 0)
