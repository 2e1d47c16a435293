"""All pairs of features cut into tiles, and threads that work through them."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, NamedTuple, Protocol, TypeVar

SIDE = 256
"""Features along a tile: its products stay in the cache of a core."""

REPORTS = 200
"""About how often progress is told, however many tasks there are."""

Report = Callable[[float], None]


class Stopped(Exception):
    """Somebody asked to stop."""


class Tile(NamedTuple):
    """The pairs of ``height`` features from ``row`` on with ``width`` features from ``column`` on; row <= column."""

    row: int
    column: int
    height: int
    width: int

    @property
    def diagonal(self) -> bool:
        """Whether rows and columns are the same features, so that only pairs with row < column count."""
        return self.row == self.column


Task = TypeVar("Task")
Given_contra = TypeVar("Given_contra", contravariant=True)


class Worker(Protocol[Given_contra]):
    """What one thread does: called with each task, closed after the last."""

    def __call__(self, task: Given_contra, /) -> None:
        """Do one task."""
        ...

    def close(self) -> None:
        """Finish what is left over."""
        ...


W = TypeVar("W", bound=Worker)


def plan(features: int, side: int = SIDE) -> list[Tile]:
    """Return tiles that hold each pair (first < second) of the features once."""
    starts = range(0, features, side)
    return [
        Tile(row, column, min(side, features - row), min(side, features - column)) for row in starts for column in starts if column >= row
    ]


def usable_threads() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Queue(Generic[Task]):
    """Tasks handed out one at a time to any thread; says how far it is, and ends early when told to."""

    def __init__(self, tasks: Sequence[Task], report: Report, stop: threading.Event) -> None:
        self._tasks, self._report, self._stop = tasks, report, stop
        self._lock, self._next, self._broken = threading.Lock(), 0, False
        self._every = max(1, len(tasks) // REPORTS)

    def take(self) -> Task | None:
        """Return the next task, or None when there is none or another thread has failed."""
        with self._lock:
            if self._stop.is_set():
                raise Stopped
            if self._broken or self._next == len(self._tasks):
                return None
            if self._next % self._every == 0:
                self._report(self._next / len(self._tasks))
            self._next += 1
            return self._tasks[self._next - 1]

    def abandon(self) -> None:
        """Hand out nothing more."""
        self._broken = True


def _work(queue: Queue, make: Callable[[], W]) -> W:
    try:
        worker = make()
        while (task := queue.take()) is not None:
            worker(task)
        worker.close()
    except BaseException:
        queue.abandon()
        raise
    return worker


def work_through(tasks: Sequence, make: Callable[[], W], threads: int, report: Report, stop: threading.Event) -> list[W]:
    """Return the workers after they have done all tasks between them, one worker a thread.

    BLAS has to run on one thread of its own: ``OPENBLAS_NUM_THREADS=1`` before numpy is loaded.

    Raises:
        Stopped: If ``stop`` is set before the last task is handed out.
    """
    queue = Queue(tasks, report, stop)
    if threads == 1:
        return [_work(queue, make)]
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(_work, queue, make) for _ in range(threads)]]
