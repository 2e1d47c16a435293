"""The whole run: two passes over all pairs, then the survivors in order."""

import threading
from pathlib import Path

import numpy as np

from pipeline.correlation.engine.bounds import bounds, least_counted
from pipeline.correlation.engine.corrections import Correction, Rule
from pipeline.correlation.engine.crew import Crew, Threads
from pipeline.correlation.engine.finishing import finish
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.store import PairStore
from pipeline.correlation.engine.tails import least_r as least_significant
from pipeline.correlation.engine.tiles import SIDE, Report

PORTION = 2**19
"""Pairs sorted together; no more than 256 portions are made, as each is a file for a while."""
MOST_PORTIONS = 256


def part(report: Report, start: float, stop: float) -> Report:
    """Return what to tell of a part of the work: its 0 to 1 is start to stop of the whole."""
    return lambda done: report(start + (stop - start) * done)


def find_pairs(
    rows: Rows,
    folder: Path,
    *,
    correction: Correction = "benjamini-hochberg",
    alpha: float = 0.05,
    least_r: float = 0.0,
    split: int | None = None,
    threads: int = 1,
    side: int = SIDE,
    crew: Crew | None = None,
    report: Report = lambda _: None,
    stop: threading.Event | None = None,
) -> PairStore:
    """Correlate every pair of features and write those that stay significant after correction for all pairs.

    The pairs are those that ``multipletests`` of statsmodels would reject, given the p-values of all pairs; which they
    are, and their order, does not depend on the number of threads or the size of the tiles.

    Args:
        rows: At least two features, made by a measure.
        folder: An empty folder; afterwards it holds the store, 16 bytes a pair.
        correction: How to correct over all features * (features - 1) / 2 tests.
        alpha: The level to hold.
        least_r: Significant pairs with a smaller |r| are counted, not listed. They are tests like all others.
        split: How many features the first of two tables side by side has: the facts then hold how many significant pairs
            lie within and between them.
        threads: How many threads work on tiles. BLAS itself has to run on one: ``OPENBLAS_NUM_THREADS=1`` before numpy is loaded.
        side: Features along a tile.
        crew: Who does both passes; these threads if it is nobody else. They put the pairs in order in either case.
        report: Told which part of the work is done, from any thread, never two at once.
        stop: Set it to end the run between two tiles.

    Raises:
        Stopped: If ``stop`` was set.
    """
    stop = stop or threading.Event()
    rule = Rule(correction, rows.tests, alpha)
    crew = crew or Threads(threads)
    least = least_counted(least_significant(alpha, rows.freedom), rows.slack)
    counted = crew.count(rows, side, least, part(report, 0.0, 0.45), stop)
    portion = max(PORTION, int(counted.counts.sum()) // MOST_PORTIONS + 1)
    found = bounds(counted.counts, rows.slack, rule, rows.freedom, portion)
    edges = np.union1d(found.edges, [least_r] if found.may < least_r <= 1 else [])[::-1]
    tiles = counted.tiles(found.may - rows.slack)
    spill = crew.emit(rows, side, tiles, found.may, edges, folder, part(report, 0.45, 0.9), stop)
    sure, strong = (sum(spill.counts[: int((edges >= least).sum())]) for least in (found.sure, least_r))
    spill.refine(4 * PORTION)
    finish(
        folder, spill, rows, rule, sure=sure, strong=strong, least_r=least_r, split=split,
        threads=threads, report=part(report, 0.9, 1.0), stop=stop,
    )  # fmt: skip
    return PairStore(folder)
