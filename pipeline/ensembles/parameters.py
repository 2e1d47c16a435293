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
    Literal["equal-weights", "uniform", "custom"],
    parameter(
        title="Prior",
        description="What is believed of the weights before the data. Equal weights takes one N-th as each of the N parameters of a Dirichlet "
        "distribution: it expects that few models carry most of the weight. Uniform holds every mix for equally likely.",
        labels={"equal-weights": "Equal weights (1/N each)", "uniform": "Uniform (1 each)", "custom": "A concentration of your own"},
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
