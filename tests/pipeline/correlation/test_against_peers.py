"""Whatever the data: the same pairs and numbers as scipy and statsmodels give."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pipeline.correlation.measures.chosen import MEASURES
from pipeline.correlation.measures.testable import varying

PEERS = {"spearman": stats.spearmanr, "pearson": stats.pearsonr}
NAMES = {"benjamini-hochberg": "fdr_bh", "bonferroni": "bonferroni"}


def by_peers(values, method, correction, alpha):
    """Every pair by scipy, corrected by statsmodels: {(first, second): (r, p, corrected p)} of the rejected ones."""
    features = values.shape[1]
    places = [(i, j) for i in range(features) for j in range(i + 1, features)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nearly constant input
        answers = [PEERS[method](values[:, i], values[:, j]) for i, j in places]
    p = np.array([answer.pvalue for answer in answers])
    rejected, corrected, *_ = multipletests(p, alpha=alpha, method=NAMES[correction])
    return {
        place: (float(a.statistic), float(a.pvalue), q)
        for place, a, q, reject in zip(places, answers, corrected, rejected, strict=True)
        if reject
    }


def table(seed, samples, features, kind):
    random = np.random.default_rng(seed)
    hidden = random.normal(size=(samples, 1))
    values = random.normal(size=(samples, features)) + hidden * random.uniform(-2, 2, size=features) * (random.random(features) < 0.5)
    if kind == "ties":
        return np.round(values)
    if kind == "zeros":
        return np.where(values < 0.3, 0.0, np.round(values * 5))
    return np.exp(values * 3) if kind == "skewed" else values


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.integers(5, 60),
    features=st.integers(2, 14),
    kind=st.sampled_from(["plain", "ties", "zeros", "skewed"]),
    method=st.sampled_from(list(PEERS)),
    correction=st.sampled_from(list(NAMES)),
    alpha=st.sampled_from([0.001, 0.05, 0.3, 0.5]),
)
def test_the_same_pairs_and_numbers(pairs_of, seed, samples, features, kind, method, correction, alpha):
    values = table(seed, samples, features, kind)
    values = values[:, varying(values)]
    if values.shape[1] < 2:
        return
    expected = by_peers(values, method, correction, alpha)
    found = pairs_of(MEASURES[method].measure.rows(values), correction, alpha)
    assert {(int(i), int(j)) for i, j in zip(found.first, found.second, strict=True)} == set(expected)
    for i, j, r, p, q in zip(found.first, found.second, found.r, found.p, found.q, strict=True):
        peer = expected[int(i), int(j)]
        assert r == pytest.approx(peer[0], abs=1e-12)
        assert p == pytest.approx(peer[1], rel=1e-7, abs=1e-12)
        assert q == pytest.approx(peer[2], rel=1e-7, abs=1e-12)
    assert np.all(np.diff(np.abs(found.r)) <= 0)


def test_pairs_across_tiles_are_found_once(pairs_of):
    values = table(3, 30, 23, "plain")
    whole = pairs_of(MEASURES["spearman"].measure.rows(values), "benjamini-hochberg", 0.5)
    parts = pairs_of(MEASURES["spearman"].measure.rows(values), "benjamini-hochberg", 0.5, side=4)
    assert len(whole)
    for name in ("first", "second", "r", "p", "q"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name))


def test_tiny_p_values_are_not_lost(pairs_of):
    x = np.linspace(0, 1, 400)
    values = np.column_stack([x, x + 0.1 * np.sin(1e4 * x)])
    for method, peer in PEERS.items():
        found = pairs_of(MEASURES[method].measure.rows(values), "bonferroni", 0.05)
        assert 0 < found.p[0] < 1e-200
        assert np.log(found.p[0]) == pytest.approx(np.log(peer(values[:, 0], values[:, 1]).pvalue), rel=1e-6)


def test_perfect_ties_count_as_exactly_one(pairs_of):
    x = np.random.default_rng(0).normal(size=50)
    found = pairs_of(MEASURES["spearman"].measure.rows(np.column_stack([x, np.exp(x), -x])), "bonferroni", 0.05)
    assert sorted(found.r) == [-1.0, -1.0, 1.0]
    assert not found.p.any()


def test_huge_and_tiny_magnitudes_do_not_overflow(pairs_of):
    x = np.random.default_rng(1).normal(size=(40, 3))
    x[:, 1] += x[:, 0]
    expected = pairs_of(MEASURES["pearson"].measure.rows(x), "bonferroni", 0.5)
    got = pairs_of(MEASURES["pearson"].measure.rows(x * np.array([1e300, 1e-300, 1.0])), "bonferroni", 0.5)
    assert got.r == pytest.approx(expected.r, rel=1e-12)
