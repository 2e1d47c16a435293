"""The order by fastcluster: ``python fastcluster_tree.py VECTORS.npy``, by a Python that has it; prints seconds and writes ``tree.npy`` beside.

The distances of all pairs are made by products of blocks, far faster than SciPy's ``pdist``, and their time counts, as ours does.
"""

import sys
import time
from pathlib import Path

import fastcluster  # pyright: ignore[reportMissingImports] - of an environment of its own
import numpy as np

BLOCK = 512


def main() -> None:
    """Time it once."""
    path = Path(sys.argv[1])
    vectors = np.load(path)
    begun = time.perf_counter()
    count, start = len(vectors), 0
    distances = np.empty(count * (count - 1) // 2)
    for row in range(0, count, BLOCK):
        products = vectors[row : row + BLOCK] @ vectors[row:].T
        for place, line in enumerate(products):
            stop = start + line.size - place - 1
            np.subtract(1.0, line[place + 1 :], out=distances[start:stop])
            start = stop
    tree = fastcluster.linkage(distances, "average", preserve_input=False)
    print(time.perf_counter() - begun)
    np.save(path.with_name("tree.npy"), tree)


if __name__ == "__main__":
    main()
