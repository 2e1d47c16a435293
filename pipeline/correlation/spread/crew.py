"""A cluster as the crew of the engine."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.correlation.engine.bounds import Counts
from pipeline.correlation.engine.counting import BINS
from pipeline.correlation.engine.crew import Counted
from pipeline.correlation.engine.guess import Guess
from pipeline.correlation.engine.records import Values, shape_for
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.tiles import Report, Tile
from pipeline.correlation.spread.sheaves import Gathered
from pipeline.correlation.spread.tasks import Tally, count_tiles, emit_tiles, sized
from pipeline.correlation.spread.team import Team

FEWEST, MOST = 4, 16
"""Tasks for each thread of the workers: fewer leave some idle at the end, more cost what they are told and hand back."""
TILES = 400
"""Tiles of a task, where that makes neither too few tasks nor too many."""


def tiles_in(features: int, side: int) -> int:
    """Return how many tiles a plan has."""
    along = -(-features // side)
    return along * (along + 1) // 2


def tasks_for(tiles: int, threads: int) -> int:
    """Return into how many tasks so many tiles are shared out."""
    return max(1, min(tiles, max(FEWEST * threads, min(tiles // TILES, MOST * threads))))


class Tallied:
    """What all tasks of the first pass have counted."""

    def __init__(self, tallies: Sequence[Tally], features: int, side: int) -> None:
        self.counts: Counts = np.zeros(BINS, dtype=np.int64)
        for tally in tallies:
            self.counts[tally.first : tally.first + tally.counts.size] += tally.counts.astype(np.int64)
        self._places = np.concatenate([tally.tiles for tally in tallies])
        self._strongest = np.concatenate([tally.strongest for tally in tallies])
        self._features, self._side = features, side

    def tiles(self, least: float) -> Sequence[Tile]:
        """Return the tiles that have a pair at least so strong."""
        return sorted(sized(self._features, self._side, self._places[self._strongest >= least]))


class Machines:
    """The threads of a cluster's workers, each with a task of many tiles at a time."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._threads = 0

    def _tasks(self, rows: Rows, tiles: int) -> int:
        """Return into how many tasks to share out so many tiles; the first time, make sure that the workers can do them."""
        self._threads = self._threads or self._team.prepare(rows)
        return tasks_for(tiles, self._threads)

    def count(self, rows: Rows, side: int, least: float, report: Report, stop: threading.Event) -> Counted:
        """Do the first pass."""
        step = self._tasks(rows, tiles_in(rows.features, side))
        given = [(str(self._team.folder), side, least, start, step) for start in range(step)]
        return Tallied(self._team.run(count_tiles, given, report, stop), rows.features, side)

    def emit(
        self, rows: Rows, side: int, tiles: Sequence[Tile], least: float, edges: Values, folder: Path, report: Report, stop: threading.Event
    ) -> Spill:
        """Do the second pass."""
        step = self._tasks(rows, len(tiles))
        places = np.array([tile[:2] for tile in tiles], dtype=np.int32).reshape(-1, 2)
        shared = self._team.folder
        given = [(str(shared), side, least, (), edges, f"second-{start}", places[start::step]) for start in range(step if tiles else 0)]
        return Gathered(folder, shape_for(rows), edges, shared, self._team.run(emit_tiles, given, report, stop))

    def sweep(self, rows: Rows, side: int, guess: Guess, folder: Path, report: Report, stop: threading.Event) -> tuple[Spill, Counts]:
        """Do both in one pass."""
        step = self._tasks(rows, tiles_in(rows.features, side))
        shared, edges = self._team.folder, guess.edges
        given = [(str(shared), side, guess.least, guess.ladder, edges, f"only-{start}", (start, step)) for start in range(step)]
        sheaves = self._team.run(emit_tiles, given, report, stop)
        return Gathered(folder, shape_for(rows), edges, shared, sheaves), np.sum([sheaf.reached for sheaf in sheaves], axis=0)
