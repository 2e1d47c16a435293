"""The steps of an ensemble fit, from tables to outputs."""

import numpy as np

from pipeline.ensembles.cormap import longest_run, p_value
from pipeline.ensembles.curves import Curves, prepare
from pipeline.ensembles.divergence import jensen_shannon
from pipeline.ensembles.outputs import Ensemble
from pipeline.ensembles.pictures import densities_figure, fit_figure
from pipeline.ensembles.posterior import CubeMap, gaussian
from pipeline.ensembles.present import Numbers, curve_table, key_numbers, reading, selection_table, weights_table
from pipeline.ensembles.prior import dirichlet_parameters, in_words
from pipeline.ensembles.sampling import Draws, Summary, draw, summarise
from pipeline.ensembles.selection import select, variational_weights
from pipeline.ensembles.structures import ensemble_pdb, findings_in_models, pdb_names, stem
from pipeline.toolkit import Archive, CurveTable, Progress, Structure3D, ToolError
from pipeline.toolkit.findings import errors_in

MOST_MODELS = 30
GOOD_RHAT = 1.01


def _structure(models: Archive | None, kept: np.ndarray, names: list[str], weights: np.ndarray) -> Structure3D | None:
    if models is None:
        return None
    files = pdb_names(models)
    text = ensemble_pdb(models, [files[i] for i in kept], names, weights.tolist())
    return Structure3D(
        text,
        tuple(weights.tolist()),
        tuple(names),
        f"{len(names)} models, each as solid as its mean weight. Coordinates stay as they came.",
    )


def _numbers(curves: Curves, fitted: np.ndarray, draws: Draws, summary: Summary) -> Numbers:
    residuals = (curves.intensities - fitted) / curves.errors
    return Numbers(
        candidates=len(curves.names),
        models=summary.mean.size,
        points=curves.q.size,
        chi2=float((residuals**2).sum() / max(residuals.size - summary.mean.size, 1)),
        longest_run=longest_run(residuals),
        cormap=p_value(residuals),
        divergence=float(jensen_shannon(draws.pooled, summary.mean).mean()),
        log_evidence=float(draws.log_evidence.mean()),
        log_evidence_error=float(draws.log_evidence.std(ddof=1) / np.sqrt(draws.log_evidence.size)),
        scale=float(draws.scales.mean()),
        rhat=float(summary.rhat.max()),
        ess=float(summary.ess.min()),
    )


def analyse(
    measured: CurveTable,
    simulated: CurveTable,
    models: Archive | None,
    threshold: float,
    prior: str,
    concentration: float,
    steps: int,
    *,
    seed: int,
    progress: Progress,
) -> Ensemble:
    """Return the weights of the models.

    Raises:
        ToolError: If a curve is faulty, no model or too many are left after selection, or no mix explains the data.
    """
    progress("Reading the curves", 0.0)
    curves = prepare(measured, simulated, [stem(name) for name in pdb_names(models)] if models is not None else ())
    if models is not None and (faults := errors_in(findings_in_models(models, len(curves.names)))):
        message = f"{faults[0].message} {faults[0].cure}"
        raise ToolError(message)
    likelihood = gaussian(curves.intensities, curves.errors, curves.simulated)
    if not likelihood.best.any():
        raise ToolError("No mix of the models explains the data: the best one is nothing at all. Check the signs of the intensities.")
    progress("Selecting models", 0.02)
    first = variational_weights(likelihood)
    kept = select(first, threshold)
    if not 0 < kept.size <= MOST_MODELS:
        cure = "Lower" if not kept.size else "Raise"
        message = f"{kept.size} of {first.size} models have a weight of at least {threshold:g}; 1 to {MOST_MODELS} can be fitted. {cure} the weight threshold."
        raise ToolError(message)
    progress.log(f"{kept.size} of {first.size} models have a weight of at least {threshold:g} in the first estimate.")
    believed = dirichlet_parameters(prior, first[kept], concentration)
    draws = draw(CubeMap(likelihood.of(kept), believed), steps, seed, progress.span(0.05, 0.95))
    progress("Summing up", 0.95)
    summary = summarise(draws.weights)
    fitted = curves.simulated[:, kept] @ (draws.weights * draws.scales[..., None]).mean(axis=(0, 1, 2))
    names, numbers = [curves.names[i] for i in kept], _numbers(curves, fitted, draws, summary)
    notes = [*measured.notes, *simulated.notes, *curves.notes, in_words(believed)]
    if numbers.rhat > GOOD_RHAT:
        notes.append(f"R-hat is {numbers.rhat:.3f}, above {GOOD_RHAT}: the runs do not agree yet. Run again with more iterations.")
    return Ensemble(
        metrics=key_numbers(numbers),
        weights=weights_table(names, summary),
        densities=densities_figure(names, draws.pooled),
        fit=fit_figure(curves, fitted),
        curve=curve_table(curves, fitted),
        structure=_structure(models, kept, names, summary.mean),
        selection=selection_table(list(curves.names), first, kept),
        reading=reading(numbers),
        notes=tuple(notes),
    )
