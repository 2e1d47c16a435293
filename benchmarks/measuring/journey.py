"""One analysis of a site, watched: what it says on its way, and what its processes hold meanwhile."""

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from measuring.outside import mib
from measuring.site import Site as Running

from sciflask_client import Analysis, AnalysisFailed, Site, Study

CHILD, WEB, WORKER = "pipeline.toolkit.job", "granian", "sciflask_reflex.jobs.worker"
LOOK_S = 0.05


@dataclass
class Peaks:
    """The most memory that processes of a site have held while somebody watched, in MiB, by what they are."""

    running: Running
    most: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_S):
            for process, line in self.running.descendants().items():
                for name in (CHILD, WEB):
                    if name in line:
                        self._note(name, process)

    def _note(self, name: str, process: int) -> None:
        try:
            held = mib(process, "VmHWM" if name == CHILD else "VmRSS")
        except (OSError, StopIteration):  # it has just ended
            return
        self.most[name] = max(self.most.get(name, 0.0), held)


@dataclass(frozen=True)
class Word:
    """What was said of an analysis, and when, in seconds since it was asked for."""

    at: float
    status: str
    stage: str
    fraction: float


@dataclass(frozen=True)
class Journey:
    """An analysis from its start to its end."""

    analysis: Analysis
    words: list[Word]
    seconds: float
    cancelled_after: float | None = None

    @property
    def standstill(self) -> float:
        """The longest time in which stage and fraction said nothing new, in seconds."""
        changes = [self.words[0].at]
        for before, after in pairwise(self.words):
            if (before.stage, before.fraction) != (after.stage, after.fraction):
                changes.append(after.at)
        changes.append(self.seconds)
        return max(after - before for before, after in pairwise(changes))

    @property
    def untruth(self) -> float:
        """How far the fraction was at most from the share of the time that had passed since the work began."""
        running = [word for word in self.words if word.status == "running"]
        begun = running[0].at if running else 0.0
        return max((abs(word.fraction - (word.at - begun) / (self.seconds - begun)) for word in running), default=0.0)

    @property
    def rises(self) -> bool:
        """Whether the fraction never fell."""
        fractions = [word.fraction for word in self.words]
        return fractions == sorted(fractions)


def travel(site: Site, study: Study, parameters: Mapping[str, Any], *, cancel_at: str = "", share: float = 0.0) -> Journey:
    """Run an analysis to its end, or cancel it in a stage.

    Args:
        site: Where.
        study: Of what.
        parameters: Settings of the tool.
        cancel_at: The stage in which to cancel it.
        share: From which fraction on.
    """
    words: list[Word] = []
    asked: list[float] = []
    start = time.perf_counter()
    analysis = study.submit(f"Run {time.time_ns()}", **parameters)

    def hear(now: Analysis) -> None:
        words.append(Word(time.perf_counter() - start, now.status, now.stage, now.fraction))
        if cancel_at and not asked and now.stage == cancel_at and now.fraction >= share:
            asked.append(time.perf_counter())
            site.cancel(now.id)

    try:
        analysis = site.wait(analysis.id, timeout=900, on_progress=hear)
    except AnalysisFailed as ended:
        if not asked:
            raise
        analysis = ended.analysis
    end = time.perf_counter()
    return Journey(analysis, words, end - start, end - asked[0] if asked else None)


def one_processor(running: Running) -> None:
    """Let the workers of a site, and what they start from now on, use one processor alone."""
    for process, line in running.descendants().items():
        if WORKER in line:
            for task in Path(f"/proc/{process}/task").iterdir():
                os.sched_setaffinity(int(task.name), {min(os.sched_getaffinity(int(task.name)))})
