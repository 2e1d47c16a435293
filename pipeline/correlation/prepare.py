"""From the tables as they came to one block of numbers: missing values, selection, shared samples, constant columns."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.correlation.measures.testable import varying
from pipeline.correlation.missing import complete_columns, fill_with_median, present_columns
from pipeline.correlation.selection import top_variance
from pipeline.toolkit import SampleTable, ToolError

FEWEST_SAMPLES = 4
POOR_BELOW = 10
MOST_NAMED = 10
LONGEST_NAME = 40
Missing = Literal["median", "drop"]


@dataclass(frozen=True, eq=False)
class Joined:
    """The features to be compared, on the samples that all tables share.

    Attributes:
        values: Shape (samples, features); finite, no column constant; features of the first table come first.
        names: One per feature, unique.
        split: How many of the features belong to the first table.
        notes: What was filled, left out or renamed, one sentence each.
    """

    values: NDArray[np.float64]
    names: list[str]
    split: int
    notes: list[str]


def title_of(table: SampleTable, number: int) -> str:
    """Return what the data are called: the person's word, or the number of the dataset."""
    return " ".join(table.label.split()) or f"dataset {number}"


def titles_of(tables: list[SampleTable]) -> list[str]:
    """Return a different title for each table, even when both carry the same label."""
    titles = [title_of(table, number) for number, table in enumerate(tables, 1)]
    return titles if len(set(titles)) == len(titles) else [f"{title} {number}" for number, title in enumerate(titles, 1)]


def count(number: int, noun: str) -> str:
    """Return '1 feature', '2 features'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def named(names: list[str]) -> str:
    """Return the first names and how many more there are."""
    first = ", ".join(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in names[:MOST_NAMED])
    return first if len(names) <= MOST_NAMED else f"{first} and {len(names) - MOST_NAMED:,} more"


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
    """Return a table without missing values, and what was done; the given table is left as it is."""
    values = frame.to_numpy(dtype=float)
    gaps = int(np.isnan(values).sum())
    if not gaps:
        return frame, []
    kept = complete_columns(values) if policy == "drop" else present_columns(values)
    holed = int((~complete_columns(values)).sum())
    left_out = int((~kept).sum())
    why = "with missing values" if policy == "drop" else "without any value"
    listed = named([str(name) for name in frame.columns[~kept]])
    notes = [f"{title}: {count(left_out, 'feature')} {why} left out ({listed})."] if left_out else []
    values = values[:, kept]
    if policy == "median" and holed > left_out:
        filled = int(np.isnan(values).sum())
        notes.append(f"{title}: {count(filled, 'missing value')} in {count(holed - left_out, 'feature')} filled with the feature's median.")
        values = fill_with_median(values)
    return pd.DataFrame(values, index=frame.index, columns=frame.columns[kept]), notes


def _top(frame: pd.DataFrame, feature_count: int) -> pd.DataFrame:
    return frame.iloc[:, top_variance(frame.to_numpy(), feature_count)]


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


def _distinct_names(frames: list[pd.DataFrame], tables: list[SampleTable], titles: list[str]) -> tuple[list[str], list[str]]:
    """Return the names of the selected features; a name that both tables use is marked with the title of its table."""
    if len(tables) == 1:
        return list(frames[0].columns), []
    both = set(tables[0].frame.columns) & set(tables[1].frame.columns)
    taken = {name for table in tables for name in table.frame.columns}
    names: list[str] = []
    for frame, title in zip(frames, titles, strict=True):
        for name in frame.columns:
            new = name
            while name in both and new in taken:
                new = f"{new} ({title})"
            taken.add(new)
            names.append(new)
    if not both:
        return names, []
    return names, [f"{count(len(both), 'feature name')} in both datasets, such as {min(both)[:80]!r}: marked with the type of the data."]


def prepare(tables: list[SampleTable], *, missing_values: Missing, feature_count: int) -> Joined:
    """Return what is to be compared.

    In this order: missing values are filled (or their features left out) over all samples of their own table;
    the features that vary most are taken, over all samples of their own table, after filling; the tables are joined
    on the samples they share; features that are constant on those samples are left out.

    Raises:
        ToolError: If fewer than four samples are shared, or fewer than two features vary.
    """
    titles = titles_of(tables)
    frames: list[pd.DataFrame] = []
    notes: list[str] = []
    for table, title in zip(tables, titles, strict=True):
        _refuse(table, title)
        frame, done = settle_missing(table.frame, missing_values, title)
        notes += done
        frames.append(_top(frame, feature_count))
    samples = _shared(frames)
    for table, title in zip(tables, titles, strict=True):
        if dropped := len(table.frame) - len(samples):
            notes.append(f"{title}: {count(dropped, 'sample')} not in the other dataset left out.")
    names, renamed = _distinct_names(frames, tables, titles)
    values = np.hstack([frame.loc[samples].to_numpy() for frame in frames])
    usable = varying(values)
    if constant := [name for name, use in zip(names, usable, strict=True) if not use]:
        listed = named(constant)
        notes.append(
            f"{count(len(constant), 'constant feature')} left out of the tests: without variation there is no correlation ({listed})."
        )
    if usable.sum() < 2:
        message = f"There is nothing to compare: {count(int(usable.sum()), 'feature')} of {len(names):,} varies among the {len(samples):,} samples."
        raise ToolError(message)
    if len(samples) < POOR_BELOW:
        notes.append(f"With {len(samples)} samples p-values are rough approximations. Trust them only from {POOR_BELOW} samples on.")
    split = int(usable[: frames[0].shape[1]].sum())
    return Joined(values[:, usable], [name for name, use in zip(names, usable, strict=True) if use], split, notes + renamed)
