"""The significant pairs as a table that stays on disk: the engine's columns, and the names of the features."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from pipeline.correlation.engine import Page, PairStore
from pipeline.correlation.narrowed import Narrowed
from pipeline.toolkit.csvrows import csv_of, numbers, texts
from pipeline.toolkit.csvtext import guard
from pipeline.toolkit.stored import StoredRows
from pipeline.toolkit.wishes import Filter, Wish

COLUMNS = ("feature_1", "feature_2", "r", "p", "p_corrected", "n")
FILTERS = (
    Filter("least_r", "Least |r|", "number", "Keeps the pairs at least as strong as this, in either direction.", 0, 1),
    Filter("feature", "Feature", "choice", "Keeps the pairs of one feature."),
    Filter("strongest", "Strongest", "count", "Keeps so many pairs: the strongest of those that the other filters leave."),
)
PIECE_ROWS = 2**15
"""Rows of one piece of CSV, about 3 MB: little is held for each person who downloads."""
REMEMBERED = 8
"""Wishes whose places are kept."""


class PairTable(StoredRows):
    """Pairs of features, strongest first; where each pair has a number of samples of its own, those with the least p first.

    Columns: names of both features, coefficient ``r``, two-sided ``p``, corrected ``p_corrected``, samples ``n``.
    """

    columns = COLUMNS
    filters = FILTERS
    things = ("pair", "pairs")

    def __init__(self, store: PairStore, names: Sequence[str], *, scratch: Any = None) -> None:
        """Make a table of a store.

        Args:
            store: What ``find_pairs`` has written.
            names: Of the features, as the store numbers them.
            scratch: Kept for as long as this table: the temporary folder in which the store lies.
        """
        self.store, self.names = store, list(names)
        self._scratch = scratch
        self._is_kept = False
        self._lock = threading.Lock()
        self._narrowed: dict[tuple[float, int | None], Narrowed] = {}

    @property
    def guarded(self) -> int:
        """How many names carry an apostrophe in CSV, because a spreadsheet could run them."""
        return sum(guard(name) != name for name in self.names)

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.store)

    def count(self, wish: Wish | None = None) -> int:
        """Return how many pairs a wish leaves."""
        narrowed, most = self._left(wish)
        return len(narrowed) if most is None else min(len(narrowed), most)

    def page(self, start: int, stop: int, wish: Wish | None = None) -> Page:
        """Return some of the pairs that a wish leaves, by their places among these, with the numbers of the features."""
        narrowed, most = self._left(wish)
        return narrowed.page(start, stop if most is None else min(stop, most))

    def read(self, start: int, stop: int, wish: Wish | None = None) -> pd.DataFrame:
        """Return some of the pairs that a wish leaves, by their places among these."""
        page = self.page(start, stop, wish)
        named = (pd.Series(self._objects[features], dtype="str") for features in (page.first, page.second))
        return pd.DataFrame(dict(zip(COLUMNS, (*named, page.r, page.p, page.q, page.n), strict=True)))

    def csv(self, wish: Wish | None = None) -> Iterator[bytes]:
        """Yield the pairs that a wish leaves as CSV, the header first."""
        names = texts(self.names)
        yield f"{','.join(COLUMNS)}\n".encode()
        for start in range(0, self.count(wish), PIECE_ROWS):
            page = self.page(start, start + PIECE_ROWS, wish)
            named = (names.take(number.astype(np.uint32)) for number in (page.first, page.second))
            measured = (numbers(values) for values in (page.r, page.p, page.q, page.n))
            yield csv_of(dict(zip(COLUMNS, (*named, *measured), strict=True)))

    def suggest(self, name: str, text: str, most: int = 20) -> list[str]:
        """Return names of features that match what somebody types, in any case: an equal one first, then those that begin so."""
        if name != "feature":
            return []
        typed = text.casefold()
        found = [(known != text, not folded.startswith(typed), known) for known, folded in self._folded if typed in folded]
        return [known for *_, known in sorted(found, key=lambda one: one[:2])[:most]]

    def save(self, folder: Path, stem: str) -> list[Path]:
        """Move the columns there and write the names beside them; what lies in the folder of a result already is linked."""
        prefix = f"{stem}."
        paths = [folder / f"{prefix}{name}" for name in self.store.files]
        for name, path in zip(self.store.files, paths, strict=True):
            _put(os.link if self._is_kept else os.replace, self.store.folder / f"{self.store.prefix}{name}", path)
        about = folder / f"{prefix}names.json"
        about.write_text(json.dumps(self.names, ensure_ascii=False), encoding="utf-8")
        with self._lock:
            self.store, self._is_kept = PairStore(folder, prefix), True
            self._narrowed.clear()
        return [*paths, about]

    @classmethod
    def open(cls, folder: Path, stem: str) -> Self:
        """Return the pairs that were saved there.

        Raises:
            ValueError: If a file is not what it was: its rows would be others.
        """
        names = json.loads((folder / f"{stem}.names.json").read_text(encoding="utf-8"))
        store = PairStore(folder, f"{stem}.")
        for name in store.files[:-1]:
            _require_whole(folder / f"{stem}.{name}")
        table = cls(store, names)
        table._is_kept = True
        return table

    @cached_property
    def _objects(self) -> np.ndarray[Any, Any]:
        return np.array(self.names, dtype=object)

    @cached_property
    def _folded(self) -> list[tuple[str, str]]:
        return [(name, name.casefold()) for name in self.names]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    def _left(self, wish: Wish | None) -> tuple[Narrowed, int | None]:
        """Return the pairs that a wish leaves, all of them, and how many of the first are wanted."""
        wish = wish or {}
        key = float(wish.get("least_r", 0.0)), self._numbers[str(wish["feature"])] if "feature" in wish else None
        most = int(wish["strongest"]) if "strongest" in wish else None
        with self._lock:
            store, known = self.store, self._narrowed.get(key)
        if known is None:
            known = Narrowed(store, *key)
            with self._lock:
                while len(self._narrowed) >= REMEMBERED:
                    del self._narrowed[next(iter(self._narrowed))]
                self._narrowed[key] = known
        return known, most


def _require_whole(path: Path) -> None:
    """Raise ValueError if a column was cut short: it is read by places counted from its end."""
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        (count,), _, dtype = np.lib.format.read_array_header_1_0(file)
        if path.stat().st_size != file.tell() + count * dtype.itemsize:
            message = f"{path.name} is not as long as it says."
            raise ValueError(message)


def _put(move: Callable[[Path, Path], None], source: Path, target: Path) -> None:
    """Move or link a file; copy it where that cannot be, as to another disk."""
    try:
        move(source, target)
    except OSError:
        shutil.copyfile(source, target)
