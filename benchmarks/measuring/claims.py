"""What a benchmark says at its end: claims, each with its limit and the figure that was measured."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measuring.machine import machine


@dataclass(frozen=True)
class Claim:
    """One line of the table.

    Attributes:
        what: What was measured, on what.
        measured: The figure; None when it could not be taken.
        unit: What one of it is.
        most: The largest figure that keeps the claim.
        least: The smallest one. Without either, nothing is claimed: the figure is told.
        how: How it was measured, or why not.
    """

    what: str
    measured: float | None
    unit: str
    most: float | None = None
    least: float | None = None
    how: str = ""

    @property
    def kept(self) -> bool:
        """Whether the claim holds; what was not measured or has no limit breaks nothing."""
        if self.measured is None:
            return True
        return (self.most is None or self.measured <= self.most) and (self.least is None or self.measured >= self.least)

    @property
    def target(self) -> str:
        """The limit in words."""
        if self.most is not None:
            return f"at most {number(self.most)}"
        return f"at least {number(self.least)}" if self.least is not None else ""

    @property
    def verdict(self) -> str:
        """One word."""
        if self.measured is None:
            return "skipped"
        return ("kept" if self.kept else "MISSED") if self.target else "told"


def number(value: float) -> str:
    """Return three digits of a number, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def figure(claim: Claim) -> str:
    """Return the figure with its unit."""
    return "" if claim.measured is None else f"{number(claim.measured)} {claim.unit}".rstrip()


def show(claims: Sequence[Claim]) -> None:
    """Print the table."""
    wide = max((len(claim.what) for claim in claims), default=0)
    for claim in claims:
        print(f"{claim.what:{wide}}  {claim.target:14}  {figure(claim):26}  {claim.verdict:7}  {claim.how}", flush=True)


def parser(words: str | None) -> argparse.ArgumentParser:
    """Return a parser that knows ``--json``, for a script with this docstring."""
    made = argparse.ArgumentParser(description=(words or "").splitlines()[0])
    made.add_argument("--json", type=Path, help="write the figures there, too")
    return made


def finish(claims: Sequence[Claim], path: Path | None) -> int:
    """Print the claims, write them down if asked to, and return 1 when one does not hold."""
    show(claims)
    if path:
        write(path, claims)
    return int(not all(claim.kept for claim in claims))


def write(path: Path, claims: Sequence[Claim]) -> None:
    """Write claims with the machine and the day."""
    day = datetime.now(UTC).date().isoformat()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"day": day, "machine": machine(), "claims": [asdict(one) for one in claims]}, indent=1), "utf-8")


def read(path: Path) -> tuple[dict[str, Any], list[Claim]]:
    """Return what ``write`` wrote: day and machine, and the claims."""
    found = json.loads(path.read_text("utf-8"))
    return found, [Claim(**one) for one in found["claims"]]
