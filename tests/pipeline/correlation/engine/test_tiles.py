"""Each pair once, any thread; errors and stops end all threads."""

import threading

import numpy as np
import pytest

from pipeline.correlation.engine import Stopped, passes
from pipeline.correlation.engine.screen import Screen
from pipeline.correlation.engine.tiles import plan, usable_threads, work_through
from pipeline.correlation.measures import spearman


@pytest.mark.parametrize(("features", "side"), [(2, 256), (1, 3), (10, 3), (12, 3), (7, 1), (9, 256)])
def test_each_pair_is_in_one_tile(features, side):
    seen = np.zeros((features, features), dtype=int)
    for tile in plan(features, side):
        block = np.ones((tile.height, tile.width), dtype=int)
        seen[tile.row : tile.row + tile.height, tile.column : tile.column + tile.width] += np.triu(block, 1) if tile.diagonal else block
    assert np.array_equal(seen, np.triu(np.ones_like(seen), 1))


class Collector:
    def __init__(self):
        self.tasks, self.closed = [], False

    def __call__(self, task, /):
        self.tasks.append(task)

    def close(self):
        self.closed = True


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_each_task_is_done_once(threads):
    told = []
    workers = work_through(range(100), Collector, threads, told.append, threading.Event())
    assert sorted(task for worker in workers for task in worker.tasks) == list(range(100))
    assert all(worker.closed for worker in workers)
    assert told == [done / 100 for done in range(100)]
    assert usable_threads() >= 1


def test_progress_of_many_tasks_is_told_now_and_then():
    told = []
    work_through(range(10_000), Collector, 2, told.append, threading.Event())
    assert told == [done / 200 for done in range(200)]


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_of_one_thread_ends_the_others(threads):
    class Breaks(Collector):
        def __call__(self, task, /):
            if task == 7:
                raise ZeroDivisionError
            super().__call__(task)

    workers = []

    def make():
        workers.append(Breaks())
        return workers[-1]

    with pytest.raises(ZeroDivisionError):
        work_through(range(10**6), make, threads, lambda _: None, threading.Event())
    assert sum(len(worker.tasks) for worker in workers) < 10**6 - 1


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("when", [0.0, 0.3, 0.6, 0.9])
def test_a_run_ends_when_told_to(run, threads, when):
    stop = threading.Event()

    def report(done):
        if done >= when:
            stop.set()

    values = np.random.default_rng(0).normal(size=(20, 120)) + np.random.default_rng(1).normal(size=(20, 1))
    with pytest.raises(Stopped):
        run(spearman.rows(values), side=20, threads=threads, report=report, stop=stop)


def test_progress_is_the_share_of_tiles(run):
    told = []
    random = np.random.default_rng(0)
    values = random.normal(size=(20, 100)) + 2 * random.normal(size=(20, 1))  # every tile has significant pairs
    run(spearman.rows(values), side=10, report=told.append)
    assert told == sorted(told)
    steps = np.diff(told)
    assert steps[:54] == pytest.approx(passes.COUNTING / 55)
    assert steps[55:109] == pytest.approx(steps[55])
    assert told[55] == pytest.approx(passes.COUNTING)
    assert told[-1] == 1


def test_tiles_without_a_strong_pair_are_not_looked_at_twice(run, monkeypatch):
    looked = []
    strong = Screen.strong
    monkeypatch.setattr(Screen, "strong", lambda screen, tile, least: (looked.append(tile), strong(screen, tile, least))[1])
    values = np.random.default_rng(0).normal(size=(20, 100))
    values[:, 57] = values[:, 3]
    store = run(spearman.rows(values), side=10, correction="bonferroni", alpha=0.001)
    assert len(store) == 1
    assert len(looked) == 55 + 1
