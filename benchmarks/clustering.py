"""How fast the clustering order is, next to the products of all pairs of features in double precision, and next to SciPy.

Run: ``python benchmarks/clustering.py [features] [samples]`` (default 20000 and 200). The ratio is to the whole square of products in tiles
(full G64), timed before and after in the same process with the same two threads; SciPy is asked up to 8,000 features, for the same tree.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads of ours share the tiles

import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist

from pipeline.correlation.clustering import average_linkage

THREADS = 2
MOST_FOR_SCIPY = 8_000
Vectors = NDArray[np.float64]


def data(kind: str, features: int, samples: int) -> Vectors:
    """Return unit vectors of features: noise, of which a share follows hidden ones (sparse: 30 % of 20; dense: 80 % of 3)."""
    random = np.random.default_rng(0)
    values = random.normal(size=(samples, features))
    share, hidden = {"sparse": (0.3, 20), "dense": (0.8, 3), "null": (0.0, 1)}[kind]
    tied = np.arange(int(share * features))
    values[:, tied] += 1.5 * random.normal(size=(samples, hidden))[:, tied % hidden]
    centred = values - values.mean(axis=0)
    return np.ascontiguousarray((centred / np.linalg.norm(centred, axis=0)).T)


def all_products(vectors: Vectors) -> None:
    """Calculate the products of all pairs, both ways, and keep none."""
    count = len(vectors)

    def row(start: int) -> None:
        for column in range(0, count, 1024):
            vectors[start : start + 256] @ vectors[column : column + 1024].T

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(row, range(0, count, 256)))


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that something took, and its answer."""
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def main() -> int:
    """Print a line for each kind of data; 1 when the tree is not SciPy's."""
    features, samples = (int(text) for text in (sys.argv[1:] + ["20000", "200"][len(sys.argv) - 1 :])[:2])
    wrong = 0
    print(f"{'data':<8}{'features':>10}{'this, s':>10}{'full G64, s':>13}{'ratio':>8}{'peak, MB':>10}   against SciPy")
    for kind in ("sparse", "null", "dense"):
        vectors = data(kind, features, samples)
        before, _ = timed(lambda vectors=vectors: all_products(vectors))
        took, tree = timed(lambda vectors=vectors: average_linkage(vectors, small=0, threads=THREADS))
        after, _ = timed(lambda vectors=vectors: all_products(vectors))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        line = f"{kind:<8}{features:>10,}{took:>10.2f}{(before + after) / 2:>13.2f}{2 * took / (before + after):>8.2f}{peak:>10.0f}"
        if features <= MOST_FOR_SCIPY:
            slow, expected = timed(lambda vectors=vectors: linkage(pdist(vectors, "correlation"), "average"))
            same = np.array_equal(tree[:, [0, 1, 3]], expected[:, [0, 1, 3]])
            wrong += not same
            line += f"   {slow:.2f} s, {slow / took:.1f} x; {'same tree' if same else 'ANOTHER TREE'}"
        print(line, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
