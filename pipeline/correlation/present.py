"""From pairs of numbers to what people look at: the pairs' table, the matrices, the heatmaps, the key numbers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.correlation.blocks import Block
from pipeline.correlation.pairs import Pairs
from pipeline.correlation.prepare import count
from pipeline.toolkit import Figure, Matrix, Metric, Metrics, Table
from pipeline.toolkit.heatmap import Scale, heatmap, paint

MOST_MATRIX_CELLS = 16_000_000
"""A matrix with more cells is left out: as CSV it would be mostly commas, and the list of pairs holds the same numbers."""

NO_PAIRS = Matrix(pd.DataFrame(dtype="float64"), "No pair is significant.")
"""The matrix of a block without pairs: the file is there, so that whoever reads results by name need not ask first."""


@dataclass(frozen=True, eq=False)
class Words:
    """The names that all outputs share."""

    features: list[str]
    titles: list[str]
    coefficient: str
    samples: int

    def names(self, block: Block) -> tuple[list[str], list[str]]:
        """Return the names of a block's rows and columns."""
        return [self.features[i] for i in block.rows], [self.features[i] for i in block.columns]


def pairs_table(pairs: Pairs, words: Words) -> Table:
    """Return the pairs with their names and numbers, in the order given."""
    names = np.array(words.features, dtype=object)
    frame = pd.DataFrame(
        {
            "feature_1": names[pairs.first],
            "feature_2": names[pairs.second],
            "r": pairs.r,
            "p": pairs.p,
            "p_corrected": pairs.p_corrected,
            "n": np.full(len(pairs), words.samples),
        }
    )
    return Table(frame, f"{count(len(pairs), 'pair')}, strongest first. {words.coefficient}, n = {words.samples:,} samples.")


def matrices(block: Block, words: Words) -> tuple[Matrix, Matrix] | None:
    """Return the coefficients and the corrected p-values of a block, empty where not significant; None when too large."""
    shape = (block.rows.size, block.columns.size)
    if shape[0] * shape[1] > MOST_MATRIX_CELLS:
        return None
    rows, columns = words.names(block)
    caption = f"{shape[0]:,} × {shape[1]:,} features with at least one significant pair. Empty: not significant."
    return tuple(Matrix(pd.DataFrame(grid, rows, columns), caption) for grid in paint(block.cells, shape))  # type: ignore[return-value]


def block_heatmap(block: Block, words: Words, sides: tuple[int, int]) -> Figure:
    """Return the picture of a block; ``sides`` are the numbers of the tables (0 or 1) along rows and columns."""
    rows, columns = words.names(block)
    across, down = words.titles[sides[1]], words.titles[sides[0]]
    within = sides[0] == sides[1]
    found = block.cells.rows.size // 2 if within else block.cells.rows.size
    where = f"within {down}" if within else f"between {down} and {across}"
    caption = (
        f"{count(found, 'significant pair')} {where}: {words.coefficient}, n = {words.samples:,} samples. "
        "Empty cells are not significant; similar features stand side by side."
    )
    scale = Scale(name="r", limit=1.0, detail="corrected p", caption=caption)
    return heatmap(block.cells, rows, columns, row_title=down, column_title=across, scale=scale)


def key_numbers(*, tests: int, found: list[int], pairs: Pairs, words: Words) -> Metrics:
    """Return the metrics; ``found`` are the significant pairs within 1, within 2 and between, before the least |r|.

    What concerns a second table is None when there is none.
    """
    two = len(words.titles) > 1
    titles = words.titles if two else [words.titles[0], "dataset 2"]
    strongest = f"{words.features[pairs.first[0]]} – {words.features[pairs.second[0]]}" if len(pairs) else None
    return Metrics(
        {
            "samples": Metric("Samples", words.samples, "Samples that were compared: those that all datasets share."),
            "features": Metric("Features", len(words.features), "Features that were compared, of all datasets together."),
            "tests": Metric("Tests", tests, "Pairs of features tested; the correction counts every one of them."),
            "significant": Metric("Significant pairs", sum(found), "Pairs whose corrected p-value is at most alpha."),
            "significant_within_1": Metric(f"Significant within {titles[0]}", found[0], "Both features in dataset 1."),
            "significant_within_2": Metric(f"Significant within {titles[1]}", found[1] if two else None, "Both features in dataset 2."),
            "significant_between": Metric(
                "Significant between datasets", found[2] if two else None, "One feature in dataset 1, the other in dataset 2."
            ),
            "listed": Metric("Pairs listed", len(pairs), "Significant pairs that are at least as strong as the least |r| asked for."),
            "strongest_pair": Metric("Strongest pair", strongest, "The listed pair with the largest |r|."),
            "strongest_r": Metric("Strongest r", float(pairs.r[0]) if len(pairs) else None, "The correlation of that pair."),
        }
    )
