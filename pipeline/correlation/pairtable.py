"""The significant pairs as a table that stays on disk: the engine's columns, and the names of the features."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from pipeline.correlation.engine import Page, PairStore
from pipeline.correlation.narrowed import Narrowed
from pipeline.toolkit.stored import StoredRows
from pipeline.toolkit.wishes import Filter, Wish

COLUMNS = ("feature_1", "feature_2", "r", "p", "p_corrected", "n")
FILTERS = (
    Filter("least_r", "Least |r|", "number", "Keeps the pairs at least as strong as this, in either direction.", 0, 1),
    Filter("feature", "Feature", "choice", "Keeps the pairs of one feature."),
    Filter("strongest", "Strongest", "count", "Keeps so many pairs, the strongest of those that are left."),
)
KEPT = 8
"""Wishes whose places are remembered."""


class PairTable(StoredRows):
    """Pairs of features, strongest first; where each pair has a number of samples of its own, those with the least p first."""

    filters = FILTERS
    things = ("pair", "pairs")

    def __init__(self, store: PairStore, names: Sequence[str], *, least_r: float = 0.0, scratch: Any = None) -> None:
        """Make a table of a store.

        Args:
            store: What ``find_pairs`` has written.
            names: Of the features, as the store numbers them.
            least_r: Weaker pairs are not in the table.
            scratch: Kept for as long as this table: a temporary folder in which the store lies.
        """
        self.store, self.names, self.least_r = store, list(names), least_r
        self._objects = np.array(self.names, dtype=object)
        self._scratch = scratch
        self._narrowed: dict[tuple[float, int | None], Narrowed] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return COLUMNS

    def __len__(self) -> int:
        """Return the number of pairs."""
        return self.count()

    def count(self, wish: Wish | None = None) -> int:
        """Return how many pairs a wish leaves."""
        narrowed, most = self._of(wish)
        return len(narrowed) if most is None else min(len(narrowed), most)

    def read(self, start: int, stop: int, wish: Wish | None = None) -> pd.DataFrame:
        """Return some of the pairs that a wish leaves, by their places among these."""
        return self._frame(self.page(start, stop, wish))

    def page(self, start: int, stop: int, wish: Wish | None = None) -> Page:
        """Return some of the pairs that a wish leaves, with the numbers of the features."""
        narrowed, most = self._of(wish)
        return narrowed.page(start, stop if most is None else min(stop, most))

    def suggest(self, name: str, text: str, most: int = 20) -> list[str]:
        """Return names of features that match what somebody types, in any case: an equal one first, then those that begin so."""
        if name != "feature":
            return []
        typed = text.casefold()
        found = [(known != text, not known.casefold().startswith(typed), known) for known in self.names if typed in known.casefold()]
        return [known for *_, known in sorted(found, key=lambda one: one[:2])[:most]]

    def save(self, folder: Path, stem: str) -> list[Path]:
        """Move the columns there and write the names beside them; what was opened from a result is linked or copied."""
        move = os.replace if self._scratch is not OPENED else _link
        prefix = f"{stem}."
        paths = [folder / f"{prefix}{name}" for name in self.store.files]
        for name, path in zip(self.store.files, paths, strict=True):
            _across(move, self.store.folder / f"{self.store.prefix}{name}", path)
        about = folder / f"{prefix}names.json"
        about.write_text(json.dumps({"least_r": self.least_r, "names": self.names}, ensure_ascii=False), encoding="utf-8")
        self.store = PairStore(folder, prefix)
        self._narrowed.clear()
        return [*paths, about]

    @classmethod
    def open(cls, folder: Path, stem: str) -> Self:
        """Return the pairs that were saved there."""
        about = json.loads((folder / f"{stem}.names.json").read_text(encoding="utf-8"))
        return cls(PairStore(folder, f"{stem}."), about["names"], least_r=about["least_r"], scratch=OPENED)

    def _of(self, wish: Wish | None) -> tuple[Narrowed, int | None]:
        """Return the pairs that a wish leaves but for how many are wanted, and that number."""
        wish = wish or {}
        named = wish.get("feature")
        key = (max(self.least_r, float(wish.get("least_r", 0.0))), None if named is None else self.names.index(str(named)))
        if key not in self._narrowed:
            while len(self._narrowed) >= KEPT:
                self._narrowed.pop(next(iter(self._narrowed)), None)
            self._narrowed[key] = Narrowed(self.store, *key)
        most = wish.get("strongest")
        return self._narrowed[key], None if most is None else int(most)

    def _frame(self, page: Page) -> pd.DataFrame:
        named = {"feature_1": self._objects[page.first], "feature_2": self._objects[page.second]}
        return pd.DataFrame(named | {"r": page.r, "p": page.p, "p_corrected": page.q, "n": page.n})


OPENED = object()
"""Stands for the folder of a result: it is not moved away."""


def _link(source: Path, target: Path) -> None:
    os.link(source, target)


def _across(move: Any, source: Path, target: Path) -> None:
    """Move or link a file; copy it where that cannot be done, such as to another disk."""
    try:
        move(source, target)
    except OSError:
        shutil.copyfile(source, target)
