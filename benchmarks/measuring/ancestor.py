"""The same analysis as scripts for a few hundred features are written: the method of Science Flask, in lines of our own.

SciPy, statsmodels, pandas and matplotlib, every matrix whole, both triangles filled in a loop. It is what the engine is compared with.
"""

from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from statsmodels.stats.multitest import multipletests

ALPHA = 0.05
Values = NDArray[np.float64]


def read(path: Path) -> pd.DataFrame:
    """Return the table; it is read once to be checked and once to be used."""
    pd.read_csv(path, index_col=0).isna().to_numpy().any()
    return pd.read_csv(path, index_col=0)


def most_variable(frame: pd.DataFrame, count: int, path: Path) -> pd.DataFrame:
    """Return the features that vary most, and keep them in a file."""
    chosen = frame[frame.var().sort_values(ascending=False).index[:count]]
    chosen.to_csv(path)
    return chosen


def mirror(lower: Values) -> Values:
    """Fill the upper triangle, cell by cell."""
    for row in range(lower.shape[0]):
        for column in range(row):
            lower[column, row] = lower[row, column]
    return lower


def calculate(values: Values) -> tuple[Values, Values, int]:
    """Return r (0 where it is not significant), corrected p, and how many pairs are significant."""
    r, p = cast("tuple[Values, Values]", spearmanr(values))
    below = np.tril(np.ones(p.shape, dtype=bool), -1)
    answer: Any = multipletests(p[below], alpha=ALPHA, method="fdr_bh")
    rejected, corrected = answer[:2]
    q = np.ones(p.shape)
    q[below] = corrected
    r, q = mirror(np.tril(r, -1)), mirror(np.tril(q, -1))
    np.fill_diagonal(q, 1.0)
    return np.where(q <= ALPHA, r, 0.0), q, int(rejected.sum())


def ordered(values: Values) -> NDArray[np.intp]:
    """Return the features in the order of their tree."""
    return np.array(dendrogram(linkage(pdist(values.T, "correlation"), "average"), no_plot=True)["leaves"])


def draw(matrix: Values, names: list[str], path: Path) -> None:
    """Draw a heatmap with every cell."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(12, 10))
    mesh = axes.pcolormesh(matrix, cmap="coolwarm", vmin=-1, vmax=1)
    step = max(1, len(names) // 50)
    axes.set_xticks(np.arange(0, len(names), step) + 0.5, names[::step], rotation=90)
    axes.set_yticks(np.arange(0, len(names), step) + 0.5, names[::step])
    figure.colorbar(mesh)
    figure.savefig(path, dpi=100)
    plt.close(figure)


def whole(path: Path, folder: Path, count: int) -> int:
    """From a file to tables and two heatmaps in a folder; how many pairs are significant."""
    chosen = most_variable(read(path), count, folder / "chosen.csv")
    r, q, found = calculate(chosen.to_numpy())
    kept = np.flatnonzero((r != 0).any(axis=1))
    names = chosen.columns[kept]
    r, q = r[np.ix_(kept, kept)], q[np.ix_(kept, kept)]
    pd.DataFrame(r, names, names).to_csv(folder / "r.csv")
    pd.DataFrame(q, names, names).to_csv(folder / "p.csv")
    for number in (1, 2):
        order = ordered(chosen.to_numpy()[:, kept])
        draw(r[np.ix_(order, order)], list(names[order]), folder / f"heatmap_{number}.png")
    return found
