"""The pairs that may be significant, collected: in one pass if a guess holds, else in two."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.bounds import bounds, least_counted
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.counting import BINS
from pipeline.correlation.engine.crew import Crew, Sweeping, Threads
from pipeline.correlation.engine.finishing import significant_of
from pipeline.correlation.engine.guess import guessed
from pipeline.correlation.engine.records import Keys
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.tails import least_r as least_significant
from pipeline.correlation.engine.tiles import Report

PORTION = 2**19
"""Pairs sorted together; no more than 256 portions are made, as each is a file for a while."""
MOST_PORTIONS = 256
SAMPLE = 0.02
"""The part of the work that it takes to look at some features."""
COUNTING = 0.3
"""The part of the work that it takes to count, where that is a pass of its own."""
PRODUCT, PACKED, UNPACKED = 1e-11, 4e-8, 2.6e-7
"""Seconds on two cores: for a product of two numbers, and to put one pair in order, as a number or as numbers. Only their ratios count."""


def part(report: Report, start: float, stop: float) -> Report:
    """Return what to tell of a part of the work: its 0 to 1 is start to stop of the whole."""
    return lambda done: report(start + (stop - start) * done)


def ordering(rows: Rows, pairs: float) -> float:
    """Return which part of a run it probably takes to put so many pairs in order once they are collected, for what is told of progress."""
    each = PACKED if Keys.fit(rows) else UNPACKED
    collecting = PRODUCT * rows.samples * rows.features**2 + 0.6 * each * pairs
    return each * pairs / (collecting + each * pairs)


@dataclass(frozen=True, eq=False)
class Order:
    """What is to be done; see ``find_pairs``."""

    rows: Rows
    folder: Path
    rule: Rule
    least_r: float
    side: int
    threads: int
    stop: threading.Event

    @property
    def least(self) -> float:
        """From which |r| in float32 on pairs have to be counted."""
        return least_counted(least_significant(self.rule.alpha, self.rows.freedom), self.rows.slack)

    def edges(self, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return edges of portions, of which one is the least |r| that is listed."""
        return np.union1d(edges, [self.least_r] if edges[-1] < self.least_r <= 1 else [])[::-1]


def in_one_pass(order: Order, crew: Sweeping, some: Rows, report: Report) -> tuple[Spill | None, float]:
    """Return all pairs that may be significant, found in one pass by a guess from some features; None if it does not hold.

    With it goes which part of the whole run has been told.
    """
    counted = Threads(order.threads).count(some, order.side, order.least, part(report, 0.0, SAMPLE), order.stop)
    guess = guessed(counted.counts, some, order.rule, PORTION, MOST_PORTIONS)
    guess = replace(guess, edges=order.edges(guess.edges))
    told = max(SAMPLE, 1.0 - ordering(order.rows, guess.expected))
    spill, reached = crew.sweep(order.rows, order.side, guess, order.folder, part(report, SAMPLE, told), order.stop)
    spill.refine(4 * PORTION)
    significant = significant_of(spill, order.rule, order.rows) if order.rule.steps_down else 0
    if guess.holds(reached, sum(spill.counts), significant, order.rule, order.rows.freedom):
        return spill, told
    for portion in range(len(spill.counts)):
        spill.discard(portion)
    return None, told


def in_two_passes(order: Order, crew: Crew, report: Report) -> tuple[Spill, float]:
    """Return all pairs that may be significant, and which part of the whole run has been told.

    The first pass counts pairs by |r|, the second collects them.
    """
    rows = order.rows
    counted = crew.count(rows, order.side, order.least, part(report, 0.0, COUNTING), order.stop)
    portion = max(PORTION, int(counted.counts.sum()) // MOST_PORTIONS + 1)
    found = bounds(counted.counts, rows.slack, order.rule, rows.freedom, portion)
    tiles = counted.tiles(found.may - rows.slack)
    told = 1.0 - (1.0 - COUNTING) * ordering(rows, float(counted.counts[int(found.may * BINS) :].sum()))
    edges = order.edges(found.edges)
    spill = crew.emit(rows, order.side, tiles, found.may, edges, order.folder, part(report, COUNTING, told), order.stop)
    spill.refine(4 * PORTION)
    return spill, told
