"""Claims: the clustering order is SciPy's, at the price of a few squares of products, in memory that grows with the features.

Run: ``python benchmarks/clustering.py [--features 20000] [--rounds 3] [--fastcluster PYTHON] [--json FILE]``. The ratio is to the whole square of products in tiles
(full G64), timed before and after in the same process with the same two threads; SciPy is asked at 3,000 features, for the same tree.
Each kind of data has a process of its own, whose peak memory the kernel tells. The hard cases are three giant modules (dense), and one
that grows by a feature at a time because its features follow it more or less closely (growing). They are against SciPy's own average
linkage on the same distances, or against fastcluster's where a Python of an environment that has it is named: on one thread, and the
time of making the distances counts.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from measuring.claims import Claim, finish, parser
from measuring.outside import child

HERE = Path(__file__).parent
THREADS = 2
SAMPLES = 200
COMPARED, HARD = 3_000, 10_000
MOST = {"sparse": 8.0, "null": 8.0}
HARD_MOST = 5.0


def data(kind: str, features: int) -> Any:
    """Return unit vectors of features: noise, of which a share follows hidden ones (sparse: 30 % of 20; dense: 80 % of 3; growing: all one)."""
    import numpy as np
    from measuring.tables import followers

    share, hidden = {"sparse": (0.3, 20), "dense": (0.8, 3), "null": (0.0, 1), "growing": (0.0, 1)}[kind]
    values = followers(SAMPLES, features, tied=int(share * features), hidden=hidden, weight=1.5)
    if kind == "growing":
        random = np.random.default_rng(1)
        values += random.normal(size=(SAMPLES, 1)) * random.exponential(2, size=features)
    centred = values - values.mean(axis=0)
    return np.ascontiguousarray((centred / np.linalg.norm(centred, axis=0)).T)


def all_products(vectors: Any) -> None:
    """Calculate the products of all pairs, both ways, and keep none."""
    count = len(vectors)

    def row(start: int) -> None:
        for column in range(0, count, 1024):
            _ = vectors[start : start + 256] @ vectors[column : column + 1024].T

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(row, range(0, count, 256)))


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that something took, and its answer."""
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def work(kind: str, features: int, rounds: int, *, against_scipy: bool) -> None:
    """Print what a kind of data took, as JSON; then wait to be looked at."""
    import numpy as np
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import pdist

    from pipeline.correlation.clustering import average_linkage

    vectors = data(kind, features)
    taken, tree = [], None
    print(json.dumps("ready"), flush=True)
    for _ in sys.stdin:
        for _ in range(rounds):
            before, _ = timed(lambda: all_products(vectors))
            took, tree = timed(lambda: average_linkage(vectors, small=0, threads=THREADS))
            after, _ = timed(lambda: all_products(vectors))
            taken.append([took, (before + after) / 2])
        print(json.dumps(taken), flush=True)
        if against_scipy and tree is not None:
            slow, expected = timed(lambda: linkage(pdist(vectors, "correlation"), "average"))
            print(json.dumps([slow, bool(np.array_equal(tree[:, [0, 1, 3]], expected[:, [0, 1, 3]]))]), flush=True)


def measured(kind: str, features: int, rounds: int, *, against_scipy: bool = False) -> tuple[list[list[float]], float, list[Any]]:
    """Return the times (ours and the products'), the memory above the table in MiB, and what SciPy took and whether the trees are the same."""
    from sciflask_reflex.jobs.sandbox import environment

    env = environment()
    env["PYTHONPATH"] = os.pathsep.join([str(HERE), env["PYTHONPATH"]])
    command = [sys.executable, __file__, "--kind", kind, "--features", str(features), "--rounds", str(rounds)]
    with child([*command, "--scipy"] if against_scipy else command, env) as process:
        process.hear()
        before = process.mib("VmRSS")
        taken = json.loads(process.ask())
        above = process.mib("VmHWM") - before
        return taken, above, json.loads(process.hear()) if against_scipy else []


def _large(features: int, rounds: int) -> list[Claim]:
    claims = []
    for kind, most in MOST.items():
        taken, above, _ = measured(kind, features, rounds)
        ratio, seconds = median(ours / base for ours, base in taken), median(ours for ours, _ in taken)
        how = f"{seconds:.2f} s, median of {rounds} in turn"
        claims.append(Claim(f"order of {features:,} features, {kind}", ratio, "full G64", most=most, how=how))
        how = "above the table, from outside; a matrix of distances alone would take "
        how += f"{features**2 * 4 / 2**20:,.0f} MiB"
        claims.append(Claim(f"memory of the order of {features:,} features, {kind}", above, "MiB", how=how))
    return claims


def _same(features: int) -> list[Claim]:
    wrong, told = 0, []
    for kind in ("sparse", "null", "dense"):
        taken, _, (slow, same) = measured(kind, features, 1, against_scipy=True)
        wrong += not same
        told.append(f"{kind} {slow / taken[0][0]:.1f} times as fast")
    return [Claim(f"trees of {features:,} features that differ from SciPy's", wrong, "of 3", most=0, how=", ".join(told))]


def _by_fastcluster(kind: str, features: int, python: Path) -> float:
    """Return the seconds that fastcluster takes, by a Python that has it.

    Raises:
        SystemExit: If its tree is another one.
    """
    import numpy as np

    from pipeline.correlation.clustering import average_linkage
    from sciflask_reflex.jobs.sandbox import environment

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.npy"
        np.save(path, vectors := data(kind, features))
        command = [str(python), str(HERE / "measuring" / "fastcluster_tree.py"), str(path)]
        said = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True).stdout
        theirs = np.load(path.with_name("tree.npy"))
    if not np.array_equal(average_linkage(vectors, small=0, threads=THREADS)[:, [0, 1, 3]], theirs[:, [0, 1, 3]]):
        message = f"The tree of {features:,} features ({kind}) is not fastcluster's."
        raise SystemExit(message)
    return float(said)


def _hard(features: int, fastcluster: Path | None) -> list[Claim]:
    claims, whose = [], "fastcluster" if fastcluster else "SciPy"
    for kind, what in (("dense", "three giant modules"), ("growing", "one module that grows by a feature at a time")):
        taken, above, told = measured(kind, features, 1, against_scipy=fastcluster is None)
        theirs = _by_fastcluster(kind, features, fastcluster) if fastcluster else told[0]
        how = f"{taken[0][0]:.1f} s against {theirs:.1f} s of {whose} on all distances; {above:,.0f} MiB above the table"
        claims.append(Claim(f"order of {features:,} features in {what}", taken[0][0] / theirs, f"times {whose}", most=HARD_MOST, how=how))
    return claims


def main() -> int:
    """Print the claims; 1 when one does not hold."""
    options = parser(__doc__)
    options.add_argument("--features", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--kind", choices=("sparse", "null", "dense", "growing"), help="the times of one kind in this process")
    options.add_argument("--fastcluster", type=Path, metavar="PYTHON", help="of an environment that has it, for the hard cases")
    options.add_argument("--scipy", action="store_true", help="ask SciPy, too")
    asked = options.parse_args()
    if asked.kind:
        work(asked.kind, asked.features, asked.rounds, against_scipy=asked.scipy)
        return 0
    return finish([*_large(asked.features, asked.rounds), *_same(COMPARED), *_hard(HARD, asked.fastcluster)], asked.json)


if __name__ == "__main__":
    sys.exit(main())
