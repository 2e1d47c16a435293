"""From pairs of numbers to what people look at: the pairs' table, the matrices, the heatmaps, the key numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.correlation.blocks import Block
from pipeline.correlation.naming import count
from pipeline.correlation.pairs import Found
from pipeline.correlation.pairtable import PairTable
from pipeline.toolkit import Figure, Matrix, Metric, Metrics, Table
from pipeline.toolkit.heatmap import MOST_CELLS_PER_SIDE, Scale, bundle, heatmap
from pipeline.toolkit.tiles import Axis, Tiles

MOST_MATRIX_CELLS = 4_000_000
"""A matrix with more cells is left out: as CSV it would be mostly commas, or hundreds of megabytes; the list of pairs holds the same numbers."""

NO_PAIRS = Matrix(pd.DataFrame(dtype="float64"), "No pair is significant.")
"""The matrix of a block without pairs: the file is there, so that whoever reads results by name need not ask first."""


@dataclass(frozen=True, eq=False)
class Words:
    """The names that all outputs share.

    Attributes:
        features: Names of the features.
        titles: What the tables are called.
        coefficient: What r is called.
        samples: How many were compared.
        paired: Whether each pair has a number of samples of its own.
        order: How rows and columns are ordered, as a caption says it.
    """

    features: list[str]
    titles: list[str]
    coefficient: str
    samples: int
    paired: bool
    order: str

    @property
    def n(self) -> str:
        """How many samples stand behind a coefficient."""
        return f"n of each pair, at most {self.samples:,} samples" if self.paired else f"n = {self.samples:,} samples"

    def names(self, block: Block) -> tuple[list[str], list[str]]:
        """Return the names of a block's rows and columns."""
        return [self.features[i] for i in block.rows], [self.features[i] for i in block.columns]

    def along(self, block: Block) -> tuple[str, str]:
        """Return the titles of what lies along a block's rows and columns."""
        return (self.titles[block.number], self.titles[block.number]) if block.within else (self.titles[0], self.titles[1])


def pairs_table(table: PairTable, words: Words) -> Table:
    """Return the pairs with their names and numbers, in the order of the list."""
    first = "smallest p-value" if words.paired else "strongest"
    return Table(table, f"{count(len(table), 'pair')}, {first} first. {words.coefficient}, {words.n}.")


def matrices(block: Block, table: PairTable, words: Words) -> tuple[Matrix, Matrix] | None:
    """Return the coefficients and the corrected p-values of a block, empty where not significant; None when too large."""
    if block.rows.size * block.columns.size > MOST_MATRIX_CELLS:
        return None
    rows, columns = words.names(block)
    caption = f"{len(rows):,} × {len(columns):,} features with at least one significant pair. Empty: not significant."
    r, q = block.grids(table.store)
    return Matrix(pd.DataFrame(r, rows, columns), caption), Matrix(pd.DataFrame(q, rows, columns), caption)


def block_heatmap(block: Block, table: PairTable, words: Words) -> Figure:
    """Return the picture of a block; one with more rows or columns than a picture shows also as tiles to zoom into."""
    rows, columns = words.names(block)
    down, across = words.along(block)
    where = f"within {down}" if block.within else f"between {down} and {across}"
    caption = (
        f"{count(block.pairs, 'significant pair')} {where}: {words.coefficient}, {words.n}. Empty cells are not significant; {words.order}."
    )
    cells = block.strongest(table.store, (bundle(rows)[1], bundle(columns)[1]))
    scale = Scale(name="r", limit=1.0, detail="corrected p", caption=caption)
    figure = heatmap(cells, rows, columns, row_title=down, column_title=across, scale=scale)
    if max(block.shape) <= MOST_CELLS_PER_SIDE:
        return figure

    def parts() -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]]:
        return ((part.row, part.column, part.r) for part in block.parts(table.store))

    caption += " From afar, and in the pictures to download, neighbouring cells share one that shows the strongest of their values: zoom in to see each."
    return replace(figure, caption=caption, tiles=Tiles(Axis(down, rows), Axis(across, columns), parts, name="r", symmetric=block.within))


def key_numbers(found: Found, words: Words) -> Metrics:
    """Return the metrics; what concerns a second table is None when there is none."""
    two = len(words.titles) > 1
    titles = words.titles if two else [words.titles[0], "dataset 2"]
    within_1, within_2, between = found.significant
    best = found.strongest()
    strongest = f"{words.features[best.first[0]]} – {words.features[best.second[0]]}" if len(best) else None
    compared = len(words.features) - found.untested.size
    return Metrics(
        {
            "samples": Metric("Samples", words.samples, "Samples that were compared: those that all datasets share."),
            "features": Metric("Features", compared, "Features that were compared, of all datasets together."),
            "tests": Metric("Tests", found.store.facts.tests, "Pairs of features tested; the correction counts every one of them."),
            "significant": Metric("Significant pairs", sum(found.significant), "Pairs whose corrected p-value is at most alpha."),
            "significant_within_1": Metric(f"Significant within {titles[0]}", within_1, "Both features in dataset 1."),
            "significant_within_2": Metric(f"Significant within {titles[1]}", within_2 if two else None, "Both features in dataset 2."),
            "significant_between": Metric(
                "Significant between datasets", between if two else None, "One feature in dataset 1, the other in dataset 2."
            ),
            "listed": Metric("Pairs listed", len(found.store), "Significant pairs that are at least as strong as the least |r| asked for."),
            "strongest_pair": Metric("Strongest pair", strongest, "The listed pair with the largest |r|."),
            "strongest_r": Metric("Strongest r", float(best.r[0]) if len(best) else None, "The correlation of that pair."),
        }
    )
