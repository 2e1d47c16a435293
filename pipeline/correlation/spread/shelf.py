"""Rows as files: written once, mapped by every worker. Nothing is copied on the way, and the files go when the run ends."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.rows import Rows

ARRAYS = ("screen", "squares", "weights")


def put(rows: Rows, folder: Path) -> None:
    """Write rows into a folder; the facts come last."""
    for name in ARRAYS:
        np.save(folder / f"{name}.npy", getattr(rows, name))
    own = rows.exact is not rows.screen
    if own:
        np.save(folder / "exact.npy", rows.exact)
    facts = {"slack": rows.slack, "whole": rows.whole, "freedom": rows.freedom, "tail": rows.tail, "own_exact": own}
    (folder / "rows.json").write_text(json.dumps(facts), encoding="utf-8")


def _mapped(folder: Path, name: str) -> NDArray:
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))


def take(folder: Path) -> Rows:
    """Return the rows that were put into a folder: the same numbers, read from disk as they are needed."""
    facts = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    screen, squares, weights = (_mapped(folder, name) for name in ARRAYS)
    exact = _mapped(folder, "exact") if facts.pop("own_exact") else screen
    return Rows(screen, exact, squares, weights, **facts)
