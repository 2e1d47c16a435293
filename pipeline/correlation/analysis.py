"""The steps of a correlation analysis, from tables to outputs. No step holds all pairs: they lie on disk."""

from typing import Any

import numpy as np

from pipeline.correlation.blocks import BLOCKS, Block, Sides, sides_of
from pipeline.correlation.engine import Correction
from pipeline.correlation.engine.tiles import usable_threads
from pipeline.correlation.measures import pearson
from pipeline.correlation.measures.chosen import MEASURES, Method
from pipeline.correlation.missing import Missing
from pipeline.correlation.naming import count, named
from pipeline.correlation.ordering import Order, Ordering
from pipeline.correlation.outputs import Correlations
from pipeline.correlation.pace import Pace, Report, part, seconds_of
from pipeline.correlation.pairs import Found, find
from pipeline.correlation.pairtable import PairTable
from pipeline.correlation.prepare import Joined, prepare
from pipeline.correlation.present import NO_PAIRS, Words, block_heatmap, key_numbers, matrices, pairs_table
from pipeline.toolkit import Figure, Matrix, Progress, SampleTable

CORRECTIONS = {
    "benjamini-hochberg": "after Benjamini-Hochberg",
    "benjamini-yekutieli": "after Benjamini-Yekutieli",
    "bonferroni": "after Bonferroni",
    "holm": "after Holm",
    "none": "without correction",
}
ORDERS: dict[Order, str] = {
    "r": "similar features stand side by side",
    "data": "features of similar values stand side by side",
    "name": "features are ordered by name",
}
FILLED = "To order rows and columns, missing values were filled with the median of their feature."


def coefficient(method: Method, covariates: list[str]) -> str:
    """Return what r is called."""
    called = MEASURES[method].coefficient
    return f"{called.removesuffix(' r')} partial r given {named(covariates)}" if covariates else called


def _correlated(joined: Joined, order: Order, threads: int, report: Report, **asked: Any) -> tuple[Found, Ordering]:
    """Return the pairs that are listed, and what puts features in order; of the numbers no more is kept than that needs."""
    found, rows = find(joined, threads=threads, report=report, **asked)
    if order == "name":
        return found, Ordering(joined.names)
    rows = rows if order == "r" else pearson.rows(joined.filled)
    return found, Ordering(joined.names, rows, threads, once=len(joined.titles) == 1)


def _sizes(side: Sides) -> list[int]:
    """Return how many features have to be put in order for a block, for each of its sides; within a table both are one."""
    if not side.pairs:
        return [0, 0]
    return [side.rows.size, 0 if np.array_equal(side.rows, side.columns) else side.columns.size]


def _ordered(sides: list[Sides], split: int, ordering: Ordering, report: Report) -> list[Block]:
    """Return the blocks that have a pair, their rows and columns in order."""
    blocks: list[Block] = []
    done = np.cumsum([0.0, *(size**2 for side in sides for size in _sizes(side))])
    done /= max(1.0, done[-1])
    for number, side in enumerate(sides):
        if side.pairs:
            start, middle, stop = done[2 * number : 2 * number + 3].tolist()
            rows = ordering(side.rows, part(report, start, middle))
            blocks.append(Block(number, split, rows, ordering(side.columns, part(report, middle, stop)), side.pairs))
    return blocks


def _draw(
    blocks: list[Block], tables: int, table: PairTable, words: Words, report: Report
) -> tuple[dict[str, Figure | Matrix | None], list[str]]:
    """Return heatmap and matrices of each block, and notes on what was left out; a block without a pair has empty matrices."""
    made: dict[str, Figure | Matrix | None] = {f"heatmap_{name}": None for name in BLOCKS}
    there = BLOCKS[: 3 if tables > 1 else 1]
    made |= {f"{kind}_{name}": NO_PAIRS if name in there else None for kind in ("r", "p") for name in BLOCKS}
    notes: list[str] = []
    for place, block in enumerate(blocks):
        report(place / len(blocks))
        name = BLOCKS[block.number]
        made[f"heatmap_{name}"] = block_heatmap(block, table, words)
        made[f"r_{name}"], made[f"p_{name}"] = matrices(block, table, words) or (None, None)
        if made[f"r_{name}"] is None:
            size = f"{block.rows.size:,} × {block.columns.size:,}"
            notes.append(f"The matrices {name} would have {size} cells. They are left out; pairs.csv holds the same numbers.")
    return made, notes


def _notes(found: Found, alpha: float, least_r: float) -> list[str]:
    notes: list[str] = []
    if weak := found.store.facts.left_out:
        notes.append(f"{count(weak, 'significant pair')} with |r| below {least_r:g} not listed.")
    if not sum(found.significant):
        notes.append(
            f"No pair is significant at alpha {alpha:g}. Fewer features leave less to correct for; more samples find weaker correlations."
        )
    return notes


def analyse(
    dataset1: SampleTable,
    dataset2: SampleTable | None = None,
    *,
    correlation_method: Method,
    correction_method: Correction,
    alpha: float,
    feature_count: int,
    missing_values: Missing,
    covariates: list[str] | None,
    least_r: float,
    feature_order: Order,
    progress: Progress,
) -> Correlations:
    """Return the significant correlations of one or two tables; see the tool's help for what the settings mean.

    Raises:
        ToolError: If too few samples are shared, fewer than two features vary, or the settings do not go together.
    """
    progress("Selecting features", 0.0)
    covariates = covariates or []
    tables, threads = [table for table in (dataset1, dataset2) if table is not None], usable_threads()
    joined = prepare(tables, method=correlation_method, missing_values=missing_values, feature_count=feature_count, covariates=covariates)
    words = Words(
        joined.names, joined.titles, coefficient(correlation_method, covariates), len(joined.values), joined.gaps, ORDERS[feature_order]
    )
    split, notes = joined.split, joined.notes + ([FILLED] if joined.gaps and feature_order != "name" else [])
    for note in notes:
        progress.log(note)
    pace = Pace(progress, seconds_of(words.samples, len(words.features)))
    found, ordering = _correlated(
        joined, feature_order, threads, pace.begin("correlate", "Correlating"),
        correction=correction_method, alpha=alpha, least_r=least_r,
    )  # fmt: skip
    del joined  # its numbers take as much room as the tables
    tests, significant = found.store.facts.tests, sum(found.significant)
    progress.log(f"{count(len(words.features), 'feature')} on {count(words.samples, 'sample')}: {count(tests, 'test')}.")
    progress.log(f"{count(significant, 'pair')} significant {CORRECTIONS[correction_method]} at alpha {alpha:g}.")
    table = PairTable(found.store, words.features, scratch=found.scratch)
    sides = sides_of(found.store, split)
    clustered = [0 if feature_order == "name" else size for side in sides for size in _sizes(side)]
    pace.expect(seconds_of(words.samples, len(words.features), len(table), clustered))
    blocks = _ordered(sides, split, ordering, pace.begin("order", "Ordering features"))
    made, left_out = _draw(blocks, len(tables), table, words, pace.begin("draw", "Drawing"))
    progress("Summing up", 1.0)
    notes += [*found.notes(words.features), *_notes(found, alpha, least_r), *left_out]
    return Correlations(metrics=key_numbers(found, words), pairs=pairs_table(table, words), notes=tuple(notes), **made)  # type: ignore[arg-type]
