"""A small cluster of processes on this machine, and rows that keep it busy for a moment."""

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from pipeline.correlation import engine
from pipeline.correlation.measures import spearman
from pipeline.correlation.spread import shelf
from pipeline.correlation.spread.crew import Machines
from pipeline.correlation.spread.team import Team
from pipeline.toolkit.cluster import Cluster

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def machines():
    """Two workers of one thread each, watched by nannies that start them again."""
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as cluster:
        yield cluster


@pytest.fixture
def cluster(machines, tmp_path):
    """The cluster as it is lent, with a folder of its own."""
    return Cluster(machines.scheduler_address, tmp_path / "shared")


@pytest.fixture
def team(cluster):
    with Team(cluster) as team:
        yield team
    assert list(cluster.folder.iterdir()) == []


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture
def stored(tmp_path):
    """Run the engine, by threads or by a team; what lies in the store, byte by byte."""
    runs = iter(range(100))

    def run(rows, team=None, **options):
        folder = tmp_path / str(next(runs))
        folder.mkdir()
        engine.find_pairs(rows, folder, crew=team and Machines(team), **options)
        return digests(folder)

    return run


@pytest.fixture
def by_one_thread(tmp_path):
    """What one thread leaves, in a process of its own where BLAS is kept to one, too."""
    program = """
import sys
from pathlib import Path
from pipeline.correlation.engine import find_pairs
from pipeline.correlation.spread import shelf
find_pairs(shelf.take(Path(sys.argv[1])), Path(sys.argv[2]))
"""

    def run(rows):
        given, made = tmp_path / "rows", tmp_path / "made"
        given.mkdir()
        made.mkdir()
        shelf.put(rows, given)
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        subprocess.run([sys.executable, "-c", program, str(given), str(made)], check=True, cwd=ROOT, env=environment)
        return digests(made)

    return run


@pytest.fixture(scope="session")
def busy():
    """Rows that take two workers seconds."""
    values = np.random.default_rng(1).normal(size=(200, 20_000))
    values[:, :4_000] += values[:, :1]
    return spearman.rows(values, 2)


@pytest.fixture
def in_the_middle():
    """A report that does something once: when the first tasks have come back."""

    def make(act):
        once = threading.Event()

        def report(done):
            if 0.1 < done < 0.8 and not once.is_set():
                once.set()
                act()

        return report

    return make
