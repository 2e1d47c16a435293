"""The settings of the ensemble tool: type, bounds and words, each said once."""

from typing import Annotated, Literal

from pipeline.toolkit import parameter

SELECTION, INFERENCE = "Model selection", "Bayesian inference"

WeightThreshold = Annotated[
    float,
    parameter(
        title="Weight threshold",
        description="Models with a smaller weight in the first, quick estimate are left out of the ensemble. Raise it for a smaller ensemble.",
        section=SELECTION,
        ge=0.0001,
        le=0.5,
    ),
]
Prior = Annotated[
    Literal["first-estimate", "equal-weights", "uniform", "custom"],
    parameter(
        title="Prior",
        description="The Dirichlet distribution that the weights are believed to follow before the data. First estimate is centred on the quick "
        "estimate of the selection and weighs as much as the uniform one; it looks at the data twice, so its intervals are a little narrow. "
        "Uniform holds every mix for equally likely. Equal weights expects that few models carry most of the weight.",
        labels={
            "first-estimate": "First estimate (N times its weights)",
            "equal-weights": "Equal weights (1/N each)",
            "uniform": "Uniform (1 each)",
            "custom": "A concentration of your own",
        },
        section=INFERENCE,
    ),
]
Concentration = Annotated[
    float,
    parameter(
        title="Concentration",
        description="Dirichlet parameter of every model. Below 1 the weights gather on few models, above 1 they spread evenly.",
        section=INFERENCE,
        show_when={"prior": "custom"},
        ge=0.05,
        le=20,
    ),
]
Iterations = Annotated[
    int,
    parameter(
        title="Iterations",
        description="Steps of each of the four runs. Raise them when R-hat is above 1.01; four times as many halve the Monte-Carlo error.",
        unit="steps",
        section=INFERENCE,
        ge=400,
        le=5_000,
    ),
]
