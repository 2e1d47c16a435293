"""Claims: the correlation engine against Science Flask's lines, SciPy with statsmodels, pandas and CorALS, on the same data.

Run: ``python benchmarks/correlation_peers.py [--features 4000] [--rounds 5] [--json FILE]``. Each way has a process of its own, and they take
turns, so that a ratio means something on a busy machine; the median of the ratios of a round counts. Ours runs in the environment of a job
(two threads), the others in what a person's shell gives them. The memory is what the kernel says of each process, above what it held
before its first run with the table in memory. Ways that correct must find the very same pairs.
"""

import json
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from measuring import corals
from measuring.claims import Claim, finish, parser
from measuring.outside import Child, child
from measuring.tables import sparse, write_csv

from sciflask_reflex.jobs import sandbox

HERE = Path(__file__).parent
ROOT = HERE.parent
SAMPLES = 200
SLOW_ROUNDS = 3
# name: what it is, against which of ours, how many times slower it is at least
AGAINST = {
    "ancestor": ("Science Flask's calculation", "engine", 30.0),
    "scipy": ("SciPy + statsmodels, vectorised", "engine", 15.0),
    "pandas": ("pandas .corr('spearman'), no p-values", "engine", 1.0),
    "corals": ("CorALS cor_full, no p-values", "engine", None),
    "ancestor_whole": ("Science Flask's lines from the file to heatmaps", "tool", 3.0),
}
SLOW = {"ancestor_whole", "tool"}


@dataclass
class Way:
    """One way, as it runs."""

    process: Child
    before_mib: float
    answers: list[dict[str, Any]] = field(default_factory=list)

    def go(self) -> None:
        """Run it once."""
        self.answers.append(json.loads(self.process.ask()))

    def seconds(self) -> list[float]:
        """Return how long it took each time."""
        return [answer["seconds"] for answer in self.answers]


def begin(stack: ExitStack, name: str, folder: Path, python: Path) -> Way:
    """Start one way and wait until it is warm."""
    ours = sandbox.environment({"TMPDIR": tempfile.gettempdir()})
    env = ours if name in {"engine", "tool"} else dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join([str(HERE)] if name == "corals" else [str(HERE), str(ROOT)])
    process = stack.enter_context(child([str(python), "-m", "measuring.peers", name, str(folder)], env))
    process.hear()
    return Way(process, process.mib("VmRSS"))


def claims_of(ways: dict[str, Way], features: int, why_not: str) -> list[Claim]:
    """Return the table."""
    found: list[Claim] = []
    for name, (what, own, least) in AGAINST.items():
        title = f"{what}, {features:,} features: time against ours"
        if name not in ways:
            found.append(Claim(title, None, "times", least=least, how=why_not))
            continue
        theirs, ours = ways[name].seconds(), ways[own].seconds()
        ratio = median(their / our for their, our in zip(theirs, ours, strict=False))
        how = f"{median(theirs):.2f} s against {median(ours):.3f} s, median of {len(theirs)} in turn"
        found.append(Claim(title, ratio, "times", least=least, how=how))
    for name, (what, own, _) in AGAINST.items():
        if name in ways:
            theirs, ours = (ways[one].process.mib("VmHWM") - ways[one].before_mib for one in (name, own))
            limit = 8.0 if name == "ancestor" else None
            how = f"{theirs:,.0f} MiB against {ours:,.0f} MiB above the table, from outside"
            found.append(
                Claim(f"{what}, {features:,} features: memory against ours", theirs / max(ours, 1.0), "times", least=limit, how=how)
            )
    return found


def different(ways: dict[str, Way]) -> list[str]:
    """Return a sentence for each way that found other pairs or other corrected p-values than the engine."""
    mine = ways["engine"].answers[0]
    wrong = [f"{name} finds {way.answers[0]['pairs']} pairs, the engine {mine['pairs']}." for name, way in ways.items()
             if way.answers[0].get("pairs", mine["pairs"]) != mine["pairs"]]  # fmt: skip
    if abs(ways["scipy"].answers[0]["sum_q"] - mine["sum_q"]) > 1e-9:
        wrong.append("The corrected p-values differ from statsmodels'.")
    return wrong


def main() -> int:
    """Print a line for each way; 1 when a claim or an answer does not hold."""
    options = parser(__doc__)
    options.add_argument("--features", type=int, default=4_000)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    python, why_not = corals.python()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        values = np.round(sparse(SAMPLES, asked.features), 6)
        np.save(folder / "table.npy", values)
        write_csv(folder / "table.csv", values)
        names = ["engine", "tool", *(one for one in AGAINST if python or one != "corals")]
        pythons = {"corals": python or Path()}
        ways = {one: begin(stack, one, folder, pythons.get(one, Path(sys.executable))) for one in names}
        for number in range(asked.rounds):
            for one, way in ways.items():
                if number < SLOW_ROUNDS or one not in SLOW:
                    way.go()
        found = claims_of(ways, asked.features, why_not)
        wrong = different(ways)
    for sentence in wrong:
        print(sentence)
    return finish(found, asked.json) or bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
