"""What partial correlations are freed from: columns of the first table, which are no features then."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.correlation.measures import Measure
from pipeline.correlation.measures.chosen import MEASURES, Method
from pipeline.correlation.measures.partial import Partial
from pipeline.correlation.measures.testable import varying
from pipeline.correlation.naming import count, named
from pipeline.toolkit import ToolError

BEYOND = 3
"""How many samples more than covariates a partial correlation needs."""


@dataclass(frozen=True, eq=False)
class Covariates:
    """The covariates of all samples that have them.

    Attributes:
        frame: No value missing; index = sample ids, a column for each.
        notes: What was left out for them, one sentence each.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """What they are called."""
        return [str(name) for name in self.frame.columns]

    def on(self, samples: pd.Index) -> NDArray[np.float64]:
        """Return their values on some samples, shape (samples, covariates).

        Raises:
            ToolError: If there are too few samples.
        """
        if len(samples) < len(self.names) + BEYOND:
            message = (
                f"With {count(len(self.names), 'covariate')} a correlation needs at least {len(self.names) + BEYOND} samples; "
                f"there are {len(samples)}. Choose fewer covariates."
            )
            raise ToolError(message)
        return self.frame.loc[samples].to_numpy(dtype=float)


def take_out(frame: pd.DataFrame, wanted: list[str], title: str) -> tuple[pd.DataFrame, Covariates]:
    """Return a table without the columns that are wanted as covariates, and these."""
    if not wanted:
        return frame, Covariates(frame.iloc[:, :0])
    found = frame[wanted].dropna()
    missing = len(frame) - len(found)
    notes = [f"Correlations are partial: what {named(wanted)} can explain is taken out of every feature of all datasets."]
    if missing:
        notes.append(f"{title}: {count(missing, 'sample')} without a value of every covariate left out.")
    return frame.drop(columns=wanted), Covariates(found, tuple(notes))


def measure_of(method: Method, values: NDArray[np.float64]) -> Measure:
    """Return what correlations are measured by, given the values of covariates, if any.

    Raises:
        ToolError: If there are covariates and the measure has no partial form.
    """
    offer = MEASURES[method]
    if not values.shape[1]:
        return offer.measure
    if offer.ranked is None:
        message = f"The {offer.coefficient} has no partial form here. Choose Spearman or Pearson, or leave out the covariates."
        raise ToolError(message)
    return Partial(values, ranked=offer.ranked)


def flat_notes(names: list[str], values: NDArray[np.float64]) -> list[str]:
    """Say which covariates explain nothing, because they are constant."""
    flat = [name for name, moves in zip(names, varying(values), strict=True) if not moves] if names else []
    return [f"{count(len(flat), 'covariate')} constant on the samples compared, which changes nothing ({named(flat)})."] if flat else []
