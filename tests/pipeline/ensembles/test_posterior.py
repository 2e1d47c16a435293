"""The posterior by roads that share no code with the tool: quadrature for two models, plain importance sampling for five."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import gammaln

from pipeline.ensembles import fit_ensemble
from pipeline.ensembles.posterior import WIDEST_SCALE, CubeMap, gaussian
from pipeline.ensembles.prior import dirichlet_parameters, in_words
from pipeline.ensembles.sampling import draw, summarise
from pipeline.ensembles.selection import variational_weights
from pipeline.toolkit import Progress

SAXS = Path(__file__).parents[4] / "shared" / "data" / "saxs"


def curves(models, points=60, seed=3, noise=0.03):
    random = np.random.default_rng(seed)
    q = np.linspace(0.01, 0.3, points)
    simulated = np.stack([np.exp(-((q * radius) ** 2) / 3) + 0.02 for radius in np.linspace(14, 34, models)], axis=1)
    weights = random.dirichlet(np.full(models, 2.0))
    errors = np.full(points, noise)
    return 2.5 * simulated @ weights + errors * random.normal(size=points), errors, simulated


def even(models, concentration):
    return np.full(models, concentration)


def by_quadrature(intensities, errors, simulated, concentration):
    """Mean and sd of the first of two weights, and the log-evidence, on a grid of weight and scale; the weight even in w**a at both ends."""
    widest = WIDEST_SCALE * gaussian(intensities, errors, simulated).best.sum()
    half = 0.5 * ((np.arange(1500) + 0.5) / 1500) ** (1 / concentration)
    near = 0.5**concentration / concentration / 1500  # the integral of w**(a - 1) over a cell
    weights, measure = np.concatenate([half, 1 - half]), np.concatenate([(1 - half), (1 - half)]) ** (concentration - 1) * near
    measure *= np.exp(gammaln(2 * concentration) - 2 * gammaln(concentration))
    scales = (np.arange(6000) + 0.5) / 6000 * widest
    seen, parts = intensities / errors, simulated / errors[:, None]
    mixed = weights[:, None] * parts[:, 0] + (1 - weights)[:, None] * parts[:, 1]
    squares = (seen @ seen) - 2 * np.outer(mixed @ seen, scales) + np.outer((mixed**2).sum(axis=1), scales**2)
    log = -0.5 * squares - np.log(errors).sum() - 0.5 * seen.size * np.log(2 * np.pi)
    top = log.max()
    mass = np.exp(log - top).mean(axis=1) * measure
    mean = (mass @ weights) / mass.sum()
    return mean, np.sqrt(mass @ (weights - mean) ** 2 / mass.sum()), top + np.log(mass.sum())


@pytest.mark.parametrize("concentration", [0.2, 1.0, 4.0])
@pytest.mark.parametrize("noise", [0.5])
def test_two_models_as_by_quadrature(concentration, noise):
    data = curves(2, noise=noise)
    draws = draw(CubeMap(gaussian(*data), even(2, concentration)), 400, 11, Progress())
    found = summarise(draws.weights)
    mean, sd, evidence = by_quadrature(*data, concentration)
    assert abs(found.mean[0] - mean) < 4 * found.mcse[0] + 1e-4
    assert found.sd[0] == pytest.approx(sd, rel=0.05)
    assert draws.log_evidence == pytest.approx(evidence, abs=0.05)
    assert found.rhat.max() < 1.01
    assert found.mean.sum() == pytest.approx(1)


def by_importance(intensities, errors, simulated, concentration, count=2_000_000):
    """Mean and sd of five weights: amplitudes 0, 2 and 3 from powers of uniform numbers, 1 and 4 from the Gaussian that remains.

    ``concentration`` holds the five parameters of the Dirichlet prior.
    """
    loose, tight, random = [0, 2, 3], [1, 4], np.random.default_rng(8)
    scaled = simulated / errors[:, None]
    covariance = np.linalg.inv(scaled.T @ scaled)
    centre = covariance @ (scaled.T @ (intensities / errors))
    block = covariance[np.ix_(loose, loose)]
    widest = centre[loose] + 5 * np.sqrt(np.diag(block))
    first = random.random((count, 3)) ** (1 / concentration[loose]) * widest
    offset = first - centre[loose]
    log = -0.5 * np.einsum("ij,jk,ik->i", offset, np.linalg.inv(block), offset)
    first, offset, log = (part[log > -25] for part in (first, offset, log))
    slope = covariance[np.ix_(tight, loose)] @ np.linalg.inv(block)
    rest = covariance[np.ix_(tight, tight)] - slope @ covariance[np.ix_(loose, tight)]
    second = centre[tight] + offset @ slope.T + random.normal(size=(len(first), 2)) @ np.linalg.cholesky(rest).T
    good = (second > 0).all(axis=1)
    amplitudes = np.empty((good.sum(), 5))
    amplitudes[:, loose], amplitudes[:, tight] = first[good], second[good]
    total = amplitudes.sum(axis=1)
    log = log[good] + np.log(amplitudes[:, tight]) @ (concentration[tight] - 1) - (concentration.sum() - 1) * np.log(total)
    share = np.exp(log - log.max())
    share /= share.sum()
    weights = amplitudes / total[:, None]
    mean = share @ weights
    return mean, np.sqrt(share @ (weights - mean) ** 2), 1 / (share**2).sum()


@pytest.mark.skipif(not SAXS.is_dir(), reason="the data of the BioCE server are not part of this repository")
@pytest.mark.skipif(not SAXS.is_dir(), reason="the data of the BioCE server are not part of this repository")
@pytest.mark.parametrize(
    ("prior", "known"),
    [
        ("equal-weights", ([0.122, 0.106, 0.116, 0.243, 0.413], [0.131, 0.027, 0.073, 0.123, 0.027])),
        ("uniform", ([0.123, 0.108, 0.120, 0.234, 0.414], [0.082, 0.024, 0.053, 0.089, 0.019])),
        ("first-estimate", ([0.048, 0.099, 0.149, 0.304, 0.400], [0.066, 0.023, 0.049, 0.078, 0.017])),
    ],
)
def test_the_simulated_experiment_of_the_ancestor_as_by_importance_sampling(prior, known):
    _, intensities, errors = np.loadtxt(SAXS / "simulated.dat").T
    simulated = np.loadtxt(SAXS / "SimulatedIntensities.txt")
    likelihood = gaussian(intensities, errors, simulated)
    concentration = dirichlet_parameters(prior, variational_weights(likelihood), 1.0)
    found = summarise(draw(CubeMap(likelihood, concentration), 1_000, 1, Progress()).weights)
    mean, sd, size = by_importance(intensities, errors, simulated, concentration)
    assert size > 5_000
    assert (np.abs(found.mean - mean) < 4 * np.hypot(found.mcse, sd / np.sqrt(size))).all()
    assert found.sd == pytest.approx(sd, rel=0.05)
    assert found.rhat.max() < 1.01
    assert found.ess.min() > 2_000
    assert found.mean == pytest.approx(known[0], abs=0.006)
    assert found.sd == pytest.approx(known[1], abs=0.004)


@pytest.mark.skipif(not SAXS.is_dir(), reason="the data of the BioCE server are not part of this repository")
def test_by_default_the_simulated_experiment_gives_the_numbers_that_the_ancestor_gave():
    """Stated: means and standard deviations of one run of its own; a tenth of a standard deviation is their Monte-Carlo error."""
    result = fit_ensemble(SAXS / "simulated.dat", SAXS / "SimulatedIntensities.txt", seed=1)
    means, deviations = [0.054, 0.102, 0.148, 0.295, 0.401], np.array([0.065, 0.022, 0.047, 0.077, 0.017])
    frame = result.weights.frame
    assert (np.abs(frame["mean"] - means) < 0.15 * deviations).all()
    assert frame["sd"].to_numpy() == pytest.approx(deviations, abs=0.003)
    assert frame["rhat"].max() < 1.01


def test_the_same_seed_gives_the_same_draws_and_another_one_does_not():
    cube_map = CubeMap(gaussian(*curves(3)), even(3, 0.5))
    first, again, other = (draw(cube_map, 400, seed, Progress()).weights for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_curves_that_are_alike_share_their_weight():
    intensities, errors, simulated = curves(2)
    twins = summarise(draw(CubeMap(gaussian(intensities, errors, simulated[:, [0, 0, 1]]), even(3, 1.0)), 800, 2, Progress()).weights)
    assert abs(twins.mean[0] - twins.mean[1]) < 5 * np.hypot(*twins.mcse[:2])
    assert twins.sd[0] > 0.1


def test_one_model_has_the_whole_weight():
    intensities, errors, simulated = curves(2)
    draws = draw(CubeMap(gaussian(intensities, errors, simulated[:, :1]), even(1, 1.0)), 400, 2, Progress())
    found = summarise(draws.weights)
    assert (found.mean[0], found.sd[0], found.mcse[0], found.rhat[0]) == (1, 0, 0, 1)


def test_many_models_still_mix():
    found = summarise(draw(CubeMap(gaussian(*curves(10, points=100)), even(10, 1.0)), 600, 4, Progress()).weights)
    assert found.rhat.max() < 1.01
    assert found.ess.min() > 400


def test_runs_that_differ_are_not_hidden():
    random = np.random.default_rng(0)
    weights = np.abs(random.normal(0.3, 0.05, size=(4, 100, 32, 2)))
    weights[0] += 0.3
    found = summarise(weights)
    assert found.rhat.min() > 1.1
    assert found.ess.max() < 50


def test_the_first_estimate_as_prior_weighs_as_much_as_the_uniform_one_and_rules_nobody_out():
    first = np.array([0.0001, 0.4999, 0.5])
    found = dirichlet_parameters("first-estimate", first, 1.0)
    assert found == pytest.approx([0.05, 1.4997, 1.5])
    assert "0.05, 1.5, 1.5" in in_words(found)
    assert dirichlet_parameters("custom", first, 0.3) == pytest.approx([0.3] * 3)
    assert "each of the 3 models: 1." in in_words(dirichlet_parameters("uniform", first, 0.3))
