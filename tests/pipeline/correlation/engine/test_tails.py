"""p-values: scipy's, and fast ones close to them."""

import numpy as np
import pytest
from scipy import special, stats

from pipeline.correlation.engine.tails import beta_tail, fast_tail, least_r, student_tail

FREEDOM = [2, 3, 8, 30, 48, 198, 367, 998, 4_998]


def magnitudes():
    random = np.random.default_rng(0)
    near_one, near_nought = 1 - 10 ** random.uniform(-14, -1, 5_000), 10 ** random.uniform(-12, 0, 5_000)
    return np.concatenate([random.random(20_000), np.linspace(0, 1, 10_001), near_one, near_nought])


@pytest.mark.parametrize("freedom", FREEDOM)
def test_fast_ones_are_within_two_in_a_million_million(freedom):
    sizes = magnitudes()
    p = fast_tail(freedom)(sizes)
    for exact in (student_tail(sizes, freedom), beta_tail(sizes, freedom)):
        there = exact > 1e-280  # closer to the end of floating point, scipy loses digits itself
        assert np.abs(p[there] / exact[there] - 1).max() < 2e-12 + 3e-16 * freedom
        assert np.abs(p - exact).max() < 1e-12
    assert np.all((p >= 0) & (p <= 1))


def test_they_are_those_of_scipy():
    random = np.random.default_rng(1)
    x, y = random.normal(size=(2, 30))
    spearman, pearson = stats.spearmanr(x, y), stats.pearsonr(x, y)
    assert student_tail(np.array([spearman.statistic]), 28)[0] == pytest.approx(spearman.pvalue, rel=1e-14)
    assert beta_tail(np.array([pearson.statistic]), 28)[0] == pytest.approx(pearson.pvalue, rel=1e-14)


def test_the_ends():
    for tail in (student_tail, beta_tail):
        assert tail(np.array([-1.0, 1.0]), 8).tolist() == [0.0, 0.0]
        assert tail(np.array([0.0]), 8)[0] == pytest.approx(1.0, rel=1e-15)
    assert fast_tail(8)(np.array([0.0, 1.0])).tolist() == [1.0, 0.0]


def test_small_p_values_are_not_lost():
    r = np.array([0.99])
    p = student_tail(r, 998)[0]
    assert p == 0.0 or p < 1e-300
    assert fast_tail(198)(r)[0] == pytest.approx(special.betainc(99, 0.5, 1 - 0.99**2), rel=1e-10)


@pytest.mark.parametrize("freedom", FREEDOM)
@pytest.mark.parametrize("p", [0.5, 0.05, 1e-10, 1e-100, 1e-300, 5e-324])
def test_no_pair_is_screened_out(freedom, p):
    bound = np.array([least_r(p, freedom)])
    assert 0 <= bound[0] < 1
    assert student_tail(bound, freedom)[0] >= p
