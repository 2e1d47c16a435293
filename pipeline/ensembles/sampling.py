"""Draws from the posterior by emcee, an affine-invariant ensemble sampler, in four independent runs; and how far they can be trusted."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, ndtr, ndtri

from pipeline.ensembles.posterior import Array, CubeMap
from pipeline.toolkit import Progress

RUNS = 4
FEWEST_WALKERS = 128
BASE_DRAWS = 20_000
"""Draws by the map alone: a run starts from them, and its evidence is bridged from them."""
WARM_UP = 0.2
"""Share of a run that is left out."""
THINNED = 5
"""Of so many steps one is kept: those between tell little that is new."""
AT_ONCE = 10_000
"""Draws that are mapped at once."""


@dataclass(frozen=True, eq=False)
class Draws:
    """What the runs drew."""

    weights: Array
    """Shape (runs, steps, walkers, models); each draw sums to 1."""
    scales: Array
    """Shape (runs, steps, walkers)."""
    log_evidence: Array
    """Shape (runs,)."""

    @property
    def pooled(self) -> Array:
        """Return all weights, shape (draws, models)."""
        return self.weights.reshape(-1, self.weights.shape[-1])


@dataclass(frozen=True, eq=False)
class Summary:
    """What is said about each weight, all of shape (models,): ``mcse`` is the Monte-Carlo standard error of the mean."""

    mean: Array
    sd: Array
    ci_low: Array
    ci_high: Array
    mcse: Array
    ess: Array
    rhat: Array


def draw(cube_map: CubeMap, steps: int, seed: int, progress: Progress) -> Draws:
    """Return the draws of four runs of ``steps`` steps each, the warm-up left out; the same seed gives the same draws."""
    parts = [
        _run(cube_map, steps, np.random.default_rng(child), progress.span(run / RUNS, (run + 1) / RUNS), run)
        for run, child in enumerate(np.random.SeedSequence(seed).spawn(RUNS))
    ]
    amplitudes = np.stack([part[0] for part in parts])
    scales = amplitudes.sum(axis=-1)
    return Draws(amplitudes / scales[..., None], scales, np.array([part[1] for part in parts]))


def _run(cube_map: CubeMap, steps: int, random: np.random.Generator, progress: Progress, run: int) -> tuple[Array, float]:
    """Return amplitudes, shape (steps, walkers, models), and the log-evidence."""
    import emcee

    models = cube_map.likelihood.models
    walkers = max(FEWEST_WALKERS, 4 * models)
    cube = random.random((BASE_DRAWS, models))
    base = cube_map(cube)[1]
    start = cube[random.choice(BASE_DRAWS, walkers, p=np.exp(base - float(np.logaddexp.reduce(base))))]
    jittered = ndtri(np.clip(start, 1e-12, 1 - 1e-12)) + 1e-3 * random.normal(size=start.shape)  # no two walkers in one place
    moves = [(emcee.moves.DEMove(), 0.5), (emcee.moves.DESnookerMove(), 0.1), (emcee.moves.StretchMove(), 0.4)]

    def log_density(normal: Array) -> Array:
        return cube_map(ndtr(normal))[1] - 0.5 * (normal**2).sum(axis=1)

    sampler = emcee.EnsembleSampler(walkers, models, log_density, vectorize=True, moves=moves)
    sampler.random_state = np.random.RandomState(random.integers(2**32)).get_state()
    kept = steps // THINNED
    for step, _ in enumerate(sampler.sample(jittered, iterations=kept, thin_by=THINNED, skip_initial_state_check=True)):
        if step % 10 == 0:
            progress(f"Sampling, run {run + 1} of {RUNS}", step / kept)
    chain = np.asarray(sampler.get_chain(discard=int(WARM_UP * kept)))
    cubes = ndtr(chain.reshape(-1, models))
    mapped = [cube_map(cubes[first : first + AT_ONCE]) for first in range(0, len(cubes), AT_ONCE)]
    amplitudes, ratios = np.concatenate([part[0] for part in mapped]), np.concatenate([part[1] for part in mapped])
    return amplitudes.reshape(chain.shape), _bridge(base, ratios)


def _bridge(base: Array, drawn: Array) -> float:
    """Return the log-evidence by bridge sampling (Meng and Wong 1996) from log-ratios of draws by the map and by the sampler."""
    share = np.log(base.size / (base.size + drawn.size)), np.log(drawn.size / (base.size + drawn.size))
    found = float(logsumexp(base) - np.log(base.size))
    for _ in range(200):
        before = found
        above = logsumexp(base - np.logaddexp(share[1] + base, share[0] + before)) - np.log(base.size)
        below = logsumexp(-np.logaddexp(share[1] + drawn, share[0] + before)) - np.log(drawn.size)
        found = float(above - below)
        if abs(found - before) < 1e-8:
            break
    return found


def summarise(weights: Array) -> Summary:
    """Sum up draws, shape (runs, steps, walkers, models).

    R-hat compares means and variances of the runs (Gelman and Rubin 1992). The effective sample size is the number of draws over
    emcee's integrated autocorrelation time, or less where the runs' means differ by more than that explains.
    """
    import emcee

    runs, steps, walkers, models = weights.shape
    sd = weights.std(axis=(0, 1, 2))
    moving = sd > 0
    ess, rhat, mcse = np.full(models, float(runs * steps * walkers)), np.ones(models), np.zeros(models)
    if moving.any():
        times = np.array([emcee.autocorr.integrated_time(run[..., moving], tol=0, quiet=True) for run in weights]).mean(axis=0)
        between = weights.mean(axis=(1, 2)).var(axis=0, ddof=1)[moving]
        within = weights.var(axis=(1, 2)).mean(axis=0)[moving]
        error = np.maximum(sd[moving] / np.sqrt(runs * steps * walkers / np.maximum(times, 1.0)), np.sqrt(between / runs))
        mcse[moving], ess[moving], rhat[moving] = error, (sd[moving] / error) ** 2, np.sqrt(1 + between / within)
    low, high = np.quantile(weights.reshape(-1, models), (0.025, 0.975), axis=0)
    return Summary(weights.mean(axis=(0, 1, 2)), sd, low, high, mcse, ess, rhat)
