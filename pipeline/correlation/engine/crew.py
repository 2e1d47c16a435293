"""Who works through the tiles: the threads of this process, or anybody else who keeps the same promises."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from pipeline.correlation.engine.bounds import Counts
from pipeline.correlation.engine.counting import Counter
from pipeline.correlation.engine.emitting import Emitter
from pipeline.correlation.engine.guess import Guess
from pipeline.correlation.engine.records import Values, shape_for
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.tiles import Report, Tile, plan, work_through


class Counted(Protocol):
    """What the first pass has found."""

    @property
    def counts(self) -> Counts:
        """Pairs in each bin of |r|."""
        ...

    def tiles(self, least: float) -> Sequence[Tile]:
        """Return the tiles that have a pair of which |r| in float32 is at least this, which is at least what was counted."""
        ...


class Crew(Protocol):
    """Works through all tiles twice. Neither counts nor pairs may depend on who does which tile, when, or how often."""

    def count(self, rows: Rows, side: int, least: float, report: Report, stop: threading.Event) -> Counted:
        """Do the first pass: count the pairs of all tiles by |r|, those below ``least`` left out.

        Raises:
            Stopped: If ``stop`` was set.
        """
        ...

    def emit(
        self, rows: Rows, side: int, tiles: Sequence[Tile], least: float, edges: Values, folder: Path, report: Report, stop: threading.Event
    ) -> Spill:
        """Do the second pass: collect the pairs of these tiles whose exact |r| is at least ``least``, cut into portions at ``edges``.

        Raises:
            Stopped: If ``stop`` was set.
        """
        ...


@runtime_checkable
class Sweeping(Protocol):
    """A crew that can also collect in one pass what a guess says, and count what has to be known to prove it."""

    def sweep(self, rows: Rows, side: int, guess: Guess, folder: Path, report: Report, stop: threading.Event) -> tuple[Spill, Counts]:
        """Collect the pairs of all tiles that the guess says; return them, and how many pairs reach each rung of its ladder.

        Raises:
            Stopped: If ``stop`` was set.
        """
        ...


class _Together:
    """What several threads have counted."""

    def __init__(self, counters: Sequence[Counter]) -> None:
        self._counters = counters
        self.counts: Counts = sum((counter.counts for counter in counters[1:]), counters[0].counts)

    def tiles(self, least: float) -> Sequence[Tile]:
        """Return the tiles that have a pair at least so strong."""
        return sorted(tile for counter in self._counters for tile in counter.tiles(least))


@dataclass(frozen=True)
class Threads:
    """Threads of this process, each with a tile of its own at a time."""

    number: int

    def count(self, rows: Rows, side: int, least: float, report: Report, stop: threading.Event) -> Counted:
        """Do the first pass."""
        return _Together(work_through(plan(rows.features, side), lambda: Counter(rows, side, least), self.number, report, stop))

    def emit(
        self, rows: Rows, side: int, tiles: Sequence[Tile], least: float, edges: Values, folder: Path, report: Report, stop: threading.Event
    ) -> Spill:
        """Do the second pass."""
        spill = Spill(folder, shape_for(rows), edges)
        work_through(tiles, lambda: Emitter(rows, side, least, spill), self.number, report, stop)
        return spill

    def sweep(self, rows: Rows, side: int, guess: Guess, folder: Path, report: Report, stop: threading.Event) -> tuple[Spill, Counts]:
        """Do both in one pass."""
        spill = Spill(folder, shape_for(rows), guess.edges)

        def make() -> Emitter:
            return Emitter(rows, side, guess.least, spill, guess.ladder)

        workers = work_through(plan(rows.features, side), make, self.number, report, stop)
        return spill, np.sum([worker.reached for worker in workers], axis=0)
