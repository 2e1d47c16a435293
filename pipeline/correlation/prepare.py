"""From the tables as they came to one block of numbers: missing values, selection, shared samples, constant columns."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.correlation.covariates import Covariates, flat_notes, measure_of, take_out
from pipeline.correlation.measures import Measure
from pipeline.correlation.measures.chosen import MEASURES, Method
from pipeline.correlation.missing import Missing, complete_columns, fill_with_median, moving_columns, present_columns
from pipeline.correlation.naming import count, distinct_names, named, titles_of
from pipeline.correlation.selection import top_variance
from pipeline.toolkit import SampleTable, ToolError

FEWEST_SAMPLES = 4
POOR_BELOW = 10
Values = NDArray[np.float64]
WHY = {"drop": "with missing values", "median": "without any value", "pairwise": "without any value"}


@dataclass(frozen=True, eq=False)
class Joined:
    """The features to be compared, on the samples that all tables share.

    Attributes:
        values: Shape (samples, features); no column constant; features of the first table come first. NaN only where ``gaps``.
        names: One per feature, unique.
        split: How many of the features belong to the first table.
        titles: What the tables are called, each differently.
        covariates: Names of what correlations are freed from.
        measure: What they are measured by.
        gaps: Whether values are missing, so that pairs of features share different samples.
        notes: What was filled, left out or renamed, one sentence each.
    """

    values: Values
    names: list[str]
    split: int
    titles: list[str]
    covariates: list[str]
    measure: Measure
    gaps: bool
    notes: list[str]

    @property
    def filled(self) -> Values:
        """The values with the median of their feature where one is missing."""
        return fill_with_median(self.values) if self.gaps else self.values


def _refuse(table: SampleTable, title: str) -> None:
    frame = table.frame
    for what, names in (("sample id", frame.index), ("feature name", frame.columns)):
        if not names.is_unique:
            name = names[names.duplicated()][0]
            message = f"In {title} the {what} {str(name)[:80]!r} appears more than once. Each must be unique."
            raise ToolError(message)
    if np.isinf(frame.to_numpy(dtype=float)).any():
        message = f"In {title} there are infinite values. Replace them by numbers, or leave the cells empty."
        raise ToolError(message)


def settle_missing(frame: pd.DataFrame, policy: Missing, title: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a table by the policy for missing values, and what was done; the given table is left as it is."""
    values = frame.to_numpy(dtype=float)
    complete = complete_columns(values)
    if complete.all():
        return frame, []
    kept = complete if policy == "drop" else present_columns(values)
    left_out, holed = int((~kept).sum()), int((~complete).sum())
    listed = named([str(name) for name in frame.columns[~kept]])
    notes = [f"{title}: {count(left_out, 'feature')} {WHY[policy]} left out ({listed})."] if left_out else []
    if left_out:
        values = values[:, kept]
    if policy != "drop" and holed > left_out:
        gaps = f"{title}: {count(int(np.isnan(values).sum()), 'missing value')} in {count(holed - left_out, 'feature')}"
        notes.append(f"{gaps} filled with the feature's median." if policy == "median" else f"{gaps} left open.")
        values = fill_with_median(values) if policy == "median" else values
    return pd.DataFrame(values, index=frame.index, columns=frame.columns[kept]), notes


def _top(frame: pd.DataFrame, feature_count: int) -> pd.DataFrame:
    kept = top_variance(frame.to_numpy(), feature_count)
    return frame if kept.size == frame.shape[1] else frame.iloc[:, kept]


def _shared(frames: list[pd.DataFrame]) -> pd.Index:
    samples = frames[0].index
    for frame in frames[1:]:
        samples = samples[samples.isin(frame.index)]
    if len(samples) < FEWEST_SAMPLES:
        where = "The two datasets share" if len(frames) > 1 else "The dataset has"
        cure = " Sample ids must be written alike in both files." if len(frames) > 1 else ""
        message = f"{where} {count(len(samples), 'sample')}; a correlation needs at least {FEWEST_SAMPLES}.{cure}"
        raise ToolError(message)
    return samples


def _with(samples: pd.Index, covariates: Covariates) -> pd.Index:
    """Return the samples that have every covariate.

    Raises:
        ToolError: If these are too few.
    """
    kept = samples[samples.isin(covariates.frame.index)]
    if len(kept) < FEWEST_SAMPLES:
        message = f"Only {count(len(kept), 'sample')} have a value of every covariate; a correlation needs at least {FEWEST_SAMPLES}."
        raise ToolError(message)
    return kept


def _hstack(frames: list[pd.DataFrame], samples: pd.Index) -> Values:
    """Return the values on some samples, copied only where that is needed."""
    values = [(frame if frame.index.equals(samples) else frame.loc[samples]).to_numpy() for frame in frames]
    return values[0] if len(values) == 1 else np.hstack(values)


def _testable(values: Values, names: list[str], measure: Measure, *, gaps: bool) -> tuple[NDArray[np.bool_], list[str]]:
    """Say which features have a correlation with anything, and name the others.

    Raises:
        ToolError: If fewer than two have.
    """
    moving = moving_columns(values)
    usable = moving if gaps else measure.testable(values)
    notes: list[str] = []
    if constant := [name for name, moves in zip(names, moving, strict=True) if not moves]:
        listed = f"{count(len(constant), 'constant feature')} left out of the tests"
        notes.append(f"{listed}: without variation there is no correlation ({named(constant)}).")
    if explained := [name for name, moves, use in zip(names, moving, usable, strict=True) if moves and not use]:
        listed = f"{count(len(explained), 'feature')} left out of the tests"
        notes.append(f"{listed}: the covariates explain all of their variation ({named(explained)}).")
    if usable.sum() < 2:
        what = f"{count(int(usable.sum()), 'feature')} of {len(names):,} varies among the {len(values):,} samples"
        message = f"There is nothing to compare: {what}{' beyond what the covariates explain' if explained else ''}."
        raise ToolError(message)
    return usable, notes


def _poor(samples: int, covariates: int) -> list[str]:
    if samples - covariates >= POOR_BELOW:
        return []
    beyond = f" and {count(covariates, 'covariate')}" if covariates else ""
    trust = f"from {POOR_BELOW} samples on" if not covariates else f"from {POOR_BELOW + covariates} samples on"
    return [f"With {samples} samples{beyond} p-values are rough approximations. Trust them only {trust}."]


def prepare(tables: list[SampleTable], *, method: Method, missing_values: Missing, feature_count: int, covariates: list[str]) -> Joined:
    """Return what is to be compared.

    In this order: covariates are taken out of the first table; missing values are settled over all samples of their own table;
    the features that vary most are taken, over all samples of their own table, after filling; the tables are joined
    on the samples they share and that have every covariate; features that are constant on those samples are left out.

    Raises:
        ToolError: If too few samples are shared, fewer than two features vary, or the settings do not go together.
    """
    titles = titles_of(tables)
    for table, title in zip(tables, titles, strict=True):
        _refuse(table, title)
    first, known = take_out(tables[0].frame, covariates, titles[0])
    whole = [first, *(table.frame for table in tables[1:])]
    notes = list(known.notes)
    frames: list[pd.DataFrame] = []
    for frame, title in zip(whole, titles, strict=True):
        settled, done = settle_missing(frame, missing_values, title)
        notes += done
        frames.append(_top(settled, feature_count))
    shared = _shared(frames)
    for frame, title in zip(whole, titles, strict=True):
        if dropped := len(frame) - len(shared):
            notes.append(f"{title}: {count(dropped, 'sample')} not in the other dataset left out.")
    samples = _with(shared, known)
    names, renamed = distinct_names([list(frame.columns) for frame in frames], [list(frame.columns) for frame in whole], titles)
    values = _hstack(frames, samples)
    measure, gaps = _measure(method, known.on(samples), values)
    usable, left_out = _testable(values, names, measure, gaps=gaps)
    notes += [*flat_notes(known.names, known.on(samples)), *left_out, *_poor(len(samples), len(covariates)), *renamed]
    split = int(usable[: frames[0].shape[1]].sum())
    values = values if usable.all() else values[:, usable]
    kept = [name for name, use in zip(names, usable, strict=True) if use]
    return Joined(values, kept, split, titles, covariates, measure, gaps, notes)


def _measure(method: Method, covariates: Values, values: Values) -> tuple[Measure, bool]:
    """Return what is measured by, and whether there are gaps.

    Raises:
        ToolError: If gaps are left open for a measure that cannot do with them.
    """
    measure = measure_of(method, covariates)
    gaps = bool(np.isnan(values).any())
    if gaps and (covariates.shape[1] or MEASURES[method].ranked is None):
        what = "Partial correlations need" if covariates.shape[1] else f"The {MEASURES[method].coefficient} needs"
        message = f"{what} complete features. Fill missing values with the median, or leave out features that have some."
        raise ToolError(message)
    return measure, gaps
