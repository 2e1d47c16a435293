"""The measures by the names that people choose them by."""

from collections.abc import Mapping
from typing import Literal

from pipeline.correlation.measures import Measure, bicor, pearson, spearman

Method = Literal["spearman", "pearson", "bicor"]
MEASURES: Mapping[Method, Measure] = {"spearman": spearman, "pearson": pearson, "bicor": bicor}
