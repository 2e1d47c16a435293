"""Corrections against statsmodels and the papers that gave them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.correlation.engine.corrections import CORRECTIONS, Rule, correct

PAPER = np.array([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1])


@settings(max_examples=200, deadline=None)
@given(
    p=st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.001, 0.01, 1.0])), min_size=1, max_size=40),
    alpha=st.floats(0.001, 0.5),
    correction=st.sampled_from(CORRECTIONS),
)
def test_as_statsmodels_gives_them(correct_by_peer, p, alpha, correction):
    p = np.array(p)
    expected, rejected = correct_by_peer(p, correction, alpha)
    q, kept = correct(p, Rule(correction, p.size, alpha))
    assert np.array_equal(kept, rejected)
    assert q == pytest.approx(expected, rel=1e-13)


@settings(max_examples=200, deadline=None)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=40), alpha=st.floats(0.001, 0.5), correction=st.sampled_from(CORRECTIONS))
def test_the_smallest_p_values_are_enough(correct_by_peer, p, alpha, correction):
    p = np.array(p)
    expected, rejected = correct_by_peer(p, correction, alpha)
    small = p <= alpha
    q, kept = correct(p[small], Rule(correction, p.size, alpha))
    assert np.array_equal(kept, rejected[small])
    assert not rejected[~small].any()
    assert q[kept] == pytest.approx(expected[small][kept], rel=1e-13)


def test_the_fifteen_p_values_of_benjamini_and_hochberg_1995():
    counts = {name: int(correct(PAPER, Rule(name, 15, 0.05))[1].sum()) for name in CORRECTIONS}
    assert (counts["benjamini-hochberg"], counts["bonferroni"], counts["none"]) == (4, 3, 9)
    # by hand: 0.0095 <= 0.05 / 12 fails; 0.0019 <= 3 / 15 * 0.05 / 3.318 passes, 0.0095 <= 4 / 15 * 0.05 / 3.318 fails
    assert (counts["holm"], counts["benjamini-yekutieli"]) == (3, 3)


def test_harmonic_numbers_of_many_tests():
    rule = Rule("benjamini-yekutieli", 100_000, 0.05)
    assert rule.limit(np.array([1.0]))[0] == pytest.approx(0.05 / 100_000 / np.sum(1 / np.arange(1, 100_001)), rel=1e-13)
