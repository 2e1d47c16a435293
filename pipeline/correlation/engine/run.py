"""The whole run: two passes over all pairs, then the survivors in order."""

import threading
from pathlib import Path

from pipeline.correlation.engine.bounds import bounds, least_counted
from pipeline.correlation.engine.corrections import Correction, Rule
from pipeline.correlation.engine.counting import Counter
from pipeline.correlation.engine.emitting import Emitter
from pipeline.correlation.engine.finishing import finish
from pipeline.correlation.engine.records import shape_for
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.store import PairStore
from pipeline.correlation.engine.tails import least_r
from pipeline.correlation.engine.tiles import SIDE, Report, plan, work_through

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
    threads: int = 1,
    side: int = SIDE,
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
        threads: How many threads work on tiles. BLAS itself has to run on one: ``OPENBLAS_NUM_THREADS=1`` before numpy is loaded.
        side: Features along a tile.
        report: Told which part of the work is done, from any thread, never two at once.
        stop: Set it to end the run between two tiles.

    Raises:
        Stopped: If ``stop`` was set.
    """
    stop = stop or threading.Event()
    rule = Rule(correction, rows.tests, alpha)
    tiles = plan(rows.features, side)
    least = least_counted(least_r(alpha, rows.freedom), rows.slack)
    counters = work_through(tiles, lambda: Counter(rows, side, least), threads, part(report, 0.0, 0.45), stop)
    counts = sum((counter.counts for counter in counters[1:]), counters[0].counts)
    portion = max(PORTION, int(counts.sum()) // MOST_PORTIONS + 1)
    found = bounds(counts, rows.slack, rule, rows.freedom, portion)
    spill = Spill(folder, shape_for(rows), found.edges)
    tiles = sorted(tile for counter in counters for tile in counter.tiles(found.may - rows.slack))
    work_through(tiles, lambda: Emitter(rows, side, found.may, spill), threads, part(report, 0.45, 0.9), stop)
    sure = sum(spill.counts[: int((found.edges >= found.sure).sum())])
    spill.refine(4 * PORTION)
    finish(folder, spill, rows, rule, sure=sure, threads=threads, report=part(report, 0.9, 1.0), stop=stop)
    return PairStore(folder)
