"""From portions of records to the store: what is significant, in order, with marks for the corrected p-values."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.bounds import HAIR
from pipeline.correlation.engine.columns import BLOCK, Columns, Facts, write_facts
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.marks import joined, listed_only, marks_of, tails_of
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.tiles import Report, work_through

Values = NDArray[np.float64]
Indices = NDArray[np.int64]


def significant_of(spill: Spill, rule: Rule, rows: Rows) -> int:
    """Return how many pairs are significant.

    Only portions are looked into of which neither all pairs surely are, nor none: stepping down from the strongest on, otherwise from the
    weakest on.

    Args:
        spill: All pairs that may be.
        rule: The correction.
        rows: What the pairs are of.
    """
    begins = np.concatenate([[0], np.cumsum(spill.counts)])
    weakest = tails_of(rows).fast(np.array(spill.least))
    if rule.steps_down:
        sure = weakest * (1 + HAIR) <= rule.limit(begins[:-1] + 1.0)
        for portion in np.flatnonzero(~sure).tolist():
            passed, more = _passing(spill, portion, int(begins[portion]), rule, rows)
            if not more:
                return int(begins[portion]) + passed
        return int(begins[-1])
    strongest = np.concatenate([[0.0], weakest[:-1]])  # no pair of a portion has a smaller p-value
    strongest[1:][weakest[1:] == weakest[:-1]] = 0.0
    may = strongest * (1 - HAIR) <= rule.limit(np.maximum(begins[1:], 1.0))
    for portion in np.flatnonzero(may)[::-1].tolist():
        if passed := _passing(spill, portion, int(begins[portion]), rule, rows)[0]:
            return int(begins[portion]) + passed
    return 0


def _passing(spill: Spill, portion: int, before: int, rule: Rule, rows: Rows) -> tuple[int, bool]:
    """Return how many pairs of a portion are significant if all before them are, and whether later ones can still be."""
    tails, (r, _) = tails_of(rows), spill.shape.read(spill.load(portion))
    size, rank = np.abs(r), np.arange(before + 1.0, before + r.size + 1)
    p, limit = tails.fast(size), rule.limit(rank)
    close = np.flatnonzero(np.abs(p - limit) <= HAIR * limit)
    p[close] = tails.exact(size[close])
    return rule.passing(p, rank)


@dataclass(frozen=True)
class Wanted:
    """What of the significant pairs is to be listed.

    Attributes:
        listed: How many of the strongest pairs: all of some portions, or all that are significant.
        split: Number of features of the first of two tables side by side; None for one table.
    """

    listed: int
    split: int | None

    def blocks(self, first: Indices, second: Indices) -> Indices:
        """Return how many pairs lie within the first table, within the second, and between them; none for one table."""
        if self.split is None:
            return np.zeros(3, dtype=np.int64)
        within = int((second < self.split).sum()), int((first >= self.split).sum())
        return np.array([*within, first.size - sum(within)])


class _Finisher:
    """Sorts portions into their place in the columns; keeps their marks."""

    def __init__(self, spill: Spill, columns: Columns, rule: Rule, rows: Rows, significant: int, wanted: Wanted) -> None:
        self._spill, self._columns, self._rule, self._features = spill, columns, rule, rows.features
        self._significant, self._wanted = significant, wanted
        self._tail = tails_of(rows)
        self._starts = np.concatenate([[0], np.cumsum(spill.counts)])
        self.marks: dict[int, tuple[Values, float]] = {}
        self.blocks = np.zeros(3, dtype=np.int64)
        self.rest: dict[int, Values] = {}

    def __call__(self, portion: int, /) -> None:
        """Put one portion into its place, or only take into account that it is there."""
        start = int(self._starts[portion])
        size = min(self._spill.counts[portion], self._significant - start)
        if size > 0:
            r, pairs = self._spill.shape.read(self._spill.load(portion))
            r, pairs = r[:size], pairs[:size]
            first = pairs // self._features
            second = first * -self._features
            second += pairs
            self.blocks += self._wanted.blocks(first, second)
            if start < self._wanted.listed:
                for name, values in (("r", r), ("first", first), ("second", second)):
                    self._columns.put(name, start, values)
            else:
                self.rest[start] = np.abs(r[: max(0, -(-self._wanted.listed // BLOCK) * BLOCK - start)])
            if self._rule.steps_up or self._rule.steps_down:
                self.marks[start] = marks_of(np.abs(r), start, self._rule, self._tail, BLOCK)
        self._spill.discard(portion)

    def close(self) -> None:
        """Nothing is left over."""


def finish(
    folder: Path,
    spill: Spill,
    rows: Rows,
    rule: Rule,
    *,
    strong: int,
    least_r: float,
    split: int | None,
    threads: int,
    report: Report,
    stop: threading.Event,
) -> None:
    """Write the store of the significant pairs and remove the portions.

    Args:
        folder: Where the store goes.
        spill: All pairs that may be significant.
        rows: What they are of.
        rule: The correction.
        strong: How many have an |r| of at least ``least_r``: all of some portions, or all.
        least_r: Pairs below it are not listed.
        split: How many features the first of two tables has, to count pairs within and between; None for one table.
        threads: How many portions to sort at once.
        report: Told which part is done.
        stop: Set by who wants this to end early.
    """
    significant = significant_of(spill, rule, rows)
    wanted = Wanted(min(strong, significant), split)
    given = rows.samples - 2 - rows.freedom
    facts = Facts(wanted.listed, rows.tests, rows.features, rows.freedom, rows.tail, rule.correction, rule.alpha, given)
    columns = Columns(folder, facts)

    def make() -> _Finisher:
        return _Finisher(spill, columns, rule, rows, significant, wanted)

    try:
        done = work_through(range(len(spill.counts)), make, threads, report, stop)
    finally:
        columns.close()
    marks = {start: mark for worker in done for start, mark in worker.marks.items()}
    blocks = np.sum([worker.blocks for worker in done], axis=0).tolist() if split is not None else None
    facts = replace(facts, least_r=least_r, left_out=significant - wanted.listed, blocks=blocks, block=BLOCK)
    rest = {start: r for worker in done for start, r in worker.rest.items()}
    unlisted = tails_of(rows).exact(np.concatenate([np.empty(0), *(rest[start] for start in sorted(rest))]))
    write_facts(folder, facts, listed_only(joined(marks, rule, significant, BLOCK), unlisted, rule, wanted.listed, BLOCK))
