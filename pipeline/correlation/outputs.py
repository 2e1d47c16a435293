"""What the correlation tool gives back, and how its numbers become tables, matrices and pictures."""

from dataclasses import dataclass
from typing import Annotated

from pipeline.toolkit import Figure, Matrix, Metrics, Output, Table

HEATMAPS, TABLES, MATRICES = "Heatmaps", "Significant pairs", "Matrices"


@dataclass(frozen=True)
class Correlations:
    """The significant correlations; heatmaps without a single pair are None, matrices without one are empty."""

    metrics: Annotated[Metrics, Output("Key numbers")]
    heatmap_within_1: Annotated[Figure | None, Output("Correlations within dataset 1", section=HEATMAPS)]
    heatmap_within_2: Annotated[Figure | None, Output("Correlations within dataset 2", section=HEATMAPS)]
    heatmap_between: Annotated[Figure | None, Output("Correlations between dataset 1 and dataset 2", section=HEATMAPS)]
    pairs: Annotated[Table, Output("Significant pairs", "Strongest first.", TABLES)]
    r_within_1: Annotated[Matrix | None, Output("Correlation coefficients within dataset 1", section=MATRICES)]
    p_within_1: Annotated[Matrix | None, Output("Corrected p-values within dataset 1", section=MATRICES)]
    r_within_2: Annotated[Matrix | None, Output("Correlation coefficients within dataset 2", section=MATRICES)]
    p_within_2: Annotated[Matrix | None, Output("Corrected p-values within dataset 2", section=MATRICES)]
    r_between: Annotated[Matrix | None, Output("Correlation coefficients between the datasets", section=MATRICES)]
    p_between: Annotated[Matrix | None, Output("Corrected p-values between the datasets", section=MATRICES)]
    notes: tuple[str, ...] = ()
