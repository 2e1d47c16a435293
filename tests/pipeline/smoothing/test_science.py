"""Smoothing, checked against the formula written out, and against SciPy."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from pipeline.smoothing.science import degrees_of_freedom, noisy, smoothed, truth


def by_hand(values: np.ndarray, sigma: float) -> np.ndarray:
    """The weighted mean around each point, one after another."""
    reach, count = int(4 * sigma + 0.5), len(values)
    reflected = np.concatenate([values[::-1], values, values[::-1]])
    weights = [np.exp(-(k**2) / (2 * sigma**2)) for k in range(-reach, reach + 1)]
    return np.array([sum(w * reflected[count + i + k - reach] for k, w in enumerate(weights)) for i in range(count)]) / sum(weights)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.7, 8.0])
def test_the_line_is_the_weighted_mean(sigma):
    values = noisy(truth(60), 0.5, seed=3)
    assert smoothed(values, sigma) == pytest.approx(by_hand(values, sigma), abs=1e-12)


def test_weights_of_three_points():
    values = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    side = np.exp(-0.5 / 0.3**2)
    assert smoothed(values, 0.3)[3:6] == pytest.approx(np.array([side, 1.0, side]) / (1 + 2 * side))


@pytest.mark.parametrize(("count", "sigma"), [(20, 0.1), (20, 3.0), (20, 20.0), (51, 2.5), (200, 12.0)])
def test_degrees_of_freedom_are_the_trace_of_the_matrix(count, sigma):
    matrix = gaussian_filter1d(np.eye(count), sigma, axis=0, mode="reflect", truncate=4.0)
    assert degrees_of_freedom(count, sigma) == pytest.approx(np.trace(matrix), rel=1e-9)


def test_degrees_of_freedom_go_from_all_to_one():
    assert degrees_of_freedom(100, 0.1) == pytest.approx(100)
    assert degrees_of_freedom(20, 20.0) == pytest.approx(1.0, abs=0.05)


def test_the_same_seed_gives_the_same_noise():
    clean = truth(50)
    assert np.array_equal(noisy(clean, 0.3, 7), noisy(clean, 0.3, 7))
    assert not np.array_equal(noisy(clean, 0.3, 7), noisy(clean, 0.3, 8))
    assert np.array_equal(noisy(clean, 0.0, 7), clean)
