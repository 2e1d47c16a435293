"""Made-up tables of known kinds, the same ones every time.

Run: ``python benchmarks/measuring/tables.py KIND FILE.csv`` with one of the names in ``FILES`` writes one to try the site with.

None of the numbers is a measurement. ``expression`` stands in for real microarray data: in one published matrix of its shape
38 % of all pairs remain significant after Benjamini-Hochberg and 3 % after Bonferroni; here it is 39 % and 2 %.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
FACTORS, COMMON = 10, (0.5, 0.95)
FEW = 3_000


def followers(samples: int, features: int, *, tied: int, hidden: int, weight: float) -> Values:
    """Return noise in which the first ``tied`` features follow one of so many hidden ones."""
    random = np.random.default_rng(0)
    values = random.normal(size=(samples, features))
    leaders = random.normal(size=(samples, hidden))
    these = np.arange(tied)
    values[:, these] += weight * leaders[:, these % hidden]
    return values


def sparse(samples: int, features: int) -> Values:
    """Return data of which less than 1 % of the pairs survive: 30 % of the features follow twenty hidden ones."""
    return followers(samples, features, tied=features * 3 // 10, hidden=20, weight=0.65)


def dense(samples: int, features: int) -> Values:
    """Return data of which a fifth of the pairs survive: 80 % of the features follow three hidden ones."""
    return followers(samples, features, tied=features * 4 // 5, hidden=3, weight=1.0)


def few(samples: int, features: int) -> Values:
    """Return data with as many pairs that survive whatever the number of features: 3,000 of them follow twenty hidden ones closely."""
    return followers(samples, features, tied=FEW, hidden=20, weight=2.0)


def counts(samples: int, features: int) -> Values:
    """Return whole numbers with ties and a majority of zeros, as sequencing gives them."""
    values = sparse(samples, features)
    return np.where(values < 0.3, 0.0, np.round(values * 5))


def expression(samples: int, features: int) -> Values:
    """Return log intensities in which every feature follows ten hidden ones, each in its own way: dense, as real data are."""
    random = np.random.default_rng(0)
    loadings = random.normal(size=(FACTORS, features))
    loadings /= np.linalg.norm(loadings, axis=0)
    shared = random.normal(size=(samples, FACTORS)) @ loadings
    common = random.uniform(*COMMON, features)
    values = np.sqrt(common) * shared + np.sqrt(1 - common) * random.normal(size=(samples, features))
    return random.uniform(4, 12, features) + random.uniform(0.2, 1.0, features) * values


KINDS: dict[str, Callable[[int, int], Values]] = {
    "sparse": sparse, "dense": dense, "few": few, "counts": counts, "expression": expression, "pearson": sparse,
}  # fmt: skip
FILES = {"sparse": (200, 20_000), "expression": (128, 12_625), "counts": (200, 20_000)}
"""Tables that a person might bring, by kind: samples and features."""


def write_csv(path: Path, values: Values, digits: str = ".6f") -> None:
    """Write a table as people keep theirs: names above, ids in front."""
    with path.open("w", encoding="utf-8") as file:
        file.write("sample," + ",".join(f"gene_{number:05d}" for number in range(values.shape[1])) + "\n")
        for number, row in enumerate(values.tolist()):
            file.write(f"s{number:04d}," + ",".join(format(cell, digits) for cell in row) + "\n")


def table(kind: str, path: Path) -> None:
    """Write one of ``FILES``."""
    write_csv(path, KINDS[kind](*FILES[kind]), ".0f" if kind == "counts" else ".6f")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in FILES:
        sys.exit(f"Give a kind ({', '.join(FILES)}) and the name of a file.")
    table(sys.argv[1], Path(sys.argv[2]))
