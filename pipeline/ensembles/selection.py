"""The first step: which models matter at all, by mean-field variational inference."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from pipeline.ensembles.posterior import Array, Gaussian

MOST_SWEEPS = 2_000
SETTLED = 1e-7
"""Largest change of a weight in the last sweep."""


def variational_weights(likelihood: Gaussian) -> Array:
    """Return a quick estimate of the weights, shape (models,), with the sum 1.

    The amplitudes' posterior under a flat prior, a Gaussian cut off at 0, is approximated by a product of normal distributions cut off
    at 0. Their means are found by coordinate ascent (Blei, Kucukelbir and McAuliffe 2017, section 2.4), from the non-negative
    least-squares solution on (Lawson and Hanson 1974). Every curve must differ from 0 somewhere.
    """
    amplitudes = likelihood.best.copy()
    precision = np.diag(likelihood.gram)
    width = 1 / np.sqrt(precision)
    for _ in range(MOST_SWEEPS):
        before = amplitudes.copy()
        for i in range(amplitudes.size):
            centre = amplitudes[i] + (likelihood.linear[i] - likelihood.gram[i] @ amplitudes) / precision[i]
            ratio = centre / width[i]
            amplitudes[i] = max(centre + width[i] * np.exp(-0.5 * ratio**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(ratio)), 0.0)
        if np.abs(amplitudes - before).max() < SETTLED * amplitudes.sum():
            break
    return amplitudes / amplitudes.sum()


def select(weights: Array, threshold: float) -> NDArray[np.intp]:
    """Return the numbers of the models whose weight is at least the threshold, in their order."""
    return np.flatnonzero(weights >= threshold)
