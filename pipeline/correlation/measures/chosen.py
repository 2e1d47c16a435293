"""The measures by the names that people choose them by: a new one is its module, a line here, and its name in the tool's signature."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pipeline.correlation.measures import Measure, bicor, pearson, spearman


class Offer(NamedTuple):
    """A measure that people can choose.

    Attributes:
        measure: It.
        coefficient: What its r is called.
        ranked: Whether it is the product of ranks (True) or of the values (False): both can do with covariates, and pair by pair where
            values are missing. None for all others.
    """

    measure: Measure
    coefficient: str
    ranked: bool | None = None


Method = Literal["spearman", "pearson", "bicor"]
MEASURES: Mapping[Method, Offer] = {
    "spearman": Offer(spearman, "Spearman's r", ranked=True),
    "pearson": Offer(pearson, "Pearson's r", ranked=False),
    "bicor": Offer(bicor, "biweight midcorrelation"),
}
