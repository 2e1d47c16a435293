"""From portions of records to the store: what is significant, in order, with marks for the corrected p-values."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.columns import BLOCK, Columns, Facts, write_facts
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.tails import TAILS, fast_tail
from pipeline.correlation.engine.tiles import Report, work_through

Values = NDArray[np.float64]


def significant_of(spill: Spill, sure: int, rule: Rule, rows: Rows) -> int:
    """Return how many pairs are significant.

    Args:
        spill: All pairs that may be.
        sure: How many of them surely are, the strongest ones: all pairs of some portions.
        rule: The correction.
        rows: What the pairs are of.
    """
    significant, begins = sure, np.concatenate([[0], np.cumsum(spill.counts)])
    for portion in range(len(spill.counts)):
        before = int(begins[portion])
        if before < sure:
            continue
        r, _ = spill.shape.read(spill.load(portion))
        sizes, place = np.unique(np.abs(r), return_inverse=True)
        p = TAILS[rows.tail](sizes, rows.freedom)[place]
        passed, more = rule.passing(p, np.arange(before + 1.0, before + r.size + 1))
        if passed:
            significant = before + passed
        if not more:
            break
    return significant


def marks_of(size: Values, start: int, rule: Rule, tail: Callable[[Values], Values]) -> tuple[Values, float]:
    """Return what ``settle`` needs to know at the ends (or starts) of the blocks that end (or start) in a portion, and beyond it.

    Of equally strong pairs the last rank is raised least and the first one most, so one of them speaks for all.
    """
    changes = np.flatnonzero(size[1:] != size[:-1])
    if rule.steps_up:
        last = np.concatenate([changes, [size.size - 1]])
        raised = rule.raise_each(tail(size[last]), last + (start + 1.0))
        least = np.concatenate([np.minimum.accumulate(raised[::-1])[::-1], [np.inf]])
        ends = np.arange(-(-(start + 1) // BLOCK) * BLOCK, start + size.size + 1, BLOCK) - start  # ranks before which blocks end
        return least[np.searchsorted(last, ends)], float(least[0])
    first = np.concatenate([[0], changes + 1])
    raised = rule.raise_each(tail(size[first]), first + (start + 1.0))
    most = np.concatenate([[0.0], np.maximum.accumulate(raised)])
    starts = np.arange(-(-start // BLOCK) * BLOCK, start + size.size, BLOCK) - start
    return most[np.searchsorted(first, starts)], float(most[-1])


class _Finisher:
    """Sorts portions into their place in the columns; keeps their marks."""

    def __init__(self, spill: Spill, columns: Columns, rule: Rule, rows: Rows, count: int) -> None:
        self._spill, self._columns, self._rule, self._features, self._count = spill, columns, rule, rows.features, count
        self._tail = fast_tail(rows.freedom)
        self._starts = np.concatenate([[0], np.cumsum(spill.counts)])
        self.marks: dict[int, tuple[Values, float]] = {}

    def __call__(self, portion: int, /) -> None:
        """Put one portion into its place."""
        start = int(self._starts[portion])
        size = min(self._spill.counts[portion], self._count - start)
        if size > 0:
            r, pairs = self._spill.shape.read(self._spill.load(portion))
            r, first = r[:size], pairs[:size]
            first = first // self._features
            self._columns.put("r", start, r)
            self._columns.put("first", start, first)
            first *= -self._features
            first += pairs[:size]
            self._columns.put("second", start, first)
            if self._rule.steps_up or self._rule.steps_down:
                self.marks[portion] = marks_of(np.abs(r), start, self._rule, self._tail)
        self._spill.discard(portion)

    def close(self) -> None:
        """Nothing is left over."""


def _joined(marks: dict[int, tuple[Values, float]], rule: Rule, count: int) -> Values:
    """Return the marks of all blocks from those of the portions."""
    if not marks:
        return np.empty(0)
    parts: list[Values] = []
    far = rule.nothing_beyond
    for portion in sorted(marks, reverse=rule.steps_up):
        here, beyond = marks[portion]
        parts.append((np.minimum if rule.steps_up else np.maximum)(here, far))
        far = min(far, beyond) if rule.steps_up else max(far, beyond)
    joined = np.concatenate(parts[::-1] if rule.steps_up else parts)
    return padded(joined, count)


def padded(marks: Values, count: int) -> Values:
    """Return marks with one more for a last block that is not full: stepping up, no rank lies beyond it."""
    return np.append(marks, np.inf) if marks.size * BLOCK < count else marks


def finish(
    folder: Path, spill: Spill, rows: Rows, rule: Rule, *, sure: int, threads: int, report: Report, stop: threading.Event
) -> None:  # fmt: skip
    """Write the store of the significant pairs and remove the portions.

    Args:
        folder: Where the store goes.
        spill: All pairs that may be significant.
        rows: What they are of.
        rule: The correction.
        sure: How many of the strongest pairs surely are: all of some portions.
        threads: How many portions to sort at once.
        report: Told which part is done.
        stop: Set by who wants this to end early.
    """
    count = significant_of(spill, sure, rule, rows)
    facts = Facts(count, rows.tests, rows.features, rows.freedom, rows.tail, rule.correction, rule.alpha, rows.samples - 2 - rows.freedom)
    columns = Columns(folder, facts)

    def make() -> _Finisher:
        return _Finisher(spill, columns, rule, rows, count)

    try:
        done = work_through(range(len(spill.counts)), make, threads, report, stop)
    finally:
        columns.close()
    marks = {portion: mark for worker in done for portion, mark in worker.marks.items()}
    write_facts(folder, facts, _joined(marks, rule, count))
