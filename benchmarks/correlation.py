"""What the correlation engine costs, against the matrix products that no engine of its kind can do without.

Run: ``python benchmarks/correlation.py [--case NAME ...] [--rounds 5] [--json FILE]``. Each case runs in a process of its own, with the
environment of a job: one thread for BLAS, two for tiles. Times are ratios to G32 or G64, the products of all tiles of the same
shape in float32 or float64, timed in turn in the same process; medians. Memory is what the kernel says of the finished
process, less that of one that only loads the same table.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ALPHA = 0.05
# name: samples, features, data, threads, most: what the figure may be, and of what
TIMED = {
    "sparse": (200, 20_000, "sparse", 2, 3.5, "G32"),
    "ties": (200, 20_000, "ties", 2, 4.5, "G32"),
    "dense": (200, 20_000, "dense", 2, 10.0, "G32"),
    "deep": (1_000, 20_000, "sparse", 2, 1.6, "G64"),
    "pearson": (200, 20_000, "pearson", 2, 3.0, "G64"),
}
# name: samples, features, data, most MiB above the input
SMALL = {
    "memory-10000": (200, 10_000, "sparse", 200),
    "memory-20000": (200, 20_000, "sparse", 200),
    "memory-50000": (200, 50_000, "sparse", 400),
    "memory-50000-dense": (200, 50_000, "dense", 400),
}
Figure = dict[str, Any]


def table(samples: int, features: int, kind: str):  # noqa: ANN201 - numpy is loaded where it is needed
    """Return noise in which some features follow hidden ones: few of them twenty (sparse), or most of them three (dense)."""
    import numpy as np

    random = np.random.default_rng(0)
    share, hidden, weight = (0.8, 3, 1.0) if kind == "dense" else (0.3, 20, 0.65)
    values = random.normal(size=(samples, features))
    followed = random.normal(size=(samples, hidden))
    tied = np.arange(int(features * share))
    values[:, tied] += weight * followed[:, tied % hidden]
    return np.where(values < 0.3, 0.0, np.round(values * 5)) if kind == "ties" else values


def products(samples: int, features: int, dtype: str, threads: int) -> Callable[[], None]:
    """Return what does nothing but the products of all tiles."""
    import numpy as np

    from pipeline.correlation.engine.tiles import SIDE, Tile, plan, work_through

    rows = np.random.default_rng(0).normal(size=(features, samples)).astype(dtype)
    tiles = plan(features)

    class Product:
        def __init__(self) -> None:
            self._out = np.empty(SIDE * SIDE, dtype=dtype)

        def __call__(self, tile: Tile, /) -> None:
            out = self._out[: tile.height * tile.width].reshape(tile.height, tile.width)
            np.matmul(rows[tile.row : tile.row + tile.height], rows[tile.column : tile.column + tile.width].T, out=out)

        def close(self) -> None:
            pass

    return lambda: work_through(tiles, Product, threads, lambda _: None, threading.Event()) and None


def seconds(work: Callable[[], Any]) -> float:
    """Return how long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def engine(values: Any, kind: str, threads: int) -> int:
    """Rank, correlate, correct, write the pairs to disk; how many there are."""
    from pipeline.correlation.engine import find_pairs
    from pipeline.correlation.measures import pearson, spearman

    rows = pearson.rows(values) if kind == "pearson" else spearman.rows(values, threads)
    with tempfile.TemporaryDirectory() as folder:
        return len(find_pairs(rows, Path(folder), alpha=ALPHA, threads=threads))


def timed(name: str, rounds: int) -> Figure:
    """Return a case's time as a ratio to the products of its tiles."""
    samples, features, kind, threads, most, unit = TIMED[name]
    values = table(samples, features, kind)
    product = products(samples, features, "f4" if unit == "G32" else "f8", threads)
    product()
    pairs = engine(values, kind, threads)
    taken = [(seconds(product), seconds(lambda: engine(values, kind, threads))) for _ in range(rounds)]
    ratio = median(mine / base for base, mine in taken)
    return {
        "case": name, "figure": ratio, "unit": unit, "most": most, "pairs": pairs,
        "seconds": median(mine for _, mine in taken), "base_seconds": median(base for base, _ in taken),
    }  # fmt: skip


def two_threads(rounds: int) -> Figure:
    """Return how many times faster two threads are than one."""
    values = table(200, 20_000, "sparse")
    engine(values, "sparse", 2)
    taken = [(seconds(lambda: engine(values, "sparse", 1)), seconds(lambda: engine(values, "sparse", 2))) for _ in range(rounds)]
    return {"case": "two-threads", "figure": median(one / two for one, two in taken), "unit": "times one thread", "least": 1.6}


def plain(values: Any) -> int:
    """The calculation as a user of scipy and statsmodels writes it, and as the ancestor had it; how many pairs are significant."""
    import numpy as np
    from scipy.stats import spearmanr
    from statsmodels.stats.multitest import multipletests

    r, p = spearmanr(values)
    lower = np.tril(np.ones(p.shape, dtype=bool), -1)
    rejected, corrected, *_ = multipletests(p[lower], alpha=ALPHA, method="fdr_bh")
    q = np.full(p.shape, np.nan)
    q[lower] = corrected
    q = np.where(np.isnan(q), q.T, q)
    np.where(q <= ALPHA, r, 0.0)
    return int(rejected.sum())


def against_plain(rounds: int) -> Figure:
    """Return how many times faster than the plain way at 4,000 features; both find as many pairs."""
    values = table(200, 4_000, "sparse")
    pairs, expected = engine(values, "sparse", 2), plain(values)
    if pairs != expected:
        message = f"The engine finds {pairs} pairs, scipy and statsmodels {expected}."
        raise SystemExit(message)
    taken = [(seconds(lambda: plain(values)), seconds(lambda: engine(values, "sparse", 2))) for _ in range(rounds)]
    return {"case": "plain", "figure": median(theirs / ours for theirs, ours in taken), "unit": "times scipy + statsmodels", "least": 30}


def hold(path: Path, kind: str, *, run: bool) -> None:
    """Load a table, and have the engine work on it if asked to: the process is watched from outside."""
    import numpy as np

    import pipeline.correlation.engine
    import pipeline.correlation.measures.spearman  # noqa: F401 - what both processes load

    values = np.load(path)
    print(engine(values, kind, 2) if run else 0, flush=True)
    sys.stdin.read()


def _peak_mib(arguments: list[str]) -> tuple[float, str]:
    """Return the most memory that a child has held, as the kernel says while it waits at its end, and what it printed."""
    child = subprocess.Popen(
        [sys.executable, __file__, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
    )
    if not (child.stdin and child.stdout):
        message = "Popen makes two pipes"
        raise RuntimeError(message)
    said = child.stdout.readline().strip()
    status = dict(line.split(":", 1) for line in Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8").splitlines())
    child.stdin.close()
    if not said or child.wait():
        message = f"{arguments} ended with {child.wait()}."
        raise SystemExit(message)
    return int(status["VmHWM"].split()[0]) / 1024, said


def memory(name: str) -> Figure:
    """Return the peak memory of a run above that of loading its table."""
    import numpy as np

    samples, features, kind, most = SMALL[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.npy"
        np.save(path, table(samples, features, kind))
        before, _ = _peak_mib(["--hold", str(path), kind])
        after, said = _peak_mib(["--hold", str(path), kind, "--run"])
    return {"case": name, "figure": after - before, "unit": "MiB above the table", "most": most, "pairs": int(said)}


def _environment() -> dict[str, str]:
    """Return the environment of a job, and the place for temporary files."""
    from sciflask_reflex.jobs.sandbox import environment

    return environment({"TMPDIR": tempfile.gettempdir()})


def measure(name: str, rounds: int) -> Figure:
    """Return the figure of a case, in this process."""
    if name in SMALL:
        return memory(name)
    return timed(name, rounds) if name in TIMED else {"plain": against_plain, "two-threads": two_threads}[name](rounds)


def verdict(figure: Figure) -> str:
    """Return one line about a figure."""
    limit = f"at most {figure['most']}" if "most" in figure else f"at least {figure['least']}"
    kept = figure["figure"] <= figure["most"] if "most" in figure else figure["figure"] >= figure["least"]
    pairs = f", {figure['pairs']:,} pairs" if "pairs" in figure else ""
    took = f", {figure['seconds']:.2f} s" if "seconds" in figure else ""
    return f"{figure['case']:20}{figure['figure']:8.2f} {figure['unit']:26} {limit:14} {'kept' if kept else 'MISSED'}{took}{pairs}"


def main() -> int:
    """Print the figures; each case has a process of its own."""
    names = [*TIMED, "two-threads", "plain", *SMALL]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--case", action="append", choices=names, help="only this one; may be repeated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--one", choices=names, help=argparse.SUPPRESS)
    parser.add_argument("--hold", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.hold:
        hold(Path(asked.hold[0]), asked.hold[1], run=asked.run)
        return 0
    if asked.one:
        print(json.dumps(measure(asked.one, asked.rounds)))
        return 0
    figures: list[Figure] = []
    for name in asked.case or names:
        command = [sys.executable, __file__, "--one", name, "--rounds", str(asked.rounds)]
        figures.append(json.loads(subprocess.run(command, env=_environment(), check=True, capture_output=True, text=True).stdout))
        print(verdict(figures[-1]), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
