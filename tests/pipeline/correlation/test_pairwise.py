"""Missing values pair by pair, through the tool: pandas' coefficients, on the samples that both features have."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pipeline.correlation import correlate
from pipeline.toolkit import ToolError


def with_gaps(samples=40, features=9, share=0.15, seed=0, prefix="f"):
    random = np.random.default_rng(seed)
    values = random.normal(size=(samples, features)) + random.normal(size=(samples, 1)) * np.linspace(0, 2, features)
    values[random.random(values.shape) < share] = np.nan
    values[:, 2] = random.normal(size=samples)  # one is complete
    return pd.DataFrame(values, [f"s{i}" for i in range(samples)], [f"{prefix}{i}" for i in range(features)])


def expected(frame, method, alpha):
    """Every pair by pandas and SciPy: {(feature, feature): (r, p, corrected p, n)} of those that stay significant."""
    peer = {"spearman": stats.spearmanr, "pearson": stats.pearsonr}[method]
    r, names = frame.corr(method=method), list(frame.columns)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    both = {pair: frame[list(pair)].dropna() for pair in pairs}
    tested = [pair for pair in pairs if len(both[pair]) >= 4 and not np.isnan(r.loc[pair])]
    p = [peer(both[pair].iloc[:, 0], both[pair].iloc[:, 1]).pvalue for pair in tested]
    rejected, corrected, *_ = multipletests(p, alpha=alpha, method="fdr_bh")
    numbers = {pair: (r.loc[pair], p, q, len(both[pair])) for pair, p, q in zip(tested, p, corrected, strict=True)}
    return {pair: numbers[pair] for pair, reject in zip(tested, rejected, strict=True) if reject}, len(tested)


@pytest.mark.parametrize("method", ["spearman", "pearson"])
def test_the_pairs_are_those_of_pandas(method):
    frame = with_gaps()
    wanted, tests = expected(frame, method, 0.2)
    result = correlate(frame, correlation_method=method, missing_values="pairwise", alpha=0.2)
    found = result.pairs.frame
    assert 5 < len(wanted) < tests
    assert set(zip(found.feature_1, found.feature_2, strict=True)) == set(wanted)
    for row in found.itertuples():
        r, p, q, n = wanted[row.feature_1, row.feature_2]
        assert row.r == pytest.approx(r, abs=1e-12)
        assert row.p == pytest.approx(p, rel=1e-9)
        assert row.p_corrected == pytest.approx(q, rel=1e-9)
        assert row.n == n
    assert found.p.is_monotonic_increasing
    assert found.n.nunique() > 3
    numbers = result.metrics.values()
    assert (numbers["tests"], numbers["significant"]) == (tests, len(wanted))
    assert numbers["strongest_r"] == found.r[found.r.abs().idxmax()]
    assert any("left open" in note for note in result.notes)
    assert any("as column n says" in note for note in result.notes)
    assert any("To order rows and columns" in note for note in result.notes)
    assert "smallest p-value first" in result.pairs.caption


def test_two_tables_and_a_least_r():
    one, two = with_gaps(), with_gaps(seed=1, prefix="g")
    two["g8"] = two.g8 + 2 * one.f8
    wanted, _ = expected(pd.concat([one, two], axis=1), "spearman", 0.2)
    result = correlate(one, two, missing_values="pairwise", alpha=0.2, least_r=0.5)
    found, numbers = result.pairs.frame, result.metrics.values()
    assert set(zip(found.feature_1, found.feature_2, strict=True)) == {pair for pair, (r, *_) in wanted.items() if abs(r) >= 0.5}
    assert numbers["significant"] == len(wanted) > numbers["listed"] == len(found)
    between = [pair for pair in wanted if pair[0][0] != pair[1][0]]
    assert numbers["significant_between"] == len(between) > 0
    for row in found.itertuples():
        assert row.p_corrected == pytest.approx(wanted[row.feature_1, row.feature_2][2], rel=1e-9)


def test_without_gaps_it_is_the_ordinary_run():
    frame = with_gaps(share=0.0)
    usual, pairwise = correlate(frame), correlate(frame, missing_values="pairwise")
    pd.testing.assert_frame_equal(usual.pairs.frame, pairwise.pairs.frame)
    assert usual.notes == pairwise.notes
    assert correlate(frame, missing_values="pairwise", correlation_method="bicor").pairs.frame.r.abs().max() > 0.5


def test_features_in_no_test_are_named():
    frame = with_gaps()
    frame["rare"] = np.where(np.arange(40) < 3, np.arange(40.0), np.nan)
    frame["never"] = np.nan
    frame["flat"] = np.where(np.arange(40) < 20, 7.0, np.nan)
    result = correlate(frame, missing_values="pairwise", alpha=0.2)
    assert result.metrics.values()["features"] == 9
    assert any("1 feature in no test" in note and "(rare)" in note for note in result.notes)
    assert any("without any value left out (never)" in note for note in result.notes)
    assert any("1 constant feature" in note and "(flat)" in note for note in result.notes)


def test_what_cannot_be_gets_a_sentence():
    with pytest.raises(ToolError, match="biweight midcorrelation needs complete features"):
        correlate(with_gaps(), missing_values="pairwise", correlation_method="bicor")
    apart = pd.DataFrame({"a": [1.0, 2, 3, 4, *[np.nan] * 4], "b": [*[np.nan] * 4, 1.0, 2, 3, 5]}, list("stuvwxyz"))
    with pytest.raises(ToolError, match="no two features vary on at least 4 samples that both have"):
        correlate(apart, missing_values="pairwise")
