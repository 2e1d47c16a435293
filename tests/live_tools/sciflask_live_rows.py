"""A live tool whose table is of stored rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

import pandas as pd

from pipeline.toolkit import Example, Output, StoredRows, Table, parameter, tool
from pipeline.toolkit.wishes import Filter


class Countdown(StoredRows):
    """Whole numbers from the largest down, each even or odd."""

    filters = (Filter("kind", "Kind", "choice", "Even or odd ones."), Filter("most", "Most", "count", "So many."))
    columns = ("number", "kind")
    things = ("number", "numbers")

    def __init__(self, count: int) -> None:
        """Count down from ``count``."""
        self._count = count

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return self._count

    def _left(self, wish: Mapping[str, Any] | None) -> range:
        wish = wish or {}
        kind = {"even": 0, "odd": 1}.get(str(wish.get("kind")))
        top = self._count if kind is None or self._count % 2 == kind else self._count - 1
        return range(top, 0, -1 if kind is None else -2)[: wish.get("most")]

    def count(self, wish: Mapping[str, Any] | None = None) -> int:
        """Return how many numbers a wish leaves."""
        return len(self._left(wish))

    def read(self, start: int, stop: int, wish: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return some of them."""
        numbers = list(self._left(wish)[start:stop])
        kinds = [("even", "odd")[number % 2] for number in numbers]
        return pd.DataFrame({"number": pd.Series(numbers, dtype="int64"), "kind": pd.Series(kinds, dtype=object)})

    def suggest(self, name: str, text: str, most: int = 20) -> list[str]:
        """Return the kinds."""
        return [kind for kind in ("even", "odd") if name == "kind" and text in kind][:most]

    def save(self, folder: Path, stem: str) -> list[Path]:
        """Write where the countdown begins."""
        path = folder / f"{stem}.json"
        path.write_text(json.dumps(self._count), encoding="utf-8")
        return [path]

    @classmethod
    def open(cls, folder: Path, stem: str) -> Self:
        """Read where it begins."""
        return cls(json.loads((folder / f"{stem}.json").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Counted:
    """A countdown."""

    numbers: Annotated[Table, Output("Numbers", "The largest first.")]


@tool(slug="live-rows", title="Countdown", summary="Counts down.", live=True, examples=(Example("From a hundred"),))
def live_rows(*, count: Annotated[int, parameter(title="Count", description="Where it begins.", ge=0, le=10**7)] = 100) -> Counted:
    """Count down to one."""
    return Counted(Table(Countdown(count)))
