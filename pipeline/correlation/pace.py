"""How the progress bar is shared out among the steps: by how long they are expected to take for the size at hand."""

from collections.abc import Callable, Sequence

from pipeline.correlation.clustering.linkage import SMALL
from pipeline.toolkit import Progress

Report = Callable[[float], None]


class Pace:
    """Reports steps in the order in which they are expected; what is expected of later ones may change on the way."""

    def __init__(self, progress: Progress, expected: dict[str, float]) -> None:
        """Begin with seconds (only their ratios count) by the names of the steps, the first one first; ``write`` comes after all of them."""
        self._progress, self._ahead = progress, {step: seconds for step, seconds in expected.items() if step != "write"}
        self._reached = 0.0
        self.expect(expected)

    def expect(self, expected: dict[str, float]) -> None:
        """Expect something else of the steps that lie ahead, and of writing the result."""
        self._ahead |= {step: seconds for step, seconds in expected.items() if step in self._ahead}
        self._progress.writing = min(0.9, expected["write"] / sum(expected.values()))

    def begin(self, step: str, stage: str) -> Report:
        """Begin a step, and return where to report the part of it that is done; steps before it are over."""
        while (first := next(iter(self._ahead))) != step:
            self._end(first)
        start, stop = self._reached, self._reached + self._share(step)
        self._end(step)
        self._progress(stage, start)
        return lambda done: self._progress(stage, start + (stop - start) * done)

    def _share(self, step: str) -> float:
        """Return which part of the whole a step takes."""
        return (1.0 - self._reached) * self._ahead[step] / sum(self._ahead.values())

    def _end(self, step: str) -> None:
        self._reached += self._share(step)
        del self._ahead[step]


def part(report: Report, start: float, stop: float) -> Report:
    """Return what to tell of a part of a step: its 0 to 1 is start to stop of the step."""
    return lambda done: report(start + (stop - start) * done)


def seconds_of(samples: int, features: int, pairs: int | None = None, within: Sequence[int] = ()) -> dict[str, float]:
    """Return how long the steps take, in seconds of a machine with two cores; they were measured from 60 to 50,000 features.

    Args:
        samples: How many are compared.
        features: How many are compared.
        pairs: How many are listed; where nobody knows yet, a twentieth of all.
        within: How many features are to be put in order, for rows and columns of each block; all of them once where nobody knows yet.
    """
    listed = features**2 / 40 if pairs is None else pairs
    drawn = max(1, sum(size > 0 for size in within[::2]))
    return {
        "prepare": 0.01 + 5e-9 * samples * features,
        "correlate": 0.05 + 1e-11 * samples * features**2 + 1.2e-7 * listed,
        "order": 0.01 + sum(size**2 * (7e-11 * samples if size > SMALL else 2.5e-8) for size in within or (features,)),
        "draw": 0.1 * drawn + 5e-8 * listed,
        "write": 1.0 * drawn + 8e-8 * listed,
    }
