"""The plain way to the same answer: every pair by scipy, all of them by statsmodels."""

import warnings
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pipeline.correlation.engine import find_pairs


class Answer(NamedTuple):
    r: float
    p: float
    q: float


PEERS = {"spearman": stats.spearmanr, "pearson": stats.pearsonr}
NAMES = {"benjamini-hochberg": "fdr_bh", "benjamini-yekutieli": "fdr_by", "bonferroni": "bonferroni", "holm": "holm"}


def _by_peers(values, method, correction, alpha):
    first, second = np.triu_indices(values.shape[1], 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nearly constant input
        answers = [PEERS[method](values[:, i], values[:, j]) for i, j in zip(first, second, strict=True)]
    p = np.array([answer.pvalue for answer in answers])
    rejected, q = (p <= alpha, p) if correction == "none" else multipletests(p, alpha=alpha, method=NAMES[correction])[:2]
    return {
        (int(i), int(j)): Answer(float(a.statistic), float(a.pvalue), float(corrected))
        for i, j, a, corrected, reject in zip(first, second, answers, q, rejected, strict=True)
        if reject
    }


@pytest.fixture(scope="session")
def by_peers():
    """{(first, second): (r, p, q)} of the pairs that scipy and statsmodels find significant."""
    return _by_peers


@pytest.fixture(scope="session")
def correct_by_peer():
    """(p, correction, alpha) -> (q, rejected), by statsmodels."""

    def correct(p, correction, alpha):
        if correction == "none":
            return p, p <= alpha
        rejected, q, *_ = multipletests(p, alpha=alpha, method=NAMES[correction])
        return q, rejected

    return correct


@pytest.fixture(scope="session")
def agree():
    """Compare a page with what the peers say, as closely as floating point lets."""

    def compare(page, expected):
        found = {
            (int(i), int(j)): Answer(*numbers)
            for i, j, *numbers in zip(page.first, page.second, page.r, page.p, page.q, strict=True)
        }  # fmt: skip
        assert found.keys() == expected.keys()
        assert np.all(np.diff(np.abs(page.r)) <= 0)
        for pair, peer in expected.items():
            ours = found[pair]
            assert np.abs(np.subtract(ours, peer)).max() <= 1e-12
            if peer.q > 1e-290 and abs(peer.r) < 1 - 1e-12:  # closer to 1, scipy's rounding decides p
                assert abs(ours.p - peer.p) <= 1e-9 * peer.p
                assert abs(ours.q - peer.q) <= 1e-9 * peer.q

    return compare


@pytest.fixture
def run(tmp_path):
    """Run the engine into a folder of its own; the store."""
    runs = iter(range(10**6))

    def find(rows, **options):
        folder = tmp_path / str(next(runs))
        folder.mkdir()
        return find_pairs(rows, folder, **options)

    return find


@pytest.fixture(scope="session")
def table():
    """(seed, samples, features, kind) -> values with some correlated columns, none of them constant."""

    def make(seed, samples, features, kind="plain"):
        random = np.random.default_rng(seed)
        hidden = random.normal(size=(samples, 1))
        values = random.normal(size=(samples, features)) + hidden * random.uniform(-2, 2, size=features) * (random.random(features) < 0.5)
        if kind == "ties":
            values = np.round(values)
        if kind == "zeros":
            values = np.where(values < 0.3, 0.0, np.round(values * 5))
        if kind == "binary":
            values = (values > 0).astype(float)
        if kind == "skewed":
            values = np.exp(values * 3)
        if kind == "perfect":
            values[:, -1], values[:, features // 2] = values[:, 0], -values[:, 0]
        return values[:, values.max(axis=0) > values.min(axis=0)]

    return make
