"""Claims: what the correlation engine costs, against the matrix products that no engine of its kind can do without.

Run: ``python benchmarks/correlation.py [--case NAME ...] [--rounds 5] [--json FILE]``. Each case runs in a process of its own, with the
environment of a job: one thread for BLAS, two for tiles. Times are ratios to G32 or G64, the products of all tiles of the same
shape in float32 or float64, timed in turn in the same process; medians. Memory is what the kernel says of the finished
process, less that of one that only loads the same table.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from measuring.claims import Claim, finish, parser, show
from measuring.outside import child

HERE = Path(__file__).parent
ALPHA = 0.05
# name: samples, features, data, most: what the figure may be, and of what
TIMED = {
    "sparse": (200, 20_000, "sparse", 3.5, "G32"),
    "ties": (200, 20_000, "counts", 4.5, "G32"),
    "dense": (200, 20_000, "dense", 10.0, "G32"),
    "deep": (1_000, 20_000, "sparse", 1.6, "G64"),
    "pearson": (200, 20_000, "pearson", 3.0, "G64"),
}
# name: samples, features, data, most MiB above the input
SMALL = {
    "memory-20000": (200, 20_000, "sparse", 200),
    "memory-50000": (200, 50_000, "sparse", 400),
    "memory-50000-dense": (200, 50_000, "dense", 400),
}
GROWTH = (10_000, 20_000, 40_000)
MORE = 2.2
"""Twice the features may take twice the memory, and a little for what the last page held."""
Figure = dict[str, Any]


def products(samples: int, features: int, dtype: str, threads: int) -> Callable[[], object]:
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

    return lambda: work_through(tiles, Product, threads, lambda _: None, threading.Event())


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


def table(kind: str, samples: int, features: int) -> Any:
    """Return a table of a kind."""
    from measuring.tables import KINDS

    return KINDS[kind](samples, features)


def timed(name: str, rounds: int) -> Figure:
    """Return a case's times, in turn with those of the products of its tiles."""
    samples, features, kind, _, unit = TIMED[name]
    values = table(kind, samples, features)
    product = products(samples, features, "f4" if unit == "G32" else "f8", 2)
    product()
    pairs = engine(values, kind, 2)
    return {"pairs": pairs, "taken": [(seconds(lambda: engine(values, kind, 2)), seconds(product)) for _ in range(rounds)]}


def two_threads(rounds: int) -> Figure:
    """Return the times of one thread and of two, in turn."""
    values = table("sparse", 200, 20_000)
    pairs = engine(values, "sparse", 2)
    taken = [(seconds(lambda: engine(values, "sparse", 1)), seconds(lambda: engine(values, "sparse", 2))) for _ in range(rounds)]
    return {"pairs": pairs, "taken": taken}


def longer(rounds: int) -> Figure:
    """Return the times of 20,000 and of 40,000 features with as many survivors, in turn."""
    many, more = (table("few", 200, features) for features in GROWTH[1:])
    engine(many, "few", 2)
    taken = [(seconds(lambda: engine(more, "few", 2)), seconds(lambda: engine(many, "few", 2))) for _ in range(rounds)]
    return {"pairs": 0, "taken": taken}


def hold(path: Path, kind: str, *, run: bool) -> None:
    """Load a table, and have the engine work on it if asked to: the process is watched from outside."""
    import numpy as np

    import pipeline.correlation.engine
    import pipeline.correlation.measures.spearman  # noqa: F401 - what both processes load

    values = np.load(path)
    print(engine(values, kind, 2) if run else 0, flush=True)
    sys.stdin.read()


def peak_mib(samples: int, features: int, kind: str) -> tuple[float, int]:
    """Return the peak memory of a run above that of loading its table, and how many pairs it found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.npy"
        save = f"from measuring.tables import KINDS; import numpy; numpy.save({str(path)!r}, KINDS[{kind!r}]({samples}, {features}))"
        subprocess.run([sys.executable, "-c", save], check=True, env=_environment())
        peaks, said = [], ""
        for more in ([], ["--run"]):
            with child([sys.executable, __file__, "--hold", str(path), kind, *more], _environment()) as held:
                said = held.hear()
                peaks.append(held.mib("VmHWM"))
    return peaks[1] - peaks[0], int(said)


def _environment() -> dict[str, str]:
    """Return the environment of a job, the place for temporary files, and where this script's own modules are."""
    from sciflask_reflex.jobs.sandbox import environment

    made = environment({"TMPDIR": tempfile.gettempdir()})
    return made | {"PYTHONPATH": f"{HERE}:{made['PYTHONPATH']}"}


def one(name: str, rounds: int) -> Figure:
    """Return the times of a case in a process of its own."""
    command = [sys.executable, __file__, "--one", name, "--rounds", str(rounds)]
    return json.loads(subprocess.run(command, env=_environment(), check=True, capture_output=True, text=True).stdout)


def _median(figure: Figure) -> float:
    return median(above / below for above, below in figure["taken"])


def _took(figure: Figure) -> str:
    above, below = (median(times) for times in zip(*figure["taken"], strict=True))
    return f"{above:.2f} s to {below:.2f} s, median of {len(figure['taken'])} in turn"


def _growth() -> list[Claim]:
    peaks = {features: peak_mib(200, features, "few") for features in GROWTH}
    return [
        Claim(
            f"memory, {more:,} against {less:,} features with as many survivors", peaks[more][0] / peaks[less][0], "times", most=MORE,
            how=f"{peaks[more][0]:.0f} MiB to {peaks[less][0]:.0f} MiB; {peaks[more][1]:,} and {peaks[less][1]:,} pairs",
        )
        for less, more in pairwise(GROWTH)
    ]  # fmt: skip


def measure(name: str, rounds: int) -> list[Claim]:
    """Return the claims of a case."""
    if name in SMALL:
        samples, features, kind, most = SMALL[name]
        peak, pairs = peak_mib(samples, features, kind)
        what = f"memory above the table, {samples} × {features:,}, {kind}"
        return [Claim(what, peak, "MiB", most=most, how=f"from outside; {pairs:,} pairs survive, on disk")]
    if name == "growth":
        return _growth()
    figure = one(name, rounds)
    if name == "two-threads":
        return [Claim("two threads against one, 200 × 20,000", _median(figure), "times", least=1.6, how=_took(figure))]
    if name == "longer":
        how = f"{_took(figure)}; four times the pairs"
        return [Claim("time, 40,000 against 20,000 features with as many survivors", _median(figure), "times", most=4.6, how=how)]
    samples, features, kind, most, unit = TIMED[name]
    what = f"table to survivors on disk, {samples:,} × {features:,}, {kind}"
    return [Claim(what, _median(figure), unit, most=most, how=f"{_took(figure)}; {figure['pairs']:,} pairs survive")]


def main() -> int:
    """Print the figures."""
    names = [*TIMED, "two-threads", "longer", "growth", *SMALL]
    options = parser(__doc__)
    options.add_argument("--case", action="append", choices=names, help="only this one; may be repeated")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--one", choices=names, help="the times of one case in this process")
    options.add_argument("--hold", nargs=2, help="a process to be watched")
    options.add_argument("--run", action="store_true", help="one that works")
    asked = options.parse_args()
    if asked.hold:
        hold(Path(asked.hold[0]), asked.hold[1], run=asked.run)
        return 0
    if asked.one:
        special = {"two-threads": two_threads, "longer": longer}.get(asked.one)
        print(json.dumps(special(asked.rounds) if special else timed(asked.one, asked.rounds)))
        return 0
    claims: list[Claim] = []
    for name in asked.case or names:
        found = measure(name, asked.rounds)
        show(found)
        claims += found
    print()
    return finish(claims, asked.json)


if __name__ == "__main__":
    sys.exit(main())
