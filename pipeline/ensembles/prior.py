"""What is believed of the weights before the data are looked at closely: the parameters of a Dirichlet distribution."""

import numpy as np

from pipeline.ensembles.posterior import Array

SMALLEST = 0.05
"""Of a parameter: below it a model would be as good as ruled out before the data speak."""


def dirichlet_parameters(prior: str, first: Array, concentration: float) -> Array:
    """Return a parameter for each model, shape (models,), each at least 0.05 unless it is 1 / models.

    Args:
        prior: ``first-estimate``: models times the weight in the first estimate, so that the prior weighs as much as the uniform one, and is
            centred on that estimate (empirical Bayes: Casella 1985); ``equal-weights``: 1 / models each; ``uniform``: 1 each;
            ``custom``: ``concentration`` each.
        first: Weights of the models in the first estimate, shape (models,), of any sum above 0.
        concentration: The parameter of each model, for ``custom``.
    """
    models = first.size
    if prior == "first-estimate":
        return np.maximum(models * first / first.sum(), SMALLEST)
    return np.full(models, {"equal-weights": 1 / models, "uniform": 1.0, "custom": concentration}[prior])


def in_words(parameters: Array) -> str:
    """Say the parameters in a sentence."""
    if np.ptp(parameters) == 0:
        return f"Dirichlet parameter of each of the {parameters.size} models: {parameters[0]:g}."
    return f"Dirichlet parameters of the {parameters.size} models, in their order: {', '.join(f'{value:.3g}' for value in parameters)}."
