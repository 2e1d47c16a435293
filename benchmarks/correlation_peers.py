"""How fast the correlation engine is, against scipy's spearmanr with statsmodels' multipletests on the same data.

Run: ``python benchmarks/correlation_peers.py [features] [samples]`` (default 2000 and 200). Both are timed in turn in one
process, best of three, so the ratio means something on a busy machine too. It also checks that both find the same pairs.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from statsmodels.stats.multitest import multipletests

from pipeline.correlation.measures.chosen import MEASURES
from pipeline.correlation.pairs import significant_pairs

ALPHA = 0.05
ROUNDS = 3
Pairs = dict[tuple[int, int], float]


def data(features: int, samples: int) -> NDArray[np.float64]:
    """Return noise in which 30% of the features follow one of twenty hidden ones."""
    random = np.random.default_rng(0)
    hidden = random.normal(size=(samples, 20))
    values = random.normal(size=(samples, features))
    tied = np.arange(features * 3 // 10)
    values[:, tied] += 1.5 * hidden[:, tied % 20]
    return values


def ours(values: NDArray[np.float64]) -> Pairs:
    """Return corrected p of every significant pair by the engine."""
    found = significant_pairs(MEASURES["spearman"].rows(values), "benjamini-hochberg", ALPHA)
    return dict(zip(zip(found.first.tolist(), found.second.tolist(), strict=True), found.p_corrected.tolist(), strict=True))


def theirs(values: NDArray[np.float64]) -> Pairs:
    """Return the same by scipy and statsmodels."""
    answer = spearmanr(values)
    first, second = np.triu_indices(values.shape[1], 1)
    rejected, corrected, *_ = multipletests(answer.pvalue[first, second], alpha=ALPHA, method="fdr_bh")
    places = zip(first[rejected].tolist(), second[rejected].tolist(), strict=True)
    return dict(zip(places, corrected[rejected].tolist(), strict=True))


def timed(run: Callable[[NDArray[np.float64]], Pairs], values: NDArray[np.float64]) -> tuple[float, Pairs]:
    """Return the seconds that a run took, and its answer."""
    start = time.perf_counter()
    answer = run(values)
    return time.perf_counter() - start, answer


def main() -> int:
    """Print both times and their ratio; 1 when the answers differ."""
    features, samples = (int(text) for text in (sys.argv[1:] + ["2000", "200"][len(sys.argv) - 1 :])[:2])
    values = data(features, samples)
    best = {"ours": np.inf, "theirs": np.inf}
    for _ in range(ROUNDS):
        mine, answer = timed(ours, values)
        peer, expected = timed(theirs, values)
        best = {"ours": min(best["ours"], mine), "theirs": min(best["theirs"], peer)}
    same = answer.keys() == expected.keys() and all(abs(answer[key] - expected[key]) <= 1e-12 for key in answer)
    print(f"{features} features, {samples} samples, {len(expected)} significant pairs; same pairs and p-values: {'yes' if same else 'NO'}")
    print(f"this engine              {best['ours']:8.3f} s")
    print(f"spearmanr + multipletests{best['theirs']:8.3f} s")
    print(f"ratio                    {best['theirs'] / best['ours']:8.1f}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
