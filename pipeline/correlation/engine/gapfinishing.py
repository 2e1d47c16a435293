"""From portions of pairs by rising p-values to the store; every pair has a number of samples of its own."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.correlation.engine.columns import BLOCK, Columns, Facts, write_facts
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.finishing import Indices, Values, Wanted
from pipeline.correlation.engine.gaprecords import OwnN
from pipeline.correlation.engine.marks import Tails, joined, marks_of
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.tiles import Report, work_through

P_ITSELF = Tails(np.negative, np.negative)
"""For marks of negated p-values, which fall as the magnitudes of coefficients do."""


@dataclass(frozen=True, eq=False)
class _Survey:
    """What has to be known of all portions before any is put into its place.

    Attributes:
        starts: The first rank of each portion, and the number of all pairs.
        places: How many listed pairs come before each portion, and in all.
        beyond: What ``settle`` takes for each portion.
        significant: How many pairs are significant.
    """

    starts: Indices
    places: Indices
    beyond: Values
    significant: int


def _survey(spill: Spill[OwnN], rule: Rule, least_r: float) -> _Survey:
    """Look at the portions in the order in which the correction decides: of equal p-values all are significant, or none."""
    starts = np.concatenate([[0], np.cumsum(spill.counts)])
    listed, beyond = np.zeros(len(spill.counts), dtype=np.int64), np.zeros(len(spill.counts))
    far, last, significant, decided = rule.nothing_beyond, -1.0, 0, False
    portions = np.flatnonzero(spill.counts).tolist()
    for portion in reversed(portions) if rule.steps_up else portions:
        records, start = spill.load(portion), int(starts[portion])
        p, rank = np.sort(records["p"]), np.arange(start + 1.0, starts[portion + 1] + 1)
        if not decided:
            passed, more = rule.passing(p, rank)
            significant, last = (start + passed, p[passed - 1]) if passed else (significant, last)
            decided = passed > 0 if rule.steps_up else not more
        listed[portion] = ((records["p"] <= last) & (np.abs(records["r"]) >= least_r)).sum()
        beyond[portion] = far
        raised = rule.raise_each(p, rank)
        far = min(far, raised.min()) if rule.steps_up else max(far, raised.max())
    return _Survey(starts, np.concatenate([[0], np.cumsum(listed)]), beyond, significant)


class _Placer:
    """Sorts portions into their place in the columns; keeps their marks."""

    def __init__(self, spill: Spill[OwnN], columns: Columns, rule: Rule, facts: Facts, survey: _Survey, wanted: Wanted) -> None:
        self._spill, self._columns, self._rule, self._facts = spill, columns, rule, facts
        self._survey, self._wanted = survey, wanted
        self.marks: dict[int, tuple[Values, float]] = {}
        self.blocks = np.zeros(3, dtype=np.int64)

    def __call__(self, portion: int, /) -> None:
        """Put one portion into its place."""
        start = int(self._survey.starts[portion])
        size = min(self._spill.counts[portion], self._survey.significant - start)
        if size > 0:
            self._put(portion, start, size)
        self._spill.discard(portion)

    def _put(self, portion: int, start: int, size: int) -> None:
        pairs = self._spill.shape.read(self._spill.load(portion))
        values = {name: column[:size] for name, column in pairs._asdict().items()}
        if self._facts.own_q:
            raised = self._rule.raise_each(pairs.p, np.arange(start + 1.0, start + pairs.p.size + 1))
            values["q"] = self._rule.settle(raised, self._survey.beyond[portion])[:size]
        elif self._rule.steps_up or self._rule.steps_down:
            self.marks[start] = marks_of(-values["p"], start, self._rule, P_ITSELF, BLOCK)
        self.blocks += self._wanted.blocks(values["first"], values["second"])
        listed = np.abs(values["r"]) >= self._facts.least_r
        for name in self._facts.columns():
            self._columns.put(name, int(self._survey.places[portion]), values[name][listed])

    def close(self) -> None:
        """Nothing is left over."""


def finish_by_p(
    folder: Path, spill: Spill[OwnN], rule: Rule, facts: Facts, *, split: int | None, threads: int, report: Report, stop: threading.Event
) -> None:
    """Write the store of the significant pairs and remove the portions.

    Args:
        folder: Where the store goes.
        spill: All pairs whose p-value is at most alpha.
        rule: The correction.
        facts: What is true of all pairs, still without counts.
        split: How many features the first of two tables has, to count pairs within and between; None for one table.
        threads: How many portions to sort at once.
        report: Told which part is done.
        stop: Set by who wants this to end early.
    """
    survey = _survey(spill, rule, facts.least_r)
    wanted = Wanted(int(survey.places[-1]), split)
    facts = replace(facts, count=wanted.listed, left_out=survey.significant - wanted.listed)
    columns = Columns(folder, facts)

    def make() -> _Placer:
        return _Placer(spill, columns, rule, facts, survey, wanted)

    try:
        done = work_through(range(len(spill.counts)), make, threads, report, stop)
    finally:
        columns.close()
    blocks = np.sum([worker.blocks for worker in done], axis=0).tolist() if split is not None else None
    marks = {start: mark for worker in done for start, mark in worker.marks.items()}
    write_facts(folder, replace(facts, blocks=blocks), joined(marks, rule, survey.significant, BLOCK))
