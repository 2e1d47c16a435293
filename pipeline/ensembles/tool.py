"""The door: the typed function from which the site makes everything. Light to import; the science loads when it runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pipeline.ensembles.outputs import Ensemble
from pipeline.ensembles.parameters import Concentration, Iterations, Prior, WeightThreshold
from pipeline.toolkit import Archive, CurveTable, Example, Finding, Input, Limits, Progress, Resources, tool

DATA = Path(__file__).parent / "example"
REFERENCES = (
    "Potrzebowski W., Trewhella J., Andre I. (2018) Bayesian inference of protein conformational ensembles from limited structural data. PLoS Computational Biology 14, e1006641. doi:10.1371/journal.pcbi.1006641",
    "Foreman-Mackey D., Hogg D. W., Lang D., Goodman J. (2013) emcee: the MCMC hammer. Publications of the Astronomical Society of the Pacific 125, 306-312. doi:10.1086/670067",
    "Blei D. M., Kucukelbir A., McAuliffe J. D. (2017) Variational inference: a review for statisticians. Journal of the American Statistical Association 112, 859-877. doi:10.1080/01621459.2017.1285773",
    "Gelman A., Rubin D. B. (1992) Inference from iterative simulation using multiple sequences. Statistical Science 7, 457-472. doi:10.1214/ss/1177011136",
    "Meng X.-L., Wong W. H. (1996) Simulating ratios of normalizing constants via a simple identity. Statistica Sinica 6, 831-860.",
    "Franke D., Jeffries C. M., Svergun D. I. (2015) Correlation Map, a goodness-of-fit test for one-dimensional X-ray scattering spectra. Nature Methods 12, 419-422. doi:10.1038/nmeth.3358",
    "Lin J. (1991) Divergence measures based on the Shannon entropy. IEEE Transactions on Information Theory 37, 145-151. doi:10.1109/18.61115",
)
EXAMPLE = Example(
    title="Four shapes of a two-domain protein",
    files={"measured": DATA / "measured.dat", "simulated": DATA / "simulated.txt", "models": DATA / "models.zip"},
    parameters={"iterations": 400},
    expected={"models": 3, "points": 120},
)
Measured = Annotated[
    CurveTable,
    Input(
        title="Measured curve", help="Three columns: q (rising), intensity I and its standard deviation sigma (above 0). As .dat or .txt."
    ),
]
Simulated = Annotated[
    CurveTable,
    Input(
        title="Simulated curves",
        help="One column of intensities for each model, on the same q as the measured curve, line by line; "
        "or with q as first column, then they are interpolated. A header line may name the models.",
    ),
]
Models = Annotated[
    Archive | None,
    Input(title="Structures", help="A zip archive with a PDB file for each model, named in the order of the columns: 1.pdb, 2.pdb, ..."),
]


def check(inputs: Mapping[str, Any], limits: Limits) -> list[Finding]:
    """Check the inputs against each other."""
    from pipeline.ensembles.check import check

    return check(inputs, limits)


@tool(
    slug="ensembles",
    title="Ensembles",
    summary="Infers from a scattering curve how much of each structural model is in solution.",
    icon="layers",
    references=REFERENCES,
    examples=(EXAMPLE,),
    check=check,
    resources=Resources(seconds=900, memory_mib=2048),
)
def fit_ensemble(
    measured: Measured,
    simulated: Simulated,
    models: Models = None,
    *,
    weight_threshold: WeightThreshold = 0.01,
    prior: Prior = "first-estimate",
    concentration: Concentration = 1.0,
    iterations: Iterations = 1_000,
    progress: Progress,
    seed: int,
) -> Ensemble:
    """Infer population weights of structural models from a small-angle scattering curve.

    A flexible molecule in solution takes many shapes, and the measured curve is the average of theirs. Given a simulated curve for each
    candidate, this tool finds which of them are needed and how much of each is there, with how certain that is.

    The steps, in this order:

    1. The curves are brought to the measured q; curves with a q of their own are interpolated, and the result says so.
    2. Model selection: weights are estimated quickly by variational inference. Models below the weight threshold are left out.
    3. Bayesian inference of the others: Gaussian errors as measured, a Dirichlet prior for the weights, a free scale (uniform from 0 to
       ten times the best fitting one). Four independent runs of the ensemble sampler emcee.
    4. The weights are summed up, with their Monte-Carlo error, effective sample size and R-hat: above 1.01 the runs do not agree yet.
    5. The mean weights give the fit; chi-square and CorMap say whether it explains the data.

    Parameters
    ----------
    measured : CurveTable
        Columns q, I and sigma; shape (points, 3). q in any unit, the same as that of the simulated curves.
    simulated : CurveTable
        A column for each model, shape (points, models), or q first, shape (any, 1 + models). Intensities in any unit, the same for all.
    models : Archive, optional
        A PDB file for each model.
    weight_threshold : float
        Smallest weight of a model in the ensemble, 0.0001 to 0.5.
    prior : {"first-estimate", "equal-weights", "uniform", "custom"}
        Dirichlet parameters of the weights: N times the first estimate, 1/N each, 1 each, or ``concentration`` each.
    concentration : float
        Dirichlet parameter of every model, when the prior is your own.
    iterations : int
        Steps of each run, 400 to 5000.
    progress : Progress
        Where to report to.
    seed : int
        The same seed gives the same numbers.

    Returns
    -------
    Ensemble
        Key numbers; ``weights`` (``model mean sd ci_low ci_high mcse ess rhat``); densities, fit and residuals; the ensemble as PDB models.

    Raises
    ------
    ToolError
        If a curve is faulty, no model or more than 30 are left after selection, or no mix explains the data.

    Notes
    -----
    Curves that are much alike cannot be told apart: their weights are uncertain and hang together, and only their sum is known.

    Examples
    --------
    >>> result = fit_ensemble("measured.dat", "simulated.txt", weight_threshold=0.05)  # doctest: +SKIP
    >>> result.weights.frame  # doctest: +SKIP
    """
    from pipeline.ensembles.analysis import analyse

    return analyse(
        measured,
        simulated,
        models,
        threshold=weight_threshold,
        prior=prior,
        concentration=concentration,
        steps=iterations,
        seed=seed,
        progress=progress,
    )
