"""The whole run: the pairs that may be significant in one pass or two, then the survivors in order."""

import threading
from pathlib import Path

from pipeline.correlation.engine.corrections import Correction, Rule
from pipeline.correlation.engine.crew import Crew, Sweeping, Threads
from pipeline.correlation.engine.finishing import finish
from pipeline.correlation.engine.guess import some_of
from pipeline.correlation.engine.passes import Order, in_one_pass, in_two_passes, part
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.store import PairStore
from pipeline.correlation.engine.tiles import SIDE, Report


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
    order = Order(rows, folder, Rule(correction, rows.tests, alpha), least_r, side, threads, stop)
    crew = crew or Threads(threads)
    some = some_of(rows) if isinstance(crew, Sweeping) else None
    spill, told = in_one_pass(order, crew, some, report) if isinstance(crew, Sweeping) and some else (None, 0.0)
    if spill is None:  # a guess that does not hold is rare, and only then known
        spill, more = in_two_passes(order, crew, part(report, told, 1.0))
        told += (1.0 - told) * more
    strong = sum(count for count, least in zip(spill.counts, spill.least, strict=True) if least >= least_r)
    finish(
        folder, spill, rows, order.rule, strong=strong, least_r=least_r, split=split,
        threads=threads, report=part(report, told, 1.0), stop=stop,
    )  # fmt: skip
    report(1.0)
    return PairStore(folder)
