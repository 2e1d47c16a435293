"""From numbers to tables, key numbers and words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.ensembles.curves import Curves
from pipeline.ensembles.sampling import Summary
from pipeline.toolkit import Metric, Metrics, Table, Text


@dataclass(frozen=True, slots=True)
class Numbers:
    """The key numbers of a fit."""

    candidates: int
    models: int
    points: int
    chi2: float
    longest_run: int
    cormap: float
    divergence: float
    log_evidence: float
    log_evidence_error: float
    scale: float
    rhat: float
    ess: float


def weights_table(names: Sequence[str], summary: Summary) -> Table:
    """Return a row for each model: ``model mean sd ci_low ci_high mcse ess rhat``; the interval holds 95 % of the posterior."""
    frame = pd.DataFrame(
        {
            "model": list(names),
            "mean": summary.mean,
            "sd": summary.sd,
            "ci_low": summary.ci_low,
            "ci_high": summary.ci_high,
            "mcse": summary.mcse,
            "ess": summary.ess,
            "rhat": summary.rhat,
        }
    )
    return Table(
        frame, "Mean and standard deviation of the posterior, 95 % interval, Monte-Carlo error of the mean, effective sample size, R-hat."
    )


def selection_table(names: Sequence[str], weights: NDArray[np.float64], kept: NDArray[np.intp]) -> Table:
    """Return a row for each candidate: ``model weight kept``."""
    chosen = np.isin(np.arange(len(names)), kept)
    return Table(pd.DataFrame({"model": list(names), "weight": weights, "kept": np.where(chosen, "yes", "no")}))


def curve_table(curves: Curves, fitted: NDArray[np.float64]) -> Table:
    """Return a row for each point: ``q intensity sigma fit residual``, the residual in units of sigma."""
    residuals = (curves.intensities - fitted) / curves.errors
    return Table(
        pd.DataFrame({"q": curves.q, "intensity": curves.intensities, "sigma": curves.errors, "fit": fitted, "residual": residuals})
    )


def key_numbers(numbers: Numbers) -> Metrics:
    """Return the metrics."""
    evidence = f"Natural logarithm of the probability of the data under this ensemble, ± {numbers.log_evidence_error:.2g}. Compare ensembles by it."
    return Metrics(
        {
            "candidates": Metric("Candidates", numbers.candidates, "Models that were offered."),
            "models": Metric("Models", numbers.models, "Models in the ensemble, after selection."),
            "points": Metric("Points", numbers.points, "Points of the curve that were compared."),
            "chi2": Metric(
                "Reduced χ²", numbers.chi2, "Mean squared residual in units of sigma. Near 1: the fit is as good as the errors."
            ),
            "cormap_p": Metric(
                "CorMap p-value", numbers.cormap, "Below 0.01: the fit strays from the data for longer than chance explains."
            ),
            "longest_run": Metric("Longest run", numbers.longest_run, "Points in a row on the same side of the fit.", "points"),
            "jensen_shannon": Metric(
                "Jensen–Shannon divergence", numbers.divergence, "How far draws of the weights lie from their mean, 0 to 1.", "bit"
            ),
            "log_evidence": Metric("Log evidence", numbers.log_evidence, evidence),
            "scale": Metric("Scale", numbers.scale, "Mean factor between the mix of simulated curves and the measured one."),
            "rhat": Metric("Largest R-hat", numbers.rhat, "Below 1.01: the four runs agree."),
            "ess": Metric("Smallest effective sample size", numbers.ess, "As many independent draws would know as much."),
        }
    )


def reading(numbers: Numbers) -> Text:
    """Say in words what the numbers mean."""
    if numbers.cormap < 0.01 or numbers.chi2 > 2:
        fit = "The ensemble does not explain the data: residuals are larger, or run longer to one side, than the errors allow. Look for missing models."
    elif numbers.chi2 < 0.5:
        fit = "The fit is closer to the data than their errors: these may be too large, and then the weights are better known than is said here."
    else:
        fit = "The ensemble explains the data within their errors."
    runs = "agree" if numbers.rhat < 1.01 else "do not agree yet; use more iterations"
    return Text(
        f"{fit} (Reduced χ² {numbers.chi2:.3g}, CorMap p = {numbers.cormap:.2g}.)\n\n"
        f"The four runs {runs} (R-hat at most {numbers.rhat:.4f}).\n\n"
        "Weights of models with similar curves hang together: a wide interval of one often means that another could take its place."
    )
