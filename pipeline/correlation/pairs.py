"""The pairs of features that are listed: the engine finds them and leaves them on disk."""

import shutil
import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine import Correction, Page, PairStore, Rows
from pipeline.correlation.engine.gaps import find_pairs_with_gaps
from pipeline.correlation.measures.testable import varying
from pipeline.correlation.naming import count, named
from pipeline.correlation.prepare import FEWEST_SAMPLES, Joined
from pipeline.correlation.spread import find_pairs
from pipeline.toolkit import ToolError

Report = Callable[[float], None]
PAIRWISE = (
    "Values are missing: each pair of features was compared on the samples that both have, as column n says; "
    f"pairs that share fewer than {FEWEST_SAMPLES} were not tested."
)


class Scratch:
    """A folder that is there for as long as somebody keeps this."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pairs-"))
        """Where it is."""
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


@dataclass(frozen=True, eq=False)
class Found:
    """What the engine found.

    Attributes:
        store: The pairs that are listed, on disk.
        significant: Significant pairs within the first table, within the second, and between them, listed or not.
        untested: Features that were in no test.
        scratch: Keeps the folder of the store.
    """

    store: PairStore
    significant: tuple[int, int, int]
    untested: NDArray[np.intp]
    scratch: Scratch

    def strongest(self) -> Page:
        """Return the listed pair with the largest |r|; nothing where none is listed."""
        if not self.store.facts.own_n:
            return self.store.top(1)
        best, rank, start = -1.0, 0, 0
        for part in self.store.raws():
            here = int(np.abs(part.r).argmax())
            if abs(part.r[here]) > best:
                best, rank = float(abs(part.r[here])), start + here
            start += part.r.size
        return self.store.page(rank, rank + 1)

    def notes(self, names: list[str]) -> list[str]:
        """Name the features that were in no test, and say how pairs with gaps were compared."""
        if not self.store.facts.own_n:
            return []
        notes = [PAIRWISE]
        if self.untested.size:
            listed = named([names[feature] for feature in self.untested])
            notes.append(f"{count(self.untested.size, 'feature')} in no test: too few samples shared, or no variation on them ({listed}).")
        return notes


def find(
    joined: Joined, *, correction: Correction, alpha: float, least_r: float, threads: int = 1, report: Report = lambda _: None
) -> tuple[Found, Rows]:
    """Find the pairs that stay significant after correction over all pairs, and list those that are strong enough.

    Args:
        joined: At least two features.
        correction: How to correct over all tests.
        alpha: The level to hold.
        least_r: Weaker pairs are not listed.
        threads: How many threads share the work.
        report: Told which part of the work is done.

    Returns:
        What was found, and one row per feature, by the chosen measure; where values are missing they are filled with the median.

    Raises:
        ToolError: If no pair of features shares enough samples.
    """
    scratch, rows = Scratch(), joined.measure.rows(joined.filled)
    split = joined.split if len(joined.titles) > 1 else None
    untested: NDArray[np.intp] = np.empty(0, dtype=np.intp)
    if joined.gaps:
        complete = np.flatnonzero(varying(joined.values))
        store, untested = find_pairs_with_gaps(
            joined.values, rows.take(complete) if complete.size > 1 else None, scratch.folder, tail=rows.tail, ranked=rows.tail == "student",
            correction=correction, alpha=alpha, least_r=least_r, split=split, fewest=FEWEST_SAMPLES, threads=threads, report=report,
        )  # fmt: skip
    else:
        store = find_pairs(
            rows, scratch.folder, correction=correction, alpha=alpha, least_r=least_r, split=split, threads=threads, report=report
        )
    if not store.facts.tests:
        message = f"There is nothing to compare: no two features vary on at least {FEWEST_SAMPLES} samples that both have."
        raise ToolError(message)
    return Found(store, store.facts.blocks or (store.facts.significant, 0, 0), untested, scratch), rows
