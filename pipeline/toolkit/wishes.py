"""What people may narrow a table of stored rows by, and what they wish."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Wish = Mapping[str, str | float]
"""Values by the names of filters: text for a choice, a whole number for a count, else a number."""
LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow rows.

    Attributes:
        name: What addresses and code call it.
        title: What people call it.
        kind: ``number``, ``count`` (a whole number from 1, or from ``low``) or ``choice`` (one of the values that the rows suggest).
        help: What it does, in a sentence.
        low: The least number; None when there is none.
        high: The largest number; None when there is none.
    """

    name: str
    title: str
    kind: Literal["number", "count", "choice"]
    help: str = ""
    low: float | None = None
    high: float | None = None

    def value_of(self, given: Any) -> str | float:
        """Return a value as text or number.

        Raises:
            ValueError: If it is none; the sentence says why.
        """
        if self.kind == "choice":
            return self._text(given)
        try:
            value = float(given)
        except (TypeError, ValueError, OverflowError):
            value = math.nan
        low = 1 if self.kind == "count" and self.low is None else self.low
        if not math.isfinite(value) or (self.kind == "count" and value != int(value)):
            message = f"{self.title}: give a {'whole ' if self.kind == 'count' else ''}number."
            raise ValueError(message)
        if (low is not None and value < low) or (self.high is not None and value > self.high):
            message = f"{self.title}: give a number {_range(low, self.high)}."
            raise ValueError(message)
        return int(value) if self.kind == "count" else value

    def _text(self, given: Any) -> str:
        text = str(given)
        if len(text) > LONGEST_TEXT:
            message = f"{self.title}: at most {LONGEST_TEXT:,} characters."
            raise ValueError(message)
        return text


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"from {low:g} to {high:g}"
    return f"of at least {low:g}" if low is not None else f"of at most {high:g}"


def checked(filters: Sequence[Filter], given: Mapping[str, Any]) -> tuple[dict[str, str | float], dict[str, str]]:
    """Return the values that are good, and a sentence for each that is not; empty values are left out."""
    known, good, faults = {one.name: one for one in filters}, dict[str, str | float](), dict[str, str]()
    for name, value in given.items():
        if name not in known:
            faults[name[:100]] = f"There is no filter {name[:100]!r}. There are: {', '.join(known) or 'none'}."
        elif value is not None and value != "":
            try:
                good[name] = known[name].value_of(value)
            except ValueError as fault:
                faults[name] = str(fault)
    return good, faults
