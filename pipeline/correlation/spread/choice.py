"""Threads or a cluster: whichever was lent, where the work is worth it."""

import threading
from pathlib import Path

from pipeline.correlation import engine
from pipeline.correlation.engine import Correction, PairStore, Rows
from pipeline.correlation.engine.tiles import Report
from pipeline.correlation.spread.crew import Machines
from pipeline.correlation.spread.team import Team
from pipeline.toolkit.cluster import Cluster, lent

WORTH = 10**9
"""Products of two numbers below which no cluster is asked: threads are done before a connection stands."""


def worth(rows: Rows, cluster: Cluster | None) -> Cluster | None:
    """Return the cluster if there is one and these rows are worth it."""
    return cluster if rows.tests * rows.samples >= WORTH else None


def find_pairs(
    rows: Rows,
    folder: Path,
    *,
    correction: Correction = "benjamini-hochberg",
    alpha: float = 0.05,
    least_r: float = 0.0,
    split: int | None = None,
    threads: int = 1,
    report: Report = lambda _: None,
    stop: threading.Event | None = None,
) -> PairStore:
    """Do what the engine's ``find_pairs`` does, on the cluster that was lent if there is one: the same files, byte by byte.

    Arguments are the engine's; ``threads`` also put the pairs in order when a cluster has found them.

    Raises:
        ClusterFault: If a cluster was lent but cannot be used; it holds a sentence for the person, and details.
        Stopped: If ``stop`` was set.
    """
    cluster = worth(rows, lent())
    options = {
        "correction": correction,
        "alpha": alpha,
        "least_r": least_r,
        "split": split,
        "threads": threads,
        "report": report,
        "stop": stop,
    }
    if cluster is None:
        return engine.find_pairs(rows, folder, **options)
    with Team(cluster) as team:
        return engine.find_pairs(rows, folder, crew=Machines(team), **options)
