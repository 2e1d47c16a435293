"""What other programs stumble over."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pipeline.correlation.engine.bounds import bounds
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.counting import BINS
from pipeline.correlation.engine.rows import slack_of
from pipeline.correlation.measures import bicor, pearson, spearman


@pytest.mark.parametrize("measure", [spearman, pearson, bicor])
@pytest.mark.parametrize("column", [0, 1, 5])
def test_a_constant_column_spoils_nothing(run, table, measure, column):
    # scipy's spearmanr gives one nan for the whole table when column 0 or 1 is constant; one nan among the p-values
    # makes every p-value that statsmodels corrects a nan
    values = table(1, 30, 8)
    values[:, column] = 7.0
    tested = measure.testable(values)
    assert np.flatnonzero(~tested).tolist() == [column]
    store = run(measure.rows(values[:, tested]), alpha=0.3)
    assert store.facts.tests == 21
    assert len(store)
    assert not np.isnan(store.top(99).q).any()


def test_a_column_with_a_gap_is_not_testable_as_it_is(table):
    values = table(1, 30, 8)
    values[4, 2] = np.nan
    values[:, 3] = np.nan
    assert np.flatnonzero(~spearman.testable(values)).tolist() == [2, 3]


def test_perfect_pairs_have_r_one_and_p_nought(run):
    # by way of floating point, r is 0.99999999999999989 here and p 1.4e-24
    x = np.random.default_rng(0).normal(size=(5, 1))
    page = run(spearman.rows(np.hstack([x, np.exp(x), -x])), alpha=0.01).top(9)
    assert page.r.tolist() == [1.0, -1.0, -1.0]
    assert not page.p.any()
    assert not page.q.any()


def test_perfect_pairs_among_ties(run):
    x = np.round(np.random.default_rng(0).normal(size=(40, 1)))
    page = run(spearman.rows(np.hstack([x, np.exp(x), -x, np.random.default_rng(1).normal(size=(40, 1))])), alpha=1e-9).top(9)
    assert page.r.tolist() == [1.0, -1.0, -1.0]


def test_four_samples(run):
    values = np.random.default_rng(0).normal(size=(4, 40))
    page = run(spearman.rows(values), correction="none", alpha=0.31).top(10**4)
    assert set(np.round(np.abs(page.r), 12)) == {0.8, 1.0}
    assert page.p[np.abs(page.r) < 0.9] == pytest.approx(0.2, rel=1e-12)


def test_huge_and_tiny_magnitudes_do_not_overflow(run):
    values = np.random.default_rng(1).normal(size=(40, 4))
    values[:, 1] += values[:, 0]
    scaled = values * np.array([1e300, 1e-300, 1.0, 1e-7])
    for measure in (spearman, pearson, bicor):
        one, two = run(measure.rows(values), alpha=0.9).top(9), run(measure.rows(scaled), alpha=0.9).top(9)
        assert two.r == pytest.approx(one.r, rel=1e-12)


def test_tiny_p_values_are_not_lost(run):
    x = np.linspace(0, 1, 400)
    values = np.column_stack([x, x + 0.1 * np.sin(1e4 * x)])
    for measure, peer in ((spearman, stats.spearmanr), (pearson, stats.pearsonr)):
        page = run(measure.rows(values), correction="bonferroni").top(1)
        assert 0 < page.p[0] < 1e-200
        assert np.log(page.p[0]) == pytest.approx(np.log(peer(values[:, 0], values[:, 1]).pvalue), rel=1e-6)


def test_a_limit_right_at_a_p_value(run):
    # alpha is the very p-value of a pair, or the next number below: the pair is in, or out
    values = np.random.default_rng(5).normal(size=(23, 2))
    for measure in (spearman, pearson):
        p = run(measure.rows(values), correction="none", alpha=1.0).top(1).p[0]
        for correction in ("none", "bonferroni", "holm", "benjamini-hochberg"):
            assert len(run(measure.rows(values), correction=correction, alpha=float(p))) == 1
            assert len(run(measure.rows(values), correction=correction, alpha=float(np.nextafter(p, 0)))) == 0


def test_more_pairs_than_32_bits_can_count():
    # as many tests as 100,000 features make, most of them in one bin: sums stay whole
    counts = np.zeros(BINS, dtype=np.int64)
    counts[BINS // 2] = 4_999_950_000
    found = bounds(counts, slack_of(8), Rule("benjamini-hochberg", 4_999_950_000, 0.05), 198, 2**30)
    assert found.sure <= 0.5
    assert found.may >= 0.13


@pytest.mark.parametrize("samples", [370, 2_000])
def test_the_screen_errs_by_less_than_it_says(samples):
    random = np.random.default_rng(samples)
    values = random.normal(size=(samples, 60)) + random.normal(size=(samples, 1)) * np.linspace(0, 5, 60)
    for measure in (spearman, pearson):
        rows = measure.rows(values)
        assert not rows.whole
        weights = rows.weights.astype(np.float32)
        single = (rows.screen @ rows.screen.T) * weights[:, None] * weights[None, :]
        lengths = np.sqrt(rows.squares)
        exact = rows.exact.astype(float) @ rows.exact.astype(float).T / np.outer(lengths, lengths)
        assert np.abs(single - exact).max() < rows.slack < 1e-3


def test_one_missing_p_value_spoils_statsmodels():
    # the reason why what cannot be tested never reaches the correction
    with np.errstate(invalid="ignore"):
        assert np.isnan(multipletests([0.01, np.nan, 0.02], method="fdr_bh")[1]).any()
