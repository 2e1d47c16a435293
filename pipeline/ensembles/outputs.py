"""What the ensemble tool gives back."""

from dataclasses import dataclass
from typing import Annotated

from pipeline.toolkit import Figure, Metrics, Output, Structure3D, Table, Text


@dataclass(frozen=True)
class Ensemble:
    """The result of an ensemble fit; the structure is None when no PDB files were given."""

    metrics: Annotated[Metrics, Output("Key numbers")]
    weights: Annotated[Table, Output("Weights", section="Weights")]
    densities: Annotated[Figure, Output("Posterior densities", section="Weights")]
    fit: Annotated[Figure, Output("Fit and residuals", section="Fit")]
    curve: Annotated[Table, Output("Fitted curve", "Measured and fitted intensities, and the residuals in units of sigma.", "Fit")]
    structure: Annotated[Structure3D | None, Output("Ensemble in 3-D", section="Ensemble")]
    selection: Annotated[Table, Output("Model selection", "First estimate of each model's weight, and whether it was kept.", "Ensemble")]
    reading: Annotated[Text, Output("How to read this", section="Ensemble")]
    notes: tuple[str, ...] = ()
