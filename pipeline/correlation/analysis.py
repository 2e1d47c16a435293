"""The steps of a correlation analysis, from tables to outputs."""

import numpy as np

from pipeline.correlation.blocks import BLOCKS, block, block_of
from pipeline.correlation.engine import Correction, Rows
from pipeline.correlation.engine.tiles import usable_threads
from pipeline.correlation.measures.chosen import MEASURES, Method
from pipeline.correlation.outputs import Correlations
from pipeline.correlation.pairs import Pairs, significant_pairs
from pipeline.correlation.prepare import Joined, Missing, count, prepare, titles_of
from pipeline.correlation.present import NO_PAIRS, Words, block_heatmap, key_numbers, matrices, pairs_table
from pipeline.toolkit import Figure, Matrix, Progress, SampleTable

SIDES = ((0, 0), (1, 1), (0, 1))
COEFFICIENTS = {"spearman": "Spearman's r", "pearson": "Pearson's r", "bicor": "biweight midcorrelation"}
CORRECTIONS = {
    "benjamini-hochberg": "after Benjamini-Hochberg",
    "benjamini-yekutieli": "after Benjamini-Yekutieli",
    "bonferroni": "after Bonferroni",
    "holm": "after Holm",
    "none": "without correction",
}


def _draw(
    pairs: Pairs, rows: Rows, joined: Joined, words: Words, progress: Progress
) -> tuple[dict[str, Figure | Matrix | None], list[str]]:
    """Return heatmap and matrices of each block, and notes on what was left out; a block without a pair has empty matrices."""
    made: dict[str, Figure | Matrix | None] = {f"{kind}_{name}": None for kind in ("heatmap", "r", "p") for name in BLOCKS}
    notes: list[str] = []
    member = block_of(pairs, joined.split)
    for number, name in enumerate(BLOCKS[: 3 if len(words.titles) > 1 else 1]):
        progress("Ordering features", 0.6 + 0.1 * number)
        part = pairs.where(member == number)
        if not len(part):
            made[f"r_{name}"] = made[f"p_{name}"] = NO_PAIRS
            continue
        drawn = block(part, rows, within=number < 2)  # the third block lies between the tables
        made[f"heatmap_{name}"] = block_heatmap(drawn, words, SIDES[number])
        if grids := matrices(drawn, words):
            made[f"r_{name}"], made[f"p_{name}"] = grids
        else:
            size = f"{drawn.rows.size:,} × {drawn.columns.size:,}"
            notes.append(f"The matrices {name} would have {size} cells. They are left out; pairs.csv holds the same numbers.")
    return made, notes


def analyse(
    tables: list[SampleTable],
    correlation_method: Method,
    correction_method: Correction,
    alpha: float,
    feature_count: int,
    missing_values: Missing,
    least_r: float,
    progress: Progress,
) -> Correlations:
    """Return the significant correlations of one or two tables; see the tool's help for what the settings mean.

    Raises:
        ToolError: If fewer than four samples are shared, or fewer than two features vary.
    """
    progress("Selecting features", 0.0)
    joined = prepare(tables, missing_values=missing_values, feature_count=feature_count)
    samples, features = joined.values.shape
    tests = features * (features - 1) // 2
    for note in joined.notes:
        progress.log(note)
    progress.log(f"{count(features, 'feature')} on {count(samples, 'sample')}: {count(tests, 'test')}.")
    progress("Correlating", 0.05)
    rows = MEASURES[correlation_method].rows(joined.values)
    significant = significant_pairs(
        rows, correction_method, alpha, lambda done: progress("Correlating", 0.05 + 0.5 * done), threads=usable_threads()
    )  # fmt: skip
    found = np.bincount(block_of(significant, joined.split), minlength=3).tolist()
    pairs = significant.where(np.abs(significant.r) >= least_r)
    progress.log(f"{count(len(significant), 'pair')} significant {CORRECTIONS[correction_method]} at alpha {alpha:g}.")
    notes = list(joined.notes)
    if weak := len(significant) - len(pairs):
        notes.append(f"{count(weak, 'significant pair')} with |r| below {least_r:g} not listed.")
    if not len(significant):
        notes.append(
            f"No pair is significant at alpha {alpha:g}. Fewer features leave less to correct for; more samples find weaker correlations."
        )
    words = Words(joined.names, titles_of(tables), COEFFICIENTS[correlation_method], samples)
    made, left_out = _draw(pairs, rows, joined, words, progress)
    progress("Summing up", 0.95)
    metrics = key_numbers(tests=tests, found=found, pairs=pairs, words=words)
    return Correlations(metrics=metrics, pairs=pairs_table(pairs, words), notes=(*notes, *left_out), **made)  # type: ignore[arg-type]
