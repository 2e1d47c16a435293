"""The settings of the correlation tool: type, bounds and words, each said once."""

from typing import Annotated, Literal

from pipeline.toolkit import parameter

CorrelationMethod = Annotated[
    Literal["spearman", "pearson"],
    parameter(
        title="Correlation method",
        description="Spearman compares ranks: it finds any steady rise or fall and shrugs off outliers. "
        "Choose Pearson when relations are straight lines and values are roughly normal.",
        labels={"spearman": "Spearman", "pearson": "Pearson"},
    ),
]
CorrectionMethod = Annotated[
    Literal["benjamini-hochberg", "bonferroni"],
    parameter(
        title="Correction method",
        description="Thousands of tests give false hits by chance alone. Benjamini-Hochberg limits the share of false pairs in the list; "
        "choose Bonferroni to make even one false pair unlikely, at the price of missing weaker ones.",
        labels={"benjamini-hochberg": "Benjamini-Hochberg", "bonferroni": "Bonferroni"},
    ),
]
Alpha = Annotated[
    float,
    parameter(
        title="Alpha",
        description="A pair is kept when its corrected p-value is at most this. Lower it for a shorter, safer list.",
        gt=0,
        le=0.5,
    ),
]
FeatureCount = Annotated[
    int,
    parameter(
        title="Number of top-variance features",
        description="Of each dataset only the features that vary most are compared. "
        "Raise it to look at more; a number above what there is means all. Fewer features mean fewer tests to correct for.",
        ge=2,
    ),
]
MissingValues = Annotated[
    Literal["median", "drop"],
    parameter(
        title="Missing values",
        description="Fill each gap with the median of its feature, or leave out every feature that has a gap. "
        "Filling keeps all features but weakens their correlations; leave them out when many values are missing.",
        labels={"median": "Fill with the feature's median", "drop": "Leave out features with missing values"},
    ),
]
LeastR = Annotated[
    float,
    parameter(
        title="Least |r|",
        description="Significant pairs with a correlation weaker than this, in either direction, are left out of tables and plots. "
        "They still count as tests. Raise it when many samples make even tiny correlations significant.",
        ge=0,
        le=1,
    ),
]
