"""What a worker is asked to do. Each task is pure: it reads rows, writes at most one file under a name of its own, and may be done again."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.counting import Counter
from pipeline.correlation.engine.emitting import Emitter
from pipeline.correlation.engine.records import Values, shape_for
from pipeline.correlation.engine.tiles import Stopped, Tile
from pipeline.correlation.spread import shelf
from pipeline.correlation.spread.sheaves import Binder, Sheaf

Share = tuple[int, int] | NDArray[np.int32]
"""Start and step among all tiles, or the places where tiles begin, shape (tiles, 2)."""

LOOK_SECONDS = 0.1
"""How often a task looks whether anybody still wants it."""


@dataclass(frozen=True, eq=False)
class Tally:
    """What a task of the first pass hands back.

    Attributes:
        first: The first bin that is not empty.
        counts: Pairs in each bin from there on, in as few bytes as hold them.
        tiles: Shape (tiles, 2), where the tiles with a counted pair begin.
        strongest: A bound above the |r| of each one's strongest pair.
    """

    first: int
    counts: NDArray[np.unsignedinteger]
    tiles: NDArray[np.int32]
    strongest: Values


def shared_out(features: int, side: int, start: int, step: int) -> Iterator[Tile]:
    """Yield each ``step``-th tile of the plan from number ``start`` on, without making the others."""
    passed = 0
    for row in range(0, features, side):
        count = -(-(features - row) // side)
        for number in range((start - passed) % step, count, step):
            column = row + number * side
            yield Tile(row, column, min(side, features - row), min(side, features - column))
        passed += count


def tiles_of(features: int, side: int, share: Share) -> Iterator[Tile]:
    """Yield the tiles of a share: each ``step``-th of all from number ``start`` on, or those that begin at some places."""
    return shared_out(features, side, *share) if isinstance(share, tuple) else sized(features, side, share)


def sized(features: int, side: int, places: NDArray[np.int32]) -> Iterator[Tile]:
    """Yield the tiles that begin at these places."""
    for row, column in places.tolist():
        yield Tile(row, column, min(side, features - row), min(side, features - column))


def _wanted() -> Callable[[], bool]:
    """Return what says whether the scheduler still waits for the task of this thread: it cannot end a thread, only forget its task."""
    from distributed import get_worker

    worker = get_worker()
    task = worker.state.tasks[worker.active_threads[threading.get_ident()]]
    return lambda: task.state != "cancelled"


def _while_wanted(tiles: Iterator[Tile]) -> Iterator[Tile]:
    """Yield the tiles.

    Raises:
        Stopped: As soon as nobody wants them any more; nobody hears of it then.
    """
    wanted, looked = _wanted(), time.monotonic()
    for tile in tiles:
        yield tile
        if (now := time.monotonic()) - looked > LOOK_SECONDS:
            if not wanted():
                raise Stopped
            looked = now


def _packed(counts: NDArray[np.int64]) -> NDArray[np.unsignedinteger]:
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def count_tiles(folder: str, side: int, least: float, start: int, step: int) -> Tally:
    """Count the pairs of a share of all tiles: the first pass."""
    rows = shelf.take(Path(folder))
    counter = Counter(rows, side, least)
    for tile in _while_wanted(shared_out(rows.features, side, start, step)):
        counter(tile)
    counter.close()
    places = np.array([tile[:2] for tile, _ in counter.strongest], dtype=np.int32).reshape(-1, 2)
    strongest = np.array([size for _, size in counter.strongest])
    first = int(np.argmax(counter.counts > 0))
    return Tally(first, _packed(counter.counts[first:]), places, strongest)


def emit_tiles(folder: str, side: int, least: float, ladder: tuple[float, ...], edges: Values, name: str, share: Share) -> Sheaf:
    """Write the pairs of a share of tiles into a file of that name, and return what it holds: the second pass, or the only one."""
    rows = shelf.take(Path(folder))
    binder = Binder(Path(folder), name, shape_for(rows), edges)
    try:
        emitter = Emitter(rows, side, least, binder, ladder)
        for tile in _while_wanted(tiles_of(rows.features, side, share)):
            emitter(tile)
        emitter.close()
        return Sheaf(name, binder.close(), emitter.reached)
    finally:
        binder.discard()
