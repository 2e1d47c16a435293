"""Ranks as whole numbers, and the proof that float32 adds up their products exactly to 369 samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from pipeline.correlation.engine.ranks import whole_ranks
from pipeline.correlation.engine.rows import WHOLE
from pipeline.correlation.measures import spearman


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), samples=st.integers(2, 50), features=st.integers(1, 9), levels=st.sampled_from([1, 2, 5, 1_000]))
def test_they_are_twice_the_mid_ranks_centred(seed, samples, features, levels):
    values = np.random.default_rng(seed).integers(-levels, levels, size=(samples, features)) / 3
    ranks = whole_ranks(values)
    assert np.array_equal(ranks.T, 2 * rankdata(values, axis=0) - (samples + 1))
    assert not ranks.sum(axis=1).any()


def test_negative_nought_ties_with_nought():
    assert whole_ranks(np.array([[0.0], [-0.0], [1.0], [-1.0]])).tolist() == [[0.0, 0.0, 3.0, -3.0]]


def test_slabs_of_features_are_ranked_alike(monkeypatch):
    values = np.round(np.random.default_rng(0).normal(size=(20, 11)), 1)
    expected = whole_ranks(values)
    monkeypatch.setattr("pipeline.correlation.engine.ranks.SLAB", 3)
    for threads in (1, 2, 3):
        assert np.array_equal(whole_ranks(values, threads), expected)


@pytest.mark.parametrize(("samples", "whole"), [(368, True), (369, True), (370, False)])
def test_where_float32_ends(samples, whole):
    rows = spearman.rows(np.random.default_rng(0).normal(size=(samples, 3)))
    assert rows.squares.tolist() == [samples * (samples**2 - 1) / 3] * 3
    assert (rows.squares[0] <= WHOLE) == whole == rows.whole


def test_ties_carry_it_further():
    values = np.where(np.random.default_rng(0).random((500, 3)) < 0.93, 0.0, 1.0)
    assert spearman.rows(values).whole


@pytest.mark.parametrize("seed", range(5))
def test_products_of_369_samples_are_whole_in_float32(seed):
    random = np.random.default_rng(seed)
    values = random.normal(size=(369, 40)) + 3 * random.normal(size=(369, 1))
    values[:, 1], values[:, 2] = values[:, 0], -values[:, 0]
    values[:, 3:8] = np.round(values[:, 3:8])
    ranks = whole_ranks(values)
    exact = ranks.astype(np.int64) @ ranks.astype(np.int64).T
    assert np.array_equal(ranks @ ranks.T, exact)
    assert exact[0, 1] == -exact[0, 2] == 369 * (369**2 - 1) // 3
