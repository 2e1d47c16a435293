"""From portions of records to the store: what is significant, in order, with marks for the corrected p-values."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.bounds import HAIR
from pipeline.correlation.engine.columns import BLOCK, Columns, Facts, write_facts
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.tails import TAILS, fast_tail
from pipeline.correlation.engine.tiles import Report, work_through

Values = NDArray[np.float64]
Indices = NDArray[np.int64]


class Tails(NamedTuple):
    """p-values of magnitudes of coefficients.

    Attributes:
        fast: Right to about 1e-12 of themselves.
        exact: Those that are reported.
    """

    fast: Callable[[Values], Values]
    exact: Callable[[Values], Values]


def tails_of(rows: Rows) -> Tails:
    """Return the p-values of coefficients of these rows."""
    return Tails(fast_tail(rows.freedom), lambda size: TAILS[rows.tail](size, rows.freedom))


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


def marks_of(size: Values, start: int, rule: Rule, tail: Tails) -> tuple[Values, float]:
    """Return what ``settle`` needs to know at the ends (or starts) of the blocks that end (or start) in a portion, and beyond it.

    Of equally strong pairs the last rank is raised least and the first one most, so one of them speaks for all.
    """
    changes = np.flatnonzero(size[1:] != size[:-1])
    if rule.steps_up:
        last = np.concatenate([changes, [size.size - 1]])
        ends = np.arange(-(-(start + 1) // BLOCK) * BLOCK, start + size.size + 1, BLOCK) - start  # ranks before which blocks end
        least = _least_from(size[last], last + (start + 1.0), np.searchsorted(last, ends), rule.raise_each, tail)
        return least[:-1], float(least[-1])
    first = np.concatenate([[0], changes + 1])
    starts = np.arange(-(-start // BLOCK) * BLOCK, start + size.size, BLOCK) - start
    before = first.size - np.searchsorted(first, starts)
    most = -_least_from(size[first][::-1], first[::-1] + (start + 1.0), before, lambda p, rank: -rule.raise_each(p, rank), tail)
    return np.maximum(most[:-1], 0.0), float(most[-1])


def _least_from(size: Values, rank: Values, places: Indices, raise_each: Callable[[Values, Values], Values], tail: Tails) -> Values:
    """Return the least raised p-value from each place to the end (infinity where nothing is left), and of all.

    The fast p-values say which can be the least from any place on; the exact ones decide.
    """
    raised = np.append(raise_each(tail.fast(size), rank), np.inf)
    least = np.minimum.accumulate(raised[::-1])[::-1]
    cuts = np.unique(np.append(places, 0))
    bound = least[cuts][np.searchsorted(cuts, np.arange(size.size), side="right") - 1]
    may = np.flatnonzero(raised[:-1] <= bound + HAIR * np.abs(bound))
    raised[:-1] = np.inf
    raised[may] = raise_each(tail.exact(size[may]), rank[may])
    least = np.minimum.accumulate(raised[::-1])[::-1]
    return np.append(least[places], least[0])


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
                self.marks[start] = marks_of(np.abs(r), start, self._rule, self._tail)
        self._spill.discard(portion)

    def close(self) -> None:
        """Nothing is left over."""


def _joined(marks: dict[int, tuple[Values, float]], rule: Rule, count: int) -> Values:
    """Return the marks of all blocks from those of the portions by their first ranks."""
    if not marks:
        return np.empty(0)
    parts: list[Values] = []
    far = rule.nothing_beyond
    for start in sorted(marks, reverse=rule.steps_up):
        here, beyond = marks[start]
        parts.append((np.minimum if rule.steps_up else np.maximum)(here, far))
        far = min(far, beyond) if rule.steps_up else max(far, beyond)
    joined = np.concatenate(parts[::-1] if rule.steps_up else parts)
    return padded(joined, count)


def padded(marks: Values, count: int) -> Values:
    """Return marks with one more for a last block that is not full: stepping up, no rank lies beyond it."""
    return np.append(marks, np.inf) if marks.size * BLOCK < count else marks


def _listed_only(marks: Values, rest: Values, rule: Rule, listed: int) -> Values:
    """Return the marks of the blocks of listed pairs, the last one of which may end before it is full.

    Args:
        marks: Of the blocks of all significant pairs.
        rest: p-values of the pairs that would fill the last block.
        rule: The correction.
        listed: How many pairs are listed.
    """
    kept = marks[: -(-listed // BLOCK)].copy()
    if kept.size and rest.size and rule.steps_up:
        kept[-1] = min(kept[-1], rule.raise_each(rest, np.arange(listed + 1.0, listed + rest.size + 1)).min())
    return kept


def finish(
    folder: Path,
    spill: Spill,
    rows: Rows,
    rule: Rule,
    *,
    sure: int,
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
        sure: How many of the strongest pairs surely are: all of some portions.
        strong: How many have an |r| of at least ``least_r``: all of some portions, or all.
        least_r: Pairs below it are not listed.
        split: How many features the first of two tables has, to count pairs within and between; None for one table.
        threads: How many portions to sort at once.
        report: Told which part is done.
        stop: Set by who wants this to end early.
    """
    significant = significant_of(spill, sure, rule, rows)
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
    facts = replace(facts, least_r=least_r, left_out=significant - wanted.listed, blocks=blocks)
    rest = {start: r for worker in done for start, r in worker.rest.items()}
    unlisted = tails_of(rows).exact(np.concatenate([np.empty(0), *(rest[start] for start in sorted(rest))]))
    write_facts(folder, facts, _listed_only(_joined(marks, rule, significant), unlisted, rule, wanted.listed))
