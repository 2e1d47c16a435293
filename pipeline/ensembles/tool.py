"""The door: the typed function from which the site makes everything. Light to import; the science loads when it runs."""

from typing import Annotated, Literal

from pipeline.ensembles.check import check
from pipeline.ensembles.outputs import Ensemble
from pipeline.toolkit import Archive, CurveTable, Example, Input, Progress, Resources, parameter, tool

SELECTION, INFERENCE = "Model selection", "Bayesian inference"
PRIORS = {
    "first-estimate": "First estimate (N times its weights)",
    "equal-weights": "Equal weights (1/N each)",
    "uniform": "Uniform (1 each)",
    "custom": "A concentration of your own",
}
EXAMPLE = Example(
    title="Four shapes of a two-domain protein",
    files={"measured": "measured.dat", "simulated": "simulated.txt", "models": "models.zip"},
    parameters={"iterations": 400},
    expected={"models": 3, "points": 120},
)


@tool(
    slug="ensembles",
    title="Ensembles",
    summary="Infers from a scattering curve how much of each structural model is in solution.",
    icon="layers",
    examples=(EXAMPLE,),
    check=check,
    resources=Resources(seconds=900, memory_mib=2048),
    lighter="fewer models, or fewer iterations",
)
def fit_ensemble(
    measured: Annotated[CurveTable, Input("Measured curve")],
    simulated: Annotated[CurveTable, Input("Simulated curves")],
    models: Annotated[Archive | None, Input("Structures")] = None,
    *,
    weight_threshold: Annotated[float, parameter(section=SELECTION, ge=0.0001, le=0.5)] = 0.01,
    prior: Annotated[
        Literal["first-estimate", "equal-weights", "uniform", "custom"], parameter(section=INFERENCE, labels=PRIORS)
    ] = "first-estimate",
    concentration: Annotated[float, parameter(section=INFERENCE, show_when={"prior": "custom"}, ge=0.05, le=20)] = 1.0,
    iterations: Annotated[int, parameter(section=INFERENCE, unit="steps", ge=400, le=5_000)] = 1_000,
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
        Three columns: q (rising), intensity I and its standard deviation sigma (above 0). As .dat or .txt.
    simulated : CurveTable
        One column of intensities for each model, on the same q as the measured curve, line by line; or with q as first column, then
        they are interpolated. A header line may name the models.
    models : Archive, optional
        A zip archive with a PDB file for each model, named in the order of the columns: 1.pdb, 2.pdb, ...
    weight_threshold : float
        Models with a smaller weight in the first, quick estimate are left out of the ensemble. Raise it for a smaller ensemble.
    prior : {"first-estimate", "equal-weights", "uniform", "custom"}
        The Dirichlet distribution that the weights are believed to follow before the data. First estimate is centred on the quick
        estimate of the selection and weighs as much as the uniform one; it looks at the data twice, so its intervals are a little
        narrow. Uniform holds every mix for equally likely. Equal weights expects that few models carry most of the weight.
    concentration : float
        Dirichlet parameter of every model. Below 1 the weights gather on few models, above 1 they spread evenly.
    iterations : int
        Steps of each of the four runs. Raise them when R-hat is above 1.01; four times as many halve the Monte-Carlo error.
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

    References
    ----------
    - Potrzebowski W., Trewhella J., Andre I. (2018) Bayesian inference of protein conformational ensembles from limited structural
      data. PLoS Computational Biology 14, e1006641. doi:10.1371/journal.pcbi.1006641
    - Foreman-Mackey D., Hogg D. W., Lang D., Goodman J. (2013) emcee: the MCMC hammer. Publications of the Astronomical Society of
      the Pacific 125, 306-312. doi:10.1086/670067
    - Blei D. M., Kucukelbir A., McAuliffe J. D. (2017) Variational inference: a review for statisticians. Journal of the American
      Statistical Association 112, 859-877. doi:10.1080/01621459.2017.1285773
    - Gelman A., Rubin D. B. (1992) Inference from iterative simulation using multiple sequences. Statistical Science 7, 457-472.
      doi:10.1214/ss/1177011136
    - Meng X.-L., Wong W. H. (1996) Simulating ratios of normalizing constants via a simple identity. Statistica Sinica 6, 831-860.
    - Franke D., Jeffries C. M., Svergun D. I. (2015) Correlation Map, a goodness-of-fit test for one-dimensional X-ray scattering
      spectra. Nature Methods 12, 419-422. doi:10.1038/nmeth.3358
    - Lin J. (1991) Divergence measures based on the Shannon entropy. IEEE Transactions on Information Theory 37, 145-151.
      doi:10.1109/18.61115

    Examples
    --------
    >>> result = fit_ensemble("measured.dat", "simulated.txt", weight_threshold=0.05)  # doctest: +SKIP
    >>> result.weights.frame  # doctest: +SKIP
    """
    from pipeline.ensembles.analysis import analyse

    curves = (measured, simulated, models)
    return analyse(*curves, weight_threshold, prior, concentration, iterations, seed=seed, progress=progress)
