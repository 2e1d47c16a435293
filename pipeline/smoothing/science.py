"""A noisy series and its Gaussian smoothing: arrays in, arrays out."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
TRUNCATE = 4.0
"""Half the width of the window, in units of sigma."""


def places(count: int) -> Vector:
    """Return so many places from 0 to 1, equally far apart."""
    return np.arange(count) / (count - 1)


def truth(count: int) -> Vector:
    """Return the curve without noise, shape (count,): a slow wave, a faster one, and a narrow peak in the middle."""
    x = places(count)
    return np.sin(2 * np.pi * x) + 0.4 * np.sin(10 * np.pi * x) + np.exp(-(((x - 0.5) / 0.03) ** 2))


def noisy(clean: Vector, noise: float, seed: int) -> Vector:
    """Return the curve with independent normal noise of this standard deviation; the same seed gives the same noise."""
    return clean + noise * np.random.default_rng(seed).normal(size=clean.size)


def smoothed(values: Vector, sigma: float) -> Vector:
    """Return the weighted mean around each point, shape as given.

    Weights fall off as exp(-k^2 / (2 sigma^2)) with the distance k in points, up to 4 sigma, and sum to 1. Beyond its ends the
    series is taken to be reflected (d c b a | a b c d | d c b a).
    """
    from scipy.ndimage import gaussian_filter1d

    return gaussian_filter1d(values, sigma, mode="reflect", truncate=TRUNCATE)


def degrees_of_freedom(count: int, sigma: float) -> float:
    """Return the trace of the matrix that smooths a series of so many points: how many free values the smoothed line still has.

    See Hastie, Tibshirani and Friedman (2009), section 5.4.1. It is ``count`` without smoothing, and goes to 1 as sigma grows.
    """
    reach = int(TRUNCATE * sigma + 0.5)
    steps = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (steps / sigma) ** 2)
    weights /= weights.sum()
    place = np.arange(count)[:, None]
    met = (place + steps) % (2 * count)
    met = np.where(met < count, met, 2 * count - 1 - met)
    return float(((met == place) * weights).sum())
