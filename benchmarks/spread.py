"""Claims: what it costs to spread an analysis over the workers of a cluster, against threads; and a model of it, checked.

Run: ``python benchmarks/spread.py [--features 20000 50000] [--rounds 5] [--model] [--json FILE]``. Two workers of one thread each on this machine
against two threads, in turn in the same process; medians. Starting the cluster is told apart. Both leave the same files, which is checked.
``--model`` measures what one core costs on small tables, says from that what larger ones take, and measures these. Needs the extra ``dask``.
"""

import hashlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from measuring.claims import Claim, finish, parser, show
from measuring.scaling import Costs, said

SAMPLES = 200
MOST = 1.4
POINTS = (10_000, 20_000, 50_000)
LARGE = ((100_000, 16), (200_000, 16), (200_000, 64), (200_000, 256))


def rows_of(kind: str, features: int, samples: int = SAMPLES) -> Any:
    """Return Spearman's rows of a table of a kind."""
    from measuring.tables import KINDS

    from pipeline.correlation.measures import spearman

    return spearman.rows(KINDS[kind](samples, features), 2)


def digest(folder: Path) -> dict[str, str]:
    """Return what lies in a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


class Runs:
    """Runs of the engine by threads or by a cluster, timed."""

    def __init__(self, address: str, shared: Path) -> None:
        from pipeline.toolkit.cluster import Cluster

        self._cluster = Cluster(address, shared)

    def threads(self, rows: Any, found: dict[str, str] | None = None) -> float:
        """Return the seconds that two threads take."""
        from pipeline.correlation.engine import find_pairs

        return self._timed(lambda folder: find_pairs(rows, folder, threads=2), found)

    def cluster(self, rows: Any, found: dict[str, str] | None = None) -> float:
        """Return the seconds that the cluster takes, from connecting to letting go."""
        from pipeline.correlation.engine import find_pairs
        from pipeline.correlation.spread.crew import Machines
        from pipeline.correlation.spread.team import Team

        def run(folder: Path) -> None:
            with Team(self._cluster) as team:
                find_pairs(rows, folder, crew=Machines(team), threads=2)

        return self._timed(run, found)

    @staticmethod
    def _timed(run: Callable[[Path], object], found: dict[str, str] | None) -> float:
        with tempfile.TemporaryDirectory() as name:
            started = time.perf_counter()
            run(Path(name))
            took = time.perf_counter() - started
            if found is not None:
                found |= digest(Path(name))
        return took


def compared(runs: Runs, features: int, rounds: int) -> Claim:
    """Return how many times longer the cluster takes than threads."""
    rows = rows_of("sparse", features)
    by_threads: dict[str, str] = {}
    by_cluster: dict[str, str] = {}
    runs.threads(rows, by_threads)
    runs.cluster(rows, by_cluster)
    if by_threads != by_cluster:
        message = f"At {features:,} features the cluster leaves other files than threads do."
        raise SystemExit(message)
    taken = [(runs.threads(rows), runs.cluster(rows)) for _ in range(rounds)]
    mine, theirs = median(cluster for _, cluster in taken), median(threads for threads, _ in taken)
    ratio = median(cluster / threads for threads, cluster in taken)
    how = f"{mine:.2f} s against {theirs:.2f} s, median of {rounds}; the same files"
    return Claim(f"two workers of a cluster against two threads, {SAMPLES} × {features:,}", ratio, "times", most=MOST, how=how)


def _finishing(rows: Any) -> tuple[float, float, int]:
    """Return the seconds of a run on one thread, those of them that putting the pairs in order takes, and how many pairs there are."""
    from pipeline.correlation import engine
    from pipeline.correlation.engine import run

    spent, finish = [0.0], run.finish

    def timed(*arguments: Any, **options: Any) -> None:
        started = time.perf_counter()
        finish(*arguments, **options)
        spent[0] += time.perf_counter() - started

    run.finish = timed
    try:
        with tempfile.TemporaryDirectory() as name:
            started = time.perf_counter()
            pairs = len(engine.find_pairs(rows, Path(name)))
            return time.perf_counter() - started, spent[0], pairs
    finally:
        run.finish = finish


def sweep(rows: Any, every: int) -> float:
    """Return the seconds for each pair that a core takes when next to nothing is found, both cores at work on some of the tiles."""
    import numpy as np

    from pipeline.correlation.engine.emitting import Emitter
    from pipeline.correlation.engine.records import shape_for
    from pipeline.correlation.engine.spill import Spill
    from pipeline.correlation.engine.tiles import SIDE, plan, work_through

    tiles = plan(rows.features)[::every]
    with tempfile.TemporaryDirectory() as name:
        spill = Spill(Path(name), shape_for(rows), np.array([0.9]))
        started = time.perf_counter()
        work_through(tiles, lambda: Emitter(rows, SIDE, 0.9, spill), 2, lambda _: None, threading.Event())
        return 2 * (time.perf_counter() - started) / (len(tiles) * SIDE**2)


class Unit:
    """What a core takes for a pair on ``SAMPLES`` samples, again and again: other programs make it now this, now that."""

    def __init__(self) -> None:
        self._rows = rows_of("sparse", 60_000)
        self.least = self.seconds()

    def seconds(self) -> float:
        """Return how long it takes now."""
        now = sweep(self._rows, 60)
        self.least = min(now, getattr(self, "least", now))
        return now

    def of(self, work: Callable[[], float]) -> tuple[float, float]:
        """Return what some work takes, and a unit around that time."""
        before = self.seconds()
        took = work()
        return took, (before + self.seconds()) / 2

    def ratio(self, work: Callable[[], float], rounds: int) -> float:
        """Return how many units some work takes, the median of some rounds."""
        return median(took / unit for took, unit in (self.of(work) for _ in range(rounds)))


def measured_costs(runs: Runs, unit: Unit, rounds: int) -> Costs:
    """Return what one core costs: measured on some tiles of rows that no cache holds, and on small tables."""
    deep, dense, thin, small = (
        rows_of(*what) for what in (("sparse", 60_000, 3 * SAMPLES), ("dense", 8_000), ("sparse", 8_000), ("sparse", 1_000))
    )
    product = (unit.ratio(lambda: sweep(deep, 60), rounds) - 1) / (2 * SAMPLES)
    many, few = (_finishing(rows)[2] for rows in (dense, thin))
    begun = [unit.ratio(lambda rows=rows: _part(rows, last=False), rounds) for rows in (dense, thin)]
    ended = [unit.ratio(lambda rows=rows: _part(rows, last=True), rounds) for rows in (dense, thin)]
    runs.cluster(small)
    return Costs(
        product=product, pair=1 - SAMPLES * product, found=(begun[0] - begun[1]) / (many - few), sorted=(ended[0] - ended[1]) / (many - few),
        task=0.0, fixed=unit.ratio(lambda: runs.cluster(small), rounds), byte=0.0,
    )  # fmt: skip


def _part(rows: Any, *, last: bool) -> float:
    """Return the seconds of putting pairs in order, or of all before, on one thread."""
    whole, end, _ = _finishing(rows)
    return end if last else whole - end


def checked(runs: Runs, unit: Unit, costs: Costs, features: int, rounds: int) -> Claim:
    """Return how far the model is off at so many features: in each round it knows how fast the machine is just then."""
    from pipeline.correlation.engine import find_pairs

    rows = rows_of("sparse", features)
    with tempfile.TemporaryDirectory() as name:
        share = len(find_pairs(rows, Path(name), threads=2)) / rows.tests
    runs.cluster(rows)
    taken = [unit.of(lambda: runs.cluster(rows)) for _ in range(rounds)]
    expected = [said(features, SAMPLES, 2, share, costs.times(now)).seconds for _, now in taken]
    off = median(100 * (one / took - 1) for one, (took, _) in zip(expected, taken, strict=True))
    how = f"said {median(expected):.2f} s, measured {median(took for took, _ in taken):.2f} s, medians of {rounds}; {share:.2%} survive"
    return Claim(f"the model at {SAMPLES} × {features:,}, two workers", off, "% off", how=how)


def model(runs: Runs, rounds: int) -> list[Claim]:
    """Return what the model says beside what is measured, and what it says of more."""
    unit = Unit()
    relative = measured_costs(runs, unit, rounds)
    claims = [checked(runs, unit, relative, features, rounds) for features in POINTS]
    costs = relative.times(unit.least)
    print(relative, unit.least)
    for features, workers in LARGE:
        for share in (0.003, 0.2):
            one = said(features, SAMPLES, workers, share, costs, cores=8, machines=max(1, workers // 16))
            how = (
                f"a worker {one.worker_mib:.0f} MiB + rows {one.rows_mib:.0f} MiB, site {one.site_mib:,.0f} MiB, disk {one.disk_mib:,.0f} MiB, "
                f"wire {one.wire_mib:,.0f} MiB, of it by the scheduler {one.scheduler_mib:.0f} MiB"
            )
            claims.append(Claim(f"said of {SAMPLES} × {features:,}, {workers} workers, {share:.1%} survive", one.seconds, "s", how=how))
    return claims


def main() -> int:
    """Print the figures."""
    options = parser(__doc__)
    options.add_argument("--features", type=int, nargs="*", default=[20_000, 50_000])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--model", action="store_true", help="check the model of docs/scaling.md, too")
    asked = options.parse_args()
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **_environment()})
    try:
        from distributed import LocalCluster
    except ImportError:
        return finish([Claim("a cluster against threads", None, "", how="needs the extra dask")], asked.json)
    started = time.perf_counter()
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as here, tempfile.TemporaryDirectory() as shared:
        claims = [Claim("starting a cluster of two workers on this machine", time.perf_counter() - started, "s")]
        runs = Runs(here.scheduler_address, Path(shared))
        for features in asked.features:
            claims.append(compared(runs, features, asked.rounds))
            show(claims[-1:])
        if asked.model:
            claims += model(runs, asked.rounds)
    return finish(claims, asked.json)


def _environment() -> dict[str, str]:
    """Return the environment of a job, and the place for temporary files."""
    from sciflask_reflex.jobs.sandbox import environment

    return environment({"TMPDIR": tempfile.gettempdir()})


if __name__ == "__main__":
    sys.exit(main())
