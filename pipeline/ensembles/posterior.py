"""The model: what the data and the prior say about the weights, and a map from the unit cube on which that is nearly flat.

Measured intensities y (shape (points,)) with errors sigma are explained by N simulated curves A (points, N):
``y ~ Normal(s A w, sigma)`` with weights ``w ~ Dirichlet(a_1, ..., a_N)`` and a scale ``s`` uniform between 0 and ten times the one that
fits best. In the amplitudes ``c = s w`` the likelihood is a Gaussian. The map draws them one after another, each from what is left of
that Gaussian above 0 times ``c**(a - 1)`` (the sequential sampler of Geweke, Hajivassiliou and Keane with a Dirichlet's corners); what
it gets wrong stays in the likelihood, so nothing is approximated (posterior repartitioning: Chen, Feroz and Hobson 2019).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import gammaln

Array = NDArray[np.float64]
WIDEST_SCALE = 10.0
"""Upper end of the uniform prior of the scale, in units of the best fitting one."""
CELLS = 64
"""Cells of the table from which each amplitude is drawn."""
MIDDLES = (np.arange(CELLS) + 0.5) / CELLS
REACH = 8.0
"""Standard deviations that the table covers."""
WIDENED = 1.15
"""The table is this much wider than the Gaussian, so that no tail is missed."""


@dataclass(frozen=True, eq=False)
class Gaussian:
    """The likelihood as a function of amplitudes c: ``constant + linear · c - c · gram · c / 2``."""

    gram: Array
    linear: Array
    constant: float
    best: Array
    """The most likely amplitudes, none below 0."""

    @property
    def models(self) -> int:
        """Number of curves."""
        return self.linear.size

    def log_likelihood(self, amplitudes: Array) -> Array:
        """Return the log-likelihood of amplitudes, shape (..., models)."""
        return self.constant + amplitudes @ self.linear - 0.5 * np.einsum("...i,ij,...j", amplitudes, self.gram, amplitudes)

    def of(self, models: NDArray[np.intp]) -> "Gaussian":
        """Return the likelihood of some of the curves alone."""
        return Gaussian(self.gram[np.ix_(models, models)], self.linear[models], self.constant, self.best[models])


def gaussian(intensities: Array, errors: Array, curves: Array) -> Gaussian:
    """Return the likelihood of curves (points, models), given intensities and their standard deviations (points,)."""
    seen, scaled = intensities / errors, curves / errors[:, None]
    constant = -0.5 * seen @ seen - np.log(errors).sum() - 0.5 * seen.size * np.log(2 * np.pi)
    return Gaussian(scaled.T @ scaled, scaled.T @ seen, float(constant), nnls(scaled, seen)[0])


class CubeMap:
    """Maps points of the unit cube to amplitudes, and says how much more likely these are than the map supposes."""

    def __init__(self, likelihood: Gaussian, concentration: Array) -> None:
        """Prepare the map for a Dirichlet prior; ``concentration`` holds its parameters above 0, shape (models,)."""
        models = likelihood.models
        self.likelihood, self.concentration = likelihood, concentration
        self.order = np.argsort(likelihood.best, kind="stable")
        self.scale = float(likelihood.best.sum())
        loose = np.full(models, self.scale**-2)  # keeps the map finite where curves are alike
        precision = likelihood.gram[np.ix_(self.order, self.order)] + np.diag(loose)
        covariance = np.linalg.inv(precision)
        self.mean = covariance @ (likelihood.linear[self.order] + loose * self.scale / models)
        self.root = np.linalg.cholesky(covariance)
        corners = (gammaln(concentration) + np.log(concentration)).sum()
        self.constant = float(gammaln(concentration.sum()) - corners - np.log(WIDEST_SCALE * self.scale))

    def __call__(self, cube: Array) -> tuple[Array, Array]:
        """Map points of the cube, shape (points, models).

        Returns:
            amplitudes, shape (points, models), in the order of the models; and the log-density of data, weights and scale divided by that
            of the map, shape (points,): its mean over the cube is the evidence.
        """
        amplitudes, steps = np.empty_like(cube), np.empty_like(cube)
        gained = np.zeros(len(cube))
        for i, width in enumerate(np.diag(self.root)):
            mean = self.mean[i] + steps[:, :i] @ self.root[i, :i]
            drawn, gain = _draw(cube[:, i], mean, WIDENED * width, float(self.concentration[self.order[i]]))
            amplitudes[:, self.order[i]] = drawn
            steps[:, i] = (drawn - mean) / width
            gained += gain
        total = amplitudes.sum(axis=1)
        log_scale = np.log(np.maximum(total, 1e-300))
        told = self.likelihood.log_likelihood(amplitudes) + self.constant - (self.concentration.sum() - 1) * log_scale
        return amplitudes, np.where((total > 0) & (total <= WIDEST_SCALE * self.scale), told + gained, -np.inf)


def _draw(cube: Array, mean: Array, width: float, concentration: float) -> tuple[Array, Array]:
    """Draw amplitudes from a Gaussian cut off at 0 times ``c**(a - 1)``, by a table; all of shape (points,).

    Near 0 the table is even in ``c**a``, which takes the pole away; elsewhere in c.

    Returns:
        the amplitudes, and the logarithm of ``a * c**(a - 1)`` divided by the density with which they were drawn.
    """
    rows = np.arange(len(cube))
    high = mean + np.where(mean < 0, np.hypot(mean, REACH * width), REACH * width)
    low = np.maximum(mean - REACH * width, 0.0)
    near = low == 0
    middles = low[:, None] + (high - low)[:, None] * np.where(near[:, None], MIDDLES ** (1 / concentration), MIDDLES)
    heights = -0.5 * ((middles - mean[:, None]) / width) ** 2
    heights = np.exp(heights - heights.max(axis=1, keepdims=True))
    sums = heights.cumsum(axis=1)
    target = cube * sums[:, -1]
    chosen = np.minimum((sums < target[:, None]).sum(axis=1), CELLS - 1)
    height = heights[rows, chosen]
    place = (chosen + np.clip(1.0 - (sums[rows, chosen] - target) / height, 0.0, 1.0)) / CELLS
    drawn = low + (high - low) * np.where(near, place ** (1 / concentration), place)
    log_density = np.log(height * CELLS / sums[:, -1])
    pole = (concentration - 1) * np.log(np.where(near, 1.0, drawn)) + np.log(concentration)
    return drawn, np.where(near, concentration * np.log(high), np.log(high - low) + pole) - log_density
